"""Runs tests against mutants: collected once, each mutant in a process of its own.

A process that parts from this one has every module imported and every test collected. It makes one
change, then runs the tests that are likely to notice it, the fastest first, until one does.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import os
import pickle
import resource
import select
import signal
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FunctionType
from typing import Any

from visited_lines import VisitedLines

ROOT = Path(__file__).parent.parent
BUDGET = 30.0
"""Seconds of the processor that tests get to notice a mutant; it survives if none does."""
STUCK = 900.0
"""Seconds after which a process is ended that uses no processor: it is no test that noticed."""
STRONG = "tests/oracle/test_agreement.py"
"""The tests that notice most: they come before those that name nothing near a mutant."""
ONE_TEST = 8.0
"""Seconds of the processor that a test may take beyond ten times its usual time."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change: where it belongs, what it is in words, and how a process comes to have it.

    ``near`` is the rule or the function of the change: what noticed one change there is tried first
    for another. ``line`` is the line of the code and ``code`` its text. A change that
    ``needs_import`` is seen only by a process that imports the package again after ``install``.
    """

    group: str
    text: str
    near: str
    install: Callable[[], None]
    line: int = 0
    code: str = ""
    needs_import: bool = False


@dataclass
class Recorded:
    """What a run without any change showed: how long each test takes, and which lines it visits."""

    seconds: dict[str, float] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    visits: dict[str, dict[int, set[str]]] = field(default_factory=dict)

    def add(self, other: Recorded) -> None:
        """Add what a run of other tests showed."""
        self.seconds |= other.seconds
        self.failed += other.failed
        for file, lines in other.visits.items():
            mine = self.visits.setdefault(file, {})
            for line, tests in lines.items():
                mine.setdefault(line, set()).update(tests)

    def visiting(self, file: str, line: int) -> set[str] | None:
        """The tests that visit a line; None if no lines of the file were recorded."""
        lines = self.visits.get(file)
        if lines is None:
            return None
        return lines.get(line, set())


class Trials:
    """A plugin of pytest that hands the collected tests over instead of running them."""

    def __init__(self, work: Callable[[Trials], None]) -> None:
        """``work`` is called with the tests collected."""
        self.work = work
        self.budget = BUDGET
        self.items: dict[str, Any] = {}
        self.recorded = Recorded()
        self.killers: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def pytest_runtestloop(self, session: Any) -> bool:
        """Keep the tests, and do the work; pytest runs nothing itself."""
        self.items = {item.nodeid: item for item in session.items}
        _warm()
        _kept_tables()
        # what stays is not looked at again by the collector, which would copy every page of it
        gc.collect()
        gc.freeze()
        self.work(self)
        return True

    def record(self, files: Sequence[str] = (), functions: Sequence[FunctionType] = ()) -> None:
        """Run every test once without a change; with ``files``, record the lines of these.

        ``functions`` are those of the files. What was recorded of a file of tests is kept in
        ``build`` until this file, the code, the data or what tests share changes.
        """
        self.recorded.visits = {file: {} for file in files}
        by_file: defaultdict[Path, list[str]] = defaultdict(list)
        for name, item in self.items.items():
            by_file[item.path].append(name)
        common = _digest_of_package()
        for path, names in by_file.items():
            digest = _digest([common, _bytes_digest(path), *names, *files])
            kept = ROOT / "build" / "mutants" / f"{digest}.pickle"
            if kept.is_file():
                self.recorded.add(pickle.loads(kept.read_bytes()))  # noqa: S301 - written below
                continue
            work = functools.partial(self._recorded, names, files, functions)
            status, said = in_process(work, STUCK * 4)
            if said is None:
                raise SystemExit(f"{path.name} without any change ended with {status}")
            self.recorded.add(said)
            if not said.failed:
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(pickle.dumps(said))

    def trust(self) -> None:
        """Take it that every test passes without a change, with the times of any earlier run."""
        for kept in (ROOT / "build" / "mutants").glob("*.pickle"):
            self.recorded.seconds |= pickle.loads(kept.read_bytes()).seconds  # noqa: S301

    def _recorded(
        self, names: Sequence[str], files: Sequence[str], functions: Sequence[FunctionType]
    ) -> Recorded:
        """What a run of some tests shows."""
        recorded = Recorded(visits={file: {} for file in files})
        visited = VisitedLines(files)
        visited.install(functions)
        for name in names:
            forget()
            began = time.process_time()
            if not _passes(self.items[name]):
                recorded.failed.append(name)
            recorded.seconds[name] = time.process_time() - began
            for file, line in visited.take():
                recorded.visits[file].setdefault(line, set()).add(name)
        return recorded

    def noticed_by(self, mutant: Mutant) -> str | None:
        """The test that notices a mutant, or why the process ended; None if none does."""
        order = self._order(mutant)
        if mutant.needs_import:
            work = functools.partial(
                _noticed_after_import, mutant, order, self.recorded.seconds, self.budget
            )
        else:
            work = functools.partial(self._first_to_notice, mutant, order)
        ended, noticed = in_process(work, STUCK)
        if ended is None:
            return None if noticed is None else self._kept(mutant, noticed)
        # a process that waits for something forever says nothing about the tests
        return None if ended == signal.SIGKILL.name else ended

    def _kept(self, mutant: Mutant, noticed: str) -> str:
        self.killers[mutant.near][noticed] += 1
        self.killers[mutant.group][noticed] += 1
        return noticed

    def _order(self, mutant: Mutant) -> list[str]:
        """The tests that may notice a mutant: first those that noticed others near it."""
        known = self.recorded.visiting(mutant.group, mutant.line)
        # the lines that run at import are visited by no test
        chosen = set(self.items) if known is None or mutant.needs_import else known
        first = [test for test, _ in self.killers[mutant.near].most_common(8)]
        first += [test for test, _ in self.killers[mutant.group].most_common(8)]
        by_time = sorted(chosen, key=lambda test: self.recorded.seconds.get(test, 0.0))
        # the tests of a module or of a file of rules are mostly named after it
        stem = mutant.group.rpartition("/")[2].removesuffix(".py").replace("-", "_")
        first += [test for test in by_time if mutant.near in test or f"test_{stem}" in test]
        first += [test for test in by_time if mutant.near in self._source_of(test)]
        first += [test for test in by_time if test.startswith(STRONG)]
        if mutant.needs_import:
            # to collect every test anew takes longer than to run those that are near
            by_time = [test for test in by_time if self._is_of_package(test, mutant.group)]
        return [test for test in dict.fromkeys([*first, *by_time]) if test in chosen]

    @staticmethod
    def _is_of_package(test: str, group: str) -> bool:
        """Whether a test is one of the package of a module, or an example in the module."""
        package = group.split("/")[1]
        return test.startswith((f"tests/{package}/", f"{group}::"))

    def _source_of(self, test: str) -> str:
        """The text of the file of a test, which names the rules that it is about."""
        return _text_of(self.items[test].path)

    def _first_to_notice(self, mutant: Mutant, order: Iterable[str]) -> str | None:
        """The first test that fails with a mutant."""
        forget()
        try:
            mutant.install()
        except LookupError:
            raise
        except Exception as error:  # noqa: BLE001 - such as a rule that the format refuses
            return f"refused: {type(error).__name__}"
        items = (self.items[name] for name in order)
        return first_failure(items, self.recorded.seconds, self.budget)


def first_failure(items: Iterable[Any], seconds: dict[str, float], budget: float) -> str | None:
    """The first test that fails, within the time that a mutant gets."""
    began = time.process_time()
    for item in items:
        used = time.process_time()
        if used - began > budget:
            return None
        # a change may make a test run forever: the process is then ended by a signal
        most = int(used + 10 * seconds.get(item.nodeid, 1.0) + ONE_TEST) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))
        if not _passes(item):
            return str(item.nodeid)
    return None


def _noticed_after_import(
    mutant: Mutant, order: Sequence[str], seconds: dict[str, float], budget: float
) -> str | None:
    """The first test that fails in a process that imports the package again."""
    import pytest

    mutant.install()
    said: list[str | None] = []

    def work(trials: Trials) -> None:
        if not trials.items.keys() >= set(order):
            said.append("refused: not collected")
            return
        items = (trials.items[name] for name in order)
        said.append(first_failure(items, seconds, budget))

    files = sorted({name.split("::")[0] for name in order})
    pytest.main([*OPTIONS, *files], plugins=[Trials(work)])
    return said[0] if said else "refused: not collected"


OPTIONS = (
    *("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", f"--rootdir={ROOT}"),
    # to rewrite assertions, pytest would itself import a module whose examples it runs, unchanged
    "--assert=plain",
)


def with_tests(paths: Sequence[str], work: Callable[[Trials], None]) -> None:
    """Collect tests, then do the work with them."""
    import pytest

    # what pytest prints is of no use here, and its ends are taken from the processes that part
    pytest.main([*OPTIONS, "--capture=no", *paths], plugins=[Trials(work)])


def in_process(work: Callable[[], Any], most: float) -> tuple[str | None, Any]:
    """What a function returns in a process of its own; or how that ended, and None."""
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(work, writing)
    os.close(writing)
    end = time.monotonic() + most
    data = b""
    while select.select([reading], [], [], max(0.0, end - time.monotonic()))[0]:
        more = os.read(reading, 1 << 16)
        if not more:
            break
        data += more
    else:
        os.kill(child, signal.SIGKILL)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if data:
        said = pickle.loads(data)  # noqa: S301 - from the process that has just parted
        if isinstance(said, _Fault):
            raise RuntimeError(said.trace)
        return None, said
    ended = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else "exit"
    return ended, None


def _child(work: Callable[[], Any], writing: int) -> None:
    """Write what a function returns, and end without a word."""
    try:
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        said = pickle.dumps(work())
    except BaseException:  # noqa: BLE001 - shown by the process that waits
        said = pickle.dumps(_Fault(traceback.format_exc()))
    try:
        with os.fdopen(writing, "wb") as file:
            file.write(said)
    finally:
        os._exit(0)


@dataclass(frozen=True)
class _Fault:
    """A fault of the tool in a process that parted."""

    trace: str


def _passes(item: Any) -> bool:
    """Whether a test passes or is skipped, its fixtures included."""
    from _pytest.runner import runtestprotocol
    from _pytest.warnings import catch_warnings_for_item

    # some tests are marked to let a warning pass
    with catch_warnings_for_item(item.config, item.ihook, when="runtest", item=item):
        # every fixture ends with its test, since another order is chosen for each mutant
        reports = runtestprotocol(item, log=False, nextitem=None)
    return not any(report.failed for report in reports)


CATALOG = ("chipdb.catalog", "chipdb.units", "chipdb.workloads", "chipdb.data_files")


def forget() -> None:
    """Empty the tables of what was worked out from rules; those of chips and units stay."""
    for kept in _kept_tables():
        kept.cache_clear()


@functools.cache
def _kept_tables() -> list[Any]:
    kind = type(functools.lru_cache(_passes))
    tables = [each for each in gc.get_objects() if isinstance(each, kind)]
    return [
        table
        for table in tables
        if str(table.__module__).startswith("chipdb.") and not table.__module__.startswith(CATALOG)
    ]


@functools.cache
def _text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _warm() -> None:
    """Read the catalog once, so that no process that parts from this one reads it again."""
    import chipdb

    for chip in chipdb.load():
        chip.metric("tpp")


def _digest(words: Sequence[str]) -> str:
    """A short hash of words."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def _bytes_digest(path: Path) -> str:
    """A hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _digest_of_package() -> str:
    """A hash of the package, its data, and what several files of tests share."""
    paths = [path for folder in ("chipdb", "data") for path in (ROOT / folder).rglob("*")]
    paths += [*(ROOT / "tests").rglob("conftest.py"), *(ROOT / "tests/helpers").rglob("*.py")]
    kept = sorted(path for path in paths if path.suffix in (".py", ".yaml", ".csv"))
    return _digest([_bytes_digest(path) for path in kept])
