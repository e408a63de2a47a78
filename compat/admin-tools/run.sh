#!/bin/bash
# Kafka's admin tools, and requests that no tool sends, on the broker at hand; each output is compared with what Apache
# Kafka 4.4.0 gave (expected/NAME). Where Thalweg differs on purpose there is a second file (expected/NAME.thalweg), and
# ../differences.md says why. RECORD=1 writes the files instead of comparing.
. "$SUITE/../checks.sh"

jvm() { timeout "${limit:-90}" java -Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto \
  -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp "$KAFKA_TOOLS/*" "$@" 2>&1 | grep -v '^\s*at \|SLF4J\|^Caused by\|^$'; }
tool() { echo "> $*"; jvm "org.apache.kafka.tools.$1" --bootstrap-server "$BROKER" "${@:2}"; }
config_tool() { echo "> ConfigCommand $*"; jvm kafka.admin.ConfigCommand --bootstrap-server "$BROKER" "$@"; }
topic_tool() { tool TopicCommand "$@"; }
settle() { sleep 0.7; }
raw() { jvm "$SUITE/Raw.java" "$BROKER" < "$SUITE/raw/$1.txt"; }

# Compares what a function printed with the file of its name.
expect() {
  local got=$WORK/checks/$1.got wanted=$SUITE/expected/$1
  "say_$1" > "$WORK/checks/$1.plain" 2>&1
  python3 "$SUITE/normal.py" < "$WORK/checks/$1.plain" > "$got" || return 1
  if [ "$BROKER_KIND" = thalweg ] && [ -e "$wanted.thalweg" ]; then wanted=$wanted.thalweg; fi
  if [ -n "${RECORD:-}" ]; then cp "$got" "$SUITE/expected/$1${RECORD_AS:-}"; fi
  diff -u "$wanted" "$got"
}

