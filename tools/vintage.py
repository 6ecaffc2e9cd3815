"""Freeze the present catalog as a vintage: ``python tools/vintage.py 2026.11``.

It also prints what changed since the last vintage, in the form in which ``data/CHANGES.md`` lists
it. A release does this once; a vintage never changes afterwards. Why something changed, and which
answers with it, is written there by hand. ``python tools/vintage.py`` alone prints what changed
since the last vintage and writes nothing.
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
    """Freeze the catalog if a name is given, and print the differences."""
    earlier = vintage_names()
    present = chipdb.load()
    for name in sys.argv[1:2]:
        if not re.fullmatch(r"\d{4}\.\d\d(\.\d\d)?", name):
            sys.exit(f"{name!r} is not a vintage; write YYYY.MM or YYYY.MM.DD")
        sys.stdout.write(f"{freeze(name)}\n")
        present = chipdb.load(name)
    if earlier:
        last = earlier[-1]
        sys.stdout.write(
            "\n".join([f"since {last}:", "", *differences(chipdb.load(last), present)])
        )
        sys.stdout.write("\n")


def differences(old: Catalog, new: Catalog) -> Iterator[str]:
    """Entries that were added or removed, by vendor, and figures whose preferred value changed."""
    added = [new[key] for key in new.ids if key not in old.ids]
    removed = [old[key] for key in old.ids if key not in new.ids]
    yield from _entries("Added", added)
    yield from _entries("Removed", removed)
    changed = []
    for key in new.ids:
        if key in old.ids:
            changed += list(_changed_figures(old[key], new[key]))
    if changed:
        yield f"Figures whose preferred value changed: {len(changed)}"
        yield ""
        yield from changed


def _entries(what: str, chips: list[Chip]) -> Iterator[str]:
    """The ids of some entries, a line for each vendor; nothing without entries."""
    if not chips:
        return
    by_vendor: dict[str, list[str]] = {}
    for chip in chips:
        by_vendor.setdefault(chip.vendor or "without a vendor", []).append(f"`{chip.id}`")
    yield f"{what}: {len(chips)}"
    yield ""
    for vendor, ids in by_vendor.items():
        yield f"* {vendor}: {', '.join(ids)}"
    yield ""


def _changed_figures(old: Chip, new: Chip) -> Iterator[str]:
    """The figures of a chip whose preferred value is another one, added or gone."""
    before, after = _preferred_texts(old), _preferred_texts(new)
    for path in dict.fromkeys([*before, *after]):
        old_text, new_text = before.get(path, "–"), after.get(path, "–")
        if old_text != new_text:
            yield f"* `{new.id}` {path}: {old_text} to {new_text}"


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
