"""A net as expressions of any engine that narwhals knows: staged, each stage in its own ``with_columns``; lazy stays lazy.

The engine never sees a null or NaN in a comparison: a missing figure is -1 from the first stage on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from chipdb.bulk.circuit import FALSE, TRUE, Net
from chipdb.bulk.columns import Layout
from chipdb.bulk.inputs import MISSING, Leaves, contests_all
from chipdb.bulk.program import UNSAID, Output, Program
from chipdb.errors import UsageError

OWN = "__chipdb__"
"""How the columns in between are called; none of them is left in the result."""


class _Stages:
    """``Ops`` over expressions: what is kept becomes a column of the next stage."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame
        self.waiting: dict[str, Any] = {}

    def read(self, column: str) -> Any:
        return nw.col(column).cast(nw.Float64)

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        if isinstance(condition, bool):
            return yes if condition else no
        return nw.when(condition).then(_lit(yes)).otherwise(_lit(no))

    def rounded(self, value: Any) -> Any:
        return value.round(0)

    def keep(self, name: str, value: Any) -> Any:
        """The column that a value becomes; plain numbers need none."""
        if isinstance(value, (bool, float)):
            return value
        column = f"{OWN}{name}".replace(" ", "_")
        self.waiting[column] = value
        return nw.col(column)

    def settle(self) -> None:
        if self.waiting:
            self.frame = self.frame.with_columns(**self.waiting)
            self.waiting = {}


def _lit(value: Any) -> Any:
    return nw.lit(value) if isinstance(value, (bool, int, float, str)) else value


def answered(
    frame: Any,
    program: Program,
    layout: Layout,
    contested: str,
    categories: Mapping[str, tuple[str, ...]] | None,
) -> Any:
    """A frame with its columns followed by the answers, as categories where they are given."""
    schema = frame.collect_schema()
    before = schema.names()
    bounded = (
        bool(layout.bounded() & set(Leaves.bounding(layout, program.reads)))
        or program.fast.slow != FALSE
    )
    bounded = bounded or Leaves.disputable(layout, program.reads) or contests_all(program, layout)
    compiled = program.box if bounded else program.fast
    for column in layout.columns():
        if column not in layout.facts.values():
            _number(column, schema[column])
    stages = _Stages(frame)
    facts = {
        name: _fact(stages, name, column, schema[column]) for name, column in layout.facts.items()
    }
    leaves = Leaves(layout, stages, facts)
    leaves.figures(program.reads)
    if bounded:
        leaves.bounds(program.reads)
    stages.settle()
    nodes = _Nodes(compiled.net, stages, leaves)
    flags = nodes.flags([*compiled.roots])
    answers = {
        output.name: _labeled(output, flags, categories[output.name] if categories else None)
        for output in compiled.outputs
    }
    names = [*[*answers][:2], contested, *[*answers][2:]]
    answers[contested] = _lit(flags[compiled.contested])
    stages.frame = stages.frame.with_columns(**{name: answers[name] for name in names})
    return stages.frame.select(*before, *names)


def _number(column: str, kind: Any) -> None:
    if not (kind.is_numeric() or kind == nw.Unknown):  # a column of nulls has no kind
        raise UsageError(
            f"the column {column!r} holds {kind} where numbers are due; convert it first"
        )


def _fact(stages: _Stages, name: str, column: str, kind: Any) -> tuple[Any, Any]:
    """Where a fact is true, and where it is not known."""
    value = nw.col(column)
    if not (kind.is_numeric() or kind in (nw.Boolean, nw.Unknown, nw.Object)):
        held = "texts" if kind == nw.String else kind
        raise UsageError(
            f"the column {column!r} holds {held}; a fact is true, false or null, so make it a boolean column"
        )
    if kind == nw.Boolean and name not in UNSAID:
        return stages.keep(f"{name} is true", value.fill_null(value=False)), stages.keep(
            f"{name} is null", value.is_null()
        )
    if kind.is_numeric():
        true, false = _surely(value == 1), _surely(value == 0)
    else:
        true, false = (
            value.fill_null(value=False).cast(nw.Boolean),
            ~value.fill_null(value=True).cast(nw.Boolean),
        )
    if name in UNSAID:
        return stages.keep(f"{name} is true", ~false), False
    return stages.keep(f"{name} is true", true), stages.keep(f"{name} is null", ~true & ~false)


def _surely(condition: Any) -> Any:
    return nw.when(condition).then(nw.lit(value=True)).otherwise(nw.lit(value=False))


