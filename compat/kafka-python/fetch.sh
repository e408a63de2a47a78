#!/bin/bash
# Puts kafka-python's own test suite, from its source archive, and what it imports into $WORK.
set -euo pipefail
cd "$WORK"
python3 -m venv venv
venv/bin/pip install -q kafka-python==3.0.12 pytest==8.4.2 pytest-timeout==2.4.0 python-snappy==0.7.3 lz4==4.4.4 \
  zstandard==0.25.0 crc32c==2.8
venv/bin/pip download -q --no-deps --no-binary :all: kafka-python==3.0.12
tar xzf kafka_python-3.0.12.tar.gz
mv kafka_python-3.0.12 suite
# The archive leaves out the package marker and the module that would start brokers; ours only names the one given.
touch suite/test/__init__.py
mkdir -p suite/servers/4.3.0/kafka-bin suite/servers/4.3.0/resources
cat > suite/test/service.py <<'P'
class ExternalService:
    def __init__(self, host, port):
        self.host, self.port = host, port

    def open(self):
        pass

    def close(self):
        pass

    def dump_logs(self):
        pass

    def wait_for(self, *args, **kwargs):
        pass


class SpawnedService(ExternalService):
    pass
P
