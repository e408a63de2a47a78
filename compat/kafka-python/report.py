"""A pytest plugin that writes one line a test to $RESULTS as soon as it has ended, so that a run cut short still counts."""

import os

_seen = set()


def pytest_runtest_logreport(report):
    if report.outcome == "passed" and report.when != "call":
        return
    if report.nodeid in _seen:
        return
    _seen.add(report.nodeid)
    status = {"passed": "PASS", "failed": "FAIL", "skipped": "SKIP"}[report.outcome]
    reason = ""
    if report.outcome != "passed":
        lines = [line for line in str(report.longrepr).splitlines() if line.strip()]
        reason = "\t" + (lines[-1] if lines else "").replace("\t", " ")[:200]
    with open(os.environ["RESULTS"], "a") as results:
        results.write(f"{status} {report.nodeid}{reason}\n")
