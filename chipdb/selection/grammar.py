"""The grammar of a condition: comparisons joined by ``and``, ``or``, ``not`` and parentheses.

::

    condition   either of: alternative or alternative ...
    alternative all of: part and part ...
    part        not PART | ( CONDITION ) | comparison
    comparison  FIELD OPERATOR VALUE | FIELD in [VALUE, ...] | FIELD not in [VALUE, ...] | FACT

The grammar is closed: there are no calculations, functions or patterns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from chipdb.bounds import MOST_PARENTHESES
from chipdb.errors import ParameterError
from chipdb.lazy_dataclasses import dataclass
from chipdb.selection.words import Word, WordKind, condition_error, words_of
from chipdb.units import METRIC_UNITS

EQUAL, UNEQUAL = "==", "!="
TRUTHS = ("true", "false")
"""The keywords that are also values."""
VALUE_KINDS = (WordKind.QUOTED, WordKind.DAY, WordKind.QUANTITY, WordKind.NAME)


@dataclass(frozen=True)
class Comparison:
    """A field compared with a value; several values are joined by "or"."""

    field: Word
    operator: str
    values: tuple[Word, ...]


@dataclass(frozen=True)
class Not:
    """The opposite of a condition."""

    part: Condition


@dataclass(frozen=True)
class All:
    """Every one of some conditions."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of some conditions."""

    parts: tuple[Condition, ...]


Condition = Comparison | Not | All | AnyOf


def parse_condition(text: str) -> Condition:
    """The tree of a condition.

    Raises :class:`~chipdb.errors.ParameterError` with the position of what cannot be read.

    >>> parse_condition("tpp > 4800").operator
    '>'
    """
    reader = _Reader(list(words_of(text)))
    condition = reader.condition()
    word = reader.next()
    if word.kind != WordKind.END:
        wrong = f"expected and, or, or the end, not {word.text!r}"
        raise condition_error(word.position, wrong + reader.hint_on_blank())
    return condition


class _Reader:
    """Reads words from the left; one method for each line of the grammar."""

    def __init__(self, words: Sequence[Word]) -> None:
        """Begin at the first word; the last one is the end."""
        self.words = words
        self.index = 0
        self.depth = 0

    def peek(self) -> Word:
        """The next word, without taking it."""
        return self.words[self.index]

    def next(self) -> Word:
        """Take the next word."""
        word = self.words[self.index]
        # the end is read again and again, so that errors are about it
        self.index = min(self.index + 1, len(self.words) - 1)
        return word

    def hint_on_blank(self) -> str:
        """The metric that the last two words spell if they are joined; empty if they spell none."""
        before, word = self.words[max(self.index - 2, 0)], self.words[self.index - 1]
        metric = f"{before.text}_{word.text}".lower()
        return f"; did you mean {metric!r}?" if metric in METRIC_UNITS else ""

    def condition(self) -> Condition:
        """Alternatives joined by ``or``."""
        parts = [self.alternative()]
        while self.peek().is_word("or"):
            self.next()
            parts.append(self.alternative())
        if len(parts) == 1:
            return parts[0]
        return AnyOf(tuple(parts))

    def alternative(self) -> Condition:
        """Parts joined by ``and``."""
        parts = [self.part()]
        while self.peek().is_word("and"):
            self.next()
            parts.append(self.part())
        if len(parts) == 1:
            return parts[0]
        return All(tuple(parts))

    def part(self) -> Condition:
        """A negation, a condition in parentheses, or a comparison."""
        word = self.peek()
        self.depth += 1
        # the reader calls itself, and Python ends at a thousand calls
        if self.depth > MOST_PARENTHESES:
            raise condition_error(word.position, f"nested more than {MOST_PARENTHESES} deep")
        try:
            if word.is_word("not"):
                self.next()
                return Not(self.part())
            if word.text == "(":
                self.next()
                inner = self.condition()
                self.expect(")")
                return inner
            return self.comparison()
        finally:
            self.depth -= 1

    def comparison(self) -> Condition:
        """A field with an operator and a value, or with a list, or a fact by itself."""
        field = self.next()
        if field.kind != WordKind.NAME or field.is_keyword:
            raise _expected("a field such as tpp or vendor", field)
        word = self.peek()
        if word.kind == WordKind.OPERATOR:
            self.next()
            return Comparison(field, _operator(word), (self.value(),))
        if word.is_word("in"):
            self.next()
            return Comparison(field, EQUAL, self.values())
        if word.is_word("not"):
            self.next()
            self.expect("in")
            return Not(Comparison(field, EQUAL, self.values()))
        # a fact by itself is one that holds
        true = Word(WordKind.NAME, "true", field.position)
        return Comparison(field, EQUAL, (true,))

    def values(self) -> tuple[Word, ...]:
        """Values in brackets, with commas between them."""
        self.expect("[")
        values = [self.value()]
        while self.peek().text == ",":
            self.next()
            values.append(self.value())
        self.expect("]")
        return tuple(values)

    def value(self) -> Word:
        """A value: a quantity, a date, a text with or without quotes, true or false."""
        word = self.next()
        is_joint = word.is_keyword and word.text.lower() not in TRUTHS
        if word.kind not in VALUE_KINDS or is_joint:
            raise _expected("a value such as 4800 or 'Huawei'", word)
        if word.kind == WordKind.QUANTITY and self.has_thousands(word):
            raise condition_error(
                word.position, "write a number without commas, and a list with blanks: [4800, 6000]"
            )
        return word

    def has_thousands(self, number: Word) -> bool:
        """Whether a comma and three digits follow a number of at most three, without a blank.

        4,800 may be meant as one number, and would read as two values of a list.
        """
        end = number.position + len(number.text)
        comma = self.peek()
        if len(number.text) > len("999") or comma.text != "," or comma.position != end:
            return False
        rest = self.words[self.index + 1]
        touches = rest.position == end + 1
        # four digits are not a group: [480,6000] can only be a list
        return touches and re.match(r"\d{3}(?!\d)", rest.text) is not None

    def expect(self, text: str) -> None:
        """Take a certain word; raises :class:`~chipdb.errors.ParameterError` for another."""
        word = self.next()
        if word.text.lower() != text:
            raise _expected(repr(text), word)


def _expected(what: str, word: Word) -> ParameterError:
    """The error about a word where something else was expected."""
    found = "the end"
    if word.text:
        found = repr(word.text)
    return condition_error(word.position, f"expected {what}, not {found}")


def _operator(word: Word) -> str:
    """The operator of a comparison; a single equals sign is the double one."""
    if word.text == "=":
        return EQUAL
    return word.text
