"""Configuration of the documentation site; `make docs` treats every warning as an error."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import chipdb

project = "chipdb"
author = "the chipdb developers"
copyright = author  # noqa: A001 - the name that Sphinx reads
release = chipdb.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]

html_theme = "furo"
html_title = "chipdb"
html_copy_source = False
html_show_sphinx = False

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
nitpicky = True
nitpick_ignore_regex = [
    ("py:.*", r"(?!chipdb\b).*"),
    ("py:.*", r"chipdb\.catalog\.(chip|catalog|figures)\..*"),
    ("py:.*", r"chipdb\.(answers|curation|metrics|rules|solver|views)\..*"),
]
suppress_warnings = ["misc.highlighting_failure"]

HERE = Path(__file__).parent
TOOLS = HERE.parent / "tools"
DRAWN = HERE / "_drawn"
CHARTS: dict[str, tuple[str, list[str], dict[str, Any]]] = {
    "blackwell": ("tpp-density", ["B200"], {"on": "2026-06-01", "derate": {"compute": "30%"}}),
    "ascend": (
        "compare",
        ["910B2", "910B3", "910B4", "A100"],
        {"on": "2026-06-01", "baseline": "A100"},
    ),
    "h20": ("timeline", ["H20", "H200", "B200"], {"on": "2026-06-01", "to": "CN"}),
}
"""The pictures of the fact check: the kind of chart, its chips, and its options."""


def draw(_: Any) -> None:
    """Draw the pictures of the fact check from the current data."""
    DRAWN.mkdir(exist_ok=True)
    for name, (kind, chips, options) in CHARTS.items():
        chipdb.chart(kind, chips, **options).save(DRAWN / f"{name}.svg")


def build_pages(_: Any) -> None:
    """Build the pages that are made from data and commands; they are not under version control."""
    for tool in ("built_pages.py", "cli_page.py", "validation_page.py"):
        runpy.run_path(str(TOOLS / tool))["main"]()


def setup(app: Any) -> None:
    """Make pictures and pages before Sphinx looks for the documents."""
    app.connect("builder-inited", draw)
    app.connect("builder-inited", build_pages)
