"""The commands about chips and rules: check, headroom, compare, show, list, rules."""

from __future__ import annotations

from typing import Annotated

import typer

from chipdb.cli.changes import Changes
from chipdb.cli.options import (
    CatalogFile,
    Chips,
    Derate,
    Drop,
    Enact,
    Format,
    From,
    Headquarters,
    Law,
    Mapping,
    On,
    OneChip,
    Output,
    Role,
    Rules,
    RulesFile,
    Set,
    Strict,
    To,
    Vintage,
)


def check(
    chips: Chips = None,
    on: On = None,
    to: To = None,
    origin: From = None,
    headquarters: Headquarters = None,
    rule: Rules = None,
    rules: RulesFile = None,
    enact: Enact = None,
    law: Law = "enforced",
    role: Role = None,
    strict: Strict = False,
    derate: Derate = None,
    set_: Set = None,
    drop: Drop = None,
    catalog: CatalogFile = None,
    vintage: Vintage = None,
    every: Annotated[bool, typer.Option("--all", help="Every chip of the catalog.")] = False,
    mapping: Mapping = None,
    explain: Annotated[bool, typer.Option("--explain", help="Print the trace: every figure, condition and source.")] = False,
    style: Format = "table",
    output: Output = None,
) -> None:
    """Does a chip pass the rules on a day, for a destination; why, and what is missing to know.

    Ends with 1 if anything is caught, 3 if undetermined or contested (or a row of a table was not read), 0 otherwise, 2 if
    the call or the data is wrong.
    """
    from chipdb.cli.checking import checked

    raise typer.Exit(
        checked(
            chips or [],
            on,
            to,
            origin,
            headquarters,
            rule,
            rules,
            law,
            role,
            strict=strict,
            enact=enact,
            changes=Changes(set_ or [], drop or [], derate or []),
            catalog=catalog,
            vintage=vintage,
            every=every,
            mapping=mapping,
            explain=explain,
            style=style,
            output=output,
        )
    )


def headroom(
    chip: OneChip,
    knob: Annotated[
        str | None,
        typer.Option("--knob", metavar="KNOB", help="compute, memory-bandwidth, link-bandwidth, die-area or formats."),
    ] = None,
    on: On = None,
    to: To = None,
    origin: From = None,
    headquarters: Headquarters = None,
    rule: Rules = None,
    rules: RulesFile = None,
    enact: Enact = None,
    law: Law = "enforced",
    role: Role = None,
    strict: Strict = False,
    derate: Derate = None,
    set_: Set = None,
    drop: Drop = None,
    catalog: CatalogFile = None,
    vintage: Vintage = None,
    style: Format = "table",
    output: Output = None,
) -> None:
    """How far each knob goes before a rule's answer changes, and which provision binds there."""
    from chipdb.answers.headroom import headroom_of
    from chipdb.answers.warn import no_law
    from chipdb.cli.inputs import catalog_of, entries_of, question_of
    from chipdb.cli.output import note
    from chipdb.cli.print_answers import print_headroom
    from chipdb.views.tables import check_format

    check_format(style)
    asked = question_of(on, to, origin, headquarters, rule, rules, law, role, strict, enact)
    entries = entries_of([chip], catalog_of(catalog, vintage), Changes(set_ or [], drop or [], derate or []))
    rows = [row for entry in entries for row in headroom_of(entry, asked, knob)]
    print_headroom(rows, entries, style, output)
    note(no_law(asked.proposals))


def compare(
    chips: Chips = None,
    baseline: Annotated[
        str | None, typer.Option("--baseline", metavar="CHIP", help="Ratios are to this chip; the last if left out.")
    ] = None,
    derate: Derate = None,
    set_: Set = None,
    drop: Drop = None,
    catalog: CatalogFile = None,
    vintage: Vintage = None,
    style: Format = "table",
    output: Output = None,
) -> None:
    """Two or more chips side by side, with ratios to a baseline."""
    from chipdb.answers.compare import compare as compared
    from chipdb.cli.inputs import catalog_of, entries_of
    from chipdb.cli.print_answers import print_comparison
    from chipdb.views.tables import check_format

    check_format(style)
    known = catalog_of(catalog, vintage)
    entries = entries_of(chips or [], known, Changes(set_ or [], drop or [], derate or []))
    base = known.find(baseline).chip if baseline else None
    lines = compared([entry.chip for entry in entries], base)
    print_comparison(lines, entries, base or entries[-1].chip, style, output)


def show(
    chip: OneChip,
    derate: Derate = None,
    set_: Set = None,
    drop: Drop = None,
    catalog: CatalogFile = None,
    vintage: Vintage = None,
    style: Format = "table",
    output: Output = None,
) -> None:
    """A chip: every figure with its claims and sources, every metric with its range."""
    from chipdb.cli.showing import shown

    shown(chip, Changes(set_ or [], drop or [], derate or []), catalog, vintage, style, output)


def list_(
    vendor: Annotated[str | None, typer.Option("--vendor", help="Only this maker.")] = None,
    architecture: Annotated[str | None, typer.Option("--architecture", help="Only this architecture.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="processor|system|memory-stack", help="Only this kind.")] = None,
    sort: Annotated[str, typer.Option("--sort", metavar="FIELD", help="Any field of the list.")] = "id",
    reverse: Annotated[bool, typer.Option("--reverse", help="The highest first.")] = False,
    catalog: CatalogFile = None,
    vintage: Vintage = None,
    style: Format = "table",
    output: Output = None,
) -> None:
    """The chips of the catalog, with TPP and performance density."""
    from chipdb.cli.inputs import catalog_of
    from chipdb.cli.print_answers import print_list
    from chipdb.views.tables import check_format

    check_format(style)
    wanted = {"vendor": vendor, "architecture": architecture, "kind": kind}
    print_list(catalog_of(catalog, vintage), wanted, sort, reverse, style, output)


def rules(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Only these rules.")] = None,
    on: Annotated[str | None, typer.Option("--on", metavar="DATE", help="Only those in force on a day.")] = None,
    rules: RulesFile = None,
    diff: Annotated[
        tuple[str, str] | None,
        typer.Option("--diff", metavar="BEFORE AFTER", help="What changes between two rules by id, or two days."),
    ] = None,
    style: Format = "table",
    output: Output = None,
) -> None:
    """The rulebook: citations, dates, provisions in words; what changes between two rules or two days."""
    from chipdb.answers.deal import question
    from chipdb.cli.inputs import rulebook_of
    from chipdb.cli.print_answers import print_rules
    from chipdb.errors import UsageError
    from chipdb.rules.rulebook import load_rules
    from chipdb.views.tables import check_format

    check_format(style)
    book = rulebook_of(rules) or load_rules()
    if diff is not None:
        from chipdb.answers.events import diff_of
        from chipdb.cli.print_diff import print_diff

        if ids or on is not None:
            raise UsageError("--diff takes two rules or two days; leave out ID and --on")
        print_diff(*diff_of(*diff, book), style, output)
        return
    chosen = [book[name] for name in ids] if ids else list(book)
    if on is not None:
        day = question(on).on
        chosen = [rule for rule in chosen if rule.in_force(day)]
    print_rules(chosen, bool(ids), style, output)
