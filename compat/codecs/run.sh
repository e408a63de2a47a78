#!/bin/bash
# Five clients write the same 300 records with every codec (and once as an idempotent producer) to a topic each, then
# every client reads all topics; a test is one writer, one codec and one reader. The clients share one command line:
#   produce BROKER INPUT TOPIC=CODEC…      and      consume BROKER FOLDER COUNT TOPIC…
set -uo pipefail
cd "$WORK"
count=300
# Long enough that every codec has something to find, with characters of two, three and four bytes.
seq 1 $count | awk '{ line = "Zeile " $1 ":"; for (i = 0; i < 12; i++) line = line " größer als " $1 * i " €, 🦀"; print "k" $1 "\t" line }' > input

python() { "$COMPAT/kafka-python/venv/bin/python" "$SUITE/cross.py" "$@"; }
java_() { java -Xmx256m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=error -cp "$KAFKA_TOOLS/*" "$SUITE/Cross.java" "$@"; }
node_() { node "$SUITE/cross.js" "$@"; }
go_() { ./cross "$@"; }
kcat_() {
  local verb=$1 place=$3 item codec
  if [ "$verb" = produce ]; then
    for item in "${@:4}"; do
      codec=${item#*=} extra=()
      [ "$codec" = idempotent ] && codec=none extra=(-X enable.idempotence=true)
      kcat -b "$BROKER" -P -K '\t' -t "${item%=*}" -p 0 -z "$codec" "${extra[@]}" < "$place"
    done
  else
    for item in "${@:5}"; do timeout 20 kcat -b "$BROKER" -C -q -e -o beginning -t "$item" -p 0 -f '%k\t%s\n' > "$place/$item"; done
  fi
}
client() { case $1 in python) "$@" ;; *) "${1}_" "${@:2}" ;; esac; }

# kafka-go has no idempotent producer; node-rdkafka is built without zstd where Debian's libzstd-dev is missing.
declare -A writes=(
  [kcat]='none gzip snappy lz4 zstd idempotent'
  [java]='none gzip snappy lz4 zstd idempotent'
  [python]='none gzip snappy lz4 zstd idempotent'
  [go]='none gzip snappy lz4 zstd'
  [node]='none gzip snappy lz4 idempotent'
)
clients='kcat java python go node'

topics=()
for writer in $clients; do for codec in ${writes[$writer]}; do topics+=("$writer-$codec"); done; done
for topic in "${topics[@]}"; do kcat -b "$BROKER" -L -t "$topic" > /dev/null; done
sleep 1
for writer in $clients; do
  pairs=()
  for codec in ${writes[$writer]}; do pairs+=("$writer-$codec=$codec"); done
  echo "== $writer writes"
  client $writer produce "$BROKER" input "${pairs[@]}"
done
for reader in $clients; do
  mkdir -p "read/$reader" && rm -f "read/$reader"/*
  mapfile -t mine < <(printf '%s\n' "${topics[@]}" | if [ $reader = node ]; then grep -v zstd; else cat; fi)
  echo "== $reader reads"
  client $reader consume "$BROKER" "read/$reader" $count "${mine[@]}"
done
while read -r name; do
  [[ $name =~ ^(.*)_writes_(.*)_(.*)_reads$ ]] || continue
  read=read/${BASH_REMATCH[3]}/${BASH_REMATCH[1]}-${BASH_REMATCH[2]}
  if cmp -s input "$read"; then echo "PASS $name"; else printf 'FAIL %s\tgot %s of %s records\n' "$name" "$(wc -l 2> /dev/null < "$read")" $count; fi
done < "$TESTS" >> "$RESULTS"
