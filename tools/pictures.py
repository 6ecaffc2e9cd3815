"""Draw the pictures of the documentation again; a test compares them byte for byte.

They are drawn from a dated catalog, so new data leave them as they are. A new version of chipdb or
of the drawing library, or a change of the rules or of the workload model, changes them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import chipdb

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
CHIPS = ["A100", "H100", "H20", "B200", "MI300X", "910C", "910B4", "L20", "RTX 4090", "RTX 4090D"]
LLAMA = {"model": "llama3.1-70b", "phase": "decode", "layout": "TP4", "input": 3000}
PICTURES: dict[str, dict[str, Any]] = {
    "tpp-density.svg": {"kind": "tpp-density", "chips": CHIPS},
    "tpp-density-dark.svg": {"kind": "tpp-density", "chips": CHIPS, "theme": "dark"},
    "estimate.svg": {"kind": "estimate", "chips": ["H20", "H100", "910C"], **LLAMA},
    "equivalents.svg": {
        "kind": "equivalents",
        "chips": ["GB200", "H200", "H100", "910C", "H20", "A100"],
        "baseline": "B200",
        "model": "deepseek-v3",
        "phase": "decode",
        "input": 5000,
        "latency": "50ms",
    },
    "envelope.svg": {
        "kind": "envelope",
        "chips": ["H100", "B200"],
        "to": "CN",
        "latency": "50ms",
        **LLAMA,
    },
}
"""The parameters of ``chipdb.chart`` for the picture of each file."""


def picture(options: dict[str, Any]) -> str:
    """The picture with some options, as SVG."""
    return chipdb.chart(on="2026-06-01", vintage="2026.11", **options).svg()


def main() -> None:
    """Write every picture."""
    FOLDER.mkdir(exist_ok=True)
    for name, options in PICTURES.items():
        (FOLDER / name).write_text(picture(options), encoding="utf-8")


if __name__ == "__main__":
    main()
