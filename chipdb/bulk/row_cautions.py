"""The column of cautions about rows: what could turn "no license is required" into "required".

See :mod:`chipdb.solver.cautions` for those of a single chip.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from chipdb.answers.check import Check, check_entry
from chipdb.bulk.circuit import FALSE
from chipdb.bulk.circuit_known import UNDETERMINED
from chipdb.bulk.findings import Findings
from chipdb.bulk.lookup_table import DENSITY, ROW_KIND, LookupTable, at_any_density
from chipdb.catalog.catalog import Entry
from chipdb.catalog.chip import Chip
from chipdb.rules.rule import Rule
from chipdb.solver.answered import Answered
from chipdb.solver.cautions import (
    bears_on_answer,
    evidence_cautions,
    is_effective_but_not_due,
    notice_cautions,
)
from chipdb.solver.joint_rules import joint_rules
from chipdb.solver.licensing import printed_rules
from chipdb.solver.other_figures import license_follows
from chipdb.solver.ruling import Ruling
from chipdb.vocabulary import CautionKind, Required, RuleQuestion

ROW = Chip(id="row", name="row", kind=ROW_KIND, hypothetical=True)
"""A row without any figure."""
IN_COLUMN = (
    CautionKind.INTERPRETATION,
    CautionKind.CODIFIED,
    CautionKind.LETTER,
    CautionKind.FACT_UNSOURCED,
    CautionKind.OTHER_CONTROL,
    CautionKind.JURISDICTION,
    CautionKind.DESTINATION_MEASURE,
    CautionKind.PARTY,
    CautionKind.NOTICE,
    CautionKind.END_USE,
    CautionKind.EXPORTER_LAW,
    CautionKind.EVIDENCE,
)
"""The order of the kinds in a cell: those about the item first."""


def kinds_that_count(answer: Check) -> list[CautionKind]:
    """The kinds of cautions that could turn the exit status of an answer, in their order.

    Those that only a strict question counts never turn "required".
    """
    kinds = set()
    is_required = answer.license.required == Required.YES
    for caution in answer.cautions:
        if caution.changes_status or (answer.counts(caution) and not is_required):
            kinds.add(caution.kind)
    return [kind for kind in IN_COLUMN if kind in kinds]


class TableOf(Protocol):
    """Makes the lookup table of a rule, with the facts of the transaction for some rules."""

    def __call__(self, rule: Rule, facts_of: Iterable[Rule], /) -> LookupTable: ...


class RowCautions:
    """The kinds of cautions that the rows of one question can have, as nodes of a circuit.

    A question that is not strict has those that turn the exit status; a strict one has all.
    """

    def __init__(self, ruling: Ruling, rules: Sequence[Rule], table: TableOf) -> None:
        """Read the rules of a question, which is asked about rows by the tables of ``table``."""
        self.ruling = ruling
        self.rules = rules
        self.table = table
        self.strict = ruling.question.strict
        self.printed_ruling, self.printed = printed_rules(ruling, even_lifted=self.strict)

    def column(self, findings: Findings, required: int) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """The labels of the column, and the node of each; a row where none holds has an empty cell.

        A row that needs a license in any case has no caution.
        """
        nodes = self._nodes(findings, required)
        always = self.kinds_of_every_row
        # Both circuits have the same labels, so the kinds that can occur are read off the rules.
        kinds = [kind for kind in self._kinds_of_some_rows() if kind not in always]
        labels, label_nodes = list[str](), list[int]()
        # every choice of kinds is a label, with a node that holds only for it
        for flags in itertools.product((True, False), repeat=len(kinds)):
            held = list(itertools.compress(kinds, flags))
            shown = always.union(held)
            if shown:
                labels.append(";".join(kind for kind in IN_COLUMN if kind in shown))
                others = [kind for kind in kinds if kind not in held]
                label_nodes.append(_only(findings, nodes, held, others, required))
        return tuple(labels), tuple(label_nodes)

    def _nodes(self, findings: Findings, required: int) -> dict[CautionKind, int]:
        """The rows that have a caution of each kind, as nodes."""
        nodes = {
            CautionKind.INTERPRETATION: self._interpretation(findings),
            CautionKind.CODIFIED: self._codified(findings, required),
            CautionKind.LETTER: self._letters(findings, required),
        }
        if not self.strict:
            return nodes
        for kind, rules in self.rules_cautioning.items():
            met = [findings.may_be_met(self.table(rule, [rule])) for rule in rules]
            nodes[kind] = findings.circuit.any_of([nodes.get(kind, FALSE), *met])
        return {kind: _unless(findings, required, node) for kind, node in nodes.items()}

    def tables(self) -> Iterator[LookupTable]:
        """The tables of the rules that only cautions read."""
        yield from self.printed_tables()
        if self.strict:
            for rules in self.rules_cautioning.values():
                for rule in rules:
                    yield self.table(rule, [rule])

    def printed_tables(self) -> list[LookupTable]:
        """A table for each group of license rules that are printed and not enforced."""
        rules = self.printed
        return [self.table(joint, rules) for joint in joint_rules(self.printed_ruling, rules)]

    @functools.cached_property
    def kinds_of_every_row(self) -> frozenset[CautionKind]:
        """The kinds that a strict question has for every row that needs no license in any case."""
        if not self.strict:
            return frozenset()
        # these depend on the day and the places alone
        cautions = [*notice_cautions(self._answered), *evidence_cautions(self._answered)]
        return frozenset(caution.kind for caution in cautions)

    @functools.cached_property
    def rules_cautioning(self) -> dict[CautionKind, list[Rule]]:
        """The rules that carry cautions, or bind only later, by the kind of the caution."""
        by_kind: dict[CautionKind, list[Rule]] = {}
        for rule in self.rules:
            if rule.is_no_law:
                continue
            for entry in rule.cautions:
                if bears_on_answer(entry, self._answered):
                    by_kind.setdefault(entry.kind, []).append(rule)
        for rule in self.ruling.question.rulebook:
            if is_effective_but_not_due(rule, self._answered):
                by_kind.setdefault(CautionKind.CODIFIED, []).append(rule)
        return by_kind

    @functools.cached_property
    def _answered(self) -> Answered:
        """The answer about a row without any figure."""
        return check_entry(Entry(chip=ROW), self.ruling.question).answered

    def _kinds_of_some_rows(self) -> list[CautionKind]:
        """The kinds of cautions that depend on the figures of a row, in their order."""
        kinds = set()
        if self._planar_rules():
            kinds.add(CautionKind.INTERPRETATION)
        if self.printed:
            kinds.add(CautionKind.CODIFIED)
        if any(rule.addressees for rule in self._license_rules()):
            kinds.add(CautionKind.LETTER)
        if self.strict:
            kinds.update(self.rules_cautioning)
        return [kind for kind in IN_COLUMN if kind in kinds]

    def _license_rules(self) -> list[Rule]:
        """The license rules in force."""
        return [rule for rule in self.rules if rule.question == RuleQuestion.LICENSE]

    def _planar_rules(self) -> list[Rule]:
        """The classification rules that read a density and that a license here follows."""
        rules = []
        for rule in self.rules:
            if rule.question != RuleQuestion.CLASSIFICATION:
                continue
            # for a strict question it is enough that the density is not defined
            if not self.strict and not license_follows(self.ruling, rule):
                continue
            if self.table(rule, [rule]).axis(DENSITY):
                rules.append(rule)
        return rules

    def _interpretation(self, findings: Findings) -> int:
        """Whether a row is not classified because all its logic is planar and has no density."""
        circuit = findings.circuit
        rows: list[int] = []
        for rule in self._planar_rules():
            table = self.table(rule, [rule])
            if self.strict:
                return findings.is_planar()
            as_read = circuit.any_of(findings.of(table).values())
            with_density = circuit.any_of(findings.of(at_any_density(table)).values())
            rows.append(circuit.all_of([with_density, circuit.negated(as_read)]))
        return circuit.any_of(rows)

    def _codified(self, findings: Findings, required: int) -> int:
        """Whether printed text may ask for a license that the law as enforced does not ask for."""
        circuit = findings.circuit
        before = findings.needs_ranges
        findings.needs_ranges = []
        asked = circuit.any_of(findings.may_be_met(table) for table in self.printed_tables())
        for node in findings.needs_ranges:
            before.append(_unless(findings, required, node))
        findings.needs_ranges = before
        return _unless(findings, required, asked)

    def _letters(self, findings: Findings, required: int) -> int:
        """Whether a row that otherwise needs no license may meet a letter's numbers.

        A row has no vendor, so whether the letter is addressed to it is not known.
        """
        rows: list[int] = []
        for rule in self._license_rules():
            if rule.addressees:
                rows.append(findings.of(self.table(rule, [rule])).get(UNDETERMINED, FALSE))
        return _unless(findings, required, findings.circuit.any_of(rows))


def _only(
    findings: Findings,
    nodes: Mapping[CautionKind, int],
    held: Sequence[CautionKind],
    others: Sequence[CautionKind],
    required: int,
) -> int:
    """The rows with cautions of some kinds and of no others; none that needs a license anyhow."""
    circuit = findings.circuit
    conditions = [nodes[kind] for kind in held]
    conditions += [circuit.negated(nodes[kind]) for kind in others]
    if not held:
        # the nodes of kinds leave these rows out, and without a kind nothing else does
        conditions.append(circuit.negated(required))
    return circuit.all_of(conditions)


def _unless(findings: Findings, excluded: int, node: int) -> int:
    """A node without the rows of another one."""
    if excluded == FALSE:
        return node
    return findings.circuit.all_of([node, findings.circuit.negated(excluded)])
