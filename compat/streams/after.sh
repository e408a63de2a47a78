#!/bin/bash
# Once the broker has stopped: Kafka's dumper reads the coordinators' topics, and Kafka 4.4 itself remembers the same.
. "$SUITE/../checks.sh"
KAFKA_LIBS=${KAFKA_LIBS:-$KAFKA_TOOLS/../libs}
. "$SUITE/remembered.sh"
small=(-Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto -Dorg.slf4j.simpleLogger.defaultLogLevel=error)
tool() { timeout 90 java "${small[@]}" -cp "$KAFKA_TOOLS/*" "org.apache.kafka.tools.$1" --bootstrap-server "$BROKER" "${@:2}"; }
dump() { timeout 120 java "${small[@]}" -cp "$KAFKA_TOOLS/*" org.apache.kafka.tools.DumpLogSegments "$@"; }
complaints='isvalid: false|Non-consecutive|Exception|is corrupt|cannot be dumped|unable to|Could not'
files() { find "$DATA" -path "*/$1-*" -name '*.log' -size +0 | sort | paste -sd,; }

dump_log_reads_what_they_committed() {
  dump --offsets-decoder --deep-iteration --files "$(files __consumer_offsets)" || return 1
  grep -q '"group":"a_killed_copier.*-group"' "$out" && grep -q '"offset":5000' "$out" && grep -qE 'endTxnMarker: COMMIT' "$out" ||
    { echo 'the committed offsets are not there'; return 1; }
  ! grep -E "$complaints" "$out"
}
dump_log_reads_how_their_transactions_ended() {
  dump --transaction-log-decoder --deep-iteration --files "$(files __transaction_state)" || return 1
  grep -q '"transactionalId":"a_killed_copier.*-id"' "$out" && grep -qE '"transactionStatus":4|CompleteCommit' "$out" ||
    { echo 'the transactions are not there'; return 1; }
  ! grep -E "$complaints" "$out"
}
kafka_on_a_copy_shows_the_same() {
  local copy=$WORK/copy log=$WORK/copy.log pid i
  rm -rf "$copy" && cp -a "$DATA" "$copy"
  cat > "$copy.properties" <<P
process.roles=broker,controller
node.id=$(sed -n 's/^node.id=//p' "$DATA/meta.properties")
listeners=PLAINTEXT://$BROKER,CONTROLLER://127.0.0.1:9193
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:9193
log.dirs=$copy
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
P
  java -Xmx512m -Dlog4j2.configurationFile="$KAFKA_TOOLS/../log4j2.properties" -cp "$KAFKA_LIBS/*" kafka.Kafka "$copy.properties" > "$log" 2>&1 &
  pid=$!
  for i in $(seq 1 120); do grep -q 'Kafka Server started' "$log" && break; sleep 0.5; done
  eventually 30 is_remembered
  local same=$?
  kill "$pid" && wait "$pid"
  [ $same = 0 ] || { diff "$WORK/remembered" "$out.now" | head -n 5 | tr '\n' ' '; return 1; }
}
is_remembered() { remembered > "$out.now" && cmp -s "$WORK/remembered" "$out.now"; }

grep -xE 'dump_log.*|kafka_on_a_copy.*' "$TESTS" > "$WORK/offline.txt"
TESTS=$WORK/offline.txt run_checks
