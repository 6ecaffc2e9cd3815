"""How the package is laid out: no circle between files, no long line or file, every ``__all__``
complete and sorted.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from . import ROOT

PACKAGE = ROOT / "chipdb"
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST_LINE = 100
LONGEST_FILE = 600


def name_of(path: Path) -> str:
    """The dotted name by which a file is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in FILES}


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def is_for_types_only(node: ast.AST) -> bool:
    """Whether a statement is ``if TYPE_CHECKING:``, whose imports never run."""
    if not isinstance(node, ast.If):
        return False
    test = node.test
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", None)
    return name == "TYPE_CHECKING"


def running(node: ast.AST) -> Iterator[ast.AST]:
    """Every node below one that may run, those inside functions included."""
    for child in ast.iter_child_nodes(node):
        if is_for_types_only(child):
            assert isinstance(child, ast.If)
            for other in child.orelse:
                yield other
                yield from running(other)
            continue
        yield child
        yield from running(child)


def imported_by(module: str) -> set[str]:
    """The modules of the package that a module imports by itself, at its top or inside a function."""
    path = MODULES[module]
    names: set[str] = set()
    for node in running(tree_of(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".")
                if path.name != "__init__.py":
                    package = package[:-1]
                package = package[: len(package) - node.level + 1]
                base = ".".join([*package, *filter(None, [node.module])])
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                names.add(inner if inner in MODULES else base)
    return names & set(MODULES) - {module}


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of nodes that reach one another, by Tarjan's algorithm."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(node: str) -> None:
        number[node] = lowest[node] = len(number)
        stack.append(node)
        for other in sorted(graph[node]):
            if other not in number:
                visit(other)
                lowest[node] = min(lowest[node], lowest[other])
            elif other in stack:
                lowest[node] = min(lowest[node], number[other])
        if lowest[node] == number[node]:
            start = stack.index(node)
            group = stack[start:]
            del stack[start:]
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(graph):
        if node not in number:
            visit(node)
    return sorted(found)


class TestImports:
    """Imports point one way, between files too; an import inside a function is an import."""

    def test_a_circle_is_found(self) -> None:
        graph = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set()}
        assert circles(graph) == [["b", "c"]]

    def test_imports_are_seen(self) -> None:
        assert "chipdb.errors" in imported_by("chipdb.units")

    def test_no_circle_between_files(self) -> None:
        graph = {module: imported_by(module) for module in MODULES}
        # The public names of the package are a table that is read lazily: everything is below it,
        # and a module that needs the version or a public function asks it inside a function.
        for targets in graph.values():
            targets.discard("chipdb")
        assert circles(graph) == []


class TestSize:
    """Lines fit beside one another on a screen, files into a sitting."""

    def test_no_long_line(self) -> None:
        assert [place for path in FILES for place in long_lines(path)] == []

    def test_no_long_file(self) -> None:
        lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in FILES}
        assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FILE} == {}


def long_lines(path: Path) -> list[str]:
    """The places in a file where a line is too long."""
    lines = path.read_text("utf-8").splitlines()
    return [f"{path}:{at}" for at, line in enumerate(lines, 1) if len(line) > LONGEST_LINE]


def public_names(tree: ast.Module) -> set[str]:
    """What a module defines at its top without a leading underscore; what it imports is not its
    own.
    """
    names: set[str] = set()
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(node.name)
            case ast.Assign():
                names.update(each.id for each in node.targets if isinstance(each, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
    return {name for name in names if not name.startswith("_")}


def all_of(tree: ast.Module) -> list[str] | None:
    """The value of ``__all__``; None where a module has none."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            value = ast.literal_eval(node.value)
            assert isinstance(value, (list, tuple))
            return list(value)
    return None


def by_kind(name: str) -> tuple[bool, bool, str]:
    """The order that the linter writes: constants, then classes, then functions."""
    return not name.isupper(), not name[0].isupper(), name


WITH_ALL = [path for path in FILES if all_of(tree_of(path)) is not None]


class TestExports:
    """A module that says what is public says all of it, in order."""

    @pytest.mark.parametrize("path", WITH_ALL, ids=name_of)
    def test_complete_and_sorted(self, path: Path) -> None:
        tree = tree_of(path)
        exported = all_of(tree)
        assert exported is not None
        assert exported == sorted(set(exported), key=by_kind)
        assert public_names(tree) <= set(exported)
