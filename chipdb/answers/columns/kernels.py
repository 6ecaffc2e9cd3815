"""A net as one loop that numba compiles: a source text generated from the same nodes, numbers in float64 only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chipdb.answers.columns.cells import DENSITY
from chipdb.answers.columns.leaves import FINITE
from chipdb.answers.columns.net import SCALE, UNKNOWN, YES, Net, Node
from chipdb.answers.columns.program import Compiled

Kernel = Callable[..., None]
CHUNK = 262_144
"""How many rows a thread takes at once."""


def available() -> bool:
    """Whether the extra ``fast`` is installed."""
    import importlib.util

    return importlib.util.find_spec("numba") is not None


def inputs_of(compiled: Compiled) -> tuple[list[str], list[str]]:
    """The figures and the facts that a kernel takes, in order."""
    nodes = [compiled.net.nodes[index] for index in compiled.net.needed(compiled.answers)]
    figures = {node.name for node in nodes if node.kind == "column"}
    figures |= {node.name.removesuffix(" known") for node in nodes if node.kind == "flag" and node.name.endswith(" known")}
    facts = {node.name.rpartition(" is ")[0] for node in nodes if node.kind == "flag" and " is " in node.name}
    return sorted(figures), sorted(facts)


_LOOPS: dict[Compiled, Kernel] = {}


def ready(compiled: Compiled) -> bool:
    """Whether the loop of a net is compiled already."""
    return compiled in _LOOPS


def kernel_of(compiled: Compiled) -> Kernel:
    """The compiled loop of a net: ``kernel(rows, *figures, *facts, *outputs, left)``."""
    if compiled not in _LOOPS:
        _LOOPS[compiled] = _compiled(compiled)
    return _LOOPS[compiled]


def _compiled(compiled: Compiled) -> Kernel:
    import numba

    names: dict[str, Any] = {"rint": __import__("numpy").rint}
    exec(compile(source_of(compiled), "<the rules as one loop>", "exec"), names)  # noqa: S102 - our own text, from the net
    loop: Kernel = numba.njit(nogil=True, error_model="numpy")(names["kernel"])
    return loop


def source_of(compiled: Compiled) -> str:
    """The loop as Python text."""
    figures, facts = inputs_of(compiled)
    outputs = [f"out{index}" for index in range(len(compiled.outputs))]
    arguments = [*(f"x{index}" for index in range(len(figures))), *(f"f{index}" for index in range(len(facts))), *outputs, "left"]
    net = compiled.net
    lines = [f"def kernel(rows, {', '.join(arguments)}):", "    for i in range(rows):"]
    lines += [f"        v{index} = x{index}[i]" for index in range(len(figures))]
    lines += [f"        c{index} = f{index}[i]" for index in range(len(facts))]
    for index in net.needed(compiled.answers):
        text = _text(net, net.nodes[index], figures, facts)
        if text:
            lines.append(f"        n{index} = {text}")
    for name, output in zip(outputs, compiled.outputs, strict=True):
        first = 0 if output.otherwise is None else 1
        value = str(first - 1)
        for code, node in reversed(list(enumerate(output.nodes, first))):
            value = f"({code} if n{node} else {value})"
        lines.append(f"        {name}[i] = {value}")
    if compiled.slow:
        lines.append(f"        left[i] = n{compiled.slow}")
    return "\n".join(lines) + "\n"


def _text(net: Net, node: Node, figures: list[str], facts: list[str]) -> str:  # noqa: PLR0911 - one for each kind of node
    parts = [f"n{part}" for part in node.parts]
    match node.kind:
        case "const":
            return str(bool(node.number))
        case "column":
            return f"rint(v{figures.index(node.name)} * {float(SCALE)!r})"
        case "flag" if node.name.endswith(" known"):
            name = node.name.removesuffix(" known")
            value = f"v{figures.index(name)}"
            return f"({value} {'>' if name == DENSITY else '>='} 0.0) & ({value} <= {FINITE!r})"
        case "flag":
            name, _, what = node.name.rpartition(" is ")
            return f"c{facts.index(name)} == {YES if what == 'true' else UNKNOWN}"
        case "and" | "or":
            return (" & " if node.kind == "and" else " | ").join(parts)
        case "not":
            return f"{parts[0]} == False"
        case "times":
            return f"{parts[0]} * {node.number!r}"
        case "plus":
            return f"{parts[0]} + {parts[1]}"
        case "over":
            return ""
        case _:
            return _comparison(net, node, parts)


def _comparison(net: Net, node: Node, parts: list[str]) -> str:
    sign = ">=" if node.kind == "ge" else ">"
    left = net.nodes[node.parts[0]]
    if left.kind != "over":
        return f"{parts[0]} {sign} {parts[1] if len(parts) > 1 else repr(node.number)}"
    p, q = node.name.split("/")
    top, bottom = (f"n{part}" for part in left.parts)
    return f"{top} * {float(q)!r} {sign} {bottom} * {float(p)!r}"
