"""Draw the pictures of the charts page again; a test compares them byte for byte.

They are drawn from a dated catalog, so new data leave them as they are. A new version of chipdb or
of the drawing library, or a change of the rule, changes them.
"""

from __future__ import annotations

from pathlib import Path

import chipdb
from chipdb.solver.question import question
from chipdb.views.charts import draw

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
CHIPS = ("A100", "H100", "H20", "B200", "MI300X", "910C", "910B4", "L20", "RTX 4090", "RTX 4090D")
PICTURES = {"tpp-density.svg": "light", "tpp-density-dark.svg": "dark"}
"""The theme of each picture's file."""


def picture(theme: str) -> str:
    """The picture in one theme, as SVG."""
    known = chipdb.load("2026.11")
    return draw(
        "tpp-density",
        [known.find(name) for name in CHIPS],
        question("2026-06-01"),
        known,
        theme=theme,
    ).svg()


def main() -> None:
    """Write every picture."""
    FOLDER.mkdir(exist_ok=True)
    for name, theme in PICTURES.items():
        (FOLDER / name).write_text(picture(theme), encoding="utf-8")


if __name__ == "__main__":
    main()
