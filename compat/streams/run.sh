#!/bin/bash
# Each check makes its own topics; every application it starts is ended by its pid.
. "$SUITE/../checks.sh"

jvm() { timeout "${limit:-90}" java "${small[@]}" -cp "$KAFKA_TOOLS/*" "$@"; }
small=(-Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto -Dorg.slf4j.simpleLogger.defaultLogLevel=error)
tool() { jvm "org.apache.kafka.tools.$1" --bootstrap-server "$BROKER" "${@:2}"; }
create() { tool TopicCommand --create --topic "$1" --partitions "${2:-1}" --replication-factor 1; }
k() { timeout 60 kcat -b "$BROKER" -X broker.address.family=v4 -m 20 "$@"; }

app=
application() { # application ID INPUT OUTPUT
  java "${small[@]}" -cp "$WORK/classes:$WORK/libs/*" WordCount "$BROKER" "$1" "$2" "$3" "$WORK/state" > "$out.app" 2>&1 &
  app=$!
}
end_application() { # end_application SIGNAL
  kill "-$1" "$app" 2> /dev/null
  wait "$app" 2> /dev/null
  app=
}
trap '[ -z "$app" ] || kill -KILL "$app"' EXIT

words() { awk -v from="$1" -v to="$2" 'BEGIN { for (n = from; n < to; n++) print "w" n % 7, "w" n % 11, "all" }'; }
# The last count of each word, as readers of committed records see it.
counts() { k -C -q -e -t "$1" -o beginning -X isolation.level=read_committed -f '%k %s\n' | awk '{ if ($2 > last[$1]) last[$1] = $2 + 0 } END { for (word in last) print word, last[word] }' | sort; }
expected() { words 0 "$1" | tr ' ' '\n' | sort | uniq -c | awk '{ print $2, $1 }' | sort; }
has_counted() { same "$(expected "$2")" "$(counts "$1")" > "$out.counts"; }
has_begun() { [ -n "$(counts "$1")" ]; }
# Every count of a word once, one after the other: nothing was counted twice, nothing was lost on the way.
each_count_once() {
  k -C -q -e -t "$1" -o beginning -X isolation.level=read_committed -f '%k %s\n' |
    awk '$2 <= last[$1] { print "a count of " $1 " goes back: " $2; bad = 1 } { last[$1] = $2 + 0 } END { exit bad }'
}

word_count_of_a_killed_application_is_exact() {
  create "$topic" 2 && create "$topic-out" 1 && words 0 2000 | k -P -t "$topic" -X acks=all || return 1
  application "$topic-app" "$topic" "$topic-out"
  eventually 60 has_begun "$topic-out" || { echo "it never began: $(tail -n 1 "$out.app")"; return 1; }
  words 2000 4000 | k -P -t "$topic" -X acks=all && end_application KILL || return 1
  words 4000 5000 | k -P -t "$topic" -X acks=all || return 1
  application "$topic-app" "$topic" "$topic-out"
  eventually 90 has_counted "$topic-out" 5000 || { echo "its counts are wrong: $(tail -n 1 "$out.counts")"; return 1; }
  each_count_once "$topic-out" && end_application KILL
}
streams_resetter_begins_anew() {
  create "$topic" 2 && create "$topic-out" 1 && words 0 700 | k -P -t "$topic" -X acks=all || return 1
  application "$topic-app" "$topic" "$topic-out"
  eventually 60 has_counted "$topic-out" 700 || { echo "its counts are wrong: $(tail -n 1 "$out.counts")"; return 1; }
  end_application KILL
  # What a killed application was given stays its own until its session ends.
  eventually 30 tool StreamsResetter --application-id "$topic-app" --input-topics "$topic" --force > "$out.reset" 2>&1 ||
    { tail -n 1 "$out.reset"; return 1; }
  k -L > "$out.topics" && ! grep -q "$topic-app-counts" "$out.topics" || { echo 'internal topics are left'; return 1; }
  rm -rf "$WORK/state" && create "$topic-again" 1
  application "$topic-app" "$topic" "$topic-again"
  eventually 60 has_counted "$topic-again" 700 || { echo "its counts are wrong: $(tail -n 1 "$out.counts")"; return 1; }
  end_application KILL
}

copier() {
  java "${small[@]}" -cp "$KAFKA_TOOLS/*" org.apache.kafka.tools.TransactionalMessageCopier --broker-list "$BROKER" \
    --transactional-id "$topic-id" --input-topic "$topic" --input-partition 0 --output-topic "$topic-out" \
    --consumer-group "$topic-group" --transaction-size 50 --transaction-timeout 10000 --group-mode --use-group-metadata \
    "$@" > "$out.copier" 2>&1 &
  app=$!
}
copied() { k -C -q -e -t "$topic-out" -o beginning -X isolation.level=read_committed | wc -l; }
has_copied() { [ "$(copied)" -ge "$1" ]; }
a_killed_copier_copies_each_record_once() {
  create "$topic" && create "$topic-out" && seq 1 5000 | k -P -t "$topic" -X acks=all || return 1
  local round
  for round in 1 2; do
    copier --enable-random-aborts
    eventually 60 has_copied $((round * 300)) || { echo "it copies nothing: $(tail -n 1 "$out.copier")"; return 1; }
    end_application KILL
  done
  copier
  eventually 90 has_copied 5000 || { echo "only $(copied) are copied: $(tail -n 1 "$out.copier")"; return 1; }
  end_application TERM
  same "$(seq 1 5000 | sum)" "$(k -C -q -e -t "$topic-out" -o beginning -X isolation.level=read_committed | sort -n | sum)"
}

# What the tools say of groups and transactions now: a Kafka on a copy of the directory must say the same.
. "$SUITE/remembered.sh"
offsets_and_transactions_are_remembered() {
  remembered > "$WORK/remembered" && grep -q TOPIC "$WORK/remembered" && grep -q CompleteCommit "$WORK/remembered"
}

offline='dump_log.*|kafka_on_a_copy.*'
grep -vxE "$offline" "$TESTS" > "$WORK/online.txt"
if grep -qxE "$offline" "$TESTS" && ! grep -q copier "$TESTS"; then
  # A check of after.sh that runs alone: something must have been committed for it to look at.
  topic=a_killed_copier-$run_id out=$WORK/checks/alone
  a_killed_copier_copies_each_record_once > "$out" 2>&1 && offsets_and_transactions_are_remembered
fi
TESTS=$WORK/online.txt run_checks
