"""Every error that chipdb raises on purpose.

::

    ChipdbError
    ├── QuantityError      a number or unit that cannot be read, or is of the wrong kind
    ├── DataError          a data file is wrong: where, and what was expected; all of a file at once
    ├── UnknownNameError   no such chip, rule, place, metric, knob; carries suggestions
    └── UsageError         options that do not go together, a missing extra

The command line prints the message and ends with status 2. Messages are public: clear, actionable, one line a problem.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class ChipdbError(Exception):
    """Base of all errors that a caller can act on."""


class QuantityError(ChipdbError):
    """A number or quantity that cannot be read, or that has the wrong unit."""


class UsageError(ChipdbError):
    """A call that makes no sense as it is: options that exclude each other, an unknown option value."""


class UnknownNameError(ChipdbError):
    """A name that nothing has; ``suggestions`` holds the nearest ones.

    >>> print(UnknownNameError("chip", "h2o", ["H20"]))
    no chip is called 'h2o'; nearest: H20
    """

    def __init__(self, what: str, name: str, suggestions: Sequence[str] = ()) -> None:
        super().__init__(what, name, tuple(suggestions))
        self.what = what
        self.name = name
        self.suggestions = tuple(suggestions)

    def __str__(self) -> str:
        nearest = f"; nearest: {', '.join(self.suggestions)}" if self.suggestions else ""
        return f"no {self.what} is called {self.name!r}{nearest}"


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a data file.

    >>> print(Problem("mine.yaml", 3, "memory.bandwidth", "3 TB is an amount, a rate in GB/s is due"))
    mine.yaml:3: memory.bandwidth: 3 TB is an amount, a rate in GB/s is due
    """

    file: str
    line: int
    path: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        return f"{where}{self.path}: {self.message}" if self.path else f"{where}{self.message}"


class DataError(ChipdbError):
    """A data file is wrong; ``problems`` lists everything found in it.

    >>> print(DataError([Problem("mine.yaml", 0, "", "no chip in this file")]))
    mine.yaml: no chip in this file
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(tuple(problems))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)
