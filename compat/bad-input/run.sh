#!/bin/bash
# While hostile.py sends what no client should send to a topic, kcat writes numbered records to it. All that kcat was
# told is written must come back in order, and kcat and the Java client must read the partition to its end: nothing
# that was acknowledged may stop a reader.
. "$SUITE/../checks.sh"

honest() { seq 1 3000 | sed 's/^/honest /' | timeout 60 kcat -b "$BROKER" -P -t "$topic" -p 0 -X enable.idempotence=true -X batch.num.messages=20; }
read_kcat() { timeout 60 kcat -b "$BROKER" -C -q -e -o beginning -t "$topic" -p 0 -f '%s\n'; }
read_java() {
  rm -rf "$out.java" && mkdir "$out.java" &&
    timeout 60 java -Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=error \
      -cp "$KAFKA_TOOLS/*" "$SUITE/../real-input/ReadBack.java" "$BROKER" "$topic" "$out.java" && cat "$out.java/p0"
}
only_honest() { grep -a '^honest '; }

beside() { # beside KIND
  kcat -b "$BROKER" -L -t "$topic" > /dev/null && sleep 1 || return 1
  timeout 120 python3 "$SUITE/hostile.py" "$1" "$BROKER" "$topic" 20 &
  local hostile=$!
  honest || { echo 'the honest producer failed'; wait $hostile; return 1; }
  wait $hostile || { echo 'the hostile client failed'; return 1; }
  honest || { echo 'the honest producer failed afterwards'; return 1; }
  local wanted
  wanted=$( { seq 1 3000; seq 1 3000; } | sed 's/^/honest /' | sum)
  read_kcat > "$out.kcat" || { echo 'kcat could not read it to its end'; return 1; }
  read_java > "$out.all" || { echo "the Java client could not read it to its end: $(tail -n 1 "$out.all")"; return 1; }
  same "$wanted" "$(only_honest < "$out.kcat" | sum)" && same "$wanted" "$(only_honest < "$out.all" | sum)" &&
    same "$(sum < "$out.kcat")" "$(sum < "$out.all")"
}
broken_frames() { beside broken_frames; }
broken_requests() { beside broken_requests; }
broken_batches() { beside broken_batches; }
clients_that_never_read() { beside clients_that_never_read; }

run_checks
