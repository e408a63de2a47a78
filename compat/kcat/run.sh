#!/bin/bash
# Checks of our own with kcat. Each makes its own topic, so that any of them runs alone.
. "$SUITE/../checks.sh"

k() { timeout 30 kcat -b "$BROKER" -X broker.address.family=v4 -m 10 "$@"; }
produce() { k -P -t "$topic" "$@"; }
consume() { k -C -q -e -t "$topic" "$@"; }
group() { timeout 60 kcat -b "$BROKER" -X broker.address.family=v4 -G "$topic-group" -X auto.offset.reset=earliest -q -e "$topic"; }
# Without idempotence a partition's lines keep their order only while nothing is retried; every check starts empty.
numbers() { seq 1 "$1" | produce -p 0 "${@:2}"; }

produce_acks_all() { numbers 1000 -X acks=all; }
produce_acks_one() { numbers 1000 -X acks=1 && same "$(seq 1 1000 | sum)" "$(consume -p 0 -o beginning | sum)"; }
produce_acks_none() {
  numbers 1000 -X acks=0 || return 1
  eventually 10 test_count 1000 consume -p 0 -o beginning
}
consume_all_in_order() {
  seq 1 1000 | sed 's/.*/k&:v&/' | produce -K : -p 0 -z none || return 1
  same "$(seq 1 1000 | sed 's/.*/k&=v&/' | sum)" "$(consume -p 0 -o beginning -f '%k=%s\n' | sum)"
}
consume_from_the_middle() { numbers 100 && same "$(seq 41 100 | sum)" "$(consume -p 0 -o 40 | sum)"; }
consume_a_count() { numbers 100 && same "$(seq 1 7 | sum)" "$(consume -p 0 -o beginning -c 7 | sum)"; }
codec() { numbers 200 -z "$1" && same "$(seq 1 200 | sum)" "$(consume -p 0 -o beginning | sum)"; }
codec_none() { codec none; }
codec_gzip() { codec gzip; }
codec_snappy() { codec snappy; }
codec_lz4() { codec lz4; }
codec_zstd() { codec zstd; }
offset_tail() { numbers 300 && same 299 "$(consume -p 0 -o -1 -f '%o\n')"; }
offset_past_the_end_resets() { numbers 10 && same 10 "$(consume -p 0 -o 500 -X auto.offset.reset=earliest | wc -l)"; }
metadata_topic() { numbers 1 && same 1 "$(k -L -t "$topic" | grep -c "topic \"$topic\" with 4 partitions")"; }
metadata_all_topics() { numbers 1 && same 1 "$(k -L | grep -c "topic \"$topic\"")"; }
metadata_json() { numbers 1 && same 1 "$(k -L -J -t "$topic" | grep -c "\"topic\":\"$topic\"")"; }
query_offset_end() { numbers 25 && same "$topic [0] offset 25" "$(k -Q -t "$topic:0:-1" 2>&1 | tail -1)"; }
query_offset_begin() { numbers 25 && same "$topic [0] offset 0" "$(k -Q -t "$topic:0:-2" 2>&1 | tail -1)"; }
query_offset_of_a_time() {
  numbers 5 && sleep 0.2 && local now && now=$(date +%s%3N) && sleep 0.2 && numbers 5 || return 1
  same "$topic [0] offset 5" "$(k -Q -t "$topic:0:$now" 2>&1 | tail -1)"
}
timestamp_offset_seek() {
  numbers 100 && sleep 0.2 && local now && now=$(date +%s%3N) && sleep 0.2 && seq 101 300 | produce -p 0 || return 1
  same "$(seq 101 300 | sum)" "$(consume -p 0 -o "s@$now" | sum)"
}
headers() {
  echo 'hk:hv' | produce -K : -p 0 -H a=1 -H b=2 || return 1
  same 'a=1,b=2 hk hv' "$(consume -p 0 -o beginning -f '%h %k %s\n')"
}
null_value() { echo 'tomb:' | produce -K : -p 0 -Z && same 'tomb -1' "$(consume -p 0 -o beginning -f '%k %S\n')"; }
timestamps_are_the_producers() {
  local before after at
  before=$(date +%s%3N); numbers 1; after=$(date +%s%3N)
  at=$(consume -p 0 -o beginning -f '%T\n')
  [ "$at" -ge "$before" ] && [ "$at" -le "$after" ]
}
spread_over_partitions() {
  seq 1 2000 | sed 's/.*/&:&/' | produce -K : || return 1
  same "$(seq 1 2000 | sum)" "$(consume -o beginning | sort -n | sum)" || return 1
  same 4 "$(consume -o beginning -f '%p\n' | sort -u | wc -l)"
}
large_record() { head -c 700000 /dev/urandom | base64 -w 0 | produce -p 0 && same 933336 "$(consume -p 0 -o beginning -f '%S\n')"; }
too_large_record_is_refused() {
  k -L -t "$topic" > /dev/null
  says 'Message size too large' < <(head -c 1500000 /dev/zero | tr '\0' x) produce -p 0 -X message.max.bytes=4000000
}
idempotent_produce() {
  seq 1 500 | produce -p 0 -X enable.idempotence=true || return 1
  same "$(seq 1 500 | sum)" "$(consume -p 0 -o beginning | sum)"
}
idempotent_produce_every_codec() {
  local codec
  for codec in gzip snappy lz4 zstd; do seq 1 100 | produce -p 0 -z $codec -X enable.idempotence=true || return 1; done
  same 400 "$(consume -p 0 -o beginning | wc -l)"
}
waits_for_new_records() {
  numbers 1
  (sleep 1; seq 2 10 | k -P -t "$topic" -p 0) &
  same "$(seq 1 10 | sum)" "$(k -C -q -t "$topic" -p 0 -o beginning -c 10 | sum)"
}
unknown_topic_is_named() { says 'Unknown topic' k -C -e -t "$topic" -X allow.auto.create.topics=false; }
transactional_produce() {
  seq 1 300 | produce -p 0 -X "transactional.id=$topic" || return 1
  same 300 "$(consume -p 0 -o beginning -X isolation.level=read_committed | sort -un | wc -l)"
}
group_balanced() { numbers 500 && same 500 "$(group 2> /dev/null | sort -un | wc -l)"; }
group_resumes_at_commit() { numbers 500 && same 500 "$(group 2> /dev/null | wc -l)" && same 0 "$(group 2> /dev/null | wc -l)"; }

run_checks
