"""``chipdb check``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import (
    OUTPUT,
    CatalogOptions,
    Chips,
    DestinationOptions,
    Mapping,
    ModifyOptions,
    On,
    OutputOptions,
    Quantity,
    RuleOptions,
    ScopeOptions,
    option,
)

if TYPE_CHECKING:
    from chipdb.answers.check import Check
    from chipdb.catalog.catalog import Catalog, Entry
    from chipdb.catalog.not_found import NotFound
    from chipdb.solver.question import Question
    from chipdb.views.report import Report

EXAMPLE = "chipdb check B200 --derate compute=30% --to China --on 2026-06-01"

CONTROLLED = 1
UNDETERMINED = 3

TABLES = (".parquet", ".csv", ".tsv")
"""Tables that can be answered row by row into a Parquet file."""

All = Annotated[bool, option("--all", text="Check every chip of the catalog.")]
Explain = Annotated[
    bool,
    option(
        "--explain", text="Print the trace: every figure, condition and source.", section=OUTPUT
    ),
]
Inventory = Annotated[
    str | None,
    option(
        "--inventory",
        metavar="FILE|-",
        text="Check the devices in the output of nvidia-smi, rocm-smi, npu-smi or lspci -nn, or in "
        "a list of names that systems print.",
    ),
]


def check(
    chips: Chips = None,
    on: On = None,
    *,
    places: DestinationOptions,
    rules: RuleOptions,
    scope: ScopeOptions,
    changes: ModifyOptions,
    catalog: CatalogOptions,
    every: All = False,
    mapping: Mapping = None,
    quantity: Quantity = None,
    inventory: Inventory = None,
    explain: Explain = False,
    output: OutputOptions,
) -> Report:
    """Check chips against the export rules.

    With --to, the answer is whether a license is required; without, whether the chip is controlled.
    With several chips and places, there is an answer for each chip and place.

    The exit status is 1 if any chip is controlled or requires a license, 3 if that is
    undetermined or contested, if a caution could require a license, or if a row of a table was
    not read, 2 for a wrong call or bad data, and 0 otherwise.
    """
    from chipdb.answers.arguments import with_quantity
    from chipdb.cli.inputs import catalog_of, inputs_of, questions_of
    from chipdb.errors import UsageError
    from chipdb.lazy_dataclasses import replace
    from chipdb.views.reports.check import check_report

    chips = chips or []
    questions = questions_of(on, places, rules, scope)
    if output.output is not None and output.output.lower().endswith(".parquet"):
        # these need one chip at a time, which the table's evaluator does not build
        unfit: dict[str, object] = {
            "--rule": scope.rule,
            "--role": scope.role,
            "--enact": rules.enact,
            "--derate": changes.derates,
            "--set": changes.sets,
            "--drop": changes.drops,
            "--all": every,
            "--inventory": inventory,
            "--mapping": mapping,
            "--explain": explain,
            "--catalog": catalog.catalog,
            "--vintage": catalog.vintage,
        }
        return _check_table(chips, output.output, questions, unfit)

    known = catalog_of(catalog)
    names = list(chips)
    if every:
        names += known.ids
    if not names and inventory is None:
        raise UsageError(
            "missing CHIP: name a chip or a file, use - for standard input, or pass --all"
        )
    inputs = inputs_of(names, known, changes, mapping, every_chip=True, question=questions[0])
    if inventory is not None:
        inputs.rows += _devices(inventory, known, changes, position=len(names) + 1)
    answers = _answers(with_quantity(inputs.rows, quantity), questions)
    statuses = {answer.exit_status for answer in answers}
    # a row that contradicts the catalog must not make the call look clear
    if inputs.unsettled:
        statuses.add(UNDETERMINED)
    report = check_report(answers, explain=explain, contradictions=inputs.unsettled)
    return replace(
        report,
        notes=[*report.notes, *inputs.notes],
        notes_of_data=[row.error_with_row for row in inputs.missing if row.is_unread],
        status=_most_severe(statuses),
    )


def _answers(
    rows: Sequence[Entry | NotFound], questions: Sequence[Question]
) -> list[Check | NotFound]:
    """Return the answers to every question about each chip; a name that no chip has stays."""
    from chipdb.answers.check import checks_of
    from chipdb.catalog.catalog import Entry
    from chipdb.cli.output import tracked

    answers: list[Check | NotFound] = []
    for row in tracked(rows, "checking"):
        if isinstance(row, Entry):
            answers += checks_of(row, questions)
        else:
            answers.append(row)
    return answers


def _devices(
    inventory: str, catalog: Catalog, changes: ModifyOptions, *, position: int
) -> Iterator[Entry | NotFound]:
    """Yield the chips of an inventory as the argument at a position.

    Raises :class:`~chipdb.errors.UsageError` if there are changes: existing devices have none.
    """
    # loaded only when it is asked for, since every check starts here
    from chipdb.cli.inventory_inputs import inventory_rows
    from chipdb.errors import UsageError
    from chipdb.lazy_dataclasses import replace

    if changes.derates or changes.sets or changes.drops:
        raise UsageError(
            "--inventory lists devices that exist; to change figures, name a chip instead"
        )
    for row in inventory_rows(inventory, catalog):
        yield replace(row, position=position)


def _most_severe(statuses: set[int]) -> int:
    """Return the exit status of several answers: controlled outweighs undetermined."""
    # the numbers are not in the order of their severity
    for status in (CONTROLLED, UNDETERMINED):
        if status in statuses:
            return status
    return 0


def _check_table(
    arguments: Sequence[str],
    output: str,
    questions: Sequence[Question],
    unfit: dict[str, object],
) -> Report:
    """Answer every row of a table into a Parquet file, and report how many have each answer.

    ``unfit`` maps the options that do not apply to such a table to what the call states for them.
    Raises :class:`~chipdb.errors.UsageError` where it states any, for several destinations and for
    anything but one table.
    """
    from pathlib import Path

    from chipdb.bulk.parquet import check_file, exit_status
    from chipdb.cli.output import progress
    from chipdb.errors import UsageError
    from chipdb.lazy_dataclasses import replace
    from chipdb.views.reports.check import counts_report

    if len(questions) > 1:
        raise UsageError(
            f"-o {output}: a Parquet file holds the answers for one destination; give --to once"
        )
    if len(arguments) != 1 or not arguments[0].lower().endswith(TABLES):
        raise UsageError(
            f"-o {output}: a Parquet file holds the answers for one table; name a .parquet or "
            ".csv file to check"
        )
    # an option that is ignored would be a wrong answer
    given = [option for option, stated in unfit.items() if stated]
    if given:
        raise UsageError(
            f"-o {output}: {', '.join(given)} does not apply to a table that is answered row by "
            "row; leave it out"
        )
    (question,) = questions
    with progress("checking") as report_progress:
        counts = check_file(Path(arguments[0]), Path(output), question, report_progress)
    return replace(counts_report(counts, question), status=exit_status(counts))
