"""``budget``: how many of a chip a limit on total TPP holds, and what an order comes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from chipdb.answers.check import check_entry
from chipdb.answers.warn import past_evidence
from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.errors import UsageError
from chipdb.metrics import Count, Spread
from chipdb.metrics.spread import total
from chipdb.notebook import views
from chipdb.rules.allocations import IN_FORCE, PRINTED, Budget, Limit, budgets
from chipdb.solver.question import Question
from chipdb.solver.verdict import Verdict
from chipdb.vocabulary import Status

WITHIN, EXCEEDED, AT_LINE, NOT_COUNTED, CONTESTED = (
    "within",
    "exceeded",
    "on the line",
    "not counted",
    "contested",
)
MOST = 1_000_000_000
"""More chips than this are a slip of the keyboard."""


@dataclass(frozen=True, kw_only=True)
class Held:
    """One limit: how many of the chip it holds, and how an order stands to it."""

    budget: Budget
    limit: Limit
    standing: str
    chips: int | None = None
    least: int | None = None
    most: int | None = None
    order: str | None = None
    filled: Fraction | None = None
    exact: bool = False

    def to_dict(self) -> dict[str, Any]:
        """One entry of ``budgets`` in ``chipdb budget --format json``."""
        return dict(views("json.commands").limit_record(self))


@dataclass(frozen=True, kw_only=True)
class Line:
    """A chip, or an order of several (``entry`` None): its total and every limit beside it."""

    entry: Entry | None
    each: Spread | None
    count: int | None
    total: Spread | None
    equivalents: Spread
    reference: str
    held: tuple[Held, ...]
    counts: bool | None = True
    warnings: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """One object of ``chipdb budget --format json``."""
        return dict(views("json.commands").budget_record(self))


@dataclass(frozen=True)
class Order:
    """What is asked: the day, the chip that equivalents are counted in, how many of each chip, what a share is taken of."""

    question: Question
    reference: Chip
    counts: tuple[int | None, ...]
    base: int | None = None

    @property
    def one(self) -> Fraction:
        """The TPP of one chip of reference."""
        value = tpp_of(self.reference).value
        if not value:
            raise UsageError(
                f"--reference {self.reference.name}: its TPP is not known, so nothing can be counted in it"
            )
        return value


def order_of(
    question: Question,
    reference: Chip,
    chips: int,
    counts: tuple[int, ...] = (),
    base: int | None = None,
) -> Order:
    """An order of some chips; one count holds for all of them.

    Raises :class:`~chipdb.errors.UsageError` for a number below one or past counting, or counts that do not fit the chips.
    """
    for option, numbers in (("--count", counts), ("--base", () if base is None else (base,))):
        for number in numbers:
            if not 1 <= number <= MOST:
                raise UsageError(f"{option} {number}: a number of chips, from 1 to {MOST:,}")
    if len(counts) not in (0, 1, chips):
        raise UsageError(
            f"{len(counts)} times --count for {chips} chips: give one for all, or one a chip in their order"
        )
    each: tuple[int | None, ...] = counts if len(counts) == chips else (counts or (None,)) * chips
    return Order(question, reference, each, base)


def tpp_of(chip: Chip) -> Spread:
    """The TPP of a chip; of a system the sum over all its chips."""
    return total(
        Count(part).metric("tpp").scaled(Fraction(count)) for part, count in chip.processors()
    )


def lines(entries: list[Entry], order: Order) -> Iterator[Line]:
    """A line a chip, then one of the whole order where several chips are ordered."""
    found = [_line(entry, count, order) for entry, count in zip(entries, order.counts, strict=True)]
    yield from found
    ordered = [line for line in found if line.total]
    if len(ordered) > 1:
        whole = total(line.total for line in ordered if line.total)
        counted = total(line.total for line in ordered if line.total and line.counts is not False)
        held = tuple(
            _held(budget, limit, None, counted, order)
            for budget, limit in _limits()
            if limit.tpp is not None
        )
        names = tuple(f"{line.count} x {line.entry.chip.id}" for line in ordered if line.entry)
        yield Line(
            entry=None,
            each=None,
            count=None,
            total=whole,
            equivalents=whole.scaled(1 / order.one),
            reference=order.reference.id,
            held=held,
            members=names,
        )


def _limits() -> Iterator[tuple[Budget, Limit]]:
    return ((budget, limit) for budget in budgets() for limit in budget.limits)


def _line(entry: Entry, count: int | None, order: Order) -> Line:
    each = tpp_of(entry.chip)
    whole = None if count is None else each.scaled(Fraction(count))
    verdict = check_entry(entry, order.question).classification
    counts = _counts(verdict)
    held = tuple(_held(budget, limit, each, whole, order, count) for budget, limit in _limits())
    if whole is not None and counts is False:
        held = tuple(replace(one, order=NOT_COUNTED, filled=None) for one in held)
    equivalents = (whole or each).scaled(1 / order.one)
    warnings = tuple(_warnings(entry, each, verdict))
    return Line(
        entry=entry,
        each=each,
        count=count,
        total=whole,
        equivalents=equivalents,
        reference=order.reference.id,
        held=held,
        counts=counts,
        warnings=warnings,
    )


def _counted() -> tuple[str, ...]:
    """The paragraphs whose items the limits count."""
    return tuple(dict.fromkeys(outcome for budget in budgets() for outcome in budget.counts))


def _counts(verdict: Verdict) -> bool | None:
    """Whether an item counts against the limits; None where its paragraph is open."""
    if verdict.status == Status.MET and verdict.finding.outcome in _counted():
        return True
    possible = (
        verdict.rule.outcomes()
        if verdict.status == Status.UNDETERMINED
        else [verdict.finding.outcome or ""]
    )
    inside = any(
        counted.startswith(outcome) for outcome in possible if outcome for counted in _counted()
    )
    return None if inside else False


def _held(
    budget: Budget,
    limit: Limit,
    each: Spread | None,
    whole: Spread | None,
    order: Order,
    count: int | None = None,
) -> Held:
    held = Held(budget=budget, limit=limit, standing=budget.standing(limit, order.question.on))
    if limit.tpp is None:
        return _of_base(held, order.base, count)
    if each is not None:
        chips, least, most = (_fit(limit.tpp, end) for end in (each.value, each.high, each.low))
        exact = chips is not None and each.value is not None and chips * each.value == limit.tpp
        held = replace(held, chips=chips, least=least, most=most, exact=exact)
    if whole is None:
        return held
    filled = None if whole.value is None else whole.value / limit.tpp
    return replace(held, order=_stands(limit.kind, whole, limit.tpp), filled=filled)


def _of_base(held: Held, base: int | None, count: int | None) -> Held:
    """A share of so many chips, and an order beside it."""
    if base is None or held.limit.share is None:
        return held
    share = base * held.limit.share
    held = replace(held, chips=int(share), least=int(share), most=int(share))
    if count is None:
        return held
    return replace(
        held, order=_compared(held.limit.kind, Fraction(count), share), filled=count / share
    )


def _stands(kind: str, whole: Spread, limit: Fraction) -> str | None:
    """How a total stands to a limit under every credible claim; a total that is not known can only be surely too much."""
    if whole.value is None:
        return EXCEEDED if whole.low > limit else None
    found = {
        _compared(kind, amount, limit)
        for amount in (whole.low, whole.value, whole.high)
        if amount is not None
    }
    return found.pop() if len(found) == 1 else CONTESTED


def _fit(amount: Fraction, each: Fraction | None) -> int | None:
    """How many whole chips stay within an amount."""
    return int(amount // each) if each else None


def _compared(kind: str, amount: Fraction, limit: Fraction) -> str:
    if kind == "line" and amount == limit:
        return AT_LINE
    return WITHIN if amount <= limit else EXCEEDED


def remarks(on: date) -> Iterator[str]:
    """What every count must say: what the limits of the day hang on, and up to which day they were looked at."""
    standing = [
        one
        for one in budgets()
        if any(one.standing(limit, on) in (IN_FORCE, PRINTED) for limit in one.limits)
    ]
    yield from (f"{one.title}: {one.note}" for one in standing)
    yield from past_evidence(standing, on)


def _warnings(entry: Entry, each: Spread, verdict: Verdict) -> Iterator[str]:
    if entry.resolved_from and entry.siblings:
        yield f"{entry.resolved_from!r} is taken as {entry.chip.name}; it could also mean: {', '.join(entry.siblings)}"
    yield from entry.remarks
    if each.value is None:
        yield f"{entry.chip.name}: a rate is missing, so its TPP is not known and nothing is counted"
    if _counts(verdict) is not True:
        said = verdict.finding.outcome or verdict.status
        yield f"{entry.chip.name}: {said}; the limits count only items of {' and '.join(_counted())}"
    elif verdict.contested:
        yield f"{entry.chip.name}: whether it counts is contested, see check"
