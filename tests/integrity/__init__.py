"""The data files, read with PyYAML only, so that chipdb's own reader does not judge itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DATA = ROOT / "data"
RULE_FILES = sorted(path.relative_to(DATA).as_posix() for path in (DATA / "rules").rglob("*.yaml"))
FILES = [
    "chips.yaml",
    "formats.yaml",
    "jurisdictions.yaml",
    "notices.yaml",
    "pcie.yaml",
    "places.yaml",
    "worksheets.yaml",
    *RULE_FILES,
]


def read(name: str) -> Any:
    """A data file as lists and mappings of text."""
    return yaml.BaseLoader((DATA / name).read_text("utf-8")).get_single_data()


def rules() -> list[dict[str, Any]]:
    """Every rule of every rule file."""
    return [rule for name in RULE_FILES for rule in read(name)]


def mappings(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping inside a value, the value itself first."""
    if isinstance(value, dict):
        yield value
    for inner in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from mappings(inner)
