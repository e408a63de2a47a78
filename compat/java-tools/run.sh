#!/bin/bash
# Checks of our own with Apache Kafka's Java clients and command line tools. Each makes what it needs, so that any of
# them runs alone; the checks of the files on disk are in after.sh.
. "$SUITE/../checks.sh"

# JVMs that live for a second want neither a big heap nor an optimising compiler.
jvm() { timeout "${limit:-90}" java -Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData -Xshare:auto \
  -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp "$KAFKA_TOOLS/*" "$@"; }
tool() { jvm "org.apache.kafka.tools.$1" --bootstrap-server "$BROKER" "${@:2}"; }
configs() { jvm kafka.admin.ConfigCommand --bootstrap-server "$BROKER" "$@"; }
create() { tool TopicCommand --create --topic "$1" --partitions "${2:-1}" --replication-factor 1 "${@:3}"; }
verified() { tool VerifiableProducer --topic "$1" --max-messages "$2" --acks -1 --throughput 20000; }
console() { tool consumer.ConsoleConsumer --timeout-ms 20000 "$@"; }
end_offsets() { tool GetOffsetShell --topic "$1" --time latest; }
holds() { grep -E -- "$1" "$out" > /dev/null || { echo "no [$1] in its output"; return 1; }; }

broker_api_versions() { tool BrokerApiVersionsCommand && holds 'Produce\(0\): 0 to [0-9]+ \[usable: [0-9]+\]'; }
client_compatibility_test() {
  jvm org.apache.kafka.tools.ClientCompatibilityTest --bootstrap-server "$BROKER" --topic "$topic" \
    --offsets-for-times-supported true --cluster-id-supported true --expect-record-too-large-exception false \
    --num-cluster-nodes 1 --create-topics-supported true --describe-acls-supported true \
    --describe-configs-supported true --idempotent-producer-supported true
}
topics_create_describe() {
  create "$topic" 3 --config retention.ms=60000 && tool TopicCommand --describe --topic "$topic" &&
    holds 'PartitionCount: 3.*retention.ms=60000' && tool TopicCommand --list && holds "^$topic\$"
}
topics_add_partitions() {
  create "$topic" 3 && tool TopicCommand --alter --topic "$topic" --partitions 5 &&
    tool TopicCommand --describe --topic "$topic" && holds 'PartitionCount: 5' && holds 'Partition: 4.*Leader: 0'
}
topics_create_twice() { create "$topic" && ! create "$topic" && holds 'already exists'; }
topics_if_not_exists() { create "$topic" && create "$topic" 1 --if-not-exists; }
topics_delete() {
  create "$topic" && tool TopicCommand --delete --topic "$topic" && sleep 1 && ! tool TopicCommand --list | grep -qx "$topic"
}
topics_delete_unknown() { ! tool TopicCommand --delete --topic "$topic" && holds 'does not exist'; }
topics_bad_name() { ! create 'a b' && holds 'InvalidTopicException|is illegal|illegal'; }
topics_bad_replication() {
  ! tool TopicCommand --create --topic "$topic" --partitions 1 --replication-factor 3 && holds 'InvalidReplicationFactor'
}
configs_topic() {
  create "$topic" && configs --alter --entity-type topics --entity-name "$topic" --add-config max.message.bytes=123456 &&
    sleep 1 && configs --describe --entity-type topics --entity-name "$topic" && holds 'max.message.bytes=123456' &&
    configs --alter --entity-type topics --entity-name "$topic" --delete-config max.message.bytes && sleep 1 &&
    configs --describe --entity-type topics --entity-name "$topic" > "$out.after" && ! grep -q 123456 "$out.after"
}
configs_invalid_refused() {
  create "$topic" && ! configs --alter --entity-type topics --entity-name "$topic" --add-config retention.ms=abc &&
    holds 'InvalidConfiguration'
}
configs_broker() { configs --describe --all --entity-type brokers --entity-name 0 && holds 'num.partitions=4'; }
cluster_id() { jvm org.apache.kafka.tools.ClusterTool cluster-id --bootstrap-server "$BROKER" && holds 'Cluster ID: [A-Za-z0-9_-]{22}'; }
cluster_endpoints() { jvm org.apache.kafka.tools.ClusterTool list-endpoints --bootstrap-server "$BROKER" && holds '^0 .*9092.*unfenced'; }
verifiable_producer() { create "$topic" 4 && verified "$topic" 5000 && holds '"acked":"?5000'; }
verifiable_producer_values_come_back() {
  create "$topic" && verified "$topic" 3000 || return 1
  same "$(seq 0 2999 | sum)" "$(console --topic "$topic" --partition 0 --offset earliest --max-messages 3000 | sum)"
}
console_produce_consume() {
  create "$topic" && seq 1 500 | sed 's/.*/k&:v&/' | tool ConsoleProducer --topic "$topic" --reader-property parse.key=true \
    --reader-property key.separator=: --compression-codec "$1" || return 1
  same "$(seq 1 500 | sed 's/.*/k&:v&/' | sum)" "$(console --topic "$topic" --partition 0 --offset earliest \
    --max-messages 500 --formatter-property print.key=true --formatter-property key.separator=: | sum)"
}
console_by_partition_none() { console_produce_consume none; }
console_by_partition_gzip() { console_produce_consume gzip; }
console_by_partition_snappy() { console_produce_consume snappy; }
console_by_partition_lz4() { console_produce_consume lz4; }
console_by_partition_zstd() { console_produce_consume zstd; }
console_from_an_offset() {
  create "$topic" && seq 1 100 | tool ConsoleProducer --topic "$topic" || return 1
  same "$(seq 61 100 | sum)" "$(console --topic "$topic" --partition 0 --offset 60 --max-messages 40 | sum)"
}
console_auto_create() {
  seq 1 10 | tool ConsoleProducer --topic "$topic" || return 1
  end_offsets "$topic" && same 10 "$(grep "^$topic:" "$out" | awk -F: '{n += $3} END {print n}')"
}
console_headers_timestamp() {
  create "$topic" && printf 'a:1,b:2\tk1\tv1\n' | tool ConsoleProducer --topic "$topic" --reader-property parse.headers=true \
    --reader-property parse.key=true && console --topic "$topic" --partition 0 --offset earliest --max-messages 1 \
    --formatter-property print.headers=true --formatter-property print.key=true --formatter-property print.timestamp=true &&
    holds 'CreateTime:[0-9]+.a:1,b:2.k1.v1'
}
console_acks_none() {
  create "$topic" && seq 1 200 | tool ConsoleProducer --topic "$topic" --request-required-acks 0 \
    --command-property enable.idempotence=false && eventually 20 end_offsets_are "$topic:0:200"
}
end_offsets_are() { end_offsets "${1%%:*}" | grep -qx "$1"; }
get_offsets() {
  create "$topic" 2 && verified "$topic" 2000 > /dev/null && end_offsets "$topic" && holds "^$topic:0:[0-9]+" &&
    same 2000 "$(grep "^$topic:" "$out" | awk -F: '{n += $3} END {print n}')"
}
get_offsets_special_times() {
  create "$topic" && verified "$topic" 100 > /dev/null && sleep 0.1 && echo late | tool ConsoleProducer --topic "$topic" || return 1
  same "$topic:0:0" "$(tool GetOffsetShell --topic "$topic" --time earliest)" &&
    same "$topic:0:100" "$(tool GetOffsetShell --topic "$topic" --time max-timestamp)" &&
    same "$topic:0:0" "$(tool GetOffsetShell --topic "$topic" --time 1)"
}
delete_records() {
  create "$topic" && verified "$topic" 2000 > /dev/null || return 1
  printf '{"partitions":[{"topic":"%s","partition":0,"offset":1500}],"version":1}' "$topic" > "$out.json"
  tool DeleteRecordsCommand --offset-json-file "$out.json" && holds 'low_watermark: 1500' &&
    same "$topic:0:1500" "$(tool GetOffsetShell --topic "$topic" --time earliest)" &&
    same "$(seq 1500 1999 | sum)" "$(console --topic "$topic" --partition 0 --offset earliest --max-messages 500 | sum)"
}
producer_performance() {
  create "$topic" 2 && jvm org.apache.kafka.tools.ProducerPerformance --bootstrap-server "$BROKER" --topic "$topic" \
    --num-records 20000 --record-size 200 --throughput -1 && holds '^20000 records sent' || return 1
  end_offsets "$topic" > "$out.ends" && same 20000 "$(awk -F: '{n += $3} END {print n}' "$out.ends")"
}
producer_performance_acks_one_zstd() {
  create "$topic" && jvm org.apache.kafka.tools.ProducerPerformance --bootstrap-server "$BROKER" --topic "$topic" \
    --num-records 20000 --record-size 200 --throughput -1 \
    --command-property acks=1 compression.type=zstd enable.idempotence=false && holds '^20000 records sent' &&
    end_offsets_are "$topic:0:20000"
}

