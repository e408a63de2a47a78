# Shared by the suites whose checks are our own: a file of shell functions, one a check, that ends in `run_checks`.
# A check succeeds by its exit code; what it prints is kept in $WORK/checks/NAME and its last line becomes the reason.
set -uo pipefail

run_id=$(date +%s)-$RANDOM
mkdir -p "$WORK/checks"

sum() { sha256sum | cut -d' ' -f1; }

# same WANTED GOT
same() { [ "$1" = "$2" ] || { echo "want [$1] got [$2]"; return 1; }; }

# test_count WANTED COMMAND…: the command prints so many lines
test_count() { same "$1" "$("${@:2}" | wc -l)"; }

# says WORDS COMMAND…: the command fails and its output holds these words
says() {
  local out
  out=$("${@:2}" 2>&1) && echo "it did not fail" && return 1
  [[ $out == *"$1"* ]] || { echo "no [$1] in [$out]"; return 1; }
}

# eventually SECONDS COMMAND…
eventually() {
  local end=$((SECONDS + $1))
  until "${@:2}"; do [ $SECONDS -lt $end ] || return 1; sleep 0.2; done
}

run_checks() {
  local name
  while read -r name; do
    topic=$name-$run_id
    out=$WORK/checks/$name
    if ! declare -F "$name" > /dev/null; then
      printf 'FAIL %s\tthere is no such check\n' "$name" >> "$RESULTS"
    elif "$name" > "$out" 2>&1 < /dev/null; then
      echo "PASS $name" >> "$RESULTS"
    else
      printf 'FAIL %s\t%s\n' "$name" "$(tail -n 1 "$out" | tr '\t' ' ' | cut -c1-200)" >> "$RESULTS"
    fi
  done < "$TESTS"
}
