"""Charts: each kind is a module with ``draw``, from a request to a :class:`Chart`.

Figures and answers come from ``answers`` and the solver; here they get positions, colors and words.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from datetime import date

from chipdb.answers.arguments import (
    Changes,
    Chips,
    File,
    Names,
    OneChip,
    Rules,
    catalog_of,
    changes,
    chip_of,
    each_chip,
    entries_of,
    expect,
    questions_of,
    written,
)
from chipdb.answers.estimate import workload_asked
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.catalog.chip_changes import Amount, ChipChanges
from chipdb.catalog.knobs import derate as derated
from chipdb.errors import ParameterError, UnknownNameError
from chipdb.lazy_dataclasses import replace
from chipdb.solver.question import ENFORCED, Question
from chipdb.views.charts.frame import ChartRequest, titled
from chipdb.views.charts.picture import Chart
from chipdb.views.charts.theme import theme_of
from chipdb.views.json.envelope import envelope_json
from chipdb.views.safe_text import printable, printable_values
from chipdb.vocabulary import Kind
from chipdb.workloads.request import Request

KINDS = (
    "tpp-density",
    "bandwidth",
    "timeline",
    "compare",
    "headroom",
    "roofline",
    "price",
    "estimate",
    "equivalents",
    "envelope",
)
POOLED = ("tpp-density", "bandwidth", "price")
"""The kinds that draw the catalog's chips besides the named ones."""

_WITH_WORKLOAD = ("estimate", "equivalents")
"""The kinds that need a model and a phase; an envelope may have them."""
_WITH_PLACES = ("timeline",)
"""The kinds that may show several destinations."""
_WITH_DESTINATION = ("bandwidth", "timeline", "headroom", "envelope")
"""The kinds that show what rules say for a destination; the others show the chip itself."""

LEAST_SIZE, MOST_SIZE = 100, 10_000
"""How wide a picture may be made, in pixels."""
READABLE_SIZE = 560
"""The width in pixels from which the smallest text of a picture has about seven pixels."""

MENU = {"export": True, "source": False, "compiled": False, "editor": False}
"""What the menu of a page offers: saving the picture, but no editor on another site."""

__all__ = ["KINDS", "MENU", "POOLED", "READABLE_SIZE", "Chart", "chart", "draw", "turns_of"]


def chart(
    kind: str,
    chips: Chips = (),
    *,
    on: str | date | None = None,
    to: Names | None = None,
    from_: str | None = None,
    headquarters: Names = (),
    rule: Names = (),
    rules: Rules = (),
    enact: Names = (),
    law: str = ENFORCED,
    derate: Changes = (),
    set: Changes = (),  # noqa: A002 - the option's name
    drop: Names = (),
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
    baseline: OneChip | None = None,
    knob: str | None = None,
    model: str | None = None,
    phase: str | None = None,
    precision: str | None = None,
    layout: str | None = None,
    batch: int | None = None,
    input: int | None = None,  # noqa: A002 - the option's name
    latency: str | None = None,
    draft: int | None = None,
    accepted: float | None = None,
    theme: str = "light",
    title: str | None = None,
    size: int | None = None,
) -> Chart:
    """A chart of one kind, such as tpp-density, timeline or estimate, as ``chipdb plot`` names it.

    The chips are always labeled. ``derate`` turns knobs of each, and planes draw the way. ``on``
    defaults to today. ``to`` may name several places for a timeline. ``rule`` names the rules whose
    thresholds are drawn. ``baseline`` (of compare and equivalents) is the last chip if left out.
    ``model``, ``phase`` and the parameters after them are those of :func:`chipdb.estimate`, for
    charts of estimate, equivalents and envelope. ``title`` replaces the finding that the title
    states, ``size`` is the width of the picture in pixels. The chart has
    ``spec``, ``svg()``, ``png()``, ``html()`` and ``save(path)``, and Jupyter shows it.

    Raises :class:`~chipdb.errors.UnknownNameError` for an unknown kind, chip, rule, place or theme,
    :class:`~chipdb.errors.UsageError` if a chip lacks what the chart shows.

    >>> import chipdb
    >>> chipdb.chart("tpp-density", ["H100", "H20"], on="2024-06-01").spec["title"]["text"]
    ['H100 is controlled on 2024-06-01, H20 is not']
    """
    expect("kind", kind, str)
    expect("knob", knob, str, None)
    expect("theme", theme, str)
    expect("title", title, str, None)
    expect("size", size, int, None)
    known = catalog_of(catalog, vintage)
    asked, *elsewhere = questions_of(
        on=on,
        to=to,
        from_=from_,
        headquarters=headquarters,
        rule=rule,
        rules=rules,
        enact=enact,
        law=law,
    )
    given = each_chip(chips)
    entries = entries_of(given, known, set=set, drop=drop)
    base = None if baseline is None else chip_of(baseline, known, "baseline")
    # Planes draw the way from the chip to the derated one, so the knobs are turned in draw.
    turns = ChipChanges(derate=tuple(changes("derate", () if derate is None else derate)))
    # the chips of a chart are those that it shows; how many work together is in the layout
    workload = workload_asked({**locals(), "chips": None})
    return draw(
        kind,
        entries,
        asked,
        known,
        turns_of(entries, turns, written(given)),
        base,
        knob,
        theme,
        elsewhere,
        workload=workload,
        title=title,
        size=size,
    )


