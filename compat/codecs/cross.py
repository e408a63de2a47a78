"""Writes records to, and reads them from, topics of one partition with kafka-python. See run.sh for the arguments."""

import sys

from kafka import KafkaConsumer, KafkaProducer, TopicPartition


def produce(broker, source, topic, codec):
    idempotent = codec == "idempotent"
    producer = KafkaProducer(
        bootstrap_servers=broker,
        acks="all",
        enable_idempotence=idempotent,
        compression_type=None if codec in ("none", "idempotent") else codec,
        linger_ms=20,
    )
    with open(source, "rb") as lines:
        for line in lines:
            key, value = line.rstrip(b"\n").split(b"\t")
            producer.send(topic, key=key, value=value)
    producer.flush(20)
    producer.close(10)


def consume(broker, folder, topic, count):
    consumer = KafkaConsumer(bootstrap_servers=broker, auto_offset_reset="earliest", consumer_timeout_ms=8000)
    consumer.assign([TopicPartition(topic, 0)])
    with open(f"{folder}/{topic}", "wb") as out:
        for number, record in enumerate(consumer, 1):
            out.write(record.key + b"\t" + record.value + b"\n")
            if number == count:
                break
    consumer.close(autocommit=False)


verb, broker, place, *rest = sys.argv[1:]
if verb == "produce":
    for pair in rest:
        produce(broker, place, *pair.split("="))
else:
    for name in rest[1:]:
        consume(broker, place, name, int(rest[0]))
