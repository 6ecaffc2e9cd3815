"""Charts: a kind is a module with ``draw``, from what is asked to a :class:`Chart`.

Rule: figures and answers come from ``answers``; here they get places, colors and words, and nothing is decided.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from chipdb.catalog.catalog import Catalog, Entry, load
from chipdb.catalog.chip import Chip
from chipdb.catalog.modify import derate as derated
from chipdb.errors import UnknownNameError
from chipdb.solver.question import Question, question
from chipdb.views.charts.frame import Asked
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.theme import theme_of
from chipdb.views.json.envelope import envelope_json
from chipdb.vocabulary import Kind

KINDS = ("tpp-density", "bandwidth", "timeline", "compare", "headroom", "roofline", "price")
POOLED = ("tpp-density", "bandwidth", "price")
"""The kinds that show the catalog's chips beside those named."""

MENU = {"export": True, "source": False, "compiled": False, "editor": False}
"""What the menu of a page offers: saving the picture, and nothing that leads elsewhere."""

__all__ = ["KINDS", "Chart", "chart", "draw"]


def chart(
    kind: str,
    chips: str | Chip | Sequence[str | Chip] = (),
    *,
    on: str | date | None = None,
    to: str | None = None,
    from_: str | None = None,
    headquarters: str | Sequence[str] = (),
    rules: str | Sequence[str] = (),
    derate: Mapping[str, str] | None = None,
    baseline: str | Chip | None = None,
    knob: str | None = None,
    theme: str = "light",
) -> Chart:
    """A chart of one kind: tpp-density, bandwidth, timeline, compare, headroom, roofline or price.

    Chips are names or :class:`Chip` objects and are always labeled; ``derate`` turns knobs of each, and planes draw the way.
    ``on`` defaults to today; ``rules`` names the rules whose limits are drawn; ``baseline`` (of compare) is the last chip if
    left out. The chart has ``spec``, ``svg()``, ``png()``, ``html()``, ``save(path)`` and shows itself in Jupyter.

    Raises :class:`~chipdb.errors.UnknownNameError` for a kind, chip, rule, place or theme that there is not,
    :class:`~chipdb.errors.UsageError` where a chip lacks what the chart shows.

    >>> import chipdb
    >>> chipdb.chart("tpp-density", ["H100", "H20"], on="2024-06-01").spec["title"]["text"]
    ['TPP against performance density']
    """
    known = load()
    named = [chips] if isinstance(chips, str | Chip) else chips
    asked = question(on, to, from_, headquarters, named=rules)
    base = known[baseline] if isinstance(baseline, str) else baseline
    turns = [(name.replace("_", "-"), amount) for name, amount in (derate or {}).items()]
    return draw(
        kind, [_entry(chip, known) for chip in named], asked, known, turns, base, knob, theme
    )


def _entry(chip: str | Chip, known: Catalog) -> Entry:
    return known.find(chip) if isinstance(chip, str) else Entry(chip=chip)


def draw(
    kind: str,
    entries: Sequence[Entry],
    asked: Question,
    catalog: Catalog,
    turns: Sequence[tuple[str, str]] = (),
    baseline: Chip | None = None,
    knob: str | None = None,
    theme: str = "light",
) -> Chart:
    """A chart of chips that were found already, each derated by ``turns``."""
    if kind not in KINDS:
        raise UnknownNameError("kind of chart", kind, KINDS)
    entries = list({(entry.chip.id, entry.chip.changes): entry for entry in entries}.values())
    looks = theme_of(theme)
    paths = tuple(_path(entry.chip, turns) for entry in entries) if turns else ()
    ended = (
        [replace(entry, chip=path[-1]) for entry, path in zip(entries, paths, strict=True)]
        if turns
        else entries
    )
    pool = tuple(_pool(catalog)) if kind in POOLED else ()
    module = importlib.import_module(f"chipdb.views.charts.{kind.replace('-', '_')}")
    made: Chart = module.draw(
        Asked(
            entries=tuple(ended),
            question=asked,
            theme=looks,
            pool=pool,
            paths=paths,
            baseline=baseline,
            knob=knob,
            data=catalog.data,
        )
    )
    about = envelope_json({"kind": kind, "on": asked.on.isoformat(), "theme": theme}, catalog.data)
    return replace(
        made, spec={**made.spec, "usermeta": {"chipdb": about, "embedOptions": {"actions": MENU}}}
    )


def _path(chip: Chip, turns: Sequence[tuple[str, str]]) -> tuple[Chip, ...]:
    """A chip as it is, and after each turn of a knob."""
    steps = [chip]
    for turn in turns:
        steps.append(derated(steps[-1], [turn]))
    return tuple(steps)


def _pool(catalog: Catalog) -> list[Chip]:
    return [
        chip
        for chip in catalog
        if chip.kind == Kind.PROCESSOR and (chip.represents or chip.hypothetical)
    ]
