"""The words of a condition, each with its position, so that an error can point at it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum

from chipdb.errors import ParameterError
from chipdb.lazy_dataclasses import dataclass


class WordKind(StrEnum):
    """What a word of a condition is."""

    OPERATOR = "operator"
    PUNCTUATION = "punctuation"
    QUOTED = "quoted"
    DAY = "day"
    QUANTITY = "quantity"
    NAME = "name"
    END = "end"


KEYWORDS = ("and", "or", "not", "in", "true", "false")
"""Words of the grammar, which are neither fields nor texts."""

_PATTERNS = {
    WordKind.OPERATOR: r"==|!=|<=|>=|<|>|=",
    WordKind.PUNCTUATION: r"[()\[\],]",
    WordKind.QUOTED: r"\"[^\"]*\"|'[^']*'",
    WordKind.DAY: r"\d{4}-\d\d-\d\d|(today)?[+-]\d{1,4}[dwmy]\b|today\b",
    # a unit may follow the number with or without a blank; keywords are not units
    WordKind.QUANTITY: r"\d[\d.]*(e[+-]?\d+)?"
    r"(\s*(?!(and|or|not|in)\b)[^\W\d_][^\s()\[\],<>=!]*|%)?",
    WordKind.NAME: r"[^\W\d](?:[\w.\-/]|\[\d+\])*",
}
# the first pattern that matches is the kind, and a day could also be read as a quantity
_WORD = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PATTERNS.items()))
_BLANK = re.compile(r"\s*")


@dataclass(frozen=True)
class Word:
    """A word of a condition; ``position`` counts characters from 1."""

    kind: WordKind
    text: str
    position: int

    @property
    def is_keyword(self) -> bool:
        """Whether it is a word of the grammar."""
        # in quotes it is a text, so that a chip called "In" can be asked for
        return self.kind == WordKind.NAME and self.text.lower() in KEYWORDS

    def is_word(self, keyword: str) -> bool:
        """Whether it is a certain keyword, in any case."""
        return self.kind == WordKind.NAME and self.text.lower() == keyword


def condition_error(position: int, message: str) -> ParameterError:
    """The error about a condition at a position.

    >>> print(condition_error(5, "expected a value"))
    where at character 5: expected a value
    """
    return ParameterError("where", f"at character {position}: {message}")


def words_of(condition: str) -> Iterator[Word]:
    """Yield the words of a condition and its end.

    Raises :class:`~chipdb.errors.ParameterError` at a character that begins no word.

    >>> [word.text for word in words_of("dies[0].area > 814mm^2 and not hbm")]
    ['dies[0].area', '>', '814mm^2', 'and', 'not', 'hbm', '']
    """
    place = _skip_blanks(condition, 0)
    while place < len(condition):
        match = _WORD.match(condition, place)
        if match is None:
            raise condition_error(place + 1, _hint(condition[place]))
        kind = WordKind(str(match.lastgroup))
        yield Word(kind, match.group(), place + 1)
        place = _skip_blanks(condition, match.end())
    yield Word(WordKind.END, "", len(condition) + 1)


def _skip_blanks(condition: str, place: int) -> int:
    """The place of the next character that is not a blank."""
    match = _BLANK.match(condition, place)
    # the pattern matches no blanks as well, so there is always a match
    assert match is not None
    return match.end()


def _hint(character: str) -> str:
    """What is wrong with a character that begins no word."""
    if character in "\"'":
        return f"the quote {character} has no end"
    # operators of other languages, which people try first
    if character in "&|!":
        return f"{character!r} is not read; write and, or, not"
    return f"{character!r} is not read; write a condition such as tpp > 4800"
