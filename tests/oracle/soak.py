"""Ask many cases of chipdb and of the rules as written out from their text.

``make soak`` runs it. Each case has a number, which makes the same case on every machine. The number
to continue from is printed, so that a run can be stopped at any time and resumed with ``--first``.
"""

from __future__ import annotations

import argparse
import sys
import time

from oracle.trial import disagreements

EVERY = 1000


def main() -> int:
    """Exit with 1 if any case is answered differently, after all of them were asked."""
    parser = argparse.ArgumentParser(prog="soak", description="Ask many cases of both.")
    parser.add_argument("--first", type=int, default=0, help="the number of the first case")
    parser.add_argument("--cases", type=int, default=1_000_000, help="how many cases")
    asked = parser.parse_args()
    failed = 0
    began = time.monotonic()
    for done, number in enumerate(range(asked.first, asked.first + asked.cases), start=1):
        lines = disagreements(number)
        if lines:
            failed += 1
            _print("\n".join([f"case {number}:", *lines]))
        if done % EVERY == 0 or done == asked.cases:
            seconds = time.monotonic() - began
            _print(
                f"{done:,} cases in {seconds:,.0f} s, {failed:,} answered differently; "
                f"continue with --first {number + 1}"
            )
    return 1 if failed else 0


def _print(text: str) -> None:
    """Print at once, so that a run that is stopped has said how far it came."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
