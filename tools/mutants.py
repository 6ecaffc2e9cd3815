"""Change the rules or the code in one place at a time, and see whether a test notices.

``make mutants`` runs it. A mutant of the data is a rule with one number, operator, date, place,
outcome, fact or ``all`` and ``any`` changed; a mutant of the code has one operator, comparison or
constant changed. Each runs in a forked process, so that nothing is written and nothing is kept.

    python tools/mutants.py data --sample 40 --seed 1 --only us/3a090
    python tools/mutants.py code --sample 20 --seed 1 --only chipdb/metrics
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib.abc
import importlib.util
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
RULES = ROOT / "data" / "rules"
PLACES = "places"
SECONDS = 300
"""A mutant that keeps its tests busy for longer than this is noticed, too."""

LAW = ("tests/answers/test_cases.py", "tests/law", "tests/oracle/test_agreement.py")
"""What knows the law: cases with their citations, tests of paragraphs, the rules written twice.

The tests that notice most come first; no text snapshot is among them.
"""
NEAREST = {
    "chipdb/solver": ("tests/solver", *LAW),
    "chipdb/metrics": ("tests/metrics", *LAW),
    "chipdb/rules": ("tests/rules", *LAW),
    "chipdb/bulk": ("tests/bulk/test_circuit.py", "tests/bulk/test_frames.py", "tests/bulk"),
}
OPERATORS = {"ge": "gt", "gt": "ge", "le": "lt", "lt": "le", "all": "any", "any": "all"}
DATES = ("effective", "compliance", "ends", "enforcement_ends", "from", "until")
Path_ = tuple[Any, ...]


@dataclass(frozen=True)
class Mutant:
    """One change: where it belongs, what it is in words, and how a process comes to have it."""

    group: str
    text: str
    install: Callable[[], None]
    tests: tuple[str, ...]


# --- the data


def data_mutants(only: str) -> list[Mutant]:
    """Every mutant of the rule files and the dated groups of places whose name begins so."""
    sys.path.insert(0, str(ROOT))
    from chipdb.rules.places import read_record
    from chipdb.rules.rulebook import read_records

    mutants: list[Mutant] = []
    for file in sorted(RULES.rglob("*.yaml")):
        group = file.relative_to(RULES).with_suffix("").as_posix()
        if group.startswith(only):
            records = read_records(file.read_bytes(), group, complete=True)
            for at, change, text in _changes(records, ()):
                rule = records[at[0]]["id"]
                # a classification begins on its effective day; only a license waits for compliance
                if at[-1] == "compliance" and records[at[0]]["question"] != "license":
                    continue
                label = f"{rule}: {text}"
                mutants.append(Mutant(group, label, _rule_installer(rule, at[1:], change), LAW))
    if PLACES.startswith(only) or only == PLACES:
        groups = read_record()["groups"]
        for at, change, text in _changes(groups, ()):
            label = f"{groups[at[0]]['id']}: {text}"
            mutants.append(Mutant(PLACES, label, _place_installer(at, change), LAW))
    return mutants


Change = Callable[[Any], Any]


def _changes(value: Any, at: Path_) -> Iterator[tuple[Path_, Change, str]]:
    """The changes within a value: the path of what is replaced, its replacement, and words."""
    if isinstance(value, dict):
        yield from _key_changes(value, at)
        for key, inner in value.items():
            if key not in ("citation", "review", "changes", "title", "conditions"):
                yield from _changes(inner, (*at, key))
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield from _list_changes(value, at)
        for index, inner in enumerate(value):
            yield from _changes(inner, (*at, index))


def _key_changes(value: dict[str, Any], at: Path_) -> Iterator[tuple[Path_, Change, str]]:
    """The changes of operators, numbers, facts and dates in one mapping."""
    for key, inner in value.items():
        where = f"{key} {_shown(inner)}"
        if key in OPERATORS and not (isinstance(inner, list) and len(inner) < 2):
            if key in ("all", "any") and isinstance(inner, list) and isinstance(inner[0], str):
                continue  # places of a scope, which have no `all`
            other = OPERATORS[key]
            yield at, _renamed(key, other), f"{where} -> {other}"
        if key in ("ge", "gt", "le", "lt"):
            for other in _beside(str(inner)):
                yield (*at, key), _replaced(other), f"{where} -> {other}"
        if key == "is":
            other = "false" if inner == "true" else "true"
            yield (*at, key), _replaced(other), f"{value.get('fact')} is {inner} -> {other}"
        if key in DATES and isinstance(inner, str):
            day = date.fromisoformat(inner) + timedelta(days=1)
            yield (*at, key), _replaced(day.isoformat()), f"{where} -> {day}"


def _list_changes(value: list[str], at: Path_) -> Iterator[tuple[Path_, Change, str]]:
    """A list of places, outcomes or parts, each time without one of them."""
    if "kind" in at or "aliases" in at:
        return
    for index, item in enumerate(value):
        rest = [*value[:index], *value[index + 1 :]]
        yield at, _replaced(rest), f"{at[-1]} without {item}"


def _beside(number: str) -> list[str]:
    """The numbers one unit of the last digit beside a number."""
    exact = Decimal(number)
    unit = Decimal(1).scaleb(exact.as_tuple().exponent)  # type: ignore[arg-type]
    return [str(exact + unit), str(exact - unit)]


def _replaced(other: Any) -> Change:
    """The change to another value."""
    return lambda _: other


def _renamed(key: str, other: str) -> Change:
    """The change of one key of a mapping to another, in its place."""
    return lambda value: {other if name == key else name: inner for name, inner in value.items()}


def _shown(value: Any) -> str:
    """A value in a line of a list."""
    return str(value)[:60]


def _with_change(record: Any, at: Path_, change: Change) -> Any:
    """A copy of a record that is changed at one path."""
    if not at:
        return change(record)
    made = copy.copy(record)
    made[at[0]] = _with_change(record[at[0]], at[1:], change)
    return made


def _rule_installer(rule: str, at: Path_, change: Change) -> Callable[[], None]:
    """Make the process read one rule with a change; ValueError where the format refuses it."""

    def install() -> None:
        from chipdb import data_files
        from chipdb.rules import rulebook, schema

        record = rulebook.read_rulebook()
        rules = []
        for entry in record["rules"]:
            changed = _with_change(entry, at, change) if entry["id"] == rule else entry
            rules.append(changed)
            if changed is not entry:
                schema.Rule.model_validate(changed)
        mutated = {**record, "rules": rules}
        _read_from_yaml(data_files)
        rulebook.read_rulebook = lambda: mutated
        rulebook.load_rules.cache_clear()

    return install


def _place_installer(at: Path_, change: Change) -> Callable[[], None]:
    """Make the process read one group of places with a change."""

    def install() -> None:
        from chipdb import data_files
        from chipdb.rules import places

        record = places.read_record()
        mutated = {**record, "groups": _with_change(record["groups"], at, change)}
        _read_from_yaml(data_files)
        places.read_record = lambda: mutated
        places.places.cache_clear()

    return install


def _read_from_yaml(data_files: Any) -> None:
    """Let the process pass over the compiled rules, which have no change."""
    compiled = data_files.compiled
    data_files.compiled = lambda name, digest: (
        None if name == "rules.json" else compiled(name, digest)
    )


# --- the code

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
CALLS = {"min": "max", "max": "min", "any": "all", "all": "any"}


def code_mutants(only: str) -> list[Mutant]:
    """Every mutant of the modules whose path begins so."""
    mutants: list[Mutant] = []
    for package, tests in NEAREST.items():
        for file in sorted((ROOT / package).rglob("*.py")):
            name = file.relative_to(ROOT).as_posix()
            if name.startswith(only):
                tree = ast.parse(file.read_text(encoding="utf-8"))
                for number, (_, text) in enumerate(_code_changes(tree)):
                    mutants.append(Mutant(name, text, _code_installer(file, number), tests))
    return mutants


def _code_changes(tree: ast.AST) -> Iterator[tuple[Callable[[], None], str]]:
    """The changes of a tree in a fixed order: each with what makes it, and its line in words."""
    passed_over = _without_effect(tree)
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if node in passed_over:
            continue
        if isinstance(node, ast.Compare):
            for index, operator in enumerate(node.ops):
                other = COMPARISONS[type(operator)]
                text = f"line {line}: {type(operator).__name__} -> {other.__name__}"
                yield _setter(node.ops, index, other()), text
        elif isinstance(node, ast.BoolOp):
            logic = ast.And if isinstance(node.op, ast.Or) else ast.Or
            yield _attribute(node, "op", logic()), f"line {line}: -> {logic.__name__}"
        elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
            kind = ARITHMETIC[type(node.op)]
            yield _attribute(node, "op", kind()), f"line {line}: -> {kind.__name__}"
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield _attribute(node, "op", ast.UAdd()), f"line {line}: without not"
        elif isinstance(node, ast.Constant) and type(node.value) in (bool, int):
            other_value = not node.value if isinstance(node.value, bool) else node.value + 1
            text = f"line {line}: {node.value} -> {other_value}"
            yield _attribute(node, "value", other_value), text
        elif isinstance(node, ast.Name) and node.id in CALLS:
            yield _attribute(node, "id", CALLS[node.id]), f"line {line}: {node.id} -> other"


def _without_effect(tree: ast.AST) -> set[ast.AST]:
    """The parts of annotations, which are not evaluated, and of decorators of classes."""
    roots: list[ast.AST | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            roots += [node.returns, *node.decorator_list]
        elif isinstance(node, ast.ClassDef):
            roots += node.decorator_list
        elif isinstance(node, ast.arg | ast.AnnAssign):
            roots.append(node.annotation)
    parts: set[ast.AST] = set()
    for root in roots:
        if root is not None:
            parts.update(ast.walk(root))
    return parts


def _setter(items: list[Any], index: int, value: Any) -> Callable[[], None]:
    """Put a value into a list."""
    return lambda: items.__setitem__(index, value)


def _attribute(node: ast.AST, name: str, value: Any) -> Callable[[], None]:
    """Give an attribute of a node another value."""
    return lambda: setattr(node, name, value)


def _code_installer(file: Path, number: int) -> Callable[[], None]:
    """Make the process import a module with one change."""

    def install() -> None:
        parts = file.relative_to(ROOT).with_suffix("").parts
        module = ".".join(parts).removesuffix(".__init__")
        tree = ast.parse(file.read_text(encoding="utf-8"))
        make, _ = list(_code_changes(tree))[number]
        make()
        code = compile(ast.fix_missing_locations(tree), str(file), "exec")
        sys.meta_path.insert(0, _Finder(module, file, code))

    return install


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module, whose code is given."""

    def __init__(self, module: str, file: Path, code: Any) -> None:
        """Keep the name of the module, its file, and its code."""
        self.module, self.file, self.code = module, file, code

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:  # noqa: ARG002 - a protocol
        """The module, if it is asked for."""
        if name != self.module:
            return None
        folder = [str(self.file.parent)] if self.file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            name, self.file, loader=self, submodule_search_locations=folder
        )

    def exec_module(self, module: Any) -> None:
        """Run the changed code."""
        exec(self.code, module.__dict__)  # noqa: S102 - the repository's own code


