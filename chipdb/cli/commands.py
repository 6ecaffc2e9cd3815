"""The commands about chips and rules: check, headroom, compare, show, list, rules."""

from __future__ import annotations

from typing import Annotated

import typer

from chipdb.cli.groups import (
    CatalogOptions,
    ModifyOptions,
    OutputOptions,
    PlaceOptions,
    RuleOptions,
    ScopeOptions,
)
from chipdb.cli.options import Chips, Mapping, On, OneChip, RulesFile


def check(
    chips: Chips = None,
    on: On = None,
    *,
    where: PlaceOptions,
    book: RuleOptions,
    manner: ScopeOptions,
    changes: ModifyOptions,
    known: CatalogOptions,
    every: Annotated[bool, typer.Option("--all", help="Every chip of the catalog.")] = False,
    mapping: Mapping = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Print the trace: every figure, condition and source.")
    ] = False,
    printed: OutputOptions,
) -> None:
    """Does a chip pass the rules on a day, for a destination; why, and what is missing to know.

    Ends with 1 if anything is caught, 3 if undetermined or contested (or a row of a table was not read), 0 otherwise, 2 if
    the call or the data is wrong.
    """
    from chipdb.cli.checking import checked

    named = chips or []
    raise typer.Exit(
        checked(
            named,
            on,
            where,
            book,
            manner,
            changes,
            known,
            printed,
            every=every,
            mapping=mapping,
            explain=explain,
        )
    )


def headroom(
    chip: OneChip,
    knob: Annotated[
        str | None,
        typer.Option(
            "--knob",
            metavar="KNOB",
            help="compute, memory-bandwidth, link-bandwidth, die-area or formats.",
        ),
    ] = None,
    on: On = None,
    *,
    where: PlaceOptions,
    book: RuleOptions,
    manner: ScopeOptions,
    changes: ModifyOptions,
    known: CatalogOptions,
    printed: OutputOptions,
) -> None:
    """How far each knob goes before a rule's answer changes, and which provision binds there."""
    from chipdb.answers.headroom import headroom_of
    from chipdb.cli.inputs import catalog_of, entries_of, question_of
    from chipdb.cli.output import note
    from chipdb.cli.print_answers import print_headroom
    from chipdb.solver.notes import no_law

    asked = question_of(on, where, book, manner)
    entries = entries_of([chip], catalog_of(known), changes)
    rows = [row for entry in entries for row in headroom_of(entry, asked, knob)]
    print_headroom(rows, entries, printed.style, printed.output)
    note(no_law(asked.proposals))


def compare(
    chips: Chips = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline", metavar="CHIP", help="Ratios are to this chip; the last if left out."
        ),
    ] = None,
    *,
    changes: ModifyOptions,
    known: CatalogOptions,
    printed: OutputOptions,
) -> None:
    """Two or more chips side by side, with ratios to a baseline."""
    from chipdb.answers.compare import compared
    from chipdb.cli.inputs import catalog_of, entries_of
    from chipdb.cli.print_answers import print_comparison

    catalog = catalog_of(known)
    entries = entries_of(chips or [], catalog, changes)
    base = catalog.find(baseline).chip if baseline else None
    lines = compared([entry.chip for entry in entries], base)
    print_comparison(lines, entries, base or entries[-1].chip, printed.style, printed.output)


def show(
    chip: OneChip,
    *,
    changes: ModifyOptions,
    known: CatalogOptions,
    printed: OutputOptions,
) -> None:
    """A chip: every figure with its claims and sources, every metric with its range."""
    from chipdb.cli.showing import shown

    shown(chip, changes, known, printed)


def list_(
    vendor: Annotated[str | None, typer.Option("--vendor", help="Only this maker.")] = None,
    architecture: Annotated[
        str | None, typer.Option("--architecture", help="Only this architecture.")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="processor|system|memory-stack", help="Only this kind."),
    ] = None,
    sort: Annotated[
        str, typer.Option("--sort", metavar="FIELD", help="Any field of the list.")
    ] = "id",
    reverse: Annotated[bool, typer.Option("--reverse", help="The highest first.")] = False,
    *,
    known: CatalogOptions,
    printed: OutputOptions,
) -> None:
    """The chips of the catalog, with TPP and performance density."""
    from chipdb.cli.inputs import catalog_of
    from chipdb.cli.print_answers import print_list

    wanted = {"vendor": vendor, "architecture": architecture, "kind": kind}
    print_list(catalog_of(known), wanted, sort, reverse, printed.style, printed.output)


def rules(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Only these rules.")
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="Only those in force on a day.")
    ] = None,
    rules: RulesFile = None,
    diff: Annotated[
        tuple[str, str] | None,
        typer.Option(
            "--diff",
            metavar="BEFORE AFTER",
            help="What changes between two rules by id, or two days.",
        ),
    ] = None,
    *,
    printed: OutputOptions,
) -> None:
    """The rulebook: citations, dates, provisions in words; what changes between two rules or two days."""
    from chipdb.cli.inputs import rulebook_of
    from chipdb.cli.print_answers import print_rules
    from chipdb.errors import UsageError
    from chipdb.rules.rulebook import load_rules
    from chipdb.solver.question import question

    book = rulebook_of(rules) or load_rules()
    if diff is not None:
        from chipdb.answers.date_diff import diff_of
        from chipdb.cli.print_diff import print_diff

        if ids or on is not None:
            raise UsageError("--diff takes two rules or two days; leave out ID and --on")
        print_diff(*diff_of(*diff, book), printed.style, printed.output)
        return
    chosen = [book[name] for name in ids] if ids else list(book)
    if on is not None:
        day = question(on).on
        chosen = [rule for rule in chosen if rule.in_force(day)]
    print_rules(chosen, bool(ids), printed.style, printed.output)
