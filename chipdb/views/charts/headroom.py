"""How far each knob has to go before a rule's answer changes, as multiples of what the chip has today."""

from __future__ import annotations

from chipdb.answers.headroom import HeadroomRow as Change
from chipdb.answers.headroom import headroom_of
from chipdb.errors import UsageError
from chipdb.units import display
from chipdb.views.charts.bars import Bar, Bars
from chipdb.views.charts.frame import Asked, Key, Words
from chipdb.views.charts.names import TURNED, amount, short
from chipdb.views.charts.picture import Chart

KNOBS = {**TURNED, "formats": "formats dropped"}
LEAVES, ENTERS = 0, 1


def draw(asked: Asked) -> Chart:
    """The chart: a row for each chip, rule, knob and change that it brings about; knobs that bring about none are told."""
    if not asked.entries:
        raise UsageError("headroom of what? Name a chip")
    found = [
        (short(entry.chip), row)
        for entry in asked.entries
        for row in headroom_of(entry, asked.question, asked.knob)
    ]
    rules = list(dict.fromkeys(row.rule for _, row in found))
    names = list(dict.fromkeys(name for name, _ in found))
    bars = [
        _bar(name, row, len(names) > 1, len(rules) > 1)
        for name, row in found
        if row.factor is not None
    ]
    if not bars:
        raise UsageError(
            f"no knob alone changes what {', '.join(rules)} says of {', '.join(names)}; there is nothing to draw"
        )
    subtitle = "Each knob alone, as a multiple of what the chip has: left of 1 it is turned down, right of 1 up."
    reads = f"Not attained: at the limit itself the answer has not yet changed. {_unable(found, names)}".rstrip()
    shown = Bars(asked.theme, bars, (), "multiple of the chip's own figure")
    words = Words(
        f"How far each knob goes: {', '.join(names)}", subtitle, asked.caption(rules), reads
    )
    return shown.chart("headroom", words, _keys(shown))


def _keys(shown: Bars) -> list[Key]:
    used = {bar.series for bar in shown.bars}
    texts = {LEAVES: "leaves a rule or paragraph", ENTERS: "enters one"}
    return [Key(text, shown.color(side)) for side, text in texts.items() if side in used]


def _unable(found: list[tuple[str, Change]], names: list[str]) -> str:
    """The knobs that bring about none of a chip's changes."""
    able = {(name, row.knob) for name, row in found if row.factor is not None}
    told = []
    for name in names:
        knobs = dict.fromkeys(
            KNOBS[row.knob]
            for owner, row in found
            if owner == name and (name, row.knob) not in able
        )
        if knobs:
            told.append(f"{name}: {', '.join(knobs)} alone cannot.")
    return " ".join(told)


def _bar(name: str, row: Change, several: bool, rules: bool) -> Bar:
    change = f"leaves {row.leaves}" if row.leaves else f"enters {row.enters}"
    label = ", ".join(
        filter(None, (name if several else "", row.rule if rules else "", change, KNOBS[row.knob]))
    )
    factor = None if row.factor is None else float(row.factor)
    return Bar(
        row=label,
        series=LEAVES if row.leaves else ENTERS,
        value=factor,
        low=None,
        high=None,
        told=_told(row),
        chip=name,
    )


def _told(row: Change) -> str:
    assert row.cut_percent is not None, "only rows with a limit"
    cut = (
        f"\N{MINUS SIGN}{display(row.cut_percent)} %"
        if row.cut_percent >= 0
        else f"+{display(-row.cut_percent)} %"
    )
    limit = amount(row.value, row.unit) if row.unit else f"TPP {display(row.value)}"
    dropped = f", {len(row.drops)} formats" if row.drops else ""
    return f"{cut}: {limit}{dropped}" + ("" if row.attained else ", not attained")