def draw(
    kind: str,
    entries: Sequence[Entry],
    asked: Question,
    catalog: Catalog,
    turns: Sequence[Sequence[Amount]] = (),
    baseline: Chip | None = None,
    knob: str | None = None,
    theme: str = "light",
    elsewhere: Sequence[Question] = (),
    *,
    workload: Request | None = None,
    title: str | None = None,
    size: int | None = None,
) -> Chart:
    """A chart of chips that were already looked up, each derated by its own ``turns``, if any.

    ``elsewhere`` asks the question for further destinations, which only a timeline can show.
    """
    if size is not None and not LEAST_SIZE <= size <= MOST_SIZE:
        raise ParameterError("size", f"must be from {LEAST_SIZE} to {MOST_SIZE}, not {size}")
    _check_kind(kind, workload, elsewhere)
    _check_place(kind, asked)
    looks = theme_of(theme)

    turns_of_each = turns or [()] * len(entries)
    paths_by_chip: dict[tuple[str, tuple[str, ...]], tuple[Chip, ...]] = {}
    entries_by_chip: dict[tuple[str, tuple[str, ...]], Entry] = {}
    for entry, own_turns in zip(entries, turns_of_each, strict=True):
        path = _path(entry.chip, own_turns)
        # A chip that is named twice is drawn once; two derated forms of it are two chips.
        form = (entry.chip.id, path[-1].changes)
        paths_by_chip[form] = path
        entries_by_chip[form] = replace(entry, chip=path[-1])
    entries = list(entries_by_chip.values())
    # Without any turn there is no way to draw.
    paths: list[tuple[Chip, ...]] = []
    if any(turns_of_each):
        paths = list(paths_by_chip.values())

    # Reading all chips takes longer than drawing, so only charts that show a crowd do it.
    pool: list[Chip] = []
    if kind in POOLED:
        pool = _pool(catalog)
    request = ChartRequest(
        entries=tuple(entries),
        question=asked,
        theme=looks,
        pool=tuple(pool),
        paths=tuple(paths),
        baseline=baseline,
        knob=knob,
        data=catalog.data,
        elsewhere=tuple(elsewhere),
        workload=workload,
    )
    module = importlib.import_module(f"chipdb.views.charts.{kind.replace('-', '_')}")
    made: Chart = module.draw(request)
    about = envelope_json({"kind": kind, "on": asked.on.isoformat(), "theme": theme}, catalog.data)
    usermeta = {"chipdb": about, "embedOptions": {"actions": MENU}}
    # the converter ends the whole process at a character that XML does not allow
    spec = printable_values({**made.spec, "usermeta": usermeta})
    if title:
        spec = titled(spec, printable(title))
    return replace(made, spec=spec, width=size)


def _check_kind(kind: str, workload: Request | None, elsewhere: Sequence[Question]) -> None:
    """Refuse an unknown kind, and what a kind needs or cannot show.

    Raises :class:`~chipdb.errors.UnknownNameError` and :class:`~chipdb.errors.ParameterError`.
    """
    if kind not in KINDS:
        raise UnknownNameError("kind of chart", kind, KINDS)
    if workload is None and kind in _WITH_WORKLOAD:
        raise ParameterError("model", f"is needed with phase for a chart of {kind}")
    if workload is not None and kind not in (*_WITH_WORKLOAD, "envelope"):
        raise ParameterError("model", f"does not apply to a chart of {kind}")
    if elsewhere and kind not in _WITH_PLACES:
        kinds = " or ".join(_WITH_PLACES)
        raise ParameterError(
            "to", f"must name one place for a chart of {kind}; a {kinds} may have several"
        )


def _check_place(kind: str, asked: Question) -> None:
    """Refuse a destination for a kind that would leave it unread.

    A picture that was asked for Germany and shows the same as for China would be misread. Raises
    :class:`~chipdb.errors.ParameterError`.
    """
    if asked.to is not None and kind in KINDS and kind not in _WITH_DESTINATION:
        kinds = f"{', '.join(_WITH_DESTINATION[:-1])} or {_WITH_DESTINATION[-1]}"
        raise ParameterError(
            "to", f"does not change a chart of {kind}; a chart of {kinds} shows a destination"
        )


def turns_of(
    entries: Sequence[Entry], turns: ChipChanges, arguments: Sequence[str]
) -> list[Sequence[Amount]]:
    """The knobs to turn for each entry, by the argument that named it.

    Raises :class:`~chipdb.errors.ParameterError` for a change of one of several chips that does not
    say which.
    """
    turns.refuse_for_several(len(entries), arguments)
    of_each = turns.for_each(arguments)
    return [of_each[entry.position - 1].derate for entry in entries]


def _path(chip: Chip, turns: Sequence[Amount]) -> tuple[Chip, ...]:
    """A chip as it is, and after each turn of a knob."""
    steps = [chip]
    for turn in turns:
        steps.append(derated(steps[-1], [turn]))
    return tuple(steps)


def _pool(catalog: Catalog) -> list[Chip]:
    """The processors that may be drawn unnamed: one for each model, and hypothetical ones."""
    pool = []
    for chip in catalog:
        if chip.kind != Kind.PROCESSOR:
            continue
        # The variants of a model lie almost on one point; the one that represents it is enough.
        if chip.represents or chip.hypothetical:
            pool.append(chip)
    return pool
