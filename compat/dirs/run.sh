#!/bin/bash
# Directories change hands between Thalweg and real Kafka 4.4. With BROKER_KIND=kafka both sides are Kafka: what then
# fails is the check's fault. Each check uses two ports of its own; every broker it starts is ended by its pid.
. "$SUITE/../checks.sh"
KAFKA_LIBS=${KAFKA_LIBS:-$KAFKA_TOOLS/../libs}
PORT=${PORT:-29100}
HERE=127.0.0.1:$PORT

jvm() { timeout "${limit:-90}" java -Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto \
  -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp "$KAFKA_TOOLS/*" "$@"; }
topics() { jvm org.apache.kafka.tools.TopicCommand --bootstrap-server "$HERE" "$@"; }
dump() { jvm org.apache.kafka.tools.DumpLogSegments --cluster-metadata-decoder --files "$1"; }
k() { timeout 30 kcat -b "$HERE" -X broker.address.family=v4 -m 10 "$@"; }

# The one broker that runs now: its pid, and its log.
pid=
log=
wait_for() { # wait_for WORDS: what the broker says once it serves
  local i
  for i in $(seq 1 240); do
    grep -q "$1" "$log" && k -L > /dev/null 2>&1 && return 0
    kill -0 "$pid" 2> /dev/null || { echo "the broker died: $(tail -n 1 "$log")"; return 1; }
    sleep 0.25
  done
  echo "the broker did not come up: $(tail -n 1 "$log")"
  return 1
}
kafka_start() { # kafka_start DATA
  log=$1.kafka.log
  cat > "$1.properties" <<P
process.roles=broker,controller
node.id=1
listeners=PLAINTEXT://$HERE,CONTROLLER://127.0.0.1:$((PORT + 1))
advertised.listeners=PLAINTEXT://$HERE
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:$((PORT + 1))
log.dirs=$1
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
$more
P
  if [ ! -e "$1/meta.properties" ]; then
    java -Xmx256m -cp "$KAFKA_LIBS/*" kafka.tools.StorageTool format --standalone -t LgTHcJ2WTcqN-s8O1nWZTg -c "$1.properties" \
      > "$1.format.log" 2>&1 || { tail -n 1 "$1.format.log"; return 1; }
  fi
  cat > "$1.log4j2.properties" <<P
rootLogger.level = info
rootLogger.appenderRef.out.ref = out
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = [%d] %p %m (%c)%n
P
  java -Xmx512m -Dlog4j2.configurationFile="$1.log4j2.properties" -cp "$KAFKA_LIBS/*" kafka.Kafka "$1.properties" > "$log" 2>&1 &
  pid=$!
  wait_for 'Kafka Server started'
}
ours_start() { # ours_start DATA
  if [ "$BROKER_KIND" = kafka ]; then kafka_start "$1"; return; fi
  log=$1.thalweg.log
  local setting settings=()
  for setting in $more; do settings+=(-X "$setting"); done
  "$THALWEG" serve --data "$1" --listen "$HERE" --admin off -X node.id=1 -X offsets.topic.replication.factor=1 \
    "${settings[@]}" > "$log" 2>&1 &
  pid=$!
  wait_for .
}
# Settings of the next start, one a line.
more=
ended() { # ended SIGNAL
  kill "-$1" "$pid" 2> /dev/null
  local i
  for i in $(seq 1 120); do kill -0 "$pid" 2> /dev/null || { wait "$pid" 2> /dev/null; pid=; return 0; }; sleep 0.25; done
  echo 'the broker did not stop'
  return 1
}
stopped() { ended TERM; }
killed() { ended KILL; }
trap '[ -z "$pid" ] || kill -KILL "$pid"' EXIT

data=
fresh() { # a check that failed may have left its broker
  [ -z "$pid" ] || killed
  more=
  data=$WORK/dirs/$1
  rm -rf "$data" "$data".* && mkdir -p "$WORK/dirs"
}
copied() { # the directory is handed over as a copy, so that the first owner's is there to look at
  rm -rf "$data.copy" && cp -a "$data" "$data.copy" && data=$data.copy
}

