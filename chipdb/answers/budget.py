"""``budget``: how many of a chip each allocation of total TPP allows, and what an order uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, overload

from chipdb.answers.arguments import (
    BudgetOptions,
    Changes,
    Chips,
    File,
    Names,
    OneChip,
    catalog_of,
    chip_of,
    entries_of,
    expect,
    is_one,
    question_of,
)
from chipdb.answers.check import check_entry
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.chip import Chip
from chipdb.errors import ParameterError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.metrics import Count, Spread
from chipdb.metrics.spread import total
from chipdb.notebook import Framed, short_repr, views
from chipdb.rules.allocations import IN_FORCE, PRINTED, Budget, Limit, budgets
from chipdb.solver.labels import finding_words
from chipdb.solver.notes import past_evidence
from chipdb.solver.question import Question
from chipdb.solver.verdict import Verdict
from chipdb.vocabulary import Status

if TYPE_CHECKING:
    from typing import Unpack

WITHIN = "within"
EXCEEDED = "exceeded"
AT_LINE = "on the line"
# what an order is called that cannot use up an allocation, however large
NOT_COUNTED = "not counted"
CONTESTED = "contested"
MOST = 1_000_000_000
"""A larger number of chips is a typing error."""


@short_repr
@dataclass(frozen=True, kw_only=True)
class Allowance:
    """One allocation: how many of the chip it allows, and how an order compares with it."""

    budget: Budget
    limit: Limit
    standing: str
    chips: int | None = None
    least: int | None = None
    most: int | None = None
    order: str | None = None
    filled: Fraction | None = None
    exact: bool = False
    """Whether ``chips`` reach the amount exactly."""


@dataclass(frozen=True, kw_only=True)
class BudgetLine(Framed):
    """One chip, or an order of several (``entry`` is None): its total TPP and every allocation."""

    on: date
    entry: Entry | None
    each: Spread | None
    count: int | None
    total: Spread | None
    equivalents: Spread
    reference: str
    held: tuple[Allowance, ...]
    counts: bool | None = True
    warnings: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """The chip or the first chips of an order, the day, the number of allocations."""
        name = " + ".join(self.members[:3])
        if self.entry:
            name = self.entry.chip.id
        return f"<BudgetLine {name} on {self.on}, {len(self.held)} allocations>"

    def to_dict(self) -> dict[str, Any]:
        """One object of ``chipdb budget --format json``."""
        return dict(views("json.commands").budget_record(self))


@dataclass(frozen=True)
class Order:
    """The day, the chip that equivalents are counted in, the count of each chip, and the base.

    ``base`` is the number of chips that a share is taken of.
    """

    question: Question
    reference: Chip
    counts: tuple[int | None, ...]
    base: int | None = None

    @property
    def unit(self) -> Fraction:
        """The TPP of one reference chip."""
        value = tpp_of(self.reference).value
        if not value:
            raise ParameterError(
                "reference",
                f"{self.reference.name}: its TPP is not known, so nothing can be counted in it",
            )
        return value


# The overloads have no text of their own: help and documentation show that of the function below.
@overload
def budget(  # type: ignore[overload-overlap] # text is an iterable of texts
    chips: OneChip, **options: Unpack[BudgetOptions]
) -> BudgetLine: ...


@overload
def budget(chips: Chips, **options: Unpack[BudgetOptions]) -> list[BudgetLine]: ...


def budget(
    chips: Chips,
    *,
    count: int | Sequence[int] | None = None,
    base: int | None = None,
    reference: OneChip = "H100",
    on: str | date | None = None,
    derate: Changes = (),
    set: Changes = (),  # noqa: A002 - the option's name
    drop: Names = (),
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
) -> BudgetLine | list[BudgetLine]:
    """Count how many of a chip each allocation of total TPP allows, and what ``count`` of it uses.

    One chip gives one line. A list of chips gives a list with one line for each; if several have a
    ``count`` (one for all, or one for each), a line for the whole order follows. Without ``count``
    the quantities of a portfolio count.
    Raises :class:`~chipdb.errors.UnknownNameError` for a chip that does not exist.

    >>> import chipdb
    >>> line = chipdb.budget("H20", count=1000, on="2025-03-01")
    >>> float(line.total.value), round(float(line.equivalents.value), 1)
    (2368000.0, 149.6)
    """
    known = catalog_of(catalog, vintage)
    entries = entries_of(chips, known, derate=derate, set=set, drop=drop)
    order = order_of(
        question_of(on=on),
        chip_of(reference, known, "reference"),
        len(entries),
        _counts_given(count) or quantities_of(entries),
        base,
    )
    budget_lines = list(lines(entries, order))
    if is_one(chips):
        return budget_lines[0]
    return budget_lines


def _counts_given(count: int | Sequence[int] | None) -> tuple[int, ...]:
    """The counts as a tuple, whether the caller gave none, one or several.

    Raises :class:`TypeError` for anything but a whole number or several.
    """
    if count is None:
        return ()
    # a text is a sequence too, of its letters
    if isinstance(count, int | str) or not isinstance(count, Sequence):
        expect("count", count, int, list, None)
        return (count,)
    return tuple(count)


def quantities_of(entries: Sequence[Entry]) -> tuple[int, ...]:
    """The quantities that a portfolio states; none if it states none.

    Raises :class:`~chipdb.errors.ParameterError` if only some chips have one: the total of an order
    would silently leave out the others.
    """
    quantities: list[int] = []
    lacking: list[Entry] = []
    for entry in entries:
        if entry.quantity is None:
            lacking.append(entry)
        else:
            quantities.append(entry.quantity)
    if quantities and lacking:
        names = ", ".join(entry.resolved_from or entry.chip.id for entry in lacking)
        raise ParameterError(
            "count", f"must be given, because some chips have a quantity and others none: {names}"
        )
    return tuple(quantities)


def order_of(
    question: Question,
    reference: Chip,
    chips: int,
    counts: tuple[int, ...] = (),
    base: int | None = None,
) -> Order:
    """An order of some chips; a single count holds for each of them.

    Raises :class:`~chipdb.errors.UsageError` for a count below one or above :data:`MOST`, or for a
    number of counts that does not fit the number of chips.
    """
    for number in counts:
        _check_number("count", number)
    if base is not None:
        _check_number("base", base)
    if len(counts) not in (0, 1, chips):
        raise ParameterError(
            "count",
            f"is given {len(counts)} times for {chips} chips: give one for all, or one for each",
        )

    each: tuple[int | None, ...] = counts
    if len(counts) != chips:
        each = (counts or (None,)) * chips
    return Order(question, reference, each, base)


def _check_number(parameter: str, number: int) -> None:
    """Raise :class:`~chipdb.errors.ParameterError` unless a number of chips is in range.

    ``parameter`` is the name that the message gives. Raises :class:`TypeError` for anything but a
    whole number.
    """
    expect(parameter, number, int)
    if not 1 <= number <= MOST:
        raise ParameterError(
            parameter, f"must be a number of chips from 1 to {MOST:,}, not {number}"
        )


def tpp_of(chip: Chip) -> Spread:
    """The TPP of a chip, or the sum over all chips of a system.

    >>> from chipdb.catalog.catalog import load
    >>> int(tpp_of(load()["A30"]).value)
    2644
    """
    parts = []
    for part, count in chip.processors():
        parts.append(Count(part).metric("tpp").scaled(Fraction(count)))
    return total(parts)


def lines(entries: list[Entry], order: Order) -> Iterator[BudgetLine]:
    """A line for each chip, then one for the whole order where several chips are ordered."""
    # kept until all are known: the order as a whole follows them
    chip_lines = []
    for entry, count in zip(entries, order.counts, strict=True):
        chip_lines.append(_line(entry, count, order))
    yield from chip_lines

    ordered = [line for line in chip_lines if line.total]
    if len(ordered) > 1:
        yield _whole_order(ordered, order)


def _whole_order(ordered: list[BudgetLine], order: Order) -> BudgetLine:
    """The line of an order of several chips: total TPP and the allocations it uses up."""
    totals: list[Spread] = []
    counted: list[Spread] = []
    members: list[str] = []
    for line in ordered:
        if line.entry:
            members.append(f"{line.count} x {line.entry.chip.id}")
        if line.total:
            totals.append(line.total)
            # a chip that may count is compared with the allocations, so that none is missed
            if line.counts is not False:
                counted.append(line.total)

    allowances: list[Allowance] = []
    for budget, limit in _limits():
        # a share is a number of chips of one kind, so it says nothing of a mixed order
        if limit.tpp is not None:
            allowances.append(_allowance(budget, limit, None, total(counted), order))

    # of all chips, including those that do not count: it is the size of the order
    whole = total(totals)
    return BudgetLine(
        on=order.question.on,
        entry=None,
        each=None,
        count=None,
        total=whole,
        equivalents=whole.scaled(1 / order.unit),
        reference=order.reference.id,
        held=tuple(allowances),
        members=tuple(members),
    )


def _limits() -> Iterator[tuple[Budget, Limit]]:
    """Every allocation of every instrument, in the order of the data, with its instrument."""
    for budget in budgets():
        for limit in budget.limits:
            yield budget, limit


def _line(entry: Entry, count: int | None, order: Order) -> BudgetLine:
    """The line of one chip: its TPP, an order of ``count`` of it, and every allocation."""
    each = tpp_of(entry.chip)
    whole = None
    if count is not None:
        whole = each.scaled(Fraction(count))

    verdict = check_entry(entry, order.question).classification
    # what is surely outside is not compared with an allocation; what may be inside is
    counts = _counts(verdict)

    allowances: list[Allowance] = []
    for budget, limit in _limits():
        allowance = _allowance(budget, limit, each, whole, order, count)
        # an order of chips outside the counted paragraphs uses up nothing, however large it is
        if whole is not None and counts is False:
            allowance = replace(allowance, order=NOT_COUNTED, filled=None)
        allowances.append(allowance)

    return BudgetLine(
        on=order.question.on,
        entry=entry,
        each=each,
        count=count,
        total=whole,
        equivalents=(whole or each).scaled(1 / order.unit),
        reference=order.reference.id,
        held=tuple(allowances),
        counts=counts,
        warnings=tuple(_warnings(entry, each, verdict)),
    )


def _counted() -> tuple[str, ...]:
    """The paragraphs whose items the allocations count, each once, in the order of the data."""
    outcomes: dict[str, None] = {}
    for budget in budgets():
        outcomes |= dict.fromkeys(budget.counts)
    return tuple(outcomes)


def _counts(verdict: Verdict) -> bool | None:
    """Whether an item counts against the allocations; None where its paragraph is undetermined.

    The verdict is that of the classification on the day of the order.
    """
    counted = _counted()
    if verdict.status == Status.MET and verdict.finding.outcome in counted:
        return True

    possible = [verdict.finding.outcome or ""]
    if verdict.status == Status.UNDETERMINED:
        possible = list(verdict.rule.outcomes())

    # the entry alone (3A090) does not say which of its paragraphs the item is in
    for outcome in filter(None, possible):
        if any(paragraph.startswith(outcome) for paragraph in counted):
            return None
    return False


def _allowance(
    budget: Budget,
    limit: Limit,
    each: Spread | None,
    whole: Spread | None,
    order: Order,
    count: int | None = None,
) -> Allowance:
    """How many chips an allocation allows, and how an order compares with it.

    ``each`` is the TPP of one chip, None for an order of several; ``whole`` that of the order, None
    without one.
    """
    standing = budget.standing(limit, order.question.on)
    allowance = Allowance(budget=budget, limit=limit, standing=standing)
    if limit.tpp is None:
        return _share_of_base(allowance, order.base, count)

    if each is not None:
        chips = _fit(limit.tpp, each.value)
        fills_it = False
        if chips is not None and each.value is not None:
            fills_it = chips * each.value == limit.tpp
        # the more TPP a chip has, the fewer fit: the least number comes from the high end
        allowance = replace(
            allowance,
            chips=chips,
            least=_fit(limit.tpp, each.high),
            most=_fit(limit.tpp, each.low),
            exact=fills_it,
        )

    if whole is None:
        return allowance
    filled = None
    if whole.value is not None:
        filled = whole.value / limit.tpp
    return replace(allowance, order=_compared_spread(limit.kind, whole, limit.tpp), filled=filled)


def _share_of_base(allowance: Allowance, base: int | None, count: int | None) -> Allowance:
    """An allocation that is a share of a number of chips, and how an order compares with it."""
    if base is None or allowance.limit.share is None:
        return allowance

    share = base * allowance.limit.share
    # a part of a chip cannot be shipped, so a share is rounded down
    chips = int(share)
    allowance = replace(allowance, chips=chips, least=chips, most=chips)
    if count is None:
        return allowance

    # a share is a number of chips, so the order is counted in chips and not in TPP
    standing = _compared(allowance.limit.kind, Fraction(count), share)
    return replace(allowance, order=standing, filled=count / share)


def _compared_spread(kind: str, whole: Spread, amount: Fraction) -> str | None:
    """How a total compares with an amount under every credible claim.

    None if part of the total is unknown and the rest does not already exceed the amount.
    """
    if whole.value is None:
        # the known part alone can exceed the amount, but it can never be surely within it
        if whole.low > amount:
            return EXCEEDED
        return None

    answers: set[str] = set()
    for end in (whole.low, whole.value, whole.high):
        if end is not None:
            answers.add(_compared(kind, end, amount))
    # the claims agree, or it depends on which of them is right
    if len(answers) > 1:
        return CONTESTED
    return answers.pop()


def _fit(amount: Fraction, each: Fraction | None) -> int | None:
    """How many whole chips stay within an amount.

    None where the TPP of one chip is unknown, or is 0, so that any number would fit.

    >>> _fit(Fraction(10_000), Fraction(2644)), _fit(Fraction(10_000), None)
    (3, None)
    """
    if not each:
        return None
    return int(amount // each)


def _compared(kind: str, value: Fraction, amount: Fraction) -> str:
    """``within``, ``exceeded`` or, for a threshold without an operator, ``on the line``.

    An allocation includes its own amount; a text that only names a number does not say so.
    """
    if kind == "line" and value == amount:
        return AT_LINE
    if value <= amount:
        return WITHIN
    return EXCEEDED


def remarks(on: date) -> Iterator[str]:
    """The conditions of the day's allocations, and the day up to which their evidence was read.

    A sentence for each instrument, then one for each such day.
    """
    # instruments that are over or have not begun have no conditions on this day
    standing: list[Budget] = []
    for budget in budgets():
        states = [budget.standing(limit, on) for limit in budget.limits]
        if IN_FORCE in states or PRINTED in states:
            standing.append(budget)

    for budget in standing:
        yield f"{budget.title}: {budget.note}"
    yield from past_evidence(standing, on)


def _warnings(entry: Entry, each: Spread, verdict: Verdict) -> Iterator[str]:
    """What a reader must know about a line: how a name was understood, what is not counted."""
    if entry.understood:
        yield entry.understood
    yield from entry.remarks

    name = entry.chip.name
    if each.value is None:
        yield f"{name}: a throughput is missing, so its TPP is unknown and nothing is counted"

    if _counts(verdict) is not True:
        answer = finding_words(verdict.finding)
        counted = " and ".join(_counted())
        yield f"{name}: {answer}; the allocations count only items of {counted}"
    elif verdict.contested:
        yield f"{name}: whether it counts is contested, see check"
