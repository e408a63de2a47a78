#!/bin/bash
# rdkafka's test binaries, one after the other; names are `binary::test`.
set -uo pipefail
cd "$WORK/suite"
export KAFKA_HOST=127.0.0.1:9092 KAFKA_VERSION=4.2.0
for binary in $(sed 's/::.*//' "$TESTS" | sort -u); do
  mapfile -t names < <(sed -n "s/^${binary}:://p" "$TESTS")
  env -u CARGO_TARGET_DIR CARGO_PROFILE_DEV_DEBUG=0 timeout 200 cargo test -q --offline --target-dir "$WORK/build" \
    --test "$binary" -- --test-threads=2 --format=pretty --exact "${names[@]}" 2>&1 | tee -a "$WORK/out.log" |
    sed -nE "s/^test (.*) \.\.\. ok$/PASS $binary::\1/p; s/^test (.*) \.\.\. FAILED.*/FAIL $binary::\1/p" >> "$RESULTS"
done