# Three partitions with 3,000 numbered records, a topic of its own settings, one that grew and one that is gone.
fill() {
  topics --create --topic "$topic" --partitions 3 --config retention.ms=86400000 &&
    topics --create --topic "$topic-grown" --partitions 1 && topics --alter --topic "$topic-grown" --partitions 4 &&
    topics --create --topic "$topic-gone" --partitions 2 && topics --delete --topic "$topic-gone" || return 1
  local partition
  for partition in 0 1 2; do seq 1 1000 | k -P -t "$topic" -p $partition -z "$([ $partition = 2 ] && echo none || echo lz4)" -X acks=all || return 1; done
}
# all_there COUNT: topics as filled, and this many records in each partition, first to last
all_there() {
  topics --describe > "$out.topics" || return 1
  same 7 "$(grep -c 'Leader: 1.*Replicas: 1.*Isr: 1' < <(grep "$topic" "$out.topics"))" || return 1
  grep -q "Topic: $topic.*PartitionCount: 3.*retention.ms=86400000" "$out.topics" || { echo 'the topic lost its settings'; return 1; }
  grep -q "$topic-gone" "$out.topics" && { echo 'a deleted topic is back'; return 1; }
  local partition
  for partition in 0 1 2; do
    same "$(seq 1 "$1" | sum)" "$(k -C -q -e -t "$topic" -p $partition -o beginning | sum)" || return 1
  done
}
# more_records FROM TO: the new owner can write, too
more_records() {
  local partition
  for partition in 0 1 2; do seq "$1" "$2" | k -P -t "$topic" -p $partition -X acks=all -X enable.idempotence=true || return 1; done
}

