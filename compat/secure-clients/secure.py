"""Writes ten records over TLS with kafka-python and reads them back: secure.py ADDRESS MECHANISM USER SECRET TOPIC FOLDER.
Prints `ok`, or why not."""

import base64
import json
import logging
import sys
import time

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.net.sasl.oauth import AbstractTokenProvider

address, mechanism, user, secret, topic, folder = sys.argv[1:]
logging.basicConfig(level=logging.WARNING, stream=sys.stdout)


class Unsigned(AbstractTokenProvider):
    def __init__(self, **config):
        pass

    def token(self):
        def part(claims):
            return base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()

        now = int(time.time())
        return part({"alg": "none"}) + "." + part({"sub": user, "iat": now, "exp": now + 300}) + "."


options = {"bootstrap_servers": address, "ssl_cafile": f"{folder}/ca.pem", "security_protocol": "SASL_SSL"}
if mechanism == "mtls":
    options |= {"security_protocol": "SSL", "ssl_certfile": secret, "ssl_keyfile": secret}
elif mechanism == "oauth":
    options |= {"sasl_mechanism": "OAUTHBEARER", "sasl_oauth_token_provider": Unsigned()}
else:
    name = {"plain": "PLAIN", "scram256": "SCRAM-SHA-256", "scram512": "SCRAM-SHA-512"}[mechanism]
    options |= {"sasl_mechanism": name, "sasl_plain_username": user, "sasl_plain_password": secret}

try:
    producer = KafkaProducer(acks="all", max_block_ms=8000, delivery_timeout_ms=8000, request_timeout_ms=5000, linger_ms=10, **options)
    for sent in [producer.send(topic, value=f"python {at}".encode()) for at in range(10)]:
        sent.get(10)
    producer.close(5)
    consumer = KafkaConsumer(auto_offset_reset="earliest", consumer_timeout_ms=8000, **options)
    consumer.assign([TopicPartition(topic, 0)])
    for at, record in enumerate(consumer):
        assert record.value == f"python {at}".encode(), record
        if at == 9:
            print("ok")
            break
    consumer.close(autocommit=False)
except Exception as error:
    print(type(error).__name__, error)
    sys.exit(1)
