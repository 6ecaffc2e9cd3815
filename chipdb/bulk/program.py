"""A question about many rows as a program: the columns it reads and two circuits."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from chipdb.bulk.circuit import FALSE, TRUE, Circuit
from chipdb.bulk.circuit_known import UNDETERMINED, StatedColumns
from chipdb.bulk.findings import Findings, KnownFindings, RangeFindings
from chipdb.bulk.lookup_table import (
    BANDWIDTH_SUM,
    ROW_KIND,
    LookupTable,
    build_lookup_table,
    rule_of_condition,
)
from chipdb.bulk.metric_columns import LETTER_IO, columns_for, metrics_named
from chipdb.bulk.row_cautions import ROW, RowCautions
from chipdb.lazy_dataclasses import dataclass, field, replace
from chipdb.rules.conditions import All, Condition
from chipdb.rules.places import places
from chipdb.rules.rule import POLICIES, Rule
from chipdb.solver.evaluate import ControlList
from chipdb.solver.intervals import DERIVED
from chipdb.solver.item import Item
from chipdb.solver.joint_rules import REQUIRED, joint_rules
from chipdb.solver.notes import past_evidence, uncovered
from chipdb.solver.question import Question
from chipdb.solver.ruling import Ruling, applicable_rules
from chipdb.solver.verdict import Finding
from chipdb.vocabulary import Policy, Required, RuleQuestion, Status

FACTS = ("datacenter", "digital")
"""The facts that a column may state."""
TRUE_UNLESS_STATED = ("digital",)
"""Facts that are true of a row that does not state them, as of a chip."""
ANSWERING = (RuleQuestion.CLASSIFICATION, RuleQuestion.LICENSE, RuleQuestion.REVIEW)
"""The questions of the rules that the answers about a row depend on."""


def notes_about_rows(question: Question) -> tuple[str, ...]:
    """The notes that hold for all rows.

    They say that no rule exists yet on the date, or that the evidence of a rule ends before it.
    """
    rules = applicable_rules(question, Item(ROW)).asked
    answering = [rule for rule in rules if rule.question in ANSWERING]
    classifies = any(rule.question == RuleQuestion.CLASSIFICATION for rule in rules)

    notes: list[str] = []
    if not classifies:
        notes += uncovered(question, ROW.kind)
    notes += past_evidence(answering, question.on)
    return tuple(notes)


@dataclass(frozen=True)
class Output:
    """A column of answers: a node for each label, and the label where none of the nodes holds.

    At most one node holds in a row.
    """

    name: str
    labels: tuple[str, ...]
    nodes: tuple[int, ...]
    otherwise: str | None

    def __post_init__(self) -> None:
        """Turn the labels into plain strings, which is all that engines take."""
        # Polars refuses members of an enumeration as categories.
        object.__setattr__(self, "labels", tuple(str(label) for label in self.labels))
        if self.otherwise is not None:
            object.__setattr__(self, "otherwise", str(self.otherwise))

    @property
    def names(self) -> tuple[str, ...]:
        """Every label by its code; the code -1 means that there is none."""
        if self.otherwise is None:
            return self.labels
        return (self.otherwise, *self.labels)


@dataclass(frozen=True)
class CompiledCircuit:
    """A circuit with its columns of answers.

    ``needs_ranges`` holds for the rows that it cannot answer, ``contested`` for those whose
    classification or license is contested, ``license_contested`` for the license only.
    """

    circuit: Circuit
    outputs: tuple[Output, ...]
    needs_ranges: int = FALSE
    contested: int = FALSE
    license_contested: int = FALSE

    @property
    def answer_nodes(self) -> list[int]:
        """The nodes of every label, and the one of rows that the circuit cannot answer."""
        nodes: list[int] = []
        for output in self.outputs:
            nodes += output.nodes
        return [*nodes, self.needs_ranges]

    @property
    def roots(self) -> tuple[int, ...]:
        """Every node whose value is wanted, each once."""
        return tuple(dict.fromkeys([*self.answer_nodes, self.contested, self.license_contested]))


@dataclass(frozen=True, kw_only=True)
class Program:
    """A question, compiled for rows with certain columns.

    ``known`` answers rows whose figures are known or missing, ``ranges`` rows with figures between
    bounds. ``required_columns`` are the columns that must be there, each with those that do as
    well. ``metrics_read`` are the metrics that the answers depend on. ``contested_by_letter_io``
    says whether a row can be contested because the letters do not define which links they count.
    """

    required_columns: tuple[tuple[str, ...], ...]
    metrics_read: frozenset[str]
    contested_by_letter_io: bool
    known: CompiledCircuit
    ranges: CompiledCircuit = field(repr=False)

    @property
    def columns_read(self) -> frozenset[str]:
        """Every metric that a column may state with an effect on the answers."""
        columns: set[str] = set()
        for metric in self.metrics_read:
            for alternatives in columns_for(metric):
                columns.update(alternatives)
        if BANDWIDTH_SUM in self.metrics_read:
            columns.update(DERIVED[BANDWIDTH_SUM].parts)
        return frozenset(columns)


def program_of(
    question: Question, stated: StatedColumns, *, open_jurisdiction: bool = False
) -> Program:
    """Compile a question for rows with these columns.

    With ``open_jurisdiction`` no license is settled as required, so that every caution stands.
    """
    plain = replace(question, assumptions=())
    return _compiled(plain, question.rulebook, stated, open_jurisdiction)


@functools.lru_cache(maxsize=64)
def _compiled(question: Question, _book: object, stated: StatedColumns, is_open: bool) -> Program:
    """Build the program of a question without assumptions."""
    # A question without a rulebook reads the default one, which may change: it is part of the key.
    builder = _ProgramBuilder(question, stated, is_open)
    return Program(
        required_columns=builder.required_columns(),
        metrics_read=builder.metrics_read(),
        contested_by_letter_io=builder.contested_by_letter_io(),
        known=builder.compile(KnownFindings(stated)),
        ranges=builder.compile(RangeFindings()),
    )


@dataclass(frozen=True)
class _Policies:
    """The node of each policy of a rule: where it is settled, and where sale may ease it."""

    settled: dict[Policy, int] = field(default_factory=dict)
    may_be_eased: dict[Policy, int] = field(default_factory=dict)


class _ProgramBuilder:
    """Compiles the rules that a question asks of a row."""

    def __init__(self, question: Question, stated: StatedColumns, is_open: bool) -> None:
        """Find the rules that apply to a row, which is a processor without any figure."""
        self.question = question
        self.stated = stated
        self.open_jurisdiction = is_open
        self.ruling = Ruling(Item(ROW), question)
        self.rules = self.ruling.applicable.asked
        self.cautions = RowCautions(self.ruling, self.rules, self.table)
        # Before the first rules on processors a row is undetermined, not "not met".
        self.is_covered = question.rulebook.covers(ROW_KIND, question.on)

    @property
    def controls(self) -> ControlList:
        """The control list of the date."""
        return self.ruling.control_list

    def rules_on(self, question: RuleQuestion) -> list[Rule]:
        """The rules in force that answer one kind of question."""
        return [rule for rule in self.rules if rule.question == question]

    def table(
        self,
        rule: Rule,
        facts_of: Iterable[Rule],
        stated_facts: Iterable[str] | None = None,
        *,
        on_us_sale: bool | None = None,
    ) -> LookupTable:
        """The lookup table of a rule, with the facts of the transaction for ``facts_of``.

        ``on_us_sale`` is whether rows were on sale in the United States, which no column states.
        """
        # The facts of the transaction are the same for all rows. Those of the chip are not: without
        # a column they are unknown, except those that are true of every chip that states nothing.
        known_facts = self.ruling.facts(list(facts_of))
        known_facts = {
            **known_facts,
            "datacenter": None,
            "us_available": on_us_sale,
            **dict.fromkeys(TRUE_UNLESS_STATED, True),
        }
        if stated_facts is None:
            stated_facts = self.stated.facts
        if rule in self.rules:
            rule = self.ruling.effective(rule)
        return build_lookup_table(rule, self.controls, known_facts, stated_facts)

    def required_columns(self) -> tuple[tuple[str, ...], ...]:
        """The columns that the rules in force read.

        Rules on at-control, duties and proposals require none.
        """
        rules = self.rules_on(RuleQuestion.CLASSIFICATION)
        if self.question.to is not None:
            rules += self.rules_on(RuleQuestion.LICENSE)
        classifying = self.controls.of_kind(ROW_KIND, RuleQuestion.CLASSIFICATION)
        named_by_classification: set[str] = set()
        for rule in classifying:
            named_by_classification |= metrics_named(rule.leaves())
        columns: dict[tuple[str, ...], None] = {}
        facts: dict[str, None] = {}
        for rule in rules:
            table = self.table(rule, [rule], ["datacenter"])
            # The table also has the axes of at-control rules, which no row must state.
            named = metrics_named(rule.leaves()) | named_by_classification
            for axis in table.axes:
                if axis.metric in named:
                    columns |= dict.fromkeys(columns_for(axis.metric))
            facts |= dict.fromkeys(table.facts)
        return (*columns, *((name,) for name in facts))

    def metrics_read(self) -> frozenset[str]:
        """Every metric that the answers depend on."""
        tables = list(self.cautions.tables())
        for rule in self.rules:
            if rule.question in ANSWERING:
                tables.append(self.table(rule, [rule]))
        metrics: set[str] = set()
        for table in tables:
            metrics.update(axis.metric for axis in table.axes)
        return frozenset(metrics)

    def contested_by_letter_io(self) -> bool:
        """Whether fewer links than all can lead a row to another answer.

        The circuits count all links; the letters may mean only those between chips.
        """
        tables = [self.table(rule, [rule]) for rule in self.rules_on(RuleQuestion.CLASSIFICATION)]
        if self.question.to is not None:
            tables += [*self._license_tables(), *self.cautions.printed_tables()]
        return any(_lower_io_contests(table) for table in tables)

    def _license_tables(self) -> list[LookupTable]:
        """A table for each group of license rules that are evaluated together.

        Rules that share a metric are: each may be undetermined although one of them surely is met.
        """
        rules = self.rules_on(RuleQuestion.LICENSE)
        return [self.table(joint, rules) for joint in joint_rules(self.ruling, rules)]

    def compile(self, findings: Findings) -> CompiledCircuit:
        """Build the circuit of all answers."""
        circuit = findings.circuit
        rules = self.rules_on(RuleQuestion.CLASSIFICATION)
        tables = [self.table(rule, [rule]) for rule in rules]
        outputs = self._classification(findings, tables)
        contested = circuit.any_of(findings.contested(table) for table in tables)
        license_contested = FALSE
        if self.question.to is not None:
            answers, license_contested = self._license(findings)
            outputs += answers
        return CompiledCircuit(
            circuit=circuit,
            outputs=tuple(outputs),
            needs_ranges=circuit.any_of(findings.needs_ranges),
            contested=circuit.any_of([contested, license_contested]),
            license_contested=license_contested,
        )

    def _classification(self, findings: Findings, tables: Sequence[LookupTable]) -> list[Output]:
        """The classification: the first rule that is met, else undetermined if any rule is."""
        circuit = findings.circuit
        outcomes: dict[str, int] = {}
        is_met = FALSE
        is_undetermined = FALSE
        if not self.is_covered and not tables:
            is_undetermined = TRUE

        for table in tables:
            nodes = findings.of(table)
            # Entries come in the order of the rulebook; a chip has the outcome of the first that is
            # met, as in the answer about a single chip.
            met_before = is_met
            for finding, node in nodes.items():
                if finding.status == Status.MET:
                    outcome = finding.outcome or ""
                    first_met = _unless(circuit, met_before, node)
                    outcomes[outcome] = circuit.any_of([outcomes.get(outcome, FALSE), first_met])
            is_met = circuit.any_of([met_before, _met(circuit, nodes)])
            undetermined_here = nodes.get(UNDETERMINED, FALSE)
            is_undetermined = circuit.any_of([is_undetermined, undetermined_here])

        if len(tables) > 1:
            is_undetermined = _unless(circuit, is_met, is_undetermined)

        outcomes.pop("", None)  # provisions of several entries: which of them is met is not settled
        labels = (Status.MET, Status.UNDETERMINED)
        return [
            Output("status", labels, (is_met, is_undetermined), Status.NOT_MET),
            self._outcome_column(outcomes),
        ]

    def _outcome_column(self, outcomes: Mapping[str, int]) -> Output:
        """The column of outcomes, with its labels in the order in which the rules state them."""
        in_rules: list[str] = []
        for rule in self.rules_on(RuleQuestion.CLASSIFICATION):
            in_rules += rule.outcomes()
        rank = {outcome: position for position, outcome in enumerate(in_rules)}
        # An entry that several paragraphs share is not an outcome of a rule; it comes last.
        names = sorted(outcomes, key=lambda outcome: rank.get(outcome, len(rank)))
        return Output("outcome", tuple(names), tuple(outcomes[name] for name in names), None)

    def _license(self, findings: Findings) -> tuple[list[Output], int]:
        """Whether a license is required, under which policy it is reviewed, what may reverse it.

        Also the node of rows whose license is contested by credible claims.
        """
        circuit = findings.circuit
        rules = self.rules_on(RuleQuestion.LICENSE)
        tables = self._license_tables()
        by_group = [findings.of(table) for table in tables]
        required_finding = Finding(Status.MET, REQUIRED)
        met = [nodes.get(required_finding, FALSE) for nodes in by_group]
        required = circuit.any_of(met)
        maybe = circuit.any_of(nodes.get(UNDETERMINED, FALSE) for nodes in by_group)
        if not self.is_covered:
            maybe = TRUE
        undetermined = _unless(circuit, required, maybe)
        contested = self._license_contested(findings, tables, met, maybe)

        # The policy matters only where a license is required; elsewhere a row need not be left to
        # the other circuit.
        before = findings.needs_ranges
        findings.needs_ranges = []
        review = self._review(findings, rules, required)
        for node in findings.needs_ranges:
            before.append(circuit.all_of([required, node]))
        findings.needs_ranges = before
        labels = (Required.YES, Required.UNDETERMINED)
        outputs = [
            Output("license_required", labels, (required, undetermined), Required.NO),
            review,
            self._cautions(findings, required),
        ]
        return outputs, contested

    def _cautions(self, findings: Findings, required: int) -> Output:
        """The kinds of cautions that count for each row, joined by ``;``."""
        # where jurisdiction is open no license is settled as required, so every caution stands
        settled = FALSE if self.open_jurisdiction else required
        labels, nodes = self.cautions.column(findings, settled)
        return Output("caution", labels, nodes, "")

    def _license_contested(
        self, findings: Findings, tables: Sequence[LookupTable], met: Sequence[int], maybe: int
    ) -> int:
        """Whether credible claims lead to another license answer, as for a single chip."""
        circuit = findings.circuit
        required = circuit.any_of(met)
        by_group = [findings.contested(table) for table in tables]
        # One requirement that nobody contests settles that a license is required.
        settled = []
        for group_met, group_contested in zip(met, by_group, strict=True):
            settled.append(circuit.all_of([group_met, circuit.negated(group_contested)]))
        yes_contested = circuit.all_of([required, circuit.negated(circuit.any_of(settled))])

        is_no = circuit.all_of([circuit.negated(required), circuit.negated(maybe)])
        no_contested = circuit.all_of([is_no, circuit.any_of(by_group)])
        return circuit.any_of([yes_contested, no_contested])

    def _review(self, findings: Findings, rules: Sequence[Rule], required: int) -> Output:
        """The strictest policy of the rules that are met, or if none is, of those that may be."""
        circuit = findings.circuit
        met: list[int] = []
        maybe_met: list[int] = []
        policies: list[_Policies] = []
        for rule in rules:
            nodes = findings.of(self.table(rule, [rule]))
            met.append(_met(circuit, nodes))
            maybe_met.append(nodes.get(UNDETERMINED, FALSE))
            policies.append(self._policies(findings, rule))

        some_met = circuit.any_of(met)

        def any_with(policy: Policy, may_be_eased: bool, rules_met: list[int]) -> int:
            """Whether any of the rules that are met has a policy, settled or not."""
            alternatives = []
            for rule_met, of_rule in zip(rules_met, policies, strict=True):
                nodes = of_rule.may_be_eased if may_be_eased else of_rule.settled
                alternatives.append(circuit.all_of([rule_met, nodes.get(policy, FALSE)]))
            return circuit.any_of(alternatives)

        stricter: list[int] = []
        labels: list[str] = []
        nodes_of_labels: list[int] = []
        # A policy that sale in the United States may ease gives way to the same one where nothing
        # eases it, and leaves milder ones open: such rows have no label.
        for policy, may_be_eased in itertools.product(POLICIES, (False, True)):
            of_met = any_with(policy, may_be_eased, met)
            of_maybe_met = any_with(policy, may_be_eased, maybe_met)
            applies = circuit.select(some_met, of_met, of_maybe_met)
            none_stricter = [circuit.negated(node) for node in stricter]
            node = circuit.all_of([required, applies, *none_stricter])
            stricter.append(node)
            if node != FALSE and not may_be_eased:
                labels.append(policy)
                nodes_of_labels.append(node)
        return Output("review", tuple(labels), tuple(nodes_of_labels), None)

    def _policies(self, findings: Findings, rule: Rule) -> _Policies:
        """The nodes of each policy of a license rule.

        It is the policy of a review rule that eases the rule, else the rule's first that may hold.
        """
        circuit = findings.circuit
        policies = _Policies()
        undecided = TRUE  # where no policy before applies
        may_be_eased = FALSE
        for easing in self.rules_on(RuleQuestion.REVIEW):
            if not any(rule.id in review.of for review in easing.review):
                continue
            eased = circuit.all_of([undecided, self._eased(findings, easing, on_us_sale=None)])
            _widen(circuit, policies.settled, easing.review[0].policy, eased)
            undecided = circuit.all_of([undecided, circuit.negated(eased)])
            if_on_sale = self._eased(findings, easing, on_us_sale=True)
            may_be_eased = circuit.any_of([may_be_eased, if_on_sale])

        for review in rule.review:
            if places().holds(review.scope, self.question.transaction) is False:
                continue
            applies = circuit.all_of([undecided, self._is_possible(findings, review.when, rule)])
            undecided = circuit.all_of([undecided, circuit.negated(applies)])
            depends = circuit.all_of([applies, may_be_eased])
            settled = circuit.all_of([applies, circuit.negated(may_be_eased)])
            _widen(circuit, policies.may_be_eased, review.policy, depends)
            _widen(circuit, policies.settled, review.policy, settled)
        return policies

    def _eased(self, findings: Findings, easing: Rule, *, on_us_sale: bool | None) -> int:
        """Where a review rule is met and not contested.

        No column says whether a row was on sale in the United States.
        """
        table = self.table(easing, [easing], on_us_sale=on_us_sale)
        met = _met(findings.circuit, findings.of(table))
        return findings.circuit.all_of([met, findings.circuit.negated(findings.contested(table))])

    def _is_possible(self, findings: Findings, condition: Condition, rule: Rule) -> int:
        """Whether a condition may hold."""
        if condition == All(()):
            return TRUE
        nodes = findings.of(self.table(rule_of_condition(condition), [rule]))
        return findings.circuit.any_of(nodes.values())


def _widen(circuit: Circuit, nodes: dict[Policy, int], policy: Policy | None, applies: int) -> None:
    """Widen the node of a policy; a policy that is not known has none."""
    if policy is not None:
        nodes[policy] = circuit.any_of([nodes.get(policy, FALSE), applies])


def _met(circuit: Circuit, nodes: Mapping[Finding, int]) -> int:
    """Whether a rule is met, with any outcome."""
    met = [node for finding, node in nodes.items() if finding.status == Status.MET]
    return circuit.any_of(met)


def _unless(circuit: Circuit, excluded: int, node: int) -> int:
    """A node without the rows of another one."""
    if excluded == FALSE:
        return node
    return circuit.all_of([node, circuit.negated(excluded)])


def _lower_io_contests(table: LookupTable) -> bool:
    """Whether a lower I/O bandwidth of the letters leads to a finding that a higher one does not.

    It never does where each rule asks for a bandwidth of at least so much and the rows cannot tell
    whether a letter is addressed to them, and then no row has to be looked at twice.
    """
    for dimension, axis in enumerate(table.axes):
        if axis.metric not in (LETTER_IO, BANDWIDTH_SUM):
            continue
        for higher in range(1, axis.intervals):
            of_lower = table.bits.take(higher - 1, axis=dimension)
            of_higher = table.bits.take(higher, axis=dimension)
            if np.any(of_lower & ~of_higher):
                return True
    return False
