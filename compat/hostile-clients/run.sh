#!/bin/bash
# One broker with a listener of each kind and a small account for requests; CROWD=10000 sends a larger crowd.
. "$SUITE/../checks.sh"
cd "$WORK"
OPEN=127.0.0.1:9392 SASL=127.0.0.1:9393 TLS=127.0.0.1:9394
SECURITY=org.apache.kafka.common.security
CROWD=${CROWD:-2000}
ulimit -n "$(ulimit -Hn)"

pid=
trap '[ -z "$pid" ] || kill -KILL "$pid"' EXIT
settings() {
  local name
  for name in sasl_plaintext sasl_ssl; do
    echo "listener.name.$name.plain.sasl.jaas.config=$SECURITY.plain.PlainLoginModule required user_ann=\"pencil\";
listener.name.$name.scram-sha-256.sasl.jaas.config=$SECURITY.scram.ScramLoginModule required;
listener.name.$name.scram-sha-512.sasl.jaas.config=$SECURITY.scram.ScramLoginModule required;"
  done
  echo "listeners=PLAINTEXT://$OPEN,SASL_PLAINTEXT://$SASL,SASL_SSL://$TLS
ssl.keystore.type=PEM
ssl.keystore.location=$WORK/certs/broker.pem
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
connection.failed.authentication.delay.ms=100
queued.max.request.bytes=33554432
socket.request.max.bytes=33554432
message.max.bytes=20000000
log.cleaner.backoff.ms=200
node.id=1"
}
start() {
  rm -rf certs crowd-data && log=$WORK/crowd.log
  "$THALWEG" generate certs --out certs > /dev/null || return 1
  settings > crowd.properties
  "$THALWEG" serve --config crowd.properties --data crowd-data --admin off > "$log" 2>&1 &
  pid=$!
  eventually 60 "$THALWEG" -b "$OPEN" topic list > /dev/null 2>&1 || { tail -n 1 "$log"; return 1; }
}
crowd() { # crowd KIND COUNT
  "$THALWEG" -b "$OPEN" topic create "$topic" --partitions 1 --config cleanup.policy=compact --config min.cleanable.dirty.ratio=0 \
    --config segment.ms=100 --config max.compaction.lag.ms=100 > /dev/null &&
    "$THALWEG" -b "$OPEN" topic create "$topic-honest" --partitions 1 > /dev/null &&
    timeout 60 python3 "$SUITE/crowds.py" "$1" "$pid" "$OPEN" "$SASL" "$TLS" "$topic" "$2" || return 1
  kill -0 "$pid" || { echo 'the broker has ended'; return 1; }
}
slow_connections() { crowd slow_connections "$CROWD"; }
unauthenticated_connections() { crowd unauthenticated_connections "$CROWD"; }
cut_handshakes() { crowd cut_handshakes "$((CROWD / 2))"; }
bombs_through_telemetry() { crowd bombs_through_telemetry 1; }
compacted() { [ "$(cat crowd-data/"$topic"-0/*.log | wc -c)" -lt 50000 ]; }
bombs_into_compacted_topics() {
  crowd bombs_into_compacted_topics 1 && eventually 15 compacted || { echo "the topic was not compacted: $(ls -l crowd-data/"$topic"-0)"; return 1; }
  # What was compacted can be read.
  timeout 20 "$THALWEG" -b "$OPEN" consume "$topic" --offset start --number 2 > /dev/null || echo "it cannot be read"
}
oversized_logins() { crowd oversized_logins "$((CROWD / 2))"; }
giant_counts() { crowd giant_counts 1; }

start || echo 'the broker could not be made ready'
run_checks
kill -TERM "$pid" && wait "$pid"
pid=
