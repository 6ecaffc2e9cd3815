"""Try hostile input without end: ``make soak`` runs it after the cases of the oracle.

Each input has a number, which makes the same input on every machine. One that breaks chipdb is
printed with its number, and the run goes on. Every kind gets the same time, so that those of which
an input takes long do not keep the others back.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path

from fuzz.attacks import KINDS

BLOCK = 50
"""Inputs of a kind that are tried before the next kind has its turn."""
REPORTS = 60.0
"""Seconds from one report of the counts to the next."""
MOST_SHOWN = 2000
"""Characters of an input that are printed."""


def failure_of(name: str, number: int) -> str | None:
    """What is wrong with the answer to an input of a kind, with its number; None if nothing."""
    value = KINDS[name].input(name, number)
    with tempfile.TemporaryDirectory() as folder:
        try:
            KINDS[name].attack(Path(folder), value)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - a panic is not an Exception
            trace = "".join(traceback.format_exception(error)[-3:])
            return f"{name}, input {number}: {value!r:.{MOST_SHOWN}}\n{trace}"
    return None


class Run:
    """The counts of a run: inputs that were tried, those that broke chipdb, and the time."""

    def __init__(self, names: list[str], first: int) -> None:
        """Begin with the inputs of a number."""
        self.next = dict.fromkeys(names, first)
        self.seconds = dict.fromkeys(names, 0.0)
        self.tried: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()

    def try_block(self) -> None:
        """Try a block of the kind that has had the least time."""
        name = min(self.seconds, key=self.seconds.__getitem__)
        began = time.process_time()
        for number in range(self.next[name], self.next[name] + BLOCK):
            wrong = failure_of(name, number)
            self.tried[name] += 1
            if wrong is not None:
                self.failed[name] += 1
                _print(wrong)
        self.next[name] += BLOCK
        self.seconds[name] += time.process_time() - began

    def report(self) -> None:
        """Print the counts, and where another run may go on."""
        counts = ", ".join(
            f"{name} {self.tried[name]:,} ({self.failed[name]})" for name in self.next
        )
        _print(f"{self.tried.total():,} inputs; tried (failed): {counts}")
        _print(f"none of a kind has a number of {max(self.next.values())} or more")


def main() -> int:
    """Exit with 1 if any input broke chipdb, after all of them were tried."""
    asked_of = argparse.ArgumentParser(prog="fuzz", description="Try hostile input.")
    asked_of.add_argument("--first", type=int, default=0, help="the number of the first inputs")
    asked_of.add_argument("--cases", type=int, default=100_000, help="how many inputs")
    asked_of.add_argument("--kind", choices=list(KINDS), action="append", help="only these kinds")
    asked = asked_of.parse_args()
    warnings.simplefilter("ignore")
    running = Run(asked.kind or list(KINDS), asked.first)
    reported = time.monotonic()
    while running.tried.total() < asked.cases:
        running.try_block()
        if time.monotonic() - reported > REPORTS:
            running.report()
            reported = time.monotonic()
    running.report()
    return 1 if running.failed else 0


def _print(text: str) -> None:
    """Print at once, so that a run that is stopped has said how far it came."""
    sys.stdout.write(f"{text}\n".encode("utf-8", "backslashreplace").decode())
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
