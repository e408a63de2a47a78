#!/bin/bash
# kafka-go's tests, one process each: a panic in one would end them all. Subtests are named with a slash.
set -uo pipefail
# The tests read files of the module's folder.
cd "$WORK/suite"
export KAFKA_VERSION=3.7.0 KAFKA_SKIP_NETTEST=1
while read -r name; do
  pattern=$(sed -e 's/[].*^$()+?{}|[]/\\&/g' -e 's,/,$/^,g' -e 's/.*/^&$/' <<< "$name")
  out=$(timeout 200 ../kafka-go.test -test.v -test.run "$pattern" -test.timeout 180s 2>&1)
  printf '%s\n' "$out" >> "$WORK/out.log"
  status=$(grep -F -- "$name (" <<< "$out" | sed -nE 's/^ *--- (PASS|FAIL|SKIP): .*/\1/p' | tail -1)
  reason=$(grep -vE '^(=== |---|FAIL|PASS|ok|exit)' <<< "$out" | tail -1 | tr '\t' ' ' | cut -c1-200)
  case $status in
    PASS) echo "PASS $name" ;;
    SKIP) printf 'SKIP %s\t%s\n' "$name" "$reason" ;;
    *) printf 'FAIL %s\t%s\n' "$name" "$reason" ;;
  esac >> "$RESULTS"
done < "$TESTS"
