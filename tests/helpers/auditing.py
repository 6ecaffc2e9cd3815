"""Tables for ``audit`` and ``check``: Epoch's columns, a row that agrees with the catalog, what is
found in it.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

from running import Ran, run

DAY = "2026-11-01"
EPOCH = {
    "name": "Hardware name",
    "maker": "Manufacturer",
    "fp16": "Tensor-FP16/BF16 performance (FLOP/s)",
    "fp8": "FP8 performance (FLOP/s)",
    "fp4": "FP4 performance (FLOP/s)",
    "int8": "INT8 performance (OP/s)",
    "int4": "INT4 performance (OP/s)",
    "memory": "Memory (bytes)",
    "bandwidth": "Memory bandwidth (byte/s)",
    "tdp": "TDP (W)",
    "die": "Die Size (mm^2)",
    "node": "Process size (nm)",
    "tpp": "Total processing performance (bit-OP/s)",
    "notes": "Notes",
}


def epoch(*rows: dict[str, str]) -> str:
    """A table with Epoch's columns; a row gives what it has."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(EPOCH.values()), lineterminator="\n")
    writer.writeheader()
    writer.writerows({EPOCH[key]: value for key, value in row.items()} for row in rows)
    return text.getvalue()


def audited(text: str, folder: Path, *options: str, name: str = "table.csv") -> Ran:
    """What ``audit --format json`` says of a table."""
    (folder / name).write_text(text, encoding="utf-8")
    return run("audit", name, "--on", DAY, "--format", "json", *options, folder=folder)


def findings(*rows: dict[str, str], folder: Path) -> list[dict[str, Any]]:
    """The findings in a table with Epoch's columns."""
    return list(audited(epoch(*rows), folder).json["findings"])


A100 = {
    "name": "NVIDIA A100 SXM4 80 GB",
    "maker": "NVIDIA",
    "fp16": "3.12e+14",
    "int8": "624000000000000.0",
    "memory": "80000000000.0",
    "bandwidth": "2039000000000.0",
    "tdp": "400.0",
    "die": "826.0",
    "node": "7.0",
    "tpp": "4992000000000000.0",
    "notes": "a note\nover two lines, with a comma",
}
