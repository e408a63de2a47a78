#!/bin/bash
# node-rdkafka's end-to-end files, one process each: the native client may hang at its end or crash after its tests
# have passed, which loses what comes behind. So what has no green result yet is run again, up to three times.
set -uo pipefail
cd "$WORK/suite"
# Topics that the tests take for given; asking for their metadata makes them.
for topic in test test2 test3 test4 test5 test6; do kcat -b "$BROKER" -L -t $topic > /dev/null; done
sleep 1

file_of() {
  case $1 in
    Admin*) echo admin ;;
    'Consumer group/Producer'*) echo groups ;;
    Consumer/Producer*) echo both ;;
    Consumer*) echo consumer ;;
    Transactional*) echo producer-transaction ;;
    *) echo producer ;;
  esac
}

# Lines of $TESTS that belong to this file; with `missing`, only those without a green result.
names_of() {
  while read -r name; do
    [ "$(file_of "$name")" = "$1" ] || continue
    [ "${2:-}" = missing ] && grep -qxF "PASS $name" "$RESULTS" || echo "$name"
  done < "$TESTS"
}

for spec in admin both consumer groups producer-transaction producer; do
  for _ in 1 2 3; do
    [ -n "$(names_of $spec missing)" ] || break
    # The transactional tests build on each other and run together; of the others, only what is not green yet.
    [ $spec = producer-transaction ] && which= || which=missing
    # One expression that matches exactly these titles; one of them ends with a space.
    titles=$(names_of $spec $which | sed 's,[]/.*^$()+?{}|[],\\&,g' | paste -sd'|')
    KAFKA_HOST=$BROKER timeout 120 npx --no-install mocha --exit --timeout 60000 --reporter tap --grep "^($titles) *\$" \
      "e2e/$spec.spec.js" 2>&1 | tee -a "$WORK/out.log" |
      sed -nE 's/^ok [0-9]+ (.*[^ ]) *$/PASS \1/p; s/^not ok [0-9]+ (.*[^ ]) *$/FAIL \1/p' >> "$RESULTS"
  done
done
