"""Every error that chipdb raises on purpose.

::

    ChipdbError
    ├── QuantityError      a number or unit that cannot be read or has the wrong kind
    ├── DataError          a data file is wrong; lists every problem with its line
    ├── UnknownNameError   there is no such chip, rule, place, metric or knob; carries suggestions
    │   └── AmbiguousNameError  a name that means chips of two vendors
    └── UsageError         options that exclude each other, or a missing optional package

The command line prints the message and exits with status 2. Messages are part of the interface:
each says what is wrong, with the value; what was expected; and one example or the nearest choice.
"""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.bounds import MOST_MESSAGES, bounded_message
from chipdb.lazy_dataclasses import dataclass

MOST_CANDIDATES = 6
"""An error lists up to this many things that a name could mean."""


class ChipdbError(Exception):
    """Base class of all errors that a caller can act on."""

    parameter: str | None = None
    """The parameter that the error is about: the first word of the message, which the command
    line writes as an option."""

    def __str__(self) -> str:
        """The message; of one that echoes a long value, the beginning and the end."""
        return bounded_message(super().__str__())


class QuantityError(ChipdbError):
    """A number or quantity that cannot be read or has the wrong unit."""


class UsageError(ChipdbError):
    """A call that makes no sense: an invalid option value, or options that exclude each other."""


class ParameterError(UsageError):
    """A parameter has a value that the call cannot use.

    >>> print(ParameterError("law", "must be 'enforced' or 'text', not 'x'"))
    law must be 'enforced' or 'text', not 'x'
    """

    def __init__(self, parameter: str, message: str) -> None:
        """Keep the parameter apart from the message, which reads on after its name."""
        # Both arguments go to Exception, so that the error survives pickling between processes.
        super().__init__(parameter, message)
        self.parameter = parameter
        self.message = message

    def __str__(self) -> str:
        """The sentence; the command line puts the name of the option in the parameter's place."""
        return bounded_message(f"{self.parameter} {self.message}")


class UnknownNameError(ChipdbError):
    """A name that does not exist.

    ``suggestions`` holds the names that the caller may have meant, the closest first; ``choices``
    all valid names where there are only a few.

    >>> print(UnknownNameError("chip", "h2o", ["H20"]))
    unknown chip 'h2o'; did you mean 'H20'?
    >>> print(UnknownNameError("knob", "volume", choices=["compute", "die-area"]))
    unknown knob 'volume'; expected compute or die-area
    """

    def __init__(
        self, what: str, name: str, suggestions: Sequence[str] = (), choices: Sequence[str] = ()
    ) -> None:
        """Keep the name with what it should have named, such as ``chip``."""
        # All arguments go to Exception, so that the error survives pickling between processes.
        super().__init__(what, name, tuple(suggestions), tuple(choices))
        self.what = what
        self.name = name
        self.suggestions = tuple(suggestions)
        self.choices = tuple(choices)

    def __str__(self) -> str:
        """The sentence with the nearest names, or with all of them if none is near."""
        hint = did_you_mean(self.suggestions)
        if not hint:
            hint = expected_one_of(self.choices)
        text = f"unknown {self.what} {self.name!r}{hint}"
        if self.parameter:
            text = f"{self.parameter}: {text}"
        return bounded_message(text)


class AmbiguousNameError(UnknownNameError):
    """A name that means chips of two vendors, or two different parts; ``suggestions`` lists them.

    >>> print(AmbiguousNameError("chip", "C600", ["graphcore-c600", "metax-c600"]))
    'C600' is ambiguous; it could mean graphcore-c600 or metax-c600
    """

    def __str__(self) -> str:
        """The sentence with the first few chips that the name may mean, and how many more."""
        shown = list(self.suggestions[:MOST_CANDIDATES])
        if len(self.suggestions) > len(shown):
            shown.append(f"one of {len(self.suggestions) - len(shown)} more")
        text = f"{self.name!r} is ambiguous; it could mean {_alternatives(shown)}"
        if self.parameter:
            text = f"{self.parameter}: {text}"
        return bounded_message(text)


def did_you_mean(names: Sequence[str]) -> str:
    """The end of an error message that offers the nearest names; empty if there are none.

    >>> did_you_mean(["H20", "H200", "H800"])
    "; did you mean 'H20', 'H200' or 'H800'?"
    """
    if not names:
        return ""
    quoted = [repr(name) for name in names]
    return f"; did you mean {_alternatives(quoted)}?"


def expected_one_of(names: Sequence[str]) -> str:
    """The end of an error message that lists all valid names; empty if there are none."""
    if not names:
        return ""
    return f"; expected {_alternatives(names)}"


def _alternatives(words: Sequence[str]) -> str:
    """Words as a list in a sentence: ``a, b or c``. There is at least one."""
    *first, last = words
    if not first:
        return last
    return f"{', '.join(first)} or {last}"


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a data file.

    ``line`` counts from 1; 0 means that the problem belongs to no single line. ``path`` is the
    field as ``chipdb show`` writes it, or empty for the file as a whole.

    >>> print(Problem("mine.yaml", 3, "power.tdp", "700 GB is not a power; expected W or kW"))
    mine.yaml:3: power.tdp: 700 GB is not a power; expected W or kW
    """

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        """The problem on one line, after where it is."""
        where = self.file
        # Editors and terminals open a file at the line of `file:line:`.
        if self.line:
            where = f"{self.file}:{self.line}"
        if self.path:
            where = f"{where}: {self.path}"
        return bounded_message(f"{where}: {self.message}")


class DataError(ChipdbError):
    """A data file is wrong; ``problems`` lists everything found in it.

    >>> print(DataError([Problem("mine.yaml", 0, "", "the file contains no chip")]))
    mine.yaml: the file contains no chip
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems; there is at least one."""
        super().__init__(tuple(problems))
        self.problems = tuple(problems)

    @classmethod
    def of_file(cls, file: str, message: str, line: int = 0) -> DataError:
        """An error with a single problem that belongs to the file as a whole, or to one line."""
        return cls([Problem(file, line, "", message)])

    def __str__(self) -> str:
        """The first problems, each on a line of its own, and how many more there are."""
        lines = [str(problem) for problem in self.problems[:MOST_MESSAGES]]
        more = len(self.problems) - len(lines)
        if more:
            lines.append(f"and {more:,} more problems")
        return "\n".join(lines)
