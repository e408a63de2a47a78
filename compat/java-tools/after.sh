#!/bin/bash
# Once the broker has stopped cleanly: Kafka's own log dumper reads every file that it left.
. "$SUITE/../checks.sh"

dump() { timeout 120 java -Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=error \
  -cp "$KAFKA_TOOLS/*" org.apache.kafka.tools.DumpLogSegments "$@"; }
# The dumper tells of trouble in its output, not by its exit code.
complaints='isvalid: false|Found timestamp mismatch|Mismatches in|Non-consecutive|non-consecutive|Exception|is corrupt|Found out of order|cannot be dumped|indexed offset'
some() { head -n 40 | paste -sd,; }

dump_log_reads_every_file() {
  local files
  files=$(find "$DATA" -mindepth 2 \( -name '*.log' -o -name '*.index' -o -name '*.timeindex' -o -name '*.snapshot' \) \
    -not -path '*__cluster_metadata*' -not -path '*-delete*' -size +0 | sort | some)
  [ -n "$files" ] || { echo 'the broker left no files'; return 1; }
  dump --deep-iteration --index-sanity-check --files "$(grep -oE '[^,]*index' <<< "${files//,/$'\n'}" | paste -sd,)"  || return 1
  dump --deep-iteration --print-data-log --files "$files" || return 1
  ! grep -E "$complaints" "$out"
}
dump_log_reads_cluster_metadata() {
  dump --cluster-metadata-decoder --deep-iteration --files "$(find "$DATA/__cluster_metadata-0" -name '*.log' -o -name '*.checkpoint' | paste -sd,)" &&
    grep -q '"type":"TOPIC_RECORD"' "$out" && grep -q '"type":"PARTITION_RECORD"' "$out" &&
    grep -q '"type":"REGISTER_BROKER_RECORD"' "$out" && ! grep -E "$complaints" "$out"
}
dump_log_prints_what_was_produced() {
  dump --deep-iteration --print-data-log --files "$DATA/$(cat "$WORK/dumped-topic")-0/00000000000000000000.log" || return 1
  same "$(for _ in none gzip snappy lz4 zstd; do seq 1 50; done | sum)" "$(sed -n 's/.*payload: //p' "$out" | sum)" &&
    same 'GZIP LZ4 NONE SNAPPY ZSTD' "$(grep -oE 'compresscodec: [a-z0-9]+' "$out" | cut -d' ' -f2 | sort -u | tr a-z A-Z | paste -sd' ')"
}

dump_log_reads_transaction_state() {
  local files
  files=$(find "$DATA" -path '*/__transaction_state-*' -name '*.log' -size +0 | sort | some)
  [ -n "$files" ] || { echo 'there is no transaction state'; return 1; }
  dump --transaction-log-decoder --deep-iteration --files "$files" &&
    grep -q '"transactionalId"' "$out" && ! grep -E "$complaints" "$out"
}

grep -xE 'dump_log.*' "$TESTS" > "$WORK/offline.txt"
TESTS=$WORK/offline.txt run_checks
