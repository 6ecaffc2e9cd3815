"""Printing the answers of the other commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chipdb.cli.output import emit, emit_json, emit_table, note
from chipdb.errors import UsageError
from chipdb.units import display
from chipdb.views.json.envelope import envelope_json

if TYPE_CHECKING:
    from chipdb.answers.compare import ComparedFigure
    from chipdb.answers.headroom import HeadroomRow
    from chipdb.catalog.catalog import Catalog, Entry
    from chipdb.catalog.chip import Chip
    from chipdb.rules.rule import Rule


def resolved(entries: Sequence[Entry]) -> None:
    """Say how generic names were understood."""
    note(entry.understood for entry in entries if entry.understood)


def print_headroom(
    rows: Sequence[HeadroomRow], entries: Sequence[Entry], style: str, output: str | None
) -> None:
    """One row a knob and change."""
    if style == "json":
        emit_json([envelope_json(row.to_dict(), entries[0].chip.data) for row in rows], output)
    elif style == "csv":
        records = [row.to_dict() for row in rows]
        names = list(dict.fromkeys(name for record in records for name in record))
        emit_table(
            [[record.get(name) for name in names] for record in records], names, style, output
        )
    else:
        headers = ("chip", "rule", "change", "knob", "cut", "limit", "attained", "binding")
        able = [row for row in rows if row.factor is not None]
        emit_table([*map(_headroom_row, able), *_unable(rows)], headers, style, output)
    resolved(entries)


def _unable(rows: Sequence[HeadroomRow]) -> list[list[str]]:
    """One row for each knob that brings about none of a rule's changes."""
    able = {(row.rule, row.knob) for row in rows if row.factor is not None}
    unable = {(row.rule, row.knob): row for row in rows if (row.rule, row.knob) not in able}
    return [
        [
            row.chip,
            row.rule,
            "none",
            row.knob,
            "–",
            "this knob alone cannot",
            "–",
            row.binding or "–",
        ]
        for row in unable.values()
    ]


def _headroom_row(row: HeadroomRow) -> list[str]:
    change = f"leaves {row.leaves}" if row.leaves else f"enters {row.enters}"
    head = [row.chip, row.rule, change, row.knob]
    assert row.cut_percent is not None, "only rows with a limit"
    cut = (
        f"{display(row.cut_percent)} %"
        if row.cut_percent >= 0
        else f"+{display(-row.cut_percent)} %"
    )
    limit = f"{display(row.value)} {row.unit}" if row.unit else f"TPP {display(row.value)}"
    dropped = f" (without {', '.join(row.drops)})" if row.drops else ""
    return [
        *head,
        cut,
        limit + dropped,
        "attained" if row.attained else "not attained",
        row.binding or "–",
    ]


def print_comparison(
    lines: Sequence[ComparedFigure],
    entries: Sequence[Entry],
    base: Chip,
    style: str,
    output: str | None,
) -> None:
    """Figures side by side, with ratios."""
    if style == "json":
        emit_json(
            envelope_json(
                {"baseline": base.id, "lines": [line.to_dict() for line in lines]}, base.data
            ),
            output,
        )
    elif style == "csv":
        records = [line.to_dict() for line in lines]
        names = ("chip", "value", "low", "high", "ratio")
        flat = [
            [record["figure"], record["unit"], *map(cell.get, names)]
            for record in records
            for cell in record["values"]
        ]
        emit_table(flat, ["figure", "unit", *names], style, output)
    else:
        from chipdb.views.comparison import cells

        headers = ["figure", "unit"]
        for entry in entries:
            headers += [entry.chip.id] if entry.chip.id == base.id else [entry.chip.id, "ratio"]
        rows = [[line.figure, line.unit, *cells(line.cells, base.id)] for line in lines]
        emit_table(rows, headers, style, output)
    resolved(entries)
    note(
        [
            f"ratios are to {base.name}; a range in brackets is that of the credible claims and readings"
        ]
    )


