"""The ways out of a presumption in words: what has to be attested, and how to state it."""

from __future__ import annotations

from collections.abc import Iterator

from chipdb.rules.conditions import AnyOf
from chipdb.rules.rule import WayOut
from chipdb.solver.labels import figure_text
from chipdb.solver.missing import Need
from chipdb.solver.presumption import Presumption, WayTaken
from chipdb.vocabulary import WayState

_STATE_WORDS = {
    WayState.OPEN: "is open",
    WayState.CLOSED: "is closed",
}
_STATED_WITH = {
    "approved_designer": "--set attested.designer=approved",
    "authorized_designer": "--set attested.designer=authorized",
    "packaged_by_fabricator": ("--set attested.by=fabricator --set attested.packaged_in=COUNTRY"),
    "packaged_by_approved_osat": "--set attested.by=approved-osat",
    "transistors": "--set attested.transistors=COUNT",
}
"""How a fact that a way out asks for is stated."""


def unstated_words(need: Need) -> str:
    """What was not attested: the transistor count is the one that the note defines."""
    if need.figure == "transistors":
        return "the aggregated approximated transistor count, attested"
    return figure_text(need.figure)


def ways_out_lines(presumption: Presumption) -> Iterator[str]:
    """A line for each way out: open, closed, or what has to be attested and how it is stated."""
    ways = {way.way: way for way in presumption.rule.ways_out}
    for taken in presumption.ways_out:
        yield f"way out ({taken.way}) {_words(taken, ways[taken.way])}"


def _words(taken: WayTaken, way: WayOut) -> str:
    """Whether a way is open or closed, or what it depends on and nobody stated."""
    if taken.state in _STATE_WORDS:
        return _STATE_WORDS[taken.state]
    needed = " and ".join(map(unstated_words, taken.needs))
    stated = " ".join(_stated_with(taken))
    # one attestation of several is enough, or each of them is needed
    if isinstance(way.when, AnyOf):
        needed = " or ".join(map(unstated_words, taken.needs))
        stated = " or ".join(_stated_with(taken))
    return f"needs {needed} ({stated})"


def _stated_with(taken: WayTaken) -> list[str]:
    """The options that state what a way out needs; a fact that no field states has none."""
    figures = [need.figure for need in taken.needs]
    return [_STATED_WITH[figure] for figure in figures if figure in _STATED_WITH]
