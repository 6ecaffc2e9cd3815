"""The chips that meet a condition. What is unknown never matches, and is counted."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from chipdb.catalog.chip import Chip
from chipdb.catalog.lookup import nearest
from chipdb.lazy_dataclasses import dataclass
from chipdb.relative_days import is_relative
from chipdb.selection.fields import Field, fields_of, unquoted
from chipdb.selection.grammar import (
    EQUAL,
    UNEQUAL,
    All,
    AnyOf,
    Comparison,
    Condition,
    Not,
    parse_condition,
)
from chipdb.selection.words import condition_error
from chipdb.three_valued import all_of, any_of, opposite

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    EQUAL: operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True)
class Selection:
    """The chips that meet a condition.

    ``unknown`` counts the chips that are left out because what the condition asks is not known
    for them, by the missing field. ``days`` are the relative days of the condition as dates.
    """

    chips: list[Chip]
    left_out: int
    unknown: Counter[str]
    days: dict[str, str]

    def notes(self) -> list[str]:
        """Sentences on what is left out and on days that were counted from today."""
        notes = [f"{written} is {day}" for written, day in self.days.items()]
        if self.left_out:
            missing = [f"{name} of {count:,}" for name, count in self.unknown.most_common()]
            chips = "chips are"
            if self.left_out == 1:
                chips = "chip is"
            notes.append(
                f"{self.left_out:,} {chips} left out because what --where asks is unknown: "
                f"{', '.join(missing)}"
            )
        return notes


def select(chips: Iterable[Chip], condition: str) -> Selection:
    """Return the chips that meet a condition.

    Raises :class:`~chipdb.errors.ParameterError` with the position of what cannot be read, of a
    field that does not exist, and of a value that the field cannot have.

    >>> import chipdb
    >>> found = select(chipdb.load(), "vendor == Huawei and kind == processor and tpp > 12000")
    >>> [chip.id for chip in found.chips][:1], found.left_out > 0
    (['huawei-ascend-910c'], True)
    """
    chips = list(chips)
    tree = parse_condition(condition)
    fields = fields_of(chips)
    days: dict[str, str] = {}
    tests: dict[Comparison, _Test] = {}
    for comparison in _comparisons(tree):
        tests[comparison] = _Test.of(comparison, fields)
        days.update(_relative_days(comparison, tests[comparison]))

    meeting: list[Chip] = []
    left_out = 0
    unknown: Counter[str] = Counter()
    for chip in chips:
        answer = _answer(tree, chip, tests)
        # an unknown answer is neither: the chip is left out, and counted with what is missing
        if answer:
            meeting.append(chip)
        elif answer is None:
            left_out += 1
            unknown.update({test.field.name for test in tests.values() if not test.field.of(chip)})
    return Selection(meeting, left_out, unknown, days)


@dataclass(frozen=True)
class _Test:
    """A comparison whose field and values are known."""

    field: Field
    operator: str
    values: tuple[Any, ...]

    @classmethod
    def of(cls, comparison: Comparison, fields: Mapping[str, Field]) -> _Test:
        """Find the field of a comparison and read its values."""
        word = comparison.field
        known = fields.get(word.text) or fields.get(word.text.lower())
        if known is None:
            hint = nearest(word.text, sorted(fields))
            raise condition_error(word.position, f"no field is called {word.text!r}{hint}")
        stands_alone = comparison.values[0].position == word.position
        if stands_alone and not known.is_fact:
            raise condition_error(
                word.position + len(word.text), f"expected an operator such as == after {word.text}"
            )
        if comparison.operator not in known.operators:
            raise condition_error(
                word.position,
                f"{known.name} is compared with {' or '.join(known.operators)}, "
                f"not with {comparison.operator}",
            )
        values = tuple(known.read(value) for value in comparison.values)
        return cls(known, comparison.operator, values)

    def holds(self, chip: Chip) -> bool | None:
        """Whether the comparison holds for a chip; None if the field is unknown."""
        actual = self.field.of(chip)
        if not actual:
            return None
        # with several values, such as markets, "is not" means that no value is equal
        if self.operator == UNEQUAL:
            return not _any_pair(EQUAL, actual, self.values)
        return _any_pair(self.operator, actual, self.values)


def _any_pair(sign: str, actual: Iterable[Any], values: tuple[Any, ...]) -> bool:
    """Whether the comparison holds for one of the values of a chip and one of the condition."""
    compare = _COMPARE[sign]
    return any(compare(one, other) for one in actual for other in values)


def _answer(condition: Condition, chip: Chip, tests: Mapping[Comparison, _Test]) -> bool | None:
    """Whether a chip meets a condition; None if that depends on what is unknown of it."""
    if isinstance(condition, Comparison):
        return tests[condition].holds(chip)
    if isinstance(condition, Not):
        return opposite(_answer(condition.part, chip, tests))
    answers = (_answer(part, chip, tests) for part in condition.parts)
    if isinstance(condition, AnyOf):
        return any_of(answers)
    return all_of(answers)


def _comparisons(condition: Condition) -> Iterator[Comparison]:
    """Yield the comparisons of a condition from the left."""
    if isinstance(condition, Comparison):
        yield condition
    elif isinstance(condition, Not):
        yield from _comparisons(condition.part)
    elif isinstance(condition, All | AnyOf):
        for part in condition.parts:
            yield from _comparisons(part)


def _relative_days(comparison: Comparison, test: _Test) -> Iterator[tuple[str, str]]:
    """Yield the days of a comparison that are counted from today, with their dates."""
    for word, value in zip(comparison.values, test.values, strict=True):
        # a field of days reads quoted words as well; in a field of texts "today" is a text
        written = unquoted(word)
        if isinstance(value, date) and is_relative(written):
            yield written, value.isoformat()
