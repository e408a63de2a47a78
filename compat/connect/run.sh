#!/bin/bash
# A worker reads a file into a topic and the topic into another file. Every worker is ended by its pid.
. "$SUITE/../checks.sh"
k() { timeout 60 kcat -b "$BROKER" -X broker.address.family=v4 -m 20 "$@"; }
REST=http://127.0.0.1:8083

worker=
work() { # work CLASS ARGUMENTS…
  java -Xmx384m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
    -cp "$KAFKA_TOOLS/*:$WORK/libs/*" "org.apache.kafka.connect.cli.$1" "${@:2}" > "$out.worker" 2>&1 &
  worker=$!
}
end_worker() { # end_worker SIGNAL
  kill "-$1" "$worker" 2> /dev/null
  wait "$worker" 2> /dev/null
  worker=
}
trap '[ -z "$worker" ] || kill -KILL "$worker"' EXIT

common() {
  cat <<P
bootstrap.servers=$BROKER
key.converter=org.apache.kafka.connect.storage.StringConverter
value.converter=org.apache.kafka.connect.storage.StringConverter
offset.flush.interval.ms=500
listeners=$REST
plugin.discovery=service_load
P
}
source_settings=connector.class=org.apache.kafka.connect.file.FileStreamSourceConnector
sink_settings=connector.class=org.apache.kafka.connect.file.FileStreamSinkConnector
# Every line is there; some may be there twice where a worker was killed between writing and committing.
holds() { [ -e "$1" ] && cmp -s <(sort -un "$1") <(seq 1 "$2"); }
lines() { k -C -q -e -t "$topic" -o beginning -X isolation.level=read_committed; }

a_worker_alone_carries_a_file_through_a_topic() {
  seq 1 1000 > "$out.in" && rm -f "$out.out" "$out.offsets" && k -L -t "$topic" > "$out.metadata"
  { common; echo "offset.storage.file.filename=$out.offsets"; } > "$out.properties"
  printf '%s\n' name=in "$source_settings" tasks.max=1 "file=$out.in" "topic=$topic" > "$out.source"
  printf '%s\n' name=out "$sink_settings" tasks.max=1 "file=$out.out" "topics=$topic" > "$out.sink"
  work ConnectStandalone "$out.properties" "$out.source" "$out.sink"
  eventually 90 holds "$out.out" 1000 || { echo "not all lines arrive: $(tail -n 1 "$out.worker")"; return 1; }
  seq 1001 1200 >> "$out.in"
  eventually 60 holds "$out.out" 1200 || { echo 'what is added does not arrive'; return 1; }
  end_worker TERM
  same "$(seq 1 1200 | sum)" "$(sum < "$out.out")"
}

serves() { curl -sf "$REST/connectors" > /dev/null; }
connector() { # connector NAME SETTING…
  local setting json=
  for setting in "${@:2}"; do json+="${json:+,}\"${setting%%=*}\":\"${setting#*=}\""; done
  curl -sf -X PUT -H 'Content-Type: application/json' -d "{$json}" "$REST/connectors/$1/config" > "$out.put" ||
    { echo "connector $1 is refused"; return 1; }
}
a_killed_distributed_worker_goes_on_and_writes_each_line_once() {
  seq 1 1000 > "$out.in" && rm -f "$out.out" && k -L -t "$topic" > "$out.metadata"
  {
    common
    echo "group.id=$topic-workers"
    local kind
    for kind in config offset status; do
      echo "$kind.storage.topic=$topic-$kind"
      echo "$kind.storage.replication.factor=1"
      [ $kind = config ] || echo "$kind.storage.partitions=2"
    done
    echo exactly.once.source.support=enabled
    echo consumer.isolation.level=read_committed
    echo session.timeout.ms=6000
    echo heartbeat.interval.ms=1500
  } > "$out.properties"
  work ConnectDistributed "$out.properties"
  eventually 60 serves || { echo "it does not serve: $(tail -n 1 "$out.worker")"; return 1; }
  connector in "$source_settings" tasks.max=1 "file=$out.in" "topic=$topic" exactly.once.support=required &&
    connector out "$sink_settings" tasks.max=1 "file=$out.out" "topics=$topic" || return 1
  eventually 60 holds "$out.out" 1000 || { echo "not all lines arrive: $(tail -n 1 "$out.worker")"; return 1; }
  end_worker KILL
  seq 1001 2000 >> "$out.in"
  work ConnectDistributed "$out.properties"
  eventually 90 holds "$out.out" 2000 || { echo "it does not go on: $(tail -n 1 "$out.worker")"; return 1; }
  end_worker TERM
  same "$(seq 1 2000 | sum)" "$(lines | sort -n | sum)"
}

run_checks
