"""Change the rules or the code in one place at a time, and see whether a test notices.

``make mutants`` runs it. A mutant of the data is a rule with one number, operator, date, place,
outcome, fact or ``all`` and ``any`` changed; a mutant of the code has one operator, comparison or
constant changed. Nothing is written: each lives in a process that parts from this one.

    python tools/mutants.py data --sample 40 --seed 1 --only us/3a090
    python tools/mutants.py code --sample 20 --seed 1 --only chipdb/metrics
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import code_mutants  # noqa: E402 - found by the path above
import rule_mutants  # noqa: E402 - found by the path above
from mutant_trials import BUDGET, Mutant, Trials, with_tests  # noqa: E402 - as above

Makers = list[Callable[[], Mutant]]
LISTED = Path(__file__).parent / "mutants_without_effect.yaml"
"""Changes after which every answer is the same, each with the reason; they are not tried."""


def sample_of(mutants: Makers, size: int | None, seed: int) -> Makers:
    """A sample that is the same for a seed; all of them without a size, in another order."""
    size = len(mutants) if size is None else min(size, len(mutants))
    return random.Random(seed).sample(mutants, size)  # noqa: S311 - not a secret


class Count:
    """How many mutants were tried and noticed, by the file that they belong to."""

    def __init__(self) -> None:
        """Begin with none."""
        self.tried: Counter[str] = Counter()
        self.noticed: Counter[str] = Counter()
        self.passed_over = 0
        self.without_effect = _listed()
        self.began = time.monotonic()

    def try_one(self, trials: Trials, mutant: Mutant, *, verbose: bool) -> None:
        """Try a mutant that may have an effect, and print it if no test notices."""
        if _key(mutant) in self.without_effect:
            self.passed_over += 1
            return
        noticed = trials.noticed_by(mutant)
        self.tried[mutant.group] += 1
        if noticed is None:
            _print(f"not noticed: {mutant.group}: {mutant.text}  {mutant.code}".rstrip())
            return
        self.noticed[mutant.group] += 1
        if verbose:
            _print(f"{mutant.group}: {mutant.text}: {noticed}")

    @property
    def share(self) -> float:
        """The percent that was noticed."""
        return 100 * self.noticed.total() / max(self.tried.total(), 1)

    def report(self, of: int) -> None:
        """Print the counts by file and in all."""
        for group, number in sorted(self.tried.items()):
            _print(f"{group:44} {self.noticed[group]:5} of {number:5} noticed")
        seconds = time.monotonic() - self.began
        _print(
            f"{self.noticed.total()} of {self.tried.total()} tried noticed ({self.share:.1f} %), "
            f"{self.tried.total()} of {of} tried, {self.passed_over} without effect, "
            f"{seconds:.0f} s"
        )


def _listed() -> set[tuple[str, str, str]]:
    """The changes that are listed as without effect: file, line of code, and change."""
    import yaml

    entries = yaml.safe_load(LISTED.read_text(encoding="utf-8"))
    return {(each["file"], each.get("code", ""), each["change"]) for each in entries}


def _key(mutant: Mutant) -> tuple[str, str, str]:
    """A mutant as the list has it: by the text of its line, whose number changes."""
    change = mutant.text
    if mutant.code:
        change = change.partition(": ")[2]
    return mutant.group, mutant.code, change


def main() -> int:
    """Exit with 1 if fewer mutants are noticed than asked for."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["data", "code"])
    parser.add_argument("--only", default="", help="the beginning of a rule file or module")
    parser.add_argument("--sample", type=int, help="how many; all of them otherwise")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--skip", type=int, default=0, help="so many of the sample")
    parser.add_argument("--minutes", type=float, help="how long; until all are tried otherwise")
    parser.add_argument("--seconds", type=float, default=BUDGET, help="of tests for each mutant")
    parser.add_argument("--tests", nargs="*", help="in place of those that know the rules or code")
    parser.add_argument("--trust", action="store_true", help="that the tests pass as it is (data)")
    parser.add_argument("--least", type=float, default=0, help="percent that must be noticed")
    parser.add_argument("--verbose", action="store_true", help="print what notices each, too")
    asked = parser.parse_args()
    os.chdir(ROOT)
    if asked.kind == "data":
        makers, tests = rule_mutants.data_mutants(asked.only), rule_mutants.LAW
    else:
        makers, tests = code_mutants.code_mutants(asked.only), code_mutants.TESTS
    chosen = sample_of(makers, asked.sample, asked.seed)[asked.skip :]
    count = Count()

    def work(trials: Trials) -> None:
        mutants = [make() for make in chosen]
        trials.budget = asked.seconds
        fault = _without_change(trials, asked)
        if fault:
            _print(fault)
            return
        total = sum(trials.recorded.seconds.values())
        _print(f"{len(trials.items)} tests take {total:.0f} s of the processor without a change")
        count.began = time.monotonic()
        for mutant in mutants:
            if asked.minutes and time.monotonic() - count.began > 60 * asked.minutes:
                break
            count.try_one(trials, mutant, verbose=asked.verbose)

    with_tests(asked.tests or tests, work)
    if not count.tried:
        return 2
    count.report(len(makers))
    return int(count.share < asked.least)


def _without_change(trials: Trials, asked: argparse.Namespace) -> str:
    """Run the tests without a change; what is wrong with that, empty if nothing is."""
    if asked.kind == "code":
        trials.record(code_mutants.files(), code_mutants.functions_of_package())
    elif asked.trust:
        trials.trust()
    else:
        trials.record()
    if trials.recorded.failed:
        return "the tests fail without any change: " + ", ".join(trials.recorded.failed[:5])
    if asked.kind == "data":
        noticed = trials.noticed_by(rule_mutants.without_change())
        if noticed is not None:
            return f"a rule is read otherwise here, without a change: {noticed}"
    return ""


def _print(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
