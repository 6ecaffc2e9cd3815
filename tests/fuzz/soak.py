"""Try hostile input without end: ``make soak`` runs it after the cases of the oracle.

Each block has a number, which makes the same inputs on every machine with the same hypothesis. A
block that fails prints the smallest input that hypothesis found, and the run goes on.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, seed, settings

from fuzz.attacks import KINDS

BLOCK = 200


def failure_of_block(name: str, number: int, folder: Path) -> str | None:
    """Try one block of inputs of a kind; what is wrong with the smallest that fails, or None."""
    kind = KINDS[name]

    @seed(number)
    @settings(
        max_examples=BLOCK,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(kind.inputs)
    def attacked(value: Any) -> None:
        kind.attack(folder, value)

    try:
        attacked()
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return "".join([*traceback.format_exception(error)[-3:], *getattr(error, "__notes__", [])])
    return None


def main() -> int:
    """Exit with 1 if any input broke chipdb, after all of them were tried."""
    parser = argparse.ArgumentParser(prog="fuzz", description="Try hostile input.")
    parser.add_argument("--first", type=int, default=0, help="the number of the first block")
    parser.add_argument("--cases", type=int, default=100_000, help="how many inputs")
    parser.add_argument("--kind", choices=list(KINDS), action="append", help="only these kinds")
    asked = parser.parse_args()
    names = asked.kind or list(KINDS)
    rounds = max(1, asked.cases // (BLOCK * len(names)))
    tried: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    began = time.monotonic()
    for number in range(asked.first, asked.first + rounds):
        for name in names:
            with tempfile.TemporaryDirectory() as folder:
                wrong = failure_of_block(name, number, Path(folder))
            tried[name] += BLOCK
            if wrong is not None:
                failed[name] += 1
                _print(f"{name}, block {number}:\n{wrong}")
        counts = ", ".join(f"{name} {tried[name]:,} ({failed[name]})" for name in names)
        seconds = time.monotonic() - began
        _print(
            f"{tried.total():,} inputs in {seconds:,.0f} s; tried (blocks that failed): {counts}"
        )
        _print(f"continue with --first {number + 1}")
    return 1 if failed else 0


def _print(text: str) -> None:
    """Print at once, so that a run that is stopped has said how far it came."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