# --- running them


def is_noticed(mutant: Mutant) -> bool:
    """Whether a test fails with the mutant, in a process of its own."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return status != 0
    noticed = 1
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        mutant.install()
        noticed = _first_failure(mutant.tests)
    finally:
        # what raises here, such as a rule that the format refuses, is noticed
        os._exit(noticed)


def _first_failure(tests: Sequence[str]) -> int:
    """0 if all tests pass."""
    import pytest

    options = ["-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--rootdir", str(ROOT)]
    for test in tests:
        if pytest.main([*options, test]) != 0:
            return 1
    return 0


def sample_of(mutants: list[Mutant], size: int | None, seed: int) -> list[Mutant]:
    """A sample that is the same for a seed; all of them without a size."""
    if size is None or size >= len(mutants):
        return mutants
    return random.Random(seed).sample(mutants, size)  # noqa: S311 - not a secret


def main() -> int:
    """Exit with 1 if fewer mutants are noticed than asked for."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=["data", "code"])
    parser.add_argument("--only", default="", help="the beginning of a rule file or module")
    parser.add_argument("--sample", type=int, help="how many; all of them otherwise")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tests", nargs="*", help="in place of the tests nearest to each mutant")
    parser.add_argument("--least", type=float, default=0, help="percent that must be noticed")
    asked = parser.parse_args()
    os.chdir(ROOT)
    # what every process needs is loaded once; chipdb is not, since a mutant may be of any module
    if asked.kind == "data":
        mutants = data_mutants(asked.only)
        for name in [name for name in sys.modules if name.split(".")[0] == "chipdb"]:
            del sys.modules[name]
    else:
        sys.path.insert(0, str(ROOT))
        mutants = code_mutants(asked.only)
    chosen = sample_of(mutants, asked.sample, asked.seed)
    if asked.tests:
        chosen = [replace(mutant, tests=tuple(asked.tests)) for mutant in chosen]
    unchanged = Mutant("", "unchanged", lambda: None, chosen[0].tests if chosen else LAW)
    if is_noticed(unchanged):
        _print("the tests fail without any change")
        return 2

    tried: Counter[str] = Counter()
    killed: Counter[str] = Counter()
    began = time.monotonic()
    for mutant in chosen:
        tried[mutant.group] += 1
        if is_noticed(mutant):
            killed[mutant.group] += 1
        else:
            _print(f"not noticed: {mutant.group}: {mutant.text}")
    for group, number in sorted(tried.items()):
        _print(f"{group:44} {killed[group]:5} of {number:5} noticed")
    share = 100 * killed.total() / max(tried.total(), 1)
    seconds = time.monotonic() - began
    _print(
        f"{killed.total()} of {tried.total()} tried noticed ({share:.1f} %), "
        f"{tried.total()} of {len(mutants)} tried, {seconds:.0f} s"
    )
    return int(share < asked.least)


def _print(line: str) -> None:
    """Print at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
