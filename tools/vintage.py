"""Freeze the present catalog as a vintage, and say what changed since the last one: ``python tools/vintage.py 2026.11``.

A release does this once; a vintage never changes afterwards. The differences go into ``data/CHANGES.md`` by hand, with their
meaning.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import chipdb
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.compilation import freeze
from chipdb.catalog.vintages import names


def main() -> None:
    """Freeze, then print."""
    (name,) = sys.argv[1:]
    if not re.fullmatch(r"\d{4}\.\d\d(\.\d\d)?", name):
        sys.exit(f"{name!r} is no vintage; write YYYY.MM or YYYY.MM.DD")
    before = names()
    sys.stdout.write(f"{freeze(name)}\n")
    if before:
        lines = differences(chipdb.load(before[-1]), chipdb.load(name))
        sys.stdout.write("\n".join([f"since {before[-1]}:", *lines]) + "\n")


def differences(old: Catalog, new: Catalog) -> Iterator[str]:
    """Chips that came and went, and preferred values that changed."""
    for key in sorted({*old.ids, *new.ids}):
        if key not in old.ids:
            yield f"+ {key}"
        elif key not in new.ids:
            yield f"- {key}"
        else:
            yield from _changed(old[key], new[key])


def _changed(old: Chip, new: Chip) -> Iterator[str]:
    before, after = (
        {figure.path: figure.preferred() for figure in chip.figures()} for chip in (old, new)
    )
    for path in dict.fromkeys([*before, *after]):
        texts = [claim.text if (claim := side.get(path)) else "–" for side in (before, after)]
        if texts[0] != texts[1]:
            yield f"  {new.id} {path}: {texts[0]} -> {texts[1]}"


if __name__ == "__main__":
    main()
