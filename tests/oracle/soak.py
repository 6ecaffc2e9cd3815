"""Ask many cases of chipdb and of the rules as written out from their text.

``make soak`` runs it. Each case has a number, which makes the same case on every machine. The number
to continue from is printed, so that a run can be stopped at any time and resumed with ``--first``.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from oracle.trial import disagreements

BLOCK = 100
EVERY = 10
"""Blocks after which the number of cases is printed."""


def of_block(numbers: range) -> list[str]:
    """The cases of a block that are answered differently, in words."""
    found = []
    for number in numbers:
        lines = disagreements(number)
        if lines:
            found.append("\n".join([f"case {number}:", *lines]))
    return found


def prepare() -> None:
    """Let a process look for garbage less often, as the command line of chipdb does."""
    gc.set_threshold(50_000, 20, 50)


def main() -> int:
    """Exit with 1 if any case is answered differently, after all of them were asked."""
    parser = argparse.ArgumentParser(prog="soak", description="Ask many cases of both.")
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--cases", type=int, default=1_000_000, help="how many cases")
    parser.add_argument("--jobs", type=int, default=1, help="how many processes")
    asked = parser.parse_args()
    end = asked.first + asked.cases
    blocks = [range(at, min(at + BLOCK, end)) for at in range(asked.first, end, BLOCK)]
    failed = 0
    began = time.monotonic()
    with ProcessPoolExecutor(asked.jobs, initializer=prepare) as processes:
        for at, found in enumerate(processes.map(of_block, blocks), start=1):
            failed += len(found)
            for text in found:
                _print(text)
            if at % EVERY == 0 or at == len(blocks):
                done = blocks[at - 1].stop
                _print(
                    f"{done - asked.first:,} cases in {time.monotonic() - began:,.0f} s, "
                    f"{failed:,} answered differently; continue with --first {done}"
                )
    return 1 if failed else 0


def _print(text: str) -> None:
    """Print at once, so that a run that is stopped has said how far it came."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
