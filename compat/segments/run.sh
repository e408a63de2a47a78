#!/bin/bash
# Each check writes a topic, looks where its segments lie, plans reads that begin and end around their ends, and has a
# client carry them out.
. "$SUITE/../checks.sh"
java_() {
  timeout 280 java -Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=error \
    -cp "$KAFKA_TOOLS/*" "$SUITE/Reads.java" "$@"
}

# plan COUNT: first offset, offset to stop before, bytes of a fetch
plan() {
  local files=() bases=() sizes=() file count=$1 at last near base next size
  for file in "$DATA/$topic-0"/*.log; do files+=("$file"); done
  for file in "${files[@]}"; do
    base=$(basename "$file" .log)
    bases+=($((10#$base)))
    sizes+=("$(stat -c %s "$file")")
  done
  last=$((${#files[@]} - 1))
  bases+=("$count")
  # All of it, in large and small steps.
  for size in 1048576 100000 3000000; do echo "0 $count $size"; done
  for at in 0 1 $((last / 2)) $((last - 1)) "$last"; do
    [ "$at" -ge 0 ] && [ "$at" -le "$last" ] || continue
    base=${bases[$at]} next=${bases[$((at + 1))]} size=${sizes[$at]}
    # A fetch from a segment's first byte that ends inside it, before, at and behind its end.
    for near in $((size / 2)) $((size - 1)) "$size" $((size + 1)) $((size + 70000)); do
      echo "$base $((next + 40 < count ? next + 40 : count)) $near"
    done
    # Beginnings on both sides of its ends, with fetches of one batch and of many.
    for near in $((base - 1)) $((base + 1)) $((next - 2)) $((next - 1)) "$next"; do
      [ "$near" -ge 0 ] && [ "$near" -lt "$count" ] || continue
      for size in 1 20000 1048576; do echo "$near $((near + 60 < count ? near + 60 : count)) $size"; done
    done
  done
}

read_java() { java_ read "$BROKER" "$topic" "$out.plan"; }
read_librdkafka() {
  local first stop bytes
  while read -r first stop bytes; do
    timeout 30 kcat -b "$BROKER" -C -q -e -t "$topic" -p 0 -o "$first" -c $((stop - first)) -X fetch.message.max.bytes="$bytes" \
      -X fetch.wait.max.ms=50 -f '%o %s\n' |
      awk -v next_="$first" -v stop="$stop" '$1 != next_ || $2 != next_ { print "offset " $1 " with " $2 " for " next_; bad = 1; exit 1 }
        { next_++ } END { if (!bad && next_ != stop) { print "ended at " next_; exit 1 } }' > "$out.read" ||
      { echo "read [$first $stop $bytes]: $(cat "$out.read")"; return 1; }
  done < "$out.plan"
}

# through CODEC COUNT SEGMENT_BYTES LEAST_SEGMENTS READER
through() {
  java_ write "$BROKER" "$topic" "$1" "$2" "$3" && plan "$2" > "$out.plan" || return 1
  local segments
  segments=$(ls "$DATA/$topic-0"/*.log | wc -l)
  [ "$segments" -ge "$4" ] || { echo "only $segments segments"; return 1; }
  "read_$5" && echo "$(wc -l < "$out.plan") reads over $segments segments"
}
plain_java() { through none 6000 1048576 8 java; }
plain_librdkafka() { through none 6000 1048576 8 librdkafka; }
lz4_java() { through lz4 8000 1048576 6 java; }
lz4_librdkafka() { through lz4 8000 1048576 6 librdkafka; }
zstd_java() { through zstd 8000 1048576 6 java; }
zstd_librdkafka() { through zstd 8000 1048576 6 librdkafka; }
default_size_java() { through none 6000 0 1 java; }
default_size_librdkafka() { through none 6000 0 1 librdkafka; }

run_checks
