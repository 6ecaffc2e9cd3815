"""A circuit as expressions of any engine that Narwhals supports; lazy frames stay lazy.

Values that several nodes read become columns, in stages: one ``with_columns`` for each stage. No
comparison sees a null or NaN, because a missing figure is -1 from the first stage on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw

from chipdb.bulk.catalog_rows import KIND, OTHER_KINDS, UNDETERMINED
from chipdb.bulk.circuit import FALSE, INPUT_KINDS, TRUE, Circuit, Node, gate_implies
from chipdb.bulk.columns import Layout
from chipdb.bulk.inputs import (
    MISSING,
    CircuitInputs,
    letter_io_is_contested,
    may_contradict,
    metrics_behind,
)
from chipdb.bulk.program import TRUE_UNLESS_STATED, Output, Program
from chipdb.bulk.values import wrong_type

PREFIX = "__chipdb__"
"""The names of intermediate columns begin with it; none of them is left in the result."""


def answer_lazily(
    frame: Any,
    program: Program,
    layout: Layout,
    contested: str,
    categories: Mapping[str, tuple[str, ...]] | None,
) -> Any:
    """Return a frame with its columns followed by the answers.

    ``contested`` is the name of that column. ``categories`` gives the labels of each answer if the
    engine has categories. Raises :class:`~chipdb.errors.UsageError` for a column whose type cannot
    hold a figure or a fact; values are not checked, because a lazy frame has no rows yet.
    """
    schema = frame.collect_schema()
    columns_before = schema.names()
    needs_ranges = _needs_ranges(program, layout)
    compiled = program.known
    if needs_ranges:
        compiled = program.ranges

    facts_read = set(layout.facts.values())
    for column in layout.columns():
        _check_type(frame, column, schema[column], is_fact=column in facts_read)

    # The stages, from the columns as they are to the answers: facts, figures, bounds, nodes.
    stages = _StagedFrame(frame)
    facts = {}
    for name, column in layout.facts.items():
        facts[name] = _fact(stages, name, column, schema[column])
    inputs = CircuitInputs(layout, stages, facts)
    inputs.add_figures(program.metrics_read)
    if needs_ranges:
        inputs.add_bounds(program.metrics_read)
    stages.settle()
    flags = _CircuitExpressions(compiled.circuit, stages, inputs).flags([*compiled.roots])

    not_chip = _is_not_chip(schema)
    answers: dict[str, Any] = {}
    for output in compiled.outputs:
        labels = None
        if categories:
            labels = categories[output.name]
        answers[output.name] = _label_column(output, flags, labels, not_chip)

    names = [*answers]
    names.insert(2, contested)  # after status and outcome
    answers[contested] = _literal(flags[compiled.contested])
    if not_chip is not None:
        never = nw.lit(value=False)
        answers[contested] = nw.when(not_chip).then(never).otherwise(answers[contested])

    # All answers at once, and only then are the intermediate columns dropped: an engine that plans
    # the query computes each of them once.
    stages.frame = stages.frame.with_columns(**{name: answers[name] for name in names})
    return stages.frame.select(*columns_before, *names)


def _needs_ranges(program: Program, layout: Layout) -> bool:
    """Whether the circuit of ranges must answer.

    An expression is the same for all rows, so unlike arrays it cannot choose the circuit by row.
    """
    if program.known.needs_ranges != FALSE or letter_io_is_contested(program, layout):
        return True
    if may_contradict(layout, program.metrics_read):
        return True
    behind = metrics_behind(layout, program.metrics_read)
    return not layout.bounded_metrics().isdisjoint(behind)


class _StagedFrame:
    """:class:`~chipdb.bulk.inputs.ColumnOperations` over expressions.

    What is kept becomes a column that the next stage reads.
    """

    def __init__(self, frame: Any) -> None:
        """Start with a frame of Narwhals; ``waiting`` has the columns of the next stage."""
        self.frame = frame
        self.waiting: dict[str, Any] = {}

    def read(self, column: str) -> Any:
        """A column as numbers; nulls stay nulls until a comparison replaces them."""
        return nw.col(column).cast(nw.Float64)

    def where(self, condition: Any, yes: Any, no: Any) -> Any:
        """One of two values; ``no`` where the condition is null, as in SQL."""
        if not isinstance(condition, bool):
            return nw.when(condition).then(_literal(yes)).otherwise(_literal(no))
        # Engines refuse a constant condition.
        if condition:
            return yes
        return no

    def rounded(self, value: Any) -> Any:
        """The nearest integer as a float; halves go where the engine puts them."""
        return value.round(0)

    def keep(self, name: str, value: Any) -> Any:
        """A value as a column of the next stage; a constant stays a constant."""
        if isinstance(value, (bool, float)):
            return value
        column = f"{PREFIX}{name}".replace(" ", "_")
        self.waiting[column] = value
        return nw.col(column)

    def settle(self) -> None:
        """End the stage: what waits becomes columns, which the next stage can read."""
        if self.waiting:
            self.frame = self.frame.with_columns(**self.waiting)
            self.waiting = {}


def _literal(value: Any) -> Any:
    """A constant as an expression; expressions stay as they are.

    Most engines refuse a bare constant where a column is expected.
    """
    if isinstance(value, (bool, int, float, str)):
        return nw.lit(value)
    return value


def _check_type(frame: Any, column: str, kind: Any, *, is_fact: bool) -> None:
    """Refuse a column whose type cannot hold a figure, or a fact.

    Raises :class:`~chipdb.errors.UsageError`, which names the column and its type.
    """
    if kind.is_numeric():
        return
    engine = frame.implementation.value
    if is_fact and _may_be_boolean(kind, engine):
        return
    if kind == nw.Unknown and _may_be_number(frame.to_native(), engine, column):
        return
    # the name that Narwhals has for texts is not what people call them
    if kind == nw.String:
        kind = "texts"
    raise wrong_type(column, kind, is_fact=is_fact)


def _may_be_boolean(kind: Any, engine: str) -> bool:
    """Whether a column of this type can hold booleans in an engine.

    Booleans with nulls are objects in the frames of pandas that Dask consists of.
    """
    if kind == nw.Object:
        return engine != "polars"
    return bool(kind == nw.Boolean)


def _may_be_number(native: Any, engine: str, column: str) -> bool:
    """Whether a column of a type that Narwhals does not know can be read as numbers.

    Those are columns of nulls, but also the rarer types of an engine. DuckDB would fail on them
    only when the answers are fetched, with an error of its own; Dask would drop imaginary parts.
    """
    if engine == "duckdb":
        return str(native.types[native.columns.index(column)]) == '"NULL"'
    if engine == "dask":
        kind = native.dtypes[column]
        return kind.kind in "fiu" or str(kind) == "null[pyarrow]"
    return True


def _fact(stages: _StagedFrame, name: str, column: str, kind: Any) -> tuple[Any, Any]:
    """Where a fact is true, and where it is unknown, from a column of booleans or of 1 and 0.

    ``name`` is the fact, ``kind`` the type of the column. Any other number counts as unknown, since
    a lazy frame cannot be searched for wrong values.
    """
    value = nw.col(column)
    if kind == nw.Boolean and name not in TRUE_UNLESS_STATED:
        true = stages.keep(f"{name} is true", value.fill_null(value=False))
        null = stages.keep(f"{name} is null", value.is_null())
        return true, null

    if kind.is_numeric():
        true = _not_null_and(value == 1)
        false = _not_null_and(value == 0)
    else:
        true = value.fill_null(value=False).cast(nw.Boolean)
        false = ~value.fill_null(value=True).cast(nw.Boolean)

    # Such a fact is never unknown: where it is not false, it is true.
    if name in TRUE_UNLESS_STATED:
        return stages.keep(f"{name} is true", ~false), False
    return stages.keep(f"{name} is true", true), stages.keep(f"{name} is null", ~true & ~false)


def _not_null_and(condition: Any) -> Any:
    """A condition that is false where it would be null, as comparisons with nulls are in SQL."""
    return nw.when(condition).then(nw.lit(value=True)).otherwise(nw.lit(value=False))


def _is_not_chip(schema: Any) -> Any | None:
    """Whether a row is a system or a memory stack by its ``kind``; None if no column says so.

    Such a row is undetermined: the rules classify a system by the chips in it and memory by itself.
    """
    if schema.get(KIND) not in (nw.String, nw.Categorical, nw.Enum):
        return None
    kind = nw.col(KIND).cast(nw.String)
    return kind.is_in(list(OTHER_KINDS))


def _label_column(
    output: Output,
    flags: Mapping[int, Any],
    labels: tuple[str, ...] | None,
    not_chip: Any | None,
) -> Any:
    """One label for each row.

    ``flags`` has the expression of each node, ``not_chip`` says which rows no answer is given for.
    If an engine has categories the labels are constants of that kind, so no text is made.
    """
    kind: Any = nw.String
    if labels:
        kind = nw.Enum(list(labels))
    # From the last label inwards, so that the first one is tested first.
    value: Any = nw.lit(output.otherwise, dtype=kind)
    for label, node in reversed(list(zip(output.labels, output.nodes, strict=True))):
        if node != FALSE:
            value = nw.when(_literal(flags[node])).then(nw.lit(label, dtype=kind)).otherwise(value)
    if not_chip is not None:
        without_answer = UNDETERMINED.get(output.name)
        if without_answer is None and output.otherwise == "":
            without_answer = ""
        answer = nw.lit(without_answer, dtype=kind)
        value = nw.when(not_chip).then(answer).otherwise(value)
    return value


class _CircuitExpressions:
    """The nodes of a circuit as expressions."""

    def __init__(self, circuit: Circuit, stages: _StagedFrame, inputs: CircuitInputs) -> None:
        """Write into ``stages``; ``inputs`` has the expressions of the circuit's inputs."""
        self.circuit = circuit
        self.stages = stages
        self.inputs = inputs
        self.expressions: dict[int, Any] = {FALSE: False, TRUE: True}

    def flags(self, roots: list[int]) -> dict[int, Any]:
        """Return the expression of each root: a column of the frame, or made of such."""
        order = self.circuit.required_by(roots)
        kept = self._nodes_to_keep(order, roots)
        for nodes in self._nodes_by_stage(order, kept):
            for index in nodes:
                if index not in self.expressions:
                    self._add_expression(index, is_kept=index in kept)
            # what a stage keeps must be a column before the next one reads it
            self.stages.settle()
        return {root: self.expressions[root] for root in roots}

    def _add_expression(self, index: int, *, is_kept: bool) -> None:
        """Make the expression of a node, as a column of its own if it is kept."""
        expression = self._expression(index)
        if is_kept:
            expression = self.stages.keep(f"node {index}", expression)
        self.expressions[index] = expression

    def _nodes_by_stage(self, order: list[int], kept: set[int]) -> list[list[int]]:
        """The nodes of each stage, the first stage first.

        A node that becomes a column comes a stage after all that it reads; others read only
        columns, so they come in the same stage.
        """
        by_stage: dict[int, list[int]] = {}
        stage_of: dict[int, int] = {}
        for index in order:
            parts = self.circuit.nodes[index].inputs
            stage = max((stage_of[part] for part in parts), default=0)
            if index in kept:
                stage += 1
            stage_of[index] = stage
            by_stage.setdefault(stage, []).append(index)
        return [by_stage[stage] for stage in sorted(by_stage)]

    def _nodes_to_keep(self, order: list[int], roots: list[int]) -> set[int]:
        """The nodes that become columns: read more than once, and dearer than reading a column."""
        uses = Counter(set(roots))
        for index in order:
            uses.update(self.circuit.nodes[index].inputs)
        # Without a column an engine would expand a shared node at every use, and the expression
        # would grow exponentially with the depth of the circuit.
        cheap = (*INPUT_KINDS, "const", "not")
        kept = set()
        for index in order:
            is_shared = uses[index] > 1
            if is_shared and self.circuit.nodes[index].kind not in cheap:
                kept.add(index)
        return kept

    def _expression(self, index: int) -> Any:
        """The expression of a node, from those of its inputs, which must exist already."""
        node = self.circuit.nodes[index]
        if node.kind in INPUT_KINDS:
            return self.inputs.values[node.kind, node.name]
        inputs = [self.expressions[part] for part in self._inputs_that_matter(node)]
        if node.kind in ("and", "or"):
            return _gate(node.kind, inputs)
        if node.kind == "not":
            return _not(inputs[0])
        if len(inputs) > 1:
            return _operation(node.kind, inputs[0], inputs[1])
        return _operation(node.kind, inputs[0], node.constant)

    def _inputs_that_matter(self, node: Node) -> list[int]:
        """The inputs of a node, of an "and" without those that another one implies.

        Each input left out saves a comparison in every row.
        """
        if node.kind != "and":
            return list(node.inputs)
        return [part for part in node.inputs if not self._is_implied(part, node.inputs)]

    def _is_implied(self, part: int, inputs: Sequence[int]) -> bool:
        """Whether another input of a node implies this one, so that it need not be tested."""
        others = [other for other in inputs if other != part]
        return any(self._implies(other, part) for other in others)

    def _implies(self, strong: int, weak: int) -> bool:
        """Whether a node implies that a figure is known, or above zero.

        A missing figure is -1 here, also as a quotient, so a figure that reaches a positive
        threshold is known. The runners for arrays cannot rely on that: they divide without looking
        at the divisor.
        """
        node = self.circuit.nodes[strong]
        if node.kind in ("and", "or"):
            return gate_implies(node, weak, self._implies)
        if not node.compares_with_constant:
            return False
        if node.constant < 0.0:
            return False
        # "at least zero" is met by a figure of zero
        if node.constant == 0.0 and node.kind != "gt":
            return False

        required = self._figure_required(weak)
        [compared] = node.inputs
        return required is not None and required in self._figures_of(compared)

    def _figures_of(self, index: int) -> list[str]:
        """The columns that a number is read from: one, or both of a quotient.

        Empty for other numbers, such as a sum, because a part of it may be missing.
        """
        number = self.circuit.nodes[index]
        nodes = [number]
        if number.kind == "over":
            nodes = [self.circuit.nodes[part] for part in number.inputs]
        return [node.name for node in nodes if node.kind == "column"]

    def _figure_required(self, index: int) -> str | None:
        """The figure, if a node only says that it is known or above zero."""
        node = self.circuit.nodes[index]
        if node.kind == "known":
            return node.name
        is_above_constant = node.kind == "gt" and node.compares_with_constant
        if is_above_constant and node.constant == 0.0:
            [number] = node.inputs
            return self.circuit.nodes[number].name
        return None


def _not(value: Any) -> Any:
    """The negation of an expression or of a plain boolean."""
    # Python's "not" for constants: "~True" is -2.
    if isinstance(value, bool):
        return not value
    return ~value


def _operation(kind: str, first: Any, second: Any) -> Any:
    """Arithmetic or a comparison of two expressions, or of one and a constant."""
    match kind:
        case "times":
            return first * second
        case "plus":
            return first + second
        case "over":
            # A quotient by zero or by a missing figure is missing.
            return nw.when(second > 0.0).then(first / second).otherwise(nw.lit(MISSING))
        case "ge":
            return first >= second
        case _:
            return first > second


def _gate(kind: str, inputs: list[Any]) -> Any:
    """And or or of expressions and plain booleans, which some engines refuse in expressions."""
    dominant = kind == "or"
    expressions = []
    for part in inputs:
        if not isinstance(part, bool):
            expressions.append(part)
        elif part == dominant:
            return dominant

    if not expressions:
        return not dominant

    result = expressions[0]
    for expression in expressions[1:]:
        if kind == "or":
            result = result | expression
        else:
            result = result & expression
    return result
