#!/bin/bash
# kafka-python's integration tests by their pytest ids.
set -uo pipefail
cd "$WORK/suite"
mapfile -t ids < "$TESTS"
# 4.3: the newest version the client knows; one test compares it with what the client infers.
PYTHONPATH=.:$SUITE KAFKA_URI=kafka://$BROKER KAFKA_VERSION=4.3.0 ../venv/bin/python -m pytest -q -p report \
  --timeout 60 --timeout-method=signal -W ignore "${ids[@]}"