for script in "$SUITE"/raw/*.txt; do
  name=$(basename "$script" .txt)
  eval "say_$name() { raw $name; }; $name() { expect $name; }"
done

say_topics() {
  topic_tool --create --topic tt --partitions 3 --replication-factor 1 --config retention.ms=60000; settle
  topic_tool --describe --topic tt
  topic_tool --create --topic tt --partitions 1 --replication-factor 1
  topic_tool --create --topic tt --partitions 1 --replication-factor 1 --if-not-exists
  topic_tool --create --topic 'a b' --partitions 1 --replication-factor 1
  topic_tool --create --topic tr --partitions 1 --replication-factor 3
  topic_tool --create --topic tc --partitions 1 --config nope=1
  topic_tool --create --topic tm --replica-assignment 0,0
  topic_tool --alter --topic tt --partitions 5; settle
  topic_tool --alter --topic tt --partitions 2
  topic_tool --describe --topic tt --unavailable-partitions
  topic_tool --describe --topic nope
  topic_tool --list --topic 'tt|tm'
  topic_tool --delete --topic tt; settle
  topic_tool --delete --topic tt
  topic_tool --list --topic tt
}
say_configs() {
  topic_tool --create --topic tg --partitions 1; settle
  config_tool --alter --entity-type topics --entity-name tg --add-config 'retention.ms=60000,cleanup.policy=[compact,delete]'; settle
  config_tool --describe --entity-type topics --entity-name tg
  config_tool --describe --all --entity-type topics --entity-name tg
  config_tool --alter --entity-type topics --entity-name tg --add-config retention.ms=abc
  config_tool --alter --entity-type topics --entity-name tg --add-config max.message.bytes=-7
  config_tool --alter --entity-type topics --entity-name tg --delete-config retention.ms; settle
  config_tool --alter --entity-type topics --entity-name tg --delete-config never.set
  config_tool --describe --entity-type topics --entity-name tg
  config_tool --describe --entity-type topics --entity-name nope
  config_tool --alter --entity-type brokers --entity-default --add-config log.retention.ms=70000; settle
  config_tool --alter --entity-type brokers --entity-name 0 --add-config message.max.bytes=2000000; settle
  config_tool --describe --entity-type brokers --entity-default
  config_tool --describe --entity-type brokers --entity-name 0
  config_tool --alter --entity-type brokers --entity-name 0 --add-config num.partitions=9
  config_tool --alter --entity-type brokers --entity-name 0 --add-config message.max.bytes=-7
  config_tool --alter --entity-type brokers --entity-name 0 --delete-config message.max.bytes; settle
  config_tool --alter --entity-type brokers --entity-default --delete-config log.retention.ms; settle
  config_tool --describe --entity-type brokers --entity-name 0
  config_tool --alter --entity-type broker-loggers --entity-name 0 --add-config root=WARN
  config_tool --alter --entity-type broker-loggers --entity-name 0 --add-config root=LOUD
  config_tool --alter --entity-type groups --entity-name gg --add-config consumer.session.timeout.ms=50000; settle
  config_tool --describe --entity-type groups --entity-name gg
  config_tool --alter --entity-type groups --entity-name gg --add-config consumer.session.timeout.ms=1
  config_tool --alter --entity-type client-metrics --entity-name mm --add-config interval.ms=2000; settle
  config_tool --describe --entity-type client-metrics --entity-name mm
  config_tool --alter --entity-type client-metrics --entity-name mm --delete-config interval.ms
}
# Every key of a broker, with its source and synonyms; not the values that the suite's own settings differ in.
say_configs_broker_all() {
  config_tool --describe --all --entity-type brokers --entity-name 0 | grep -vE '^ +(thalweg\.|([a-z.]*listener|log\.dirs?|controller\.quorum|authorizer|super\.users|allow\.everyone|process\.roles|metadata\.log\.dir)[a-z.]*=)'
}
say_leader_election() {
  topic_tool --create --topic tl --partitions 2; settle
  tool LeaderElectionCommand --election-type preferred --topic tl --partition 0
  tool LeaderElectionCommand --election-type unclean --topic tl --partition 1
  tool LeaderElectionCommand --election-type preferred --topic tl --partition 7
  tool LeaderElectionCommand --election-type preferred --topic nope --partition 0
}
say_delete_records() {
  topic_tool --create --topic td --partitions 2; settle
  seq 1 100 | tool ConsoleProducer --topic td --reader-property parse.key=false > /dev/null
  printf '{"partitions":[{"topic":"td","partition":0,"offset":-1},{"topic":"td","partition":1,"offset":-1}],"version":1}' > "$WORK/td.json"
  tool DeleteRecordsCommand --offset-json-file "$WORK/td.json" | sed -E 's/low_watermark: [0-9]+/low_watermark: N/' | LC_ALL=C sort
  tool GetOffsetShell --topic td --time earliest > "$WORK/td.start"; tool GetOffsetShell --topic td --time latest > "$WORK/td.end"
  diff <(tail -n +2 "$WORK/td.start") <(tail -n +2 "$WORK/td.end") && echo 'nothing is left'
}
say_get_offsets() {
  topic_tool --create --topic to --partitions 2; settle
  for time in earliest latest max-timestamp earliest-local latest-tiered 1; do tool GetOffsetShell --topic to --time $time; done
  tool GetOffsetShell --topic-partitions to:1,nope:0
  tool GetOffsetShell --topic nope
}
say_metadata_quorum() {
  tool MetadataQuorumCommand describe --status | sed -E 's/(LeaderEpoch|HighWatermark|MaxFollowerLag[A-Za-z]*): +[0-9]+/\1: N/; s/localhost|127\.0\.0\.1/HOST/g'
  tool MetadataQuorumCommand describe --replication | sed -E 's/\s+/ /g; s/^([0-9]+) [A-Za-z0-9_-]{22} /\1 ID /; s/[0-9]{2,}/N/g'
}
say_features_tool() {
  tool FeatureCommand upgrade --metadata 4.4-IV2 --dry-run
  tool FeatureCommand upgrade --feature eligible.leader.replicas.version=1 --dry-run
  tool FeatureCommand downgrade --feature metadata.version=29 --dry-run
  tool FeatureCommand downgrade --unsafe --feature metadata.version=29 --dry-run
  tool FeatureCommand upgrade --feature nope=1
  tool FeatureCommand disable --feature eligible.leader.replicas.version --dry-run
  tool FeatureCommand describe | grep -E 'metadata.version|kraft.version|eligible' | sed -E 's/Epoch: [0-9]+/Epoch: N/'
}
say_log_dirs_tool() {
  topic_tool --create --topic ti --partitions 2; settle
  tool LogDirsCommand --describe --topic-list ti | sed -E 's/"(size|totalBytes|usableBytes)":-?[0-9]+/"\1":N/g' | python3 -c '
import json, sys
for line in sys.stdin:
    line = line.rstrip()
    if line.startswith("{"):
        told = json.loads(line.replace(":N", ":0"))
        for broker in told["brokers"]:
            for dir in broker["logDirs"]:
                dir["partitions"].sort(key=lambda partition: partition["partition"])
        line = json.dumps(told, sort_keys=True)
    print(line)'
  tool LogDirsCommand --describe --topic-list ti --broker-list 5
}
say_reassign_partitions() {
  topic_tool --create --topic tp --partitions 2; settle
  echo '{"topics":[{"topic":"tp"}],"version":1}' > "$WORK/tp.topics"
  tool reassign.ReassignPartitionsCommand --generate --topics-to-move-json-file "$WORK/tp.topics" --broker-list 0
  echo '{"version":1,"partitions":[{"topic":"tp","partition":0,"replicas":[0]},{"topic":"tp","partition":1,"replicas":[0]}]}' > "$WORK/tp.json"
  tool reassign.ReassignPartitionsCommand --execute --reassignment-json-file "$WORK/tp.json"
  tool reassign.ReassignPartitionsCommand --verify --reassignment-json-file "$WORK/tp.json"
  tool reassign.ReassignPartitionsCommand --execute --reassignment-json-file "$WORK/tp.json" --throttle 1000000; settle
  tool reassign.ReassignPartitionsCommand --verify --reassignment-json-file "$WORK/tp.json" --preserve-throttles
  tool reassign.ReassignPartitionsCommand --list
  tool reassign.ReassignPartitionsCommand --cancel --reassignment-json-file "$WORK/tp.json"
  echo '{"version":1,"partitions":[{"topic":"tp","partition":0,"replicas":[5]}]}' > "$WORK/tp.bad"
  tool reassign.ReassignPartitionsCommand --execute --reassignment-json-file "$WORK/tp.bad"
}
say_client_metrics_tool() {
  tool ClientMetricsCommand --alter --name cm --metrics org.apache.kafka.consumer. --interval 10000 --match client_id=x; settle
  tool ClientMetricsCommand --describe --name cm
  tool ClientMetricsCommand --alter --name cm --interval 5
  tool ClientMetricsCommand --alter --name cm --match nope=x
  tool ClientMetricsCommand --delete --name cm; settle
  tool ClientMetricsCommand --describe --name cm
}
say_cluster() {
  jvm org.apache.kafka.tools.ClusterTool cluster-id --bootstrap-server "$BROKER"
  jvm org.apache.kafka.tools.ClusterTool list-endpoints --bootstrap-server "$BROKER" | sed -E "s/\s+/ /g; s/${BROKER/:/ }/BROKER_HOST/" 
  jvm org.apache.kafka.tools.ClusterTool unregister --bootstrap-server "$BROKER" --id 7
}
# What is advertised is advertised as Kafka advertises it. Telemetry is served here; Kafka has it with a plug-in only.
api_versions() {
  tool BrokerApiVersionsCommand | grep -oE '[A-Za-z]+\([0-9]+\): [0-9]+( to [0-9]+)?' | sort > "$WORK/checks/api_versions.got"
  [ -n "${RECORD:-}" ] && cp "$WORK/checks/api_versions.got" "$SUITE/expected/api_versions"
  local strange
  strange=$(comm -23 "$WORK/checks/api_versions.got" <(sort "$SUITE/expected/api_versions") | grep -v Telemetry)
  [ -s "$WORK/checks/api_versions.got" ] && [ -z "$strange" ] || { echo "$strange"; return 1; }
}

for name in topics configs configs_broker_all leader_election delete_records get_offsets metadata_quorum features_tool \
  log_dirs_tool reassign_partitions client_metrics_tool cluster; do
  eval "$name() { expect $name; }"
done

run_checks
