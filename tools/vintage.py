"""Freeze the present catalog as a vintage: ``python tools/vintage.py 2026.11``.

It also prints what changed since the last vintage. A release does this once; a vintage never
changes afterwards. The differences are explained by hand in ``data/CHANGES.md``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import chipdb
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.compilation import freeze
from chipdb.catalog.vintages import vintage_names


def main() -> None:
    """Freeze the catalog, then print the differences."""
    (name,) = sys.argv[1:]
    if not re.fullmatch(r"\d{4}\.\d\d(\.\d\d)?", name):
        sys.exit(f"{name!r} is not a vintage; write YYYY.MM or YYYY.MM.DD")
    earlier = vintage_names()
    sys.stdout.write(f"{freeze(name)}\n")
    if earlier:
        last = earlier[-1]
        lines = differences(chipdb.load(last), chipdb.load(name))
        sys.stdout.write("\n".join([f"since {last}:", *lines]) + "\n")


def differences(old: Catalog, new: Catalog) -> Iterator[str]:
    """Chips that were added or removed, and figures whose preferred value changed."""
    for key in sorted({*old.ids, *new.ids}):
        if key not in old.ids:
            yield f"+ {key}"
        elif key not in new.ids:
            yield f"- {key}"
        else:
            yield from _changed_figures(old[key], new[key])


def _changed_figures(old: Chip, new: Chip) -> Iterator[str]:
    before, after = _preferred_texts(old), _preferred_texts(new)
    for path in dict.fromkeys([*before, *after]):
        old_text, new_text = before.get(path, "–"), after.get(path, "–")
        if old_text != new_text:
            yield f"  {new.id} {path}: {old_text} -> {new_text}"


def _preferred_texts(chip: Chip) -> dict[str, str]:
    """The text of the preferred claim of each figure, by path."""
    texts: dict[str, str] = {}
    for figure in chip.figures():
        claim = figure.preferred()
        if claim is not None:
            texts[figure.path] = claim.text
    return texts


if __name__ == "__main__":
    main()