# Groups.
verifiable_consumer() {
  create "$topic" 4 && verified "$topic" 5000 > /dev/null || return 1
  limit=60 tool VerifiableConsumer --topic "$topic" --group-id "$topic" --group-protocol "$1" --max-messages 5000 \
    --reset-policy earliest --verbose "${@:2}" > "$out.json"
  # Every acknowledged value, exactly once.
  same "$(seq 0 4999 | sum)" "$(python3 "$SUITE/values.py" < "$out.json" | sort -n | sum)"
}
verifiable_consumer_classic() { verifiable_consumer classic; }
verifiable_consumer_consumer() { verifiable_consumer consumer; }
verifiable_consumer_cooperative() {
  verifiable_consumer classic --group-instance-id one \
    --assignment-strategy org.apache.kafka.clients.consumer.CooperativeStickyAssignor
}
console_group() {
  seq 1 500 | tool ConsoleProducer --topic "$topic" && console --topic "$topic" --group "$topic" --max-messages 500 \
    --command-property "group.protocol=$1" --command-property auto.offset.reset=earliest > "$out.values"
  same "$(seq 1 500 | sum)" "$(sort -n "$out.values" | sum)"
}
console_consumer_classic() { console_group classic; }
console_consumer_consumer() { console_group consumer; }
committed_group_resumes() {
  console_group classic && seq 501 510 | tool ConsoleProducer --topic "$topic" || return 1
  same "$(seq 501 510 | sum)" "$(console --topic "$topic" --group "$topic" --max-messages 10 | sort -n | sum)"
}
groups_list() { console_group classic && tool GroupsCommand --list && holds "^$topic .*Classic"; }
group_command() { tool consumer.group.ConsumerGroupCommand "$@"; }
consumer_groups_describe() { console_group "$1" && group_command --describe --group "$topic" && holds "^$topic +$topic "; }
consumer_groups_describe_classic() { consumer_groups_describe classic; }
consumer_groups_describe_consumer() { consumer_groups_describe consumer; }
consumer_groups_reset() {
  console_group "$1" && group_command --group "$topic" --topic "$topic" --reset-offsets --to-earliest --execute &&
    group_command --describe --group "$topic" --offsets > "$out.after" && grep -qE "^$topic +$topic +[0-9]+ +0 " "$out.after"
}
consumer_groups_reset_classic() { consumer_groups_reset classic; }
consumer_groups_reset_consumer() { consumer_groups_reset consumer; }
consumer_groups_delete() { console_group classic && group_command --delete --group "$topic" && holds 'was successful'; }
consumer_performance() {
  create "$topic" && verified "$topic" 20000 > /dev/null &&
    tool ConsumerPerformance --topic "$topic" --num-records 20000 --timeout 30000 && holds ', 20000,'
}
end_to_end_latency() { tool EndToEndLatency --topic "$topic" --num-records 100 --producer-acks all --record-size 100 && holds Percentiles; }

