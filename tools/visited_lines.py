"""Which lines of the package a test visits, with little loss of time.

A mark is put before every statement of every function: it sets one byte. A tracer, which is called
for every line, makes the tests of frames and sweeps take several times as long.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

ROOT = Path(__file__).parent.parent
MARKS = "__chipdb_marks__"
"""The name by which functions of every module reach the marks: among those built in."""


class VisitedLines:
    """The marks of some modules, and what they say about a test."""

    def __init__(self, files: Sequence[str]) -> None:
        """Make the marks of every function of the modules; none is put in yet."""
        self._lines: list[tuple[str, set[int]]] = []
        self._codes: dict[tuple[str, CodeType], CodeType] = {}
        for name in files:
            path = ROOT / name
            tree = ast.parse(path.read_text(encoding="utf-8"))
            plain = compile(tree, str(path), "exec")
            _Marker(name, self._lines).visit(tree)
            marked = compile(ast.fix_missing_locations(tree), str(path), "exec")
            for before, after in zip(_codes_within(plain), _codes_within(marked), strict=True):
                self._codes[str(path), before] = after
        self._marks = bytearray(len(self._lines))

    def install(self, functions: Iterable[FunctionType]) -> None:
        """Give the functions of this process their code with marks."""
        setattr(builtins, MARKS, self._marks)
        for function in functions:
            plain = function.__code__
            function.__code__ = self._codes.get((plain.co_filename, plain), plain)

    def take(self) -> Iterator[tuple[str, int]]:
        """Each file and line visited since the last time."""
        visited = [index for index, mark in enumerate(self._marks) if mark]
        for index in visited:
            self._marks[index] = 0
            file, lines = self._lines[index]
            for line in lines:
                yield file, line


class _Marker(ast.NodeTransformer):
    """Puts a mark before every statement of functions, and into every lambda."""

    def __init__(self, file: str, lines: list[tuple[str, set[int]]]) -> None:
        """``lines`` gets the file and the lines of each mark."""
        self.file, self.lines = file, lines
        self.inside = False

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Mark the body of a function."""
        outside, self.inside = self.inside, True
        self.generic_visit(node)
        self.inside = outside
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """Mark the value of a lambda, which may run long after the statement around it."""
        outside, self.inside = self.inside, True
        self.generic_visit(node)
        self.inside = outside
        index = self._new(node.body)
        body: Any = ast.parse(f"({MARKS}.__setitem__({index}, 1), None)[1]", mode="eval").body
        body.value.elts[1] = node.body
        node.body = body
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Mark every list of statements within a function."""
        super().generic_visit(node)
        if not self.inside:
            return node
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(node, name, None)
            if isinstance(statements, list) and not isinstance(node, ast.ClassDef):
                setattr(node, name, list(self._marked(statements)))
        return node

    def _marked(self, statements: list[ast.stmt]) -> Iterator[ast.stmt]:
        for index, statement in enumerate(statements):
            if index == 0 and _is_text(statement):
                yield statement
                continue
            yield self._mark(statement)
            yield statement

    def _mark(self, statement: ast.stmt) -> ast.stmt:
        index = self._new(statement)
        return ast.parse(f"{MARKS}[{index}] = 1").body[0]

    def _new(self, node: ast.AST) -> int:
        self.lines.append((self.file, set(_own_lines(node))))
        return len(self.lines) - 1


def _own_lines(node: ast.AST) -> Iterator[int]:
    """The lines of a statement or value, without those of the statements and lambdas inside."""
    yield node.lineno  # type: ignore[attr-defined]
    waiting = list(ast.iter_child_nodes(node))
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, ast.stmt | ast.Lambda):
            continue
        if hasattr(inner, "lineno"):
            yield inner.lineno
        waiting += ast.iter_child_nodes(inner)


def _is_text(statement: ast.stmt) -> bool:
    """Whether a statement is a docstring."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _codes_within(code: CodeType) -> Iterator[CodeType]:
    """The code of every function in a code, at any depth."""
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _codes_within(inner)
