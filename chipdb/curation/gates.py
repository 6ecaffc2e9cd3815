"""Plausibility gates: relations that the figures of a chip must satisfy.

A gate yields a :class:`~chipdb.curation.comparison.Comparison` for each pair that it compared,
whether it holds or not, so that a gate that had nothing to compare is not mistaken for one that
passed. No gate affects an answer. What a gate compares with is data (``data/gates.yaml``); a chip
states a true exception under ``accepted``, with the reason.

To add a gate, add its entry to that file, a function to the module of its subject, and a line to
:data:`COMPARES`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from chipdb.catalog.chip import Chip
from chipdb.catalog.consistency import Gate, gates
from chipdb.catalog.lookup import nearest
from chipdb.curation import figure_gates, name_gates, silicon_gates, throughput_gates
from chipdb.curation.comparison import Comparison
from chipdb.lazy_dataclasses import replace

COMPARES: dict[str, Callable[[Chip, Gate], Iterator[Comparison]]] = {
    "ratio": throughput_gates.ratios,
    "sparse": throughput_gates.sparse,
    "rate": throughput_gates.rates,
    "bandwidth": figure_gates.bandwidth,
    "stack": figure_gates.stacks,
    "reticle": silicon_gates.reticle,
    "density": silicon_gates.densities,
    "compute": silicon_gates.compute,
    "balance": throughput_gates.balance,
    "planar": silicon_gates.planar,
    "dates": figure_gates.dates,
    "range": figure_gates.ranges,
    "basis": figure_gates.bases,
    "count": name_gates.counts,
    "sku": name_gates.products,
}
"""The code of each gate of ``data/gates.yaml``, by its name, in the order of the reports."""


def comparisons(chip: Chip) -> list[Comparison]:
    """Everything that the gates can compare in a chip, whether it holds or not.

    A figure that is missing is compared with nothing, so an incomplete chip passes.

    >>> import chipdb
    >>> made = comparisons(chipdb.load()["H20"])
    >>> [(each.key, each.holds, each.text) for each in made if each.gate == "reticle"]
    [('reticle:GH100', True, '814 mm^2 against 858 mm^2')]
    """
    # Gates read the catalog's chips and those of users, so none may rely on a figure being there.
    known = gates()
    made: list[Comparison] = []
    for name, compare in COMPARES.items():
        made += compare(chip, known[name])
    return made


def findings(chip: Chip, made: list[Comparison]) -> Iterator[Comparison]:
    """The comparisons that fail and are not accepted, and the exceptions that nothing needs.

    ``made`` are all comparisons of the chip, those that hold among them.
    """
    for comparison in made:
        if comparison.holds or comparison.key in chip.accepted:
            continue
        hint = f"(a true exception is accepted as {comparison.key!r})"
        yield replace(comparison, text=f"{comparison.text} {hint}")

    # A chip that extends another inherits its exceptions, needed or not.
    if not chip.extends:
        yield from _unneeded_exceptions(chip, made)


def _unneeded_exceptions(chip: Chip, made: list[Comparison]) -> Iterator[Comparison]:
    """Accepted exceptions of a chip whose figures pass, or that name nothing.

    Left in place, one would hide the next error under its key.
    """
    # An exception is needed only while its comparison fails, so it ends once the figures are
    # corrected.
    keys = [comparison.key for comparison in made]
    needed = {comparison.key for comparison in made if not comparison.holds}
    for key in chip.accepted:
        if key in needed:
            continue
        text = "holds here, so this exception is not needed"
        if key not in keys:
            text = f"nothing here has the key {key!r}{_nearest_key(key, keys)}"

        gate, _, what = key.partition(":")
        path = f"accepted.{key}"
        yield Comparison(gate=gate, what=what, path=path, holds=False, text=text)


def _nearest_key(key: str, keys: list[str]) -> str:
    """The keys that a misspelt one may mean, for the end of a message.

    The figure is misspelt more often than the gate, so those of the same gate come first.

    >>> _nearest_key("ratio:int8/pf8", ["reticle:GH100", "ratio:int8/fp8"])
    "; did you mean 'ratio:int8/fp8'?"
    """
    gate, _, _ = key.partition(":")
    of_the_gate = [known for known in keys if known == gate or known.startswith(f"{gate}:")]
    return nearest(key, of_the_gate or keys)
