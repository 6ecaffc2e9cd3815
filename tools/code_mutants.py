"""Mutants of the code: each operator, comparison, constant and ``not`` of a module once.

A function is changed in place, by giving it the code of the changed module, so that the package
need not be imported again. What a module works out while it is imported needs a new import.
"""

from __future__ import annotations

import ast
import functools
import gc
import importlib
import importlib.abc
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from mutant_trials import Mutant

ROOT = Path(__file__).parent.parent
PACKAGES = ("chipdb/solver", "chipdb/metrics", "chipdb/rules", "chipdb/bulk")
TESTS = (
    *("tests/solver", "tests/metrics", "tests/rules", "tests/law", "tests/answers"),
    *("tests/oracle", "tests/property", "tests/integrity/test_places.py", "tests/bulk"),
    *(*PACKAGES, "tests/views/test_dossier.py::TestSteps", "tests/views/test_catalog_frames.py"),
)
"""Tests of what is answered, and the examples of the packages; no text snapshot is among them."""
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


def files() -> list[str]:
    """The modules that are changed."""
    found = []
    for package in PACKAGES:
        found += [path.relative_to(ROOT).as_posix() for path in (ROOT / package).rglob("*.py")]
    return sorted(found)


def code_mutants(only: str) -> list[Callable[[], Mutant]]:
    """What makes every mutant of the modules whose path begins so."""
    makers: list[Callable[[], Mutant]] = []
    for name in files():
        importlib.import_module(_module_name(ROOT / name))
    functions_of_package()  # before the processes part, so that each has them
    for name in files():
        if not name.startswith(only):
            continue
        file = ROOT / name
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for number in range(sum(1 for _ in _code_changes(tree))):
            makers.append(functools.partial(_mutant, file, number))
    return makers


def _mutant(file: Path, number: int) -> Mutant:
    """The mutant of a module that has a number."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    plain = compile(tree, str(file), "exec")
    make, line, text = list(_code_changes(tree))[number]
    make()
    code = compile(ast.fix_missing_locations(tree), str(file), "exec")
    functions = _changed_functions(plain, code)
    name = file.relative_to(ROOT).as_posix()
    if functions is None:
        install = _module_installer(file, code)
    else:
        install = _code_setter(functions)
    return Mutant(
        group=name,
        text=f"line {line}: {text}",
        code=file.read_text(encoding="utf-8").splitlines()[line - 1].strip(),
        near=f"{name}:{_first_line(functions)}",
        install=install,
        line=line,
        needs_import=functions is None,
    )


def _module_name(file: Path) -> str:
    """The name by which a module is imported."""
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


Functions = list[tuple[CodeType, CodeType]]
"""The code of functions as it is, and as it is with a change."""


def _changed_functions(plain: CodeType, changed: CodeType) -> Functions | None:
    """The functions of which a change is part; None if what runs at import is changed as well."""
    if _without_functions(plain) != _without_functions(changed):
        return None
    found: Functions = []
    for before, after in zip(_codes_in(plain), _codes_in(changed), strict=True):
        if not before.co_flags & inspect.CO_OPTIMIZED:
            # the body of a class runs at import, too
            inner = _changed_functions(before, after)
            if inner is None:
                return None
            found += inner
        elif before != after:
            if before.co_name.startswith("<") and before.co_name != "<lambda>":
                return None  # a comprehension that runs at import
            found.append((before, after))
    return found


def _codes_in(code: CodeType) -> list[CodeType]:
    return [each for each in code.co_consts if isinstance(each, CodeType)]


def _without_functions(code: CodeType) -> tuple[Any, ...]:
    """What a code does itself, apart from the functions and classes that it makes."""
    constants = [each for each in code.co_consts if not isinstance(each, CodeType)]
    return code.co_code, repr(constants), code.co_names, code.co_varnames


def _first_line(functions: Functions | None) -> int:
    return functions[0][0].co_firstlineno if functions else 0


def _code_setter(functions: Functions) -> Callable[[], None]:
    """Give the functions of the process their changed code; LookupError if one is not there."""

    def install() -> None:
        for before, after in functions:
            living = [each for each in functions_of_package() if _is_code(each, before)]
            if not living:
                raise LookupError(before.co_qualname)
            for function in living:
                function.__code__ = after

    return install


@functools.cache
def functions_of_package() -> list[FunctionType]:
    """Every function of the package in this process."""
    return [
        each
        for each in gc.get_objects()
        if isinstance(each, FunctionType) and each.__code__.co_filename.startswith(str(ROOT))
    ]


def _is_code(function: FunctionType, code: CodeType) -> bool:
    """Whether a function has a code; equal functions of two files do not have the same."""
    return function.__code__.co_filename == code.co_filename and function.__code__ == code


def _module_installer(file: Path, code: CodeType) -> Callable[[], None]:
    """Make the process import the package again, one module of it changed."""

    def install() -> None:
        for name, module in list(sys.modules.items()):
            path = getattr(module, "__file__", None) or ""
            if path.startswith((f"{ROOT}/chipdb", f"{ROOT}/tests")):
                del sys.modules[name]
        sys.meta_path.insert(0, _Finder(_module_name(file), file, code))

    return install


def _code_changes(tree: ast.AST) -> Iterator[tuple[Callable[[], None], int, str]]:
    """The changes of a tree in a fixed order: each with what makes it, its line, and words."""
    passed_over = _without_effect(tree)
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if node in passed_over:
            continue
        if isinstance(node, ast.Compare):
            for index, operator in enumerate(node.ops):
                other = COMPARISONS[type(operator)]
                text = f"{type(operator).__name__} -> {other.__name__}"
                yield _setter(node.ops, index, other()), line, text
        elif isinstance(node, ast.BoolOp):
            logic = ast.And if isinstance(node.op, ast.Or) else ast.Or
            yield _attribute(node, "op", logic()), line, f"-> {logic.__name__}"
        elif isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
            kind = ARITHMETIC[type(node.op)]
            yield _attribute(node, "op", kind()), line, f"-> {kind.__name__}"
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            twice = ast.UnaryOp(ast.Not(), node.operand)
            yield _attribute(node, "operand", twice), line, "without not"
        elif isinstance(node, ast.Constant) and type(node.value) in (bool, int):
            other_value = not node.value if isinstance(node.value, bool) else node.value + 1
            text = f"{node.value} -> {other_value}"
            yield _attribute(node, "value", other_value), line, text
        elif isinstance(node, ast.Name) and node.id in CALLS:
            yield _attribute(node, "id", CALLS[node.id]), line, f"{node.id} -> {CALLS[node.id]}"


def _without_effect(tree: ast.AST) -> set[ast.AST]:
    """The parts of annotations, which are not evaluated, and of decorators of classes.

    So are the ``strict`` of ``zip``: they assert that two lists are as long as each other, and
    while they are, nothing depends on it.
    """
    roots: list[ast.AST | None] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            roots += [node.returns, *node.decorator_list]
        elif isinstance(node, ast.ClassDef):
            roots += node.decorator_list
        elif isinstance(node, ast.arg | ast.AnnAssign):
            roots.append(node.annotation)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "zip":
            roots += [each.value for each in node.keywords if each.arg == "strict"]
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
