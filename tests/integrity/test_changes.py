"""``data/CHANGES.md`` against the difference of the vintages.

Issue of the catalog, "Freshness": the changes are made from a diff of vintages, so none may be
missing.
"""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

import chipdb
from chipdb import data_files
from chipdb.catalog.chip import Chip
from chipdb.catalog.vintages import vintage_names

PAIRS = list(pairwise(vintage_names()))


def section(name: str) -> str:
    """What the file says under the heading of a vintage."""
    text = (data_files.data_folder() / "CHANGES.md").read_text()
    parts = re.split(r"^## ", text, flags=re.MULTILINE)
    (found,) = [part for part in parts if part.split()[:1] == [name]]
    return found


def preferred(chip: Chip) -> dict[str, str]:
    """The preferred claim of each figure of a chip, as text."""
    claims = {figure.path: figure.preferred() for figure in chip.figures()}
    return {path: claim.text for path, claim in claims.items() if claim is not None}


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_every_difference_is_listed(before: str, after: str) -> None:
    """Each entry that came or went, and each figure whose preferred value is another one."""
    old, new, listed = chipdb.load(before), chipdb.load(after), section(after)
    differing = {*old.ids} ^ {*new.ids}
    for key in {*old.ids} & {*new.ids}:
        if preferred(old[key]) != preferred(new[key]):
            differing.add(key)
    assert differing, "a vintage that differs in nothing is no vintage"
    assert sorted(key for key in differing if f"`{key}`" not in listed) == []


@pytest.mark.parametrize("name", vintage_names())
def test_every_vintage_has_its_heading(name: str) -> None:
    assert section(name).startswith(name)
