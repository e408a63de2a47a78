#!/bin/bash
# rskafka's integration tests; names are `binary::test`. Without TEST_INTEGRATION each would pass at once.
set -uo pipefail
cd "$WORK/suite"
export TEST_INTEGRATION=1 TEST_BROKER_IMPL=kafka KAFKA_CONNECT=$BROKER KAFKA_SASL_CONNECT=${BROKER%:*}:9093
for binary in $(sed 's/::.*//' "$TESTS" | sort -u); do
  mapfile -t names < <(sed -n "s/^${binary}:://p" "$TESTS")
  env -u CARGO_TARGET_DIR CARGO_PROFILE_DEV_DEBUG=0 timeout 200 cargo test -q --offline --features full \
    --target-dir "$WORK/build" --test "$binary" -- --test-threads=2 --format=pretty --exact "${names[@]}" 2>&1 | tee -a "$WORK/out.log" |
    sed -nE "s/^test (.*) \.\.\. ok$/PASS $binary::\1/p; s/^test (.*) \.\.\. FAILED.*/FAIL $binary::\1/p" >> "$RESULTS"
done