kafka_opens_what_was_stopped() {
  fresh stopped && ours_start "$data" && fill && stopped || return 1
  [ -e "$data/.kafka_cleanshutdown" ] || { echo 'no mark of a clean stop'; return 1; }
  copied && kafka_start "$data" && all_there 1000 && more_records 1001 1500 && all_there 1500 && stopped
}
kafka_opens_what_was_killed() {
  fresh killed && ours_start "$data" && fill && killed || return 1
  [ ! -e "$data/.kafka_cleanshutdown" ] || { echo 'a killed broker left the mark of a clean stop'; return 1; }
  copied && kafka_start "$data" && all_there 1000 && more_records 1001 1500 && all_there 1500 && stopped
}
kafkas_directory_is_opened_after_a_stop() {
  fresh kafkas && kafka_start "$data" && fill && stopped || return 1
  copied && ours_start "$data" && all_there 1000 && more_records 1001 1500 && all_there 1500 && stopped
}
kafkas_directory_is_opened_after_a_kill() {
  fresh kafkas-killed && kafka_start "$data" && fill && killed || return 1
  copied && ours_start "$data" && all_there 1000 && more_records 1001 1500 && all_there 1500 && stopped
}
our_own_is_opened_after_a_kill() {
  fresh own-killed && ours_start "$data" && fill && killed || return 1
  copied && ours_start "$data" && all_there 1000 && more_records 1001 1500 && all_there 1500 && stopped
}
there_and_back_again() {
  fresh back && ours_start "$data" && fill && stopped &&
    kafka_start "$data" && more_records 1001 1200 && stopped &&
    ours_start "$data" && all_there 1200 && more_records 1201 1300 && stopped &&
    kafka_start "$data" && all_there 1300 && stopped
}
dump_log_reads_the_metadata() {
  fresh dumped && ours_start "$data" && fill && stopped || return 1
  dump "$data/__cluster_metadata-0/00000000000000000000.log" > "$out.dump" || return 1
  local kind
  for kind in LeaderChange KRaftVersion KRaftVoters BEGIN_TRANSACTION_RECORD FEATURE_LEVEL_RECORD END_TRANSACTION_RECORD \
    REGISTER_CONTROLLER_RECORD REGISTER_BROKER_RECORD BROKER_REGISTRATION_CHANGE_RECORD TOPIC_RECORD CONFIG_RECORD \
    PARTITION_RECORD REMOVE_TOPIC_RECORD PARTITION_CHANGE_RECORD; do
    grep -q "$kind" "$out.dump" || { echo "no $kind"; return 1; }
  done
  grep -q 'isvalid: false' "$out.dump" && { echo 'an invalid batch'; return 1; }
  dump "$data/__cluster_metadata-0/00000000000000000000-0000000000.checkpoint" > "$out.dump" || return 1
  grep -q 'SnapshotFooter' "$out.dump" || { echo 'no end of the bootstrap checkpoint'; return 1; }
}
dump_log_reads_the_snapshots() {
  fresh snapshots
  more='metadata.log.max.record.bytes.between.snapshots=1500'
  ours_start "$data" && fill && stopped || return 1
  local newest
  newest=$(ls "$data"/__cluster_metadata-0/*.checkpoint | tail -n 1)
  case $newest in *00000000000000000000-*) echo 'no snapshot was taken'; return 1 ;; esac
  dump "$newest" > "$out.dump" || return 1
  grep -q "\"name\":\"$topic\"" "$out.dump" && grep -q 'SnapshotFooter' "$out.dump" || { echo 'the snapshot is not whole'; return 1; }
  more=
  copied && kafka_start "$data" && all_there 1000 && stopped
}

# Compaction: the same directory, filled by Kafka with compaction asleep, is compacted by both.
records() { # records DATA: what its log says, but for what no two runs have alike: places, sizes, checksums, horizons
  local file
  for file in "$1/$topic"-0/*.log "$1/$topic"-0/*.txnindex; do
    [ -e "$file" ] || continue
    echo "$(basename "$file")"
    jvm org.apache.kafka.tools.DumpLogSegments --print-data-log --files "$file" 2> /dev/null | grep -v "^Dumping" |
      sed -E 's/ position: [0-9]+//; s/ size: [0-9]+//; s/ crc: [0-9]+//; s/OptionalLong\[[0-9]+\]/set/'
  done
}
last_base() { basename "$(ls "$1/$topic"-0/*.log | tail -n 1)" .log | sed 's/^0*//'; }
is_compacted() { grep -q "^$topic 0 $(last_base "$1")$" "$1/cleaner-offset-checkpoint" 2> /dev/null; }
asleep='log.cleaner.backoff.ms=36000000'
awake='log.cleaner.backoff.ms=200'
written() { # written SEED ROUNDS: into the directory at hand, by Kafka
  more=$asleep
  kafka_start "$data" || return 1
  topics --create --if-not-exists --topic "$topic" --partitions 1 --config cleanup.policy=compact \
    --config segment.bytes=1048576 --config min.cleanable.dirty.ratio=0.001 --config delete.retention.ms=1000 &&
    limit=180 jvm "$SUITE/Fill.java" "$HERE" "$topic" "$1" "$2" > "$out.fill" 2>&1 || { tail -n 1 "$out.fill"; return 1; }
  stopped
}
compacted_by() { # compacted_by START DATA
  more=$awake
  "$1" "$2" || return 1
  eventually 60 is_compacted "$2" || { echo "not compacted: $(cat "$2/cleaner-offset-checkpoint")"; return 1; }
  stopped
}
compacts_alike() { # compacts_alike NAME: copies of the directory at hand, one for each
  rm -rf "$data.kafkas" "$data.ours" && cp -a "$data" "$data.kafkas" && cp -a "$data" "$data.ours" &&
    compacted_by kafka_start "$data.kafkas" && compacted_by ours_start "$data.ours" || return 1
  records "$data" > "$out.$1.before"
  records "$data.kafkas" > "$out.$1.kafka"
  records "$data.ours" > "$out.$1.ours"
  [ "$(wc -l < "$out.$1.kafka")" -lt "$(wc -l < "$out.$1.before")" ] || { echo 'Kafka compacted nothing'; return 1; }
  diff "$out.$1.kafka" "$out.$1.ours" > "$out.$1.diff" ||
    { echo "$(grep -c '^[<>]' "$out.$1.diff") lines differ: $(head -n 2 "$out.$1.diff" | tail -n 1)"; return 1; }
}
compaction_leaves_what_kafka_leaves() {
  fresh compacted && written 1 30 && compacts_alike first || return 1
  # Once more, on what Kafka left: tombstones and markers whose time has come, batches emptied before.
  rm -rf "$data" && mv "$data.kafkas" "$data" && sleep 1 && written 2 20 && compacts_alike second
}
kafka_opens_what_was_compacted() {
  fresh compacted-here && written 3 20 && compacted_by ours_start "$data" || return 1
  ours_start "$data" && k -C -q -e -t "$topic" -p 0 -o beginning -f '%o %k %s\n' > "$out.before" && killed || return 1
  copied && more=$asleep && kafka_start "$data" && k -C -q -e -t "$topic" -p 0 -o beginning -f '%o %k %s\n' > "$out.after" || return 1
  [ -s "$out.before" ] && same "$(sum < "$out.before")" "$(sum < "$out.after")" && stopped
}

run_checks
