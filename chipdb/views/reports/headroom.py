"""The report of ``headroom``: a row per knob and change."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.answers.check import Check
from chipdb.answers.headroom import HeadroomRow, JointCuts
from chipdb.catalog.catalog import Entry
from chipdb.rules.places import places
from chipdb.units import display
from chipdb.views.json.envelope import envelope_json
from chipdb.views.report import Part, Report, ReportTable
from chipdb.views.tables import NONE, resolved_names
from chipdb.views.text import cautions_text, wrapped
from chipdb.views.wording import changed_name

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
    cautions = dict.fromkeys(caution for check in checks for caution in check.cautions)

    def tables() -> list[Part]:
        paragraphs = [*map(_joint_text, joint), cautions_text(cautions)]
        return [ReportTable(HEADERS, _table(rows)), *filter(None, paragraphs)]

    return Report(
        records=lambda: [row.to_dict() for row in rows],
        tables=tables,
        rows=lambda: _flat(rows),
        notes=resolved_names(entries),
    )


def _joint_text(joint: JointCuts) -> str:
    """Which cuts are needed together, and whether they are enough."""
    question = joint.check.question
    asked = question.places_asked.to or ""
    place = places().name_as_treated(asked, question.on)
    rules = " and ".join(row.rule for row in joint.cuts)
    lines = wrapped(
        f"{joint.check.chip.name} to {place}: {rules} each lead to a license, so a cut that leaves "
        "one of them does not help alone. Needed together, each a little beyond its limit:"
    )
    for row in joint.cuts:
        assert row.cut_percent is not None, "only cuts"
        lines += wrapped(f"{row.knob} by {display(row.cut_percent)} % ({row.rule})", indent="  ")
    outcome = "no license is required under the chip rules checked here"
    if not joint.are_enough:
        outcome = "a license is still required or undetermined"
    return "\n".join([*lines, *wrapped(f"With all of them made, {outcome}.")])


def _flat(rows: Sequence[HeadroomRow]) -> ReportTable:
    """A column for each field of the JSON, except the stamps that every record has."""
    records = [row.to_dict() for row in rows]
    stamps = envelope_json({})

    # only rows of the knob `formats` have the formats that are dropped
    names: dict[str, None] = {}
    for record in records:
        for name in record:
            if name not in stamps:
                names[name] = None

    for record in records:
        record["changes"] = "; ".join(record["changes"])
    cells = [[record.get(name) for name in names] for record in records]
    return ReportTable(list(names), cells)


def _table(rows: Sequence[HeadroomRow]) -> list[list[str]]:
    """List the changes that a knob can bring about, then the knobs that bring about none."""
    possible = [row for row in rows if row.factor is not None]
    able = {(row.rule, row.knob) for row in possible}

    # one line is enough for a knob that can bring about none of several changes
    unable: dict[tuple[str, str], HeadroomRow] = {}
    for row in rows:
        if (row.rule, row.knob) not in able:
            unable[row.rule, row.knob] = row

    table = [_row(row) for row in possible]
    table += [_unable_row(row) for row in unable.values()]
    return table


def _row(row: HeadroomRow) -> list[str]:
    """A change and the cut that brings it about; a knob that is turned up has a plus sign."""
    assert row.cut_percent is not None, "only rows with a factor"
    if row.cut_percent >= 0:
        cut = f"{display(row.cut_percent)} %"
    else:
        cut = f"+{display(-row.cut_percent)} %"
    value = f"{display(row.value)} {row.unit}" if row.unit else f"TPP {display(row.value)}"
    if row.drops:
        value += f" (without {', '.join(row.drops)})"
    return [
        changed_name(row.chip, row.changes),
        row.rule,
        f"leaves {row.leaves}" if row.leaves else f"enters {row.enters}",
        row.knob,
        cut,
        value,
        "attained" if row.attained else "not attained",
        row.binding or NONE,
    ]


def _unable_row(row: HeadroomRow) -> list[str]:
    """A knob that cannot change the answer of a rule while everything else stays."""
    binding = row.binding or NONE
    chip = changed_name(row.chip, row.changes)
    return [chip, row.rule, "none", row.knob, NONE, "this knob alone cannot", NONE, binding]
