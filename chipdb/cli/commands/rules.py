"""``chipdb rules``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import Argument, RulesFile, option

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb rules --diff us-3a090-2022 us-3a090-2023"

Ids = Annotated[list[str] | None, Argument(metavar="[ID]...", help="Only these rules, in full.")]
InForceOn = Annotated[
    str | None, option("--on", metavar="DATE", text="Only rules in force on this date.")
]
Diff = Annotated[
    tuple[str, str] | None,
    option(
        "--diff",
        metavar="BEFORE AFTER",
        text="List what changes between two rules, or between two dates.",
    ),
]


def rules(
    ids: Ids = None,
    on: InForceOn = None,
    rules: RulesFile = None,
    diff: Diff = None,
) -> Report:
    """List the rules with their citations, dates and provisions."""
    from chipdb.cli.inputs import rulebook_of
    from chipdb.errors import UsageError
    from chipdb.rules.rulebook import load_rules
    from chipdb.solver.question import question
    from chipdb.views.reports.rules import diff_report, rules_report

    book = rulebook_of(rules) or load_rules()
    if diff is not None:
        from chipdb.answers.date_diff import diff_of

        if ids or on is not None:
            # both would look like filters of the difference, which they are not
            raise UsageError("--diff compares two rules or two dates; leave out ID and --on")
        return diff_report(*diff_of(*diff, book))
    chosen = list(book)
    if ids:
        chosen = [book[name] for name in ids]
    if on is not None:
        day = question(on).on
        chosen = [rule for rule in chosen if rule.in_force(day)]
    return rules_report(chosen, in_full=bool(ids))
