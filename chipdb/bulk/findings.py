"""The findings of a rule as nodes of a circuit: of known figures, or of figures between bounds."""

from __future__ import annotations

from typing import Protocol

from chipdb.bulk.circuit import FALSE, Circuit
from chipdb.bulk.circuit_known import (
    NEEDS_RANGES,
    NOT_MET,
    UNDETERMINED,
    StatedColumns,
    known_findings,
)
from chipdb.bulk.circuit_ranges import AS_STATED, WITH_CLAIMS, possible_findings
from chipdb.bulk.lookup_table import AREA, LookupTable
from chipdb.rules.rule import entry_of
from chipdb.solver.verdict import Finding
from chipdb.vocabulary import Status


class Findings(Protocol):
    """How the findings of one rule become nodes.

    ``needs_ranges`` collects the nodes of rows that are not answered.
    """

    circuit: Circuit
    needs_ranges: list[int]

    def of(self, table: LookupTable) -> dict[Finding, int]:
        """The node of each finding of a row; a row has at most one."""

    def contested(self, table: LookupTable) -> int:
        """Whether credible claims lead to different findings."""

    def may_be_met(self, table: LookupTable) -> int:
        """Whether a rule is met, or may be, by the figures or by some credible claim."""

    def is_planar(self) -> int:
        """Whether all logic of a row is planar: its applicable die area is zero."""


class KnownFindings:
    """Findings of rows whose figures are known or missing."""

    def __init__(self, stated: StatedColumns) -> None:
        """Start a circuit for frames with the ``stated`` columns."""
        self.circuit = Circuit()
        self.stated = stated
        self.needs_ranges: list[int] = []

    def of(self, table: LookupTable) -> dict[Finding, int]:
        """The node of each finding; rows that the states do not settle go to ``needs_ranges``."""
        nodes = known_findings(table, self.circuit, self.stated)
        self.needs_ranges.append(nodes.pop(NEEDS_RANGES, FALSE))
        return nodes

    def contested(self, table: LookupTable) -> int:  # noqa: ARG002 - one value cannot be contested
        """Never: a row with one value of each figure has no other claim."""
        return FALSE

    def may_be_met(self, table: LookupTable) -> int:
        """Whether a rule is met or undetermined: every finding but "not met" has a node."""
        return self.circuit.any_of(self.of(table).values())

    def is_planar(self) -> int:
        """Whether a row states an area of zero."""
        if AREA not in self.stated.metrics:
            return FALSE
        circuit = self.circuit
        positive = circuit.reaches(circuit.column(AREA), "gt", 0.0)
        return circuit.all_of([circuit.known(AREA), circuit.negated(positive)])


class RangeFindings:
    """Findings of rows with figures between bounds."""

    def __init__(self) -> None:
        """Start a circuit; it answers every row, so ``needs_ranges`` stays empty."""
        self.circuit = Circuit()
        self.needs_ranges: list[int] = []

    def of(self, table: LookupTable) -> dict[Finding, int]:
        """The node of each finding: it is the only one that values within the bounds lead to."""
        circuit = self.circuit
        possible = possible_findings(table, circuit)
        not_met_possible = possible.pop(NOT_MET, FALSE)
        surely_met = circuit.negated(not_met_possible)

        # Undetermined: within the bounds some values meet the rule and others do not.
        undetermined = [not_met_possible, circuit.any_of(possible.values())]
        nodes = {UNDETERMINED: circuit.all_of(undetermined)}
        for finding, node in possible.items():
            conditions = [surely_met, node]
            for other, other_node in possible.items():
                if other != finding:
                    conditions.append(circuit.negated(other_node))
            nodes[finding] = circuit.all_of(conditions)

        if len(possible) > 1:
            # Met whichever of several outcomes it is: the outcome is the entry that they have in
            # common, if any.
            outcomes = {finding.outcome for finding in possible if finding.outcome}
            in_common = Finding(Status.MET, entry_of(outcomes))
            none_alone = [circuit.negated(nodes[finding]) for finding in possible]
            several = circuit.all_of([surely_met, *none_alone])
            nodes[in_common] = circuit.any_of([nodes.get(in_common, FALSE), several])
        return nodes

    def contested(self, table: LookupTable) -> int:
        """The node of the rows in which a credible claim leads to another finding."""
        circuit = self.circuit
        # A finding that only the wider bounds reach is one that a credible claim leads to and the
        # figures as they are stated do not.
        as_stated = possible_findings(table, circuit, AS_STATED)
        with_claims = possible_findings(table, circuit, WITH_CLAIMS)
        only_by_claims = []
        for finding, node in with_claims.items():
            only_by_claims.append(circuit.all_of([node, circuit.negated(as_stated[finding])]))
        return circuit.any_of(only_by_claims)

    def may_be_met(self, table: LookupTable) -> int:
        """Whether the bounds or a credible claim allow any finding but "not met"."""
        possible = possible_findings(table, self.circuit, WITH_CLAIMS)
        possible.pop(NOT_MET, None)
        return self.circuit.any_of(possible.values())

    def is_planar(self) -> int:
        """Whether no area within the bounds of a row is above zero."""
        circuit = self.circuit
        positive = circuit.reaches(circuit.column(f"bottom high{AS_STATED}"), "gt", 0.0)
        return circuit.all_of(
            [circuit.flag(f"bottom bounded{AS_STATED}"), circuit.negated(positive)]
        )
