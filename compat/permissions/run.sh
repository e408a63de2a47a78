#!/bin/bash
# One broker with an authorizer and two users; all cases are run at once, and each API is then judged for itself.
# RECORD=1 writes the file of answers instead of comparing.
. "$SUITE/../checks.sh"
cd "$WORK"
KAFKA_LIBS=${KAFKA_LIBS:-$KAFKA_TOOLS/../libs}
OPEN=127.0.0.1:9292 SASL=127.0.0.1:9293
SECURITY=org.apache.kafka.common.security

pid=
trap '[ -z "$pid" ] || kill -KILL "$pid"' EXIT
settings() {
  echo "listeners=PLAINTEXT://$OPEN,SASL_PLAINTEXT://$SASL$1
advertised.listeners=PLAINTEXT://$OPEN,SASL_PLAINTEXT://$SASL
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=$SECURITY.plain.PlainLoginModule required user_ann=\"pencil\" user_admin=\"secret\";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:admin
delegation.token.secret.key=mill
node.id=1
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1
group.initial.rebalance.delay.ms=0"
}
start() {
  log=$WORK/permissions.log
  rm -rf permissions-data
  if [ "$BROKER_KIND" = kafka ]; then
    { settings ",CONTROLLER://127.0.0.1:9295"; echo "process.roles=broker,controller
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT
controller.quorum.bootstrap.servers=127.0.0.1:9295
log.dirs=$WORK/permissions-data"; } > permissions.properties
    java -Xmx256m -cp "$KAFKA_LIBS/*" kafka.tools.StorageTool format --standalone -t LgTHcJ2WTcqN-s8O1nWZTg -c permissions.properties > format.log 2>&1
    java -Xmx512m -cp "$KAFKA_LIBS/*" kafka.Kafka permissions.properties > "$log" 2>&1 &
  else
    settings '' > permissions.properties
    "$THALWEG" serve --config permissions.properties --data permissions-data --admin off > "$log" 2>&1 &
  fi
  pid=$!
  eventually 60 "$THALWEG" -b "$OPEN" topic list > /dev/null 2>&1 || { tail -n 1 "$log"; return 1; }
}

got=$WORK/checks/answers
start && timeout 100 java -Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto \
  -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp "$KAFKA_TOOLS/*" "$SUITE/Permissions.java" "$SASL" "$SUITE/table.txt" > "$got" 2> "$got.errors"
[ -z "${RECORD:-}" ] || grep -v '^WRONG' "$got" > "$SUITE/expected${RECORD_AS:-}"

# An API's cases, titles and answers.
cases() { awk -v api="$1" '/^[A-Z]/ { mine = $1 == api } mine && !/^WRONG/' "$2"; }
expected=$SUITE/expected
judge() {
  [ -n "$(cases "$1" "$got")" ] || { tail -n 3 "$got.errors" "$log"; echo "no answer"; return 1; }
  grep "^WRONG $1 " "$got" && return 1
  local wanted=$expected
  # What differs on purpose is in a file of its own; ../differences.md says why.
  if [ "$BROKER_KIND" = thalweg ] && [ -n "$(cases "$1" "$expected.thalweg")" ]; then wanted=$expected.thalweg; fi
  diff -u <(cases "$1" "$wanted") <(cases "$1" "$got")
}
for api in $(grep -v '^#' "$SUITE/table.txt" | cut -d' ' -f1 | sort -u); do
  eval "leave_for_$api() { judge $api; }"
done
run_checks
kill -TERM "$pid" && wait "$pid"
pid=
