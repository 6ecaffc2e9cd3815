"""Processor time of questions to the whole catalog, beside that of a command line in Python.

Each is the median ratio of paired runs of whole processes; ``measured.py`` runs it.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = 5
BIN = Path(sys.executable).parent
TYPER = [sys.executable, "-c", "import typer"]
DAYS = ["flips", "2025-01-01", "2026-06-01", "--to", "CN"]
ONE_ANSWER, AS_JSON, TWO_ANSWERS = "20", "40", "40"
"""How many times ``import typer`` a question to 480 entries may take; 2.5 ms more for each further.

JSON and the two answers of an enacted bill may take twice as long.
"""
WHOLE_CATALOG = [
    (["near"], ONE_ANSWER),
    (["conflicts"], ONE_ANSWER),
    (["sources"], ONE_ANSWER),
    (["check", "--all", "--to", "CN"], ONE_ANSWER),
    (["check", "--all", "--to", "CN", "--format", "json"], AS_JSON),
    (DAYS, ONE_ANSWER),
    ([*DAYS, "--enact", "us-bill-overwatch-hr6875"], TWO_ANSWERS),
]
UNKNOWN_CHIPS = 8


def processor_seconds(command: list[str]) -> float:
    """The processor time of one run, of the process and the system for it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    quiet = subprocess.DEVNULL
    subprocess.run(command, stdout=quiet, stderr=quiet, check=False, env=os.environ)  # noqa: S603 - our own command
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def ratio(arguments: list[str]) -> float:
    """The median ratio of a command of chipdb to ``import typer``, run in turn."""
    command = [str(BIN / "chipdb"), *arguments]
    return paired_ratio(command, TYPER, RUNS)


def paired_ratio(command: list[str], peer: list[str], runs: int) -> float:
    """The median ratio of two commands, run in turn."""
    # The first run may write compiled modules, which later runs only read.
    for once in (command, peer):
        processor_seconds(once)
    ratios = []
    for _ in range(runs):
        base = processor_seconds(peer)
        ratios.append(processor_seconds(command) / base)
    return statistics.median(ratios)


def unknown_system() -> list[dict[str, object]]:
    """A system of different chips about which nothing is known."""
    chips: list[dict[str, object]] = []
    members = []
    for number in range(UNKNOWN_CHIPS):
        name = f"unknown-{number}"
        chips.append({"id": name, "name": name})
        members.append({"chip": name, "count": 1})
    return [*chips, {"id": "system", "name": "system", "kind": "system", "members": members}]


def whole_catalog() -> list[tuple[str, str, float, str]]:
    """A row for each question: the work, its peer, the ratio and the bound."""
    rows = []
    for arguments, bound in WHOLE_CATALOG:
        work = f"`chipdb {' '.join(arguments)}` (ratio of processor times)"
        rows.append((work, "`import typer`", ratio(arguments), f"at most {bound} at 480 entries"))

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "system.json"
        path.write_text(json.dumps(unknown_system()), encoding="utf-8")
        took = ratio(["check", str(path), "--to", "CN"])
    work = f"a system of {UNKNOWN_CHIPS} unknown chips (ratio)"
    return [*rows, (work, "`import typer`", took, "at most 17")]