def print_chip(entries: Sequence[Entry], style: str, output: str | None) -> None:
    """Chips whole."""
    from chipdb.views.chip_text import show_text

    if style == "json":
        from chipdb.views.json.catalog import show_record

        records = [show_record(entry) for entry in entries]
        emit_json(records[0] if len(records) == 1 else records, output)
    elif style == "table":
        emit("\n\n".join(show_text(entry) for entry in entries), output)
    else:
        headers = ("chip", "figure", "value", "basis", "source", "reading", "rejected")
        emit_table(
            [row for entry in entries for row in _claim_rows(entry.chip)], headers, style, output
        )
    resolved(entries)


def _claim_rows(chip: Chip) -> list[list[Any]]:
    return [
        [
            chip.id,
            figure.path,
            claim.text,
            claim.basis,
            claim.source or "",
            claim.reading or "",
            claim.rejected or "",
        ]
        for figure in chip.figures()
        for claim in figure.claims
    ]


def print_list(
    catalog: Catalog,
    wanted: dict[str, str | None],
    sort: str,
    reverse: bool,
    style: str,
    output: str | None,
) -> None:
    """The catalog, filtered and sorted."""
    from chipdb.catalog.lookup import squash
    from chipdb.views.json.catalog import list_record

    records = [list_record(chip) for chip in catalog]
    for field, value in wanted.items():
        if value is not None:
            known = {str(record[field]) for record in records if record[field]}
            records = [
                record for record in records if squash(str(record[field] or "")) == squash(value)
            ]
            if not records:
                raise UsageError(
                    f"--{field} {value}: no chip has it; one of {', '.join(sorted(known))}"
                )
    if records and sort not in records[0]:
        raise UsageError(f"--sort {sort}: one of {', '.join(records[0])}")
    known_first = [record for record in records if record[sort] is not None]
    known_first.sort(key=lambda record: record[sort], reverse=reverse)
    records = known_first + [record for record in records if record[sort] is None]
    if style == "json":
        emit_json([envelope_json(record, catalog.data) for record in records], output)
        return
    headers = list(records[0]) if records else []
    emit_table([_list_row(record, style) for record in records], headers, style, output)


def _list_row(record: dict[str, Any], style: str) -> list[Any]:
    if style == "csv":
        return list(record.values())
    return [display(value) if isinstance(value, float) else value for value in record.values()]


def print_rules(rules: Sequence[Rule], whole: bool, style: str, output: str | None) -> None:
    """The rulebook, or rules one by one."""
    from chipdb.views.json.catalog import rule_record

    records = [rule_record(rule) for rule in rules]
    if style == "json":
        emit_json([envelope_json(record) for record in records], output)
    elif style == "table" and whole:
        emit("\n\n".join(_rule_text(record) for record in records), output)
    else:
        headers = ("id", "question", "effective", "ends", "citation", "title")
        rows = [
            [
                record["id"],
                record["question"],
                record["dates"]["effective"],
                _end(record),
                record["citation"],
                record["title"],
            ]
            for record in records
        ]
        emit_table(rows, headers, style, output)


def _end(record: dict[str, Any]) -> str | None:
    dates = record["dates"]
    return dates["ends"] or (
        f"not enforced from {dates['enforcement_ends']}" if dates["enforcement_ends"] else None
    )


def _rule_text(record: dict[str, Any]) -> str:
    from chipdb.views.tables import aligned

    dates = ", ".join(f"{name} {day}" for name, day in record["dates"].items() if day)
    lines = [f"{record['id']}: {record['title']}", f"  {record['citation']}", f"  {dates}"]
    if record.get("unless"):
        lines.append(f"  unless {record['unless']}")
    rows = [[entry["id"], entry["outcome"], entry["text"]] for entry in record["provisions"]]
    return "\n".join([*lines, aligned(rows, indent="  ")])
