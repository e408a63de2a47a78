"""Prints the value of every record that a verifiable consumer of the Java tools reported, one a line."""

import json
import sys

for line in sys.stdin:
    if line.startswith("{"):
        event = json.loads(line)
        if event.get("name") == "record_data":
            print(event["value"])