def _labeled(output: Output, flags: dict[int, Any], categories: tuple[str, ...] | None) -> Any:
    """One label a row. Where an engine has categories the labels are constants of that kind, so no text is made."""
    kind: Any = nw.Enum(list(categories)) if categories else nw.String
    value: Any = nw.lit(output.otherwise, dtype=kind)
    for label, node in reversed(list(zip(output.labels, output.nodes, strict=True))):
        if node != FALSE:
            value = nw.when(_lit(flags[node])).then(nw.lit(label, dtype=kind)).otherwise(value)
    return value


class _Nodes:
    """The gates of a net: what several others need becomes a column, stage by stage."""

    def __init__(self, net: Net, stages: _Stages, leaves: Leaves) -> None:
        self.net = net
        self.stages = stages
        self.leaves = leaves
        self.made: dict[int, Any] = {FALSE: False, TRUE: True}

    def flags(self, roots: list[int]) -> dict[int, Any]:
        """The expression of each root."""
        order = self.net.needed(roots)
        uses: dict[int, int] = dict.fromkeys(roots, 1)
        for index in order:
            for part in self.net.nodes[index].parts:
                uses[part] = uses.get(part, 0) + 1
        level: dict[int, int] = {}
        for index in order:
            node = self.net.nodes[index]
            kept = uses.get(index, 0) > 1 and node.kind not in ("flag", "column", "const", "not")
            level[index] = max((level[part] for part in node.parts), default=0) + kept
        for depth in range(max(level.values(), default=0) + 1):
            for index in (
                index for index in order if level[index] == depth and index not in self.made
            ):
                node = self.net.nodes[index]
                value = self._made(index)
                kept = uses.get(index, 0) > 1 and node.kind not in (
                    "flag",
                    "column",
                    "const",
                    "not",
                )
                self.made[index] = self.stages.keep(f"node {index}", value) if kept else value
            self.stages.settle()
        return {root: self.made[root] for root in roots}

    def _made(self, index: int) -> Any:  # noqa: PLR0911 - one for each kind of node
        node = self.net.nodes[index]
        parts = [
            self.made[part]
            for part in (self._telling(node.parts) if node.kind == "and" else node.parts)
        ]
        match node.kind:
            case "flag" | "column":
                return self.leaves.values[node.kind, node.name]
            case "and" | "or":
                return _gate(node.kind, parts)
            case "not":
                return (not parts[0]) if isinstance(parts[0], bool) else ~parts[0]
            case "times":
                return parts[0] * node.number
            case "plus":
                return parts[0] + parts[1]
            case "over":
                area = parts[1]
                return nw.when(area > 0.0).then(parts[0] / area).otherwise(nw.lit(MISSING))
            case "ge":
                return parts[0] >= (parts[1] if len(parts) > 1 else node.number)
            case _:
                return parts[0] > (parts[1] if len(parts) > 1 else node.number)

    def _telling(self, parts: tuple[int, ...]) -> list[int]:
        """The parts of an and that no other one implies."""
        return [
            part
            for part in parts
            if not any(self._implies(other, part) for other in parts if other != part)
        ]

    def _implies(self, strong: int, weak: int) -> bool:
        """Whether a limit above zero is only reached by a known figure: here what is missing is -1, also as a quotient."""
        node = self.net.nodes[strong]
        if node.kind in ("and", "or"):
            some = any if node.kind == "and" else all
            return some(part == weak or self._implies(part, weak) for part in node.parts)
        positive = node.kind in ("ge", "gt") and (
            node.number > 0.0 or (node.kind == "gt" and node.number == 0.0)
        )
        if not positive or len(node.parts) != 1:
            return False
        number = self.net.nodes[node.parts[0]]
        read = number.parts if number.kind == "over" else node.parts
        return self._asks_for(weak) in {
            self.net.nodes[part].name for part in read if self.net.nodes[part].kind == "column"
        }

    def _asks_for(self, index: int) -> str | None:
        """The figure of which a node only asks whether it is known, or above zero."""
        node = self.net.nodes[index]
        if node.kind == "flag" and node.name.endswith(" known"):
            return node.name.removesuffix(" known")
        above_zero = node.kind == "gt" and len(node.parts) == 1 and node.number == 0.0
        return self.net.nodes[node.parts[0]].name if above_zero else None


def _gate(kind: str, parts: list[Any]) -> Any:
    plain = [part for part in parts if isinstance(part, bool)]
    if (kind == "or") in plain:
        return kind == "or"
    rest = [part for part in parts if not isinstance(part, bool)]
    if not rest:
        return kind == "and"
    found = rest[0]
    for part in rest[1:]:
        found = found & part if kind == "and" else found | part
    return found