# Transactions.
transactional_copier() {
  create "$topic" && create "$topic-out" && verified "$topic" 2000 > /dev/null || return 1
  limit=120 jvm org.apache.kafka.tools.TransactionalMessageCopier --broker-list "$BROKER" --input-topic "$topic" \
    --input-partition 0 --output-topic "$topic-out" --max-messages 2000 --consumer-group "$topic" --transaction-size 100 \
    --transactional-id "$topic" --enable-random-aborts || return 1
  same "$(seq 0 1999 | sum)" "$(console --topic "$topic-out" --partition 0 --offset earliest --max-messages 2000 \
    --isolation-level read_committed | sum)"
}
transactions_list() { transactional_copier && tool TransactionsCommand list && holds "^$topic.*Complete"; }
transactions_describe() { transactional_copier && tool TransactionsCommand describe --transactional-id "$topic" && holds "$topic"; }
transactions_describe_producers() {
  create "$topic" && verified "$topic" 10 && tool TransactionsCommand describe-producers --topic "$topic" --partition 0 &&
    holds ProducerId
}
transactions_find_hanging() { tool TransactionsCommand find-hanging --broker-id 0; }

# The rest of the admin APIs, security, share groups.
log_dirs() { create "$topic" && tool LogDirsCommand --describe --topic-list "$topic" && holds "\"partition\":\"$topic-0\""; }
features_describe() { tool FeatureCommand describe && holds 'metadata.version'; }
metadata_quorum_describe() {
  tool MetadataQuorumCommand describe --status && holds 'LeaderId: *[0-9]+' &&
    tool MetadataQuorumCommand describe --replication && holds Leader
}
leader_election() { create "$topic" && tool LeaderElectionCommand --election-type preferred --topic "$topic" --partition 0; }
reassign_list() { tool reassign.ReassignPartitionsCommand --list && holds 'No partition reassignments found'; }
client_metrics() {
  tool ClientMetricsCommand --alter --name "$topic" --metrics org.apache.kafka.consumer. --interval 10000 && sleep 1 &&
    tool ClientMetricsCommand --describe --name "$topic" && holds 'interval.ms=10000' &&
    tool ClientMetricsCommand --delete --name "$topic"
}
configs_broker_default() { configs --describe --all --entity-type brokers --entity-default; }
quotas_user() {
  configs --alter --entity-type users --entity-name "$topic" --add-config producer_byte_rate=1048576 && sleep 1 &&
    configs --describe --entity-type users --entity-name "$topic" && holds 'producer_byte_rate=1048576'
}
scram_user() {
  configs --alter --entity-type users --entity-name "$topic" --add-config 'SCRAM-SHA-256=[iterations=4096,password=x]' &&
    sleep 1 && configs --describe --entity-type users --entity-name "$topic" && holds 'SCRAM-SHA-256=iterations=4096'
}
acls_add_list_remove() {
  tool AclCommand --add --allow-principal "User:$topic" --operation Read --topic "$topic" && sleep 1 &&
    tool AclCommand --list --topic "$topic" && holds "principal=User:$topic.*operation=READ" &&
    tool AclCommand --remove --force --topic "$topic"
}
share_earliest() { configs --alter --entity-type groups --entity-name "$topic" --add-config share.auto.offset.reset=earliest && sleep 1; }
verifiable_share_consumer() {
  create "$topic" 4 && verified "$topic" 5000 > /dev/null || return 1
  limit=40 tool VerifiableShareConsumer --topic "$topic" --group-id "$topic" --max-messages 5000 \
    --offset-reset-strategy earliest --acknowledgement-mode auto --verbose > "$out.json"
  # A share group may deliver a record again.
  same "$(seq 0 4999 | sum)" "$(python3 "$SUITE/values.py" < "$out.json" | sort -nu | sum)"
}
console_share_consumer() {
  seq 1 500 | tool ConsoleProducer --topic "$topic" && share_earliest || return 1
  tool consumer.ConsoleShareConsumer --topic "$topic" --group "$topic" --max-messages 500 --timeout-ms 30000 > "$out.values"
  same 500 "$(wc -l < "$out.values")"
}
share_groups_describe() {
  console_share_consumer && tool consumer.group.ShareGroupCommand --list && holds "$topic" &&
    tool consumer.group.ShareGroupCommand --describe --group "$topic" && holds "$topic +$topic"
}

# The files of every partition that the checks above left are read in after.sh, once the broker has stopped.
dump_checks='dump_log_reads_every_file|dump_log_reads_cluster_metadata|dump_log_prints_what_was_produced'
if grep -qxE "$dump_checks" "$TESTS"; then
  topic=dumped-$run_id out=$WORK/checks/dumped
  { create "$topic" && for codec in none gzip snappy lz4 zstd; do
      seq 1 50 | tool ConsoleProducer --topic "$topic" --compression-codec $codec; done; } > "$out" 2>&1
  echo "$topic" > "$WORK/dumped-topic"
fi
grep -vxE "$dump_checks" "$TESTS" > "$WORK/online.txt"
TESTS=$WORK/online.txt run_checks
