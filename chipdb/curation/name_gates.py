"""Gates for names: of a system and its chips, of a source and the chip that quotes it.

A name is the weakest evidence, so these gates only ask for a second look: at a system whose name
counts more or fewer chips than it has, and at a figure whose source is about another product.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chipdb.catalog.bibliography import bibliography
from chipdb.catalog.chip import Chip
from chipdb.catalog.consistency import Gate
from chipdb.catalog.figures import Figure
from chipdb.catalog.lookup import squash
from chipdb.curation.comparison import Comparison

_OF_THE_SKU = ("throughput.", "memory.", "links[")
"""Figures that differ from product to product; those of a die belong to all that share it."""


def counts(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """A system has as many chips as its name says.

    >>> import chipdb
    >>> from chipdb.catalog.consistency import gates
    >>> (compared,) = counts(chipdb.load()["GB200 NVL72"], gates()["count"])
    >>> compared.text
    'NVIDIA GB200 NVL72 counts 72 chips and has 72'
    """
    # The schema is one for all gates, so it does not demand the field that this one needs.
    assert gate.pattern is not None, "the gate states a pattern"
    match = re.search(gate.pattern, chip.name)
    if not chip.members or match is None:
        return
    named = int(next(group for group in match.groups() if group))
    has = chips_inside(chip)
    text = f"{chip.name} counts {named:,} chips and has {has:,}"
    yield Comparison(gate=gate.gate, what="", path="members", holds=named == has, text=text)


def chips_inside(chip: Chip) -> int:
    """How many chips a system has, those of the systems inside it among them; 1 for a chip."""
    if not chip.members:
        return 1
    return sum(member.count * chips_inside(member.chip) for member in chip.members)


def products(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """A source whose title names products names the chip, or the claim says why not.

    Several products share a die, so only figures of the product itself are compared. A source that
    names no product, such as a white paper or a data set, is compared with nothing.

    >>> import chipdb
    >>> from chipdb.catalog.consistency import gates
    >>> all(each.holds for each in products(chipdb.load()["H20"], gates()["sku"]))
    True
    """
    assert gate.pattern is not None, "the gate states a pattern"
    # A chip that extends another has its figures, and a name of its own.
    if chip.extends:
        return
    dies = [die.name for die in chip.dies or ()]
    own = [chip.name, chip.model or "", chip.architecture or "", *chip.aliases, *dies]
    for figure in chip.figures():
        if figure.path.startswith(_OF_THE_SKU):
            yield from _product_comparison(figure, own, gate, gate.pattern)


def _product_comparison(
    figure: Figure, own: list[str], gate: Gate, pattern: str
) -> Iterator[Comparison]:
    """The products that the source of a figure names, against the names of the chip."""
    claim = figure.preferred()
    source = bibliography().get(claim.source or "") if claim is not None else None
    if claim is None or source is None:
        return
    named = re.findall(pattern, source.title)
    if not named:
        return
    is_named = _names_one(source.title, named, own)
    text = f"{claim.text} after {source.title!r}"
    if not is_named:
        text += ", which names other products; a note of the claim says why it holds here"
    yield Comparison(
        gate=gate.gate,
        what=figure.path,
        path=figure.path,
        holds=is_named or claim.note is not None,
        text=text,
    )


def _names_one(title: str, named: list[str], own: list[str]) -> bool:
    """Whether a title has a name of the chip, or one of its products is part of such a name.

    >>> _names_one("Tesla P4 and Tesla P40 Launched", ["P40"], ["NVIDIA P4", "P4"])
    True
    >>> _names_one("NVIDIA H200 specification table", ["H200"], ["NVIDIA H100 NVL", "H100 NVL"])
    False
    """
    # Blanks at both ends let a name match whole words only: P4 must not match P40.
    title_words = f" {_words(title)} "
    for name in own:
        words = _words(name)
        if words and f" {words} " in title_words:
            return True
        if any(squash(product) in squash(name) for product in named):
            return True
    return False


def _words(text: str) -> str:
    """The words of a text in lower case, divided by single blanks; marks divide words.

    >>> _words("Tesla P4, and P40")
    'tesla p4 and p40'
    """
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))
