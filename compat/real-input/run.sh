#!/bin/bash
# The lines of input.txt, numbered, go into a topic of six partitions by kcat and into another by `thalweg produce`,
# and come back by other clients. Back means: in every partition the numbers rise, and all partitions together, put in
# order of their numbers, have the input's checksum.
. "$SUITE/../checks.sh"
export LC_ALL=C
numbered() { awk '{print NR "\t" $0}' "$WORK/input.txt"; }
make_topic() { kcat -b "$BROKER" -L -t "$1" > /dev/null && sleep 1 && kcat -b "$BROKER" -L -t "$1" | grep -q 'with 6 partitions'; }

write_kcat() { numbered | kcat -b "$BROKER" -P -t "$1" -z lz4 -X linger.ms=20 -X enable.idempotence=true; }
write_thalweg() { numbered | "$THALWEG" produce "$1" --brokers "$BROKER"; }
read_java() {
  java -Xmx512m -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp "$KAFKA_TOOLS/*" "$SUITE/ReadBack.java" "$BROKER" "$1" "$2"
}
read_kcat() {
  kcat -b "$BROKER" -C -q -e -o beginning -t "$1" -f '%p\t%s\n' |
    awk -F '\t' -v folder="$2" '{ p = $1; print substr($0, length(p) + 2) > (folder "/p" p) }'
}
read_thalweg() {
  local partition
  for partition in 0 1 2 3 4 5; do
    "$THALWEG" consume "$1" --brokers "$BROKER" -p $partition -O start -e > "$2/p$partition" || return 1
  done
}

# complete FOLDER: rising numbers in each file, and the input's checksum over all
complete() {
  local file
  [ "$(ls "$1" | wc -l)" = 6 ] || { echo "records in $(ls "$1" | wc -l) of 6 partitions"; return 1; }
  for file in "$1"/p*; do
    [ -s "$file" ] || { echo "$(basename "$file") is empty"; return 1; }
    awk -F '\t' -v last=0 '$1 + 0 <= last { print FILENAME ": " $1 " came after " last; exit 1 } { last = $1 + 0 }' "$file" || return 1
  done
  same "$(cat "$WORK/input.sha256")" "$(sort -m -n -t "$(printf '\t')" -k1,1 "$1"/p* | cut -f2- | sum)"
}

through() { # through WRITER READER
  local folder=$WORK/back/$1-$2
  rm -rf "$folder" && mkdir -p "$folder"
  # One write serves all who read it.
  if [ ! -e "$WORK/back/$1.topic" ]; then
    make_topic "$topic" || { echo 'the topic did not get six partitions'; return 1; }
    "write_$1" "$topic" || { echo 'writing failed'; return 1; }
    echo "$topic" > "$WORK/back/$1.topic"
  fi
  "read_$2" "$(cat "$WORK/back/$1.topic")" "$folder" || { echo 'reading failed'; return 1; }
  complete "$folder" && rm -rf "$folder"
}
kcat_writes_java_reads() { through kcat java; }
kcat_writes_thalweg_reads() { through kcat thalweg; }
thalweg_writes_kcat_reads() { through thalweg kcat; }
thalweg_writes_java_reads() { through thalweg java; }

rm -rf "$WORK/back" && mkdir -p "$WORK/back"
run_checks
