"""Takes out of an output what differs from run to run: ids, times, sizes, offsets of the metadata log, paths, and the
order of lists that Kafka keeps in hash maps."""
import json
import os
import re
import sys

NUMBERS = ("totalBytes", "usableBytes", "highWatermark", "logEndOffset", "lastFetchTimestamp", "lastCaughtUpTimestamp",
           "leaderEpoch", "host", "port")


def ordered(value):
    if isinstance(value, dict):
        return {key: "N" if key in NUMBERS else ordered(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((ordered(inner) for inner in value), key=lambda inner: json.dumps(inner, sort_keys=True))
    return value


for line in sys.stdin:
    line = line.rstrip()
    line = line.replace(os.environ.get("DATA", "\0"), "DATA").replace(os.environ.get("BROKER", "\0"), "BROKER")
    line = line.replace(os.environ.get("WORK", "\0"), "WORK")
    if line.startswith("  {"):
        # One answer a line: its entries one a line, so that a difference shows where it is.
        answer = ordered(json.loads(line))
        lists = [key for key, value in answer.items() if isinstance(value, list)]
        rows = []
        for key in lists:
            for entry in answer.pop(key):
                inner = entry.pop("configs", []) if isinstance(entry, dict) else []
                rows.append(f"    {key}: {json.dumps(entry)}")
                rows += [f"      {json.dumps(config)}" for config in inner]
        line = "\n".join([f"  {json.dumps(answer)}", *rows])
    line = re.sub(r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[0-9_-])(?=[A-Za-z0-9_-]*[A-Z])[A-Za-z0-9_-]{22}(?![A-Za-z0-9_-])", "ID", line)
    line = re.sub(r"\b1[67][0-9]{11}\b", "TIME", line)
    print(line)
