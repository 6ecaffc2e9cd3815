"""The report of ``headroom``: a row per knob and change."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from chipdb.answers.check import Check
from chipdb.answers.joint_cuts import JointCuts
from chipdb.answers.knob_search import HeadroomRow, cut_of
from chipdb.catalog.catalog import Entry
from chipdb.rules.places import places
from chipdb.units import PERCENT, display, display_apart
from chipdb.views.caution_text import cautions_text
from chipdb.views.json.envelope import envelope_json
from chipdb.views.report import Part, Report, ReportTable, records_of, table_of
from chipdb.views.tables import NONE, or_dash, resolved_names
from chipdb.views.wording import changed_name
from chipdb.views.wrapped_text import wrapped

NO_CUT = Fraction(0)
IF_BOUND = " if bound"
"""The mark of a change that depends on whether a letter binds the chip, which is not known."""
HUNDREDTHS = 100
"""The parts of a percent that a doubt is printed with."""
HEADERS = ("chip", "rule", "change", "knob", "cut", "limit", "attained", "binding")


def headroom_report(
    rows: Sequence[HeadroomRow],
    entries: Sequence[Entry],
    checks: Sequence[Check] = (),
    joint: Sequence[JointCuts] = (),
) -> Report:
    """Report how far each knob can be turned.

    With a destination ``checks`` are the answers for the chips as they are, whose cautions stay,
    and ``joint`` the cuts that a license takes together.
    """
    return Report(
        records=lambda: records_of(rows),
        tables=lambda: _parts(rows, checks, joint),
        rows=lambda: _flat(rows),
        notes=resolved_names(entries),
    )


def _parts(
    rows: Sequence[HeadroomRow], checks: Sequence[Check], joint: Sequence[JointCuts]
) -> list[Part]:
    """The table, the cuts that only help together, and the cautions of all answers, each once."""
    parts: list[Part] = [ReportTable(HEADERS, _table(rows))]
    parts += _conditions(rows)
    parts += map(_joint_text, joint)
    parts += _not_left(rows)
    cautions = cautions_text(checks)
    if cautions:
        parts.append(cautions)
    return parts


def _not_left(rows: Sequence[HeadroomRow]) -> list[str]:
    """A sentence for each rule that a chip meets and that neither a knob nor a pair leaves.

    A named part is an example. Nothing is said where only one knob was turned.
    """
    if len({row.knob for row in rows}) == 1:
        return []
    leaving = [row for row in rows if row.leaves]
    left = {(row.position, row.rule) for row in leaving if row.factor is not None}
    # every knob has a row for a rule that it cannot leave, but one sentence is enough
    sentences: dict[str, None] = {}
    for row in leaving:
        if (row.position, row.rule) in left:
            continue
        chip = changed_name(row.chip, row.changes)
        text = f"{chip}: no knob, and no two knobs together, leave {row.rule}"
        if row.binding:
            text += f" ({row.binding})"
        sentences["\n".join(wrapped(f"{text}."))] = None
    return list(sentences)


def _joint_text(joint: JointCuts) -> str:
    """Which cuts are needed together, and whether they are enough."""
    question = joint.check.question
    asked = question.places_asked.to or ""
    place = places().name_as_treated(asked, question.on)
    lines = wrapped(f"{joint.check.chip.name} to {place}: {_why_together(joint)}")
    lines += wrapped("Needed together, each a little beyond its limit:")
    for ways in joint.ways:
        alternatives = " or ".join(map(cut_words, ways))
        lines += wrapped(f"{ways[0].rule}: {alternatives}", indent="  ", hanging="    ")
    # never "may be shipped": end uses and parties are not checked
    outcome = "no license is required under the chip rules checked here"
    if not joint.are_enough:
        outcome = "a license is still required or undetermined"
    elif not joint.is_clear:
        outcome += f"; {doubt_words(joint)}"
    return "\n".join([*lines, *wrapped(f"With all of them made, {outcome}.")])


def doubt_words(joint: JointCuts, names: Mapping[str, str] | None = None) -> str:
    """Why a "no" beyond some joint cuts is in doubt, and where that ends.

    ``names`` has other words for the knobs. Only for cuts that are not clear.
    """
    reason = "other credible claims or a caution leave that in doubt"
    if not joint.is_clear_farther:
        return f"{reason}, even at half of these figures"
    if not joint.clear_factors:
        return f"{reason}, which ends before half of these figures"
    words = names or {}
    ends: list[str] = []
    for knob, factor in joint.clear_factors.items():
        ends.append(f"{words.get(knob, knob)} by {end_text(PERCENT * (1 - factor))}")
    return f"{reason} up to {' and '.join(ends)}"


def end_text(percent: Fraction) -> str:
    """Where a doubt ends, in percent: rounded up, so that the answer is clear there.

    >>> end_text(Fraction("84.8412"))
    '84.85 %'
    """
    hundredths = math.ceil(abs(percent) * HUNDREDTHS)
    return f"{display(Fraction(hundredths, HUNDREDTHS))} %"


def _why_together(joint: JointCuts) -> str:
    """Why one knob does not help: several rules ask for a license, or one needs several knobs."""
    reasons = []
    if len(joint.ways) > 1:
        reasons.append(
            f"{_leading_to_a_license(joint)}, so a cut that leaves one of them does not help alone."
        )
    stubborn = [ways[0].rule for ways in joint.ways if ways[0].beside]
    if stubborn:
        reasons.append(f"No knob alone leaves {' or '.join(stubborn)}.")
    return " ".join(reasons)


def _leading_to_a_license(joint: JointCuts) -> str:
    """Which of several rules lead to a license, and which only under a condition on a letter."""
    certain = [ways[0].rule for ways in joint.ways if ways[0].condition is None]
    clauses = []
    if len(certain) > 1:
        clauses.append(f"{' and '.join(certain)} each lead to a license")
    elif certain:
        clauses.append(f"{certain[0]} leads to a license")
    for ways in joint.ways:
        if ways[0].condition is not None:
            clauses.append(f"{ways[0].rule} leads to one if {ways[0].condition}")
    return ", and ".join(clauses)


def cut_words(row: HeadroomRow) -> str:
    """The cuts of a row with the values they lead to, the one that is made first in front."""
    cuts = [_one_cut(cut.knob, cut.cut_percent, cut.value, cut.unit) for cut in row.beside]
    cuts.append(_one_cut(row.knob, cut_of(row), row.value, row.unit))
    return " with ".join(cuts)


def _one_cut(knob: str, percent: Fraction, value: Fraction | None, unit: str) -> str:
    """A knob, its cut and the value of its metric there.

    >>> _one_cut("memory-bandwidth", Fraction(75), Fraction(1000), "GB/s")
    'memory-bandwidth by 75 % (1,000 GB/s)'
    """
    return f"{knob} by {display(percent)} % ({_amount(value, unit)})"


def _amount(value: Fraction | None, unit: str) -> str:
    """A value with its unit; TPP has none, so its name is written in front."""
    if unit:
        return f"{display(value)} {unit}"
    return f"TPP {display(value)}"


def _flat(rows: Sequence[HeadroomRow]) -> ReportTable:
    """A column for each field of the JSON, except the stamps that every record has.

    Only rows of the knob ``formats`` have the formats that are dropped; the cell of any other row
    is empty.
    """
    records = records_of(rows)
    names: dict[str, None] = {}
    for record in records:
        record["changes"] = "; ".join(record["changes"])
        if "beside" in record:
            # a cut that is made first, such as memory-bandwidth=x0.25
            cuts = [f"{cut['knob']}=x{cut['factor']}" for cut in record["beside"]]
            record["beside"] = "; ".join(cuts)
        names |= dict.fromkeys(record)
    for stamp in envelope_json({}):
        names.pop(stamp, None)

    columns = list(names)
    return table_of(columns, records, lambda record: list(map(record.get, columns)))


def _table(rows: Sequence[HeadroomRow]) -> list[list[str]]:
    """List the changes that a knob can bring about, then the knobs that bring about none.

    One line is enough for a knob that can bring about none of several changes.
    """
    table: list[list[str]] = []
    unable: dict[tuple[str, str], HeadroomRow] = {}
    for row in rows:
        if row.factor is None:
            unable[row.rule, row.knob] = row
        else:
            table.append(_row(row))

    # a change that the knob cannot bring about is of no interest next to one that it can
    for row in rows:
        if row.factor is not None and not row.beside:
            unable.pop((row.rule, row.knob), None)

    table += map(_unable_row, unable.values())
    return table


def _row(row: HeadroomRow) -> list[str]:
    """A change and the cut that brings it about; a knob that is turned up has a plus sign."""
    # a cut is positive, since most users look for how much to take away
    # a small cut must not be printed as none
    cut = f"{display_apart(abs(cut_of(row)), [NO_CUT])} %"
    if cut_of(row) < 0:
        cut = f"+{cut}"

    # where the limit itself still has the old answer, the cut must go a little beyond it
    attained = "not attained"
    if row.attained:
        attained = "attained"

    chip = changed_name(row.chip, row.changes)
    binding = or_dash(row.binding)
    knob = row.knob
    for first in row.beside:
        knob += f", with {first.knob} at {_amount(first.value, first.unit)}"
    return [chip, row.rule, change_words(row), knob, cut, _limit_text(row), attained, binding]


def change_words(row: HeadroomRow) -> str:
    """The change of a row, with a mark where it depends on who received a letter."""
    change = f"enters {row.enters}"
    if row.leaves:
        change = f"leaves {row.leaves}"
    if row.condition:
        change += IF_BOUND
    return change


def _conditions(rows: Sequence[HeadroomRow]) -> list[str]:
    """What the mark of changes that depend on a letter means, for each such rule and chip."""
    sentences: dict[str, None] = {}
    for row in rows:
        if row.condition is None:
            continue
        chip = changed_name(row.chip, row.changes)
        text = (
            f"{chip}: {row.rule} leads to a license only if {row.condition}, which is not known; "
            f'its rows ("{IF_BOUND.strip()}") are for that case.'
        )
        sentences["\n".join(wrapped(text))] = None
    return list(sentences)


def _limit_text(row: HeadroomRow) -> str:
    """The value of the knob at the limit, and the formats that are left out there."""
    value = _amount(row.value, row.unit)
    if row.drops:
        value += f" (without {', '.join(row.drops)})"
    return value


def _unable_row(row: HeadroomRow) -> list[str]:
    """A knob that cannot change the answer of a rule while everything else stays."""
    binding = or_dash(row.binding)
    chip = changed_name(row.chip, row.changes)
    return [chip, row.rule, "none", row.knob, NONE, "this knob alone cannot", NONE, binding]
