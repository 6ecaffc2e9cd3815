"""What ``check`` does, apart from reading its options."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.cli.groups import (
    CatalogOptions,
    ModifyOptions,
    OutputOptions,
    PlaceOptions,
    RuleOptions,
    ScopeOptions,
)


def checked(
    chips: Sequence[str],
    on: str | None,
    where: PlaceOptions,
    book: RuleOptions,
    manner: ScopeOptions,
    changes: ModifyOptions,
    known: CatalogOptions,
    printed: OutputOptions,
    *,
    every: bool = False,
    mapping: str | None = None,
    explain: bool = False,
) -> int:
    """Answer for chips, files or all of the catalog, print it, and give the exit status."""
    from chipdb.answers.check import check_entry
    from chipdb.cli.inputs import catalog_of, inputs_of, question_of
    from chipdb.cli.output import note, tracked
    from chipdb.cli.print_check import print_checks
    from chipdb.errors import UsageError

    asked = question_of(on, where, book, manner)
    if printed.output is not None and printed.output.lower().endswith(".parquet"):
        from chipdb.cli.big_tables import check_table

        unfit: dict[str, object] = {
            "--rule": manner.rule,
            "--role": manner.role,
            "--enact": book.enact,
            "--derate": changes.derates,
            "--set": changes.sets,
            "--drop": changes.drops,
        }
        unfit |= {"--all": every, "--mapping": mapping, "--explain": explain}
        unfit |= {"--catalog": known.catalog, "--vintage": known.vintage}
        return check_table(
            chips,
            printed.output,
            asked,
            printed.style,
            [name for name, value in unfit.items() if value],
        )
    catalog = catalog_of(known)
    names = [*chips, *(catalog.ids if every else [])]
    if not names:
        raise UsageError("check what? Name a chip or a file, - for standard input, or --all")
    inputs = inputs_of(names, catalog, changes, mapping)
    checks = [check_entry(entry, asked) for entry in tracked(inputs.entries, "checking")]
    print_checks(checks, printed.style, explain, printed.output)
    note([*inputs.notes, *inputs.unread])
    statuses = {check.exit_status for check in checks} | ({3} if inputs.unread else set())
    return next((status for status in (1, 3) if status in statuses), 0)
