"""What ``check`` does, apart from reading its options."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.cli.changes import Changes


def checked(
    chips: Sequence[str],
    on: str | None = None,
    to: str | None = None,
    origin: str | None = None,
    headquarters: list[str] | None = None,
    rule: list[str] | None = None,
    rules: str | None = None,
    law: str = "enforced",
    role: str | None = None,
    *,
    strict: bool = False,
    enact: list[str] | None = None,
    changes: Changes | None = None,
    catalog: str | None = None,
    vintage: str | None = None,
    every: bool = False,
    mapping: str | None = None,
    explain: bool = False,
    style: str = "table",
    output: str | None = None,
) -> int:
    """Answer for chips, files or all of the catalog, print it, and give the exit status."""
    from chipdb.answers.check import check_entry
    from chipdb.cli.inputs import catalog_of, inputs_of, question_of
    from chipdb.cli.output import note, tracked
    from chipdb.cli.print_check import print_checks
    from chipdb.errors import UsageError
    from chipdb.views.tables import check_format

    check_format(style)
    asked = question_of(on, to, origin, headquarters, rule, rules, law, role, strict, enact)
    turned = changes or Changes()
    if output is not None and output.lower().endswith(".parquet"):
        from chipdb.cli.big_tables import check_table

        unfit: dict[str, object] = {
            "--rule": rule,
            "--role": role,
            "--enact": enact,
            "--derate": turned.derates,
            "--set": turned.sets,
            "--drop": turned.drops,
        }
        unfit |= {"--all": every, "--mapping": mapping, "--catalog": catalog, "--vintage": vintage, "--explain": explain}
        return check_table(chips, output, asked, style, [name for name, value in unfit.items() if value])
    known = catalog_of(catalog, vintage)
    names = [*chips, *(known.ids if every else [])]
    if not names:
        raise UsageError("check what? Name a chip or a file, - for standard input, or --all")
    inputs = inputs_of(names, known, turned, mapping)
    checks = [check_entry(entry, asked) for entry in tracked(inputs.entries, "checking")]
    print_checks(checks, style, explain, output)
    note([*inputs.notes, *inputs.unread])
    statuses = {check.exit_status for check in checks} | ({3} if inputs.unread else set())
    return next((status for status in (1, 3) if status in statuses), 0)
