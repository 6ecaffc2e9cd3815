"""One question as a program over columns: which columns it reads, and two nets that give its answers."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from chipdb.bulk.circuit import FALSE, TRUE, Net
from chipdb.bulk.circuit_known import AREA, OUTSIDE, SLOW, TPP, Have, fast_net
from chipdb.bulk.circuit_ranges import PLAIN, WIDE, box_net
from chipdb.bulk.lookup_table import DENSITY, KIND, SUM, Table, holds_in, table_of
from chipdb.catalog.chip import Chip
from chipdb.rules.conditions import All, Atom, Condition
from chipdb.rules.places import places
from chipdb.rules.rule import POLICIES, Rule, entry_of
from chipdb.solver.evaluate import CLASSIFYING, ControlList
from chipdb.solver.intervals import DERIVED
from chipdb.solver.item import Item
from chipdb.solver.licensing import REQUIRED, groups_of, joint
from chipdb.solver.notes import past_evidence, uncovered
from chipdb.solver.question import Question
from chipdb.solver.ruling import Ruling, applicable_rules
from chipdb.solver.verdict import Finding
from chipdb.vocabulary import Required, RuleQuestion, Status

LETTER_IO = "letter_io_bandwidth"
ALL_LINKS, CHIP_LINKS = "aggregate_io_bandwidth", "interconnect_bandwidth"
TOPS = "tops"
FACTS = ("datacenter", "digital")
"""The facts that a column may state."""
UNSAID = ("digital",)
"""Those that go without saying: a row without a word on ``digital`` is digital, as a chip is."""
ROW = Chip(id="row", name="row", kind=KIND, hypothetical=True)
ANSWERING = (RuleQuestion.CLASSIFICATION, RuleQuestion.LICENSE, RuleQuestion.REVIEW)
"""The questions of rules that the answers for a row hang on."""


def remarks(asked: Question) -> tuple[str, ...]:
    """What to say once of all rows: that there is no rule yet, or which were looked at only up to an earlier day."""
    rules = applicable_rules(asked, Item(ROW)).asked
    classified = any(rule.question == RuleQuestion.CLASSIFICATION for rule in rules)
    before = () if classified else uncovered(asked, ROW.kind)
    return (
        *before,
        *past_evidence((rule for rule in rules if rule.question in ANSWERING), asked.on),
    )


@dataclass(frozen=True)
class Output:
    """A column of answers: the node of each label, at most one of which holds; ``otherwise`` where none does."""

    name: str
    labels: tuple[str, ...]
    nodes: tuple[int, ...]
    otherwise: str | None

    def __post_init__(self) -> None:
        # engines take plain text only: polars refuses members of an enumeration as categories
        object.__setattr__(self, "labels", tuple(str(label) for label in self.labels))
        if self.otherwise is not None:
            object.__setattr__(self, "otherwise", str(self.otherwise))

    @property
    def names(self) -> tuple[str, ...]:
        """Every label there is, by its code; a code of -1 is none."""
        return self.labels if self.otherwise is None else (self.otherwise, *self.labels)


@dataclass(frozen=True)
class Compiled:
    """A net with the columns of answers; ``slow`` holds for rows that it does not answer."""

    net: Net
    outputs: tuple[Output, ...]
    slow: int = FALSE
    contested: int = FALSE

    @property
    def answers(self) -> list[int]:
        """The nodes of every label, and the one of rows that are left open."""
        return [*(node for output in self.outputs for node in output.nodes), self.slow]

    @property
    def roots(self) -> tuple[int, ...]:
        """Every node that is asked of the net, each once."""
        return tuple(dict.fromkeys([*self.answers, self.contested]))


@dataclass(frozen=True)
class Program:
    """What a question asks of rows with some columns: ``fast`` for figures known or missing, ``box`` for bounded ones."""

    needs: tuple[tuple[str, ...], ...]
    reads: frozenset[str]
    fast: Compiled
    box: Compiled = field(repr=False)

    @property
    def classifies_by_letters(self) -> bool:
        """Whether a classification hangs on the letters' I/O, of which it is not defined what counts."""
        nodes = (self.box.net.nodes[index] for index in self.box.net.needed([self.box.contested]))
        return any(node.name == f"{LETTER_IO} low{WIDE}" for node in nodes)

    @property
    def figures(self) -> frozenset[str]:
        """Every metric that a column may state to any effect."""
        stated = {
            name for metric in self.reads for choices in _columns_of(metric) for name in choices
        }
        return frozenset({*stated, *DERIVED[SUM].parts} if SUM in self.reads else stated)


def program_of(question: Question, have: Have) -> Program:
    """The program of a question over the columns that there are."""
    return _compiled(replace(question, assumptions=()), question.rulebook, have)


@functools.lru_cache(maxsize=64)
def _compiled(question: Question, _: object, have: Have) -> Program:
    asked = _Asked(question, have)
    return Program(
        asked.needs(),
        asked.reads(),
        asked.compiled(_Fast(Net(), have)),
        asked.compiled(_Box(Net())),
    )


class _Fast:
    """Findings of rows without bounds."""

    def __init__(self, net: Net, have: Have) -> None:
        self.net = net
        self.have = have
        self.slow: list[int] = []

    def said(self, table: Table) -> dict[Finding, int]:
        found = fast_net(table, self.net, self.have)
        self.slow.append(found.pop(SLOW, FALSE))
        return found

    def contested(self, table: Table) -> int:  # noqa: ARG002 - without bounds nothing is disputed
        return FALSE


class _Box:
    """Findings of rows with bounds."""

    def __init__(self, net: Net) -> None:
        self.net = net
        self.slow: list[int] = []

    def said(self, table: Table) -> dict[Finding, int]:
        net, reached = self.net, box_net(table, self.net)
        outside = reached.pop(OUTSIDE, FALSE)
        inside = net.negated(outside)
        found = {Finding(Status.UNDETERMINED): net.all_of([outside, net.any_of(reached.values())])}
        for finding, node in reached.items():
            others = [other for key, other in reached.items() if key != finding]
            found[finding] = net.all_of([inside, node, *(net.negated(other) for other in others)])
        entry = Finding(
            Status.MET, entry_of({finding.outcome for finding in reached if finding.outcome})
        )
        if len(reached) > 1:
            alone = [found[finding] for finding in reached]
            several = net.all_of([inside, *(net.negated(node) for node in alone)])
            found[entry] = net.any_of([found.get(entry, FALSE), several])
        return found

    def contested(self, table: Table) -> int:
        plain, wide = box_net(table, self.net, PLAIN), box_net(table, self.net, WIDE)
        return self.net.any_of(
            self.net.all_of([wide[key], self.net.negated(plain[key])]) for key in wide
        )


class _Asked:
    """The rules that a question asks of a row."""

    def __init__(self, question: Question, have: Have) -> None:
        self.question = question
        self.have = have
        subject = Item(ROW)
        self.ruling = Ruling(subject, question)
        self.rules = self.ruling.applicable.asked

    def of(self, question: str) -> list[Rule]:
        return [rule for rule in self.rules if rule.question == question]

    def table(
        self, rule: Rule, about: Iterable[Rule], stated: frozenset[str] | None = None
    ) -> Table:
        known = {
            **self.ruling.facts(list(about)),
            "datacenter": None,
            **dict.fromkeys(UNSAID, True),
        }
        facts = self.have.facts if stated is None else stated
        return table_of(
            self.ruling.effective(rule) if rule in self.rules else rule, self.law, known, facts
        )

    @property
    def law(self) -> ControlList:
        return self.ruling.control_list

    def needs(self) -> tuple[tuple[str, ...], ...]:
        """The columns that must be there, each with those that do as well. At-control, duty and proposals need none."""
        metrics: dict[str, None] = {}
        facts: dict[str, None] = {}
        for rule in [
            *self.of(RuleQuestion.CLASSIFICATION),
            *(self.of(RuleQuestion.LICENSE) if self.question.to is not None else []),
        ]:
            table = self.table(rule, [rule], frozenset({"datacenter"}))
            own = _metrics(
                [
                    *rule.leaves(),
                    *(leaf for other in self._classifying() for leaf in other.leaves()),
                ]
            )
            metrics |= dict.fromkeys(axis.metric for axis in table.axes if axis.metric in own)
            facts |= dict.fromkeys(table.facts)
        columns = dict.fromkeys(choice for metric in metrics for choice in _columns_of(metric))
        return (*columns, *((name,) for name in facts))

    def reads(self) -> frozenset[str]:
        """Every metric that the answers hang on."""
        return frozenset(
            axis.metric
            for rule in self.rules
            if rule.question in ANSWERING
            for axis in self.table(rule, [rule]).axes
        )

    def _classifying(self) -> list[Rule]:
        return self.law.of_kind(KIND, CLASSIFYING[0])

    def compiled(self, nets: _Fast | _Box) -> Compiled:
        net = nets.net
        tables = [self.table(rule, [rule]) for rule in self.of(RuleQuestion.CLASSIFICATION)]
        status, outcome = self._classified(nets, tables)
        outputs = [status, outcome]
        if self.question.to is not None:
            outputs += self._licensed(nets)
        contested = net.any_of(nets.contested(table) for table in tables)
        return Compiled(net, tuple(outputs), net.any_of(nets.slow), contested)

    def _classified(self, nets: _Fast | _Box, tables: list[Table]) -> tuple[Output, Output]:
        """The classification; of several rules the first that is met, else undetermined where one is."""
        net, covered = nets.net, self.question.rulebook.covers(KIND, self.question.on)
        outcomes: dict[str, int] = {}
        is_met, is_open = FALSE, FALSE if covered or tables else TRUE
        for table in tables:
            found = nets.said(table)
            for finding, node in found.items():
                if finding.status == Status.MET:
                    fresh = node if is_met == FALSE else net.all_of([node, net.negated(is_met)])
                    outcomes[finding.outcome or ""] = net.any_of(
                        [outcomes.get(finding.outcome or "", FALSE), fresh]
                    )
            is_met = net.any_of(
                [is_met, *(node for finding, node in found.items() if finding.status == Status.MET)]
            )
            is_open = net.any_of([is_open, found.get(Finding(Status.UNDETERMINED), FALSE)])
        is_open = net.all_of([is_open, net.negated(is_met)]) if len(tables) > 1 else is_open
        order = {
            name: index
            for index, name in enumerate(
                name for rule in self.of(RuleQuestion.CLASSIFICATION) for name in rule.outcomes()
            )
        }
        outcomes.pop("", None)  # provisions of several entries: which of them is open
        names = sorted(outcomes, key=lambda name: order.get(name, len(order)))
        return (
            Output("status", (Status.MET, Status.UNDETERMINED), (is_met, is_open), Status.NOT_MET),
            Output("outcome", tuple(names), tuple(outcomes[name] for name in names), None),
        )

    def _licensed(self, nets: _Fast | _Box) -> list[Output]:
        net, rules = nets.net, self.of(RuleQuestion.LICENSE)
        said = [
            nets.said(self.table(joint(self.ruling, group), rules))
            for group in groups_of(self.ruling, rules)
        ]
        yes = net.any_of(found.get(Finding(Status.MET, REQUIRED), FALSE) for found in said)
        maybe = net.any_of(found.get(Finding(Status.UNDETERMINED), FALSE) for found in said)
        if not self.question.rulebook.covers(KIND, self.question.on):
            maybe = TRUE
        maybe = net.all_of([maybe, net.negated(yes)])
        before, nets.slow = nets.slow, []
        review = self._review(nets, rules, yes)
        # a policy is asked only where a license is required
        nets.slow = [*before, *(net.all_of([yes, one]) for one in nets.slow)]
        return [
            Output(
                "license_required", (Required.YES, Required.UNDETERMINED), (yes, maybe), Required.NO
            ),
            Output("review", *review, None),
        ]

    def _review(
        self, nets: _Fast | _Box, rules: list[Rule], required: int
    ) -> tuple[tuple[str, ...], tuple[int, ...]]:
        """The strictest policy over the rules met, or where none is over those that may be."""
        net = nets.net
        met, maybe = [], []
        policies: list[dict[str, int]] = []
        for rule in rules:
            found = nets.said(self.table(rule, [rule]))
            met.append(
                net.any_of(node for finding, node in found.items() if finding.status == Status.MET)
            )
            maybe.append(found.get(Finding(Status.UNDETERMINED), FALSE))
            policies.append(self._policies(nets, rule))
        some = net.any_of(met)
        nodes: list[int] = []
        for policy in POLICIES:
            of_met = net.any_of(
                net.all_of([one, known.get(policy, FALSE)])
                for one, known in zip(met, policies, strict=True)
            )
            of_open = net.any_of(
                net.all_of([one, known.get(policy, FALSE)])
                for one, known in zip(maybe, policies, strict=True)
            )
            here = net.chosen(some, of_met, of_open)
            nodes.append(net.all_of([required, here, *(net.negated(node) for node in nodes)]))
        kept = [
            (policy, node) for policy, node in zip(POLICIES, nodes, strict=True) if node != FALSE
        ]
        return tuple(policy for policy, _ in kept), tuple(node for _, node in kept)

    def _policies(self, nets: _Fast | _Box, rule: Rule) -> dict[str, int]:
        """Where each policy is a rule's: a review rule that eases it, else its first entry that may hold."""
        net, found = nets.net, dict[str, int]()
        rest = TRUE
        for entry in self._easing(rule):
            table = self.table(entry, [entry])
            said = nets.said(table)
            eased = net.any_of(
                node for finding, node in said.items() if finding.status == Status.MET
            )
            here = net.all_of([rest, eased, net.negated(nets.contested(table))])
            rest = _claim(net, found, entry.review[0].policy, here, rest)
        for review in rule.review:
            if places().holds(review.scope, self.question.transaction) is not False:
                rest = _claim(
                    net,
                    found,
                    review.policy,
                    net.all_of([rest, self._possible(nets, review.when, rule)]),
                    rest,
                )
        return found

    def _easing(self, rule: Rule) -> list[Rule]:
        return [
            entry
            for entry in self.of(RuleQuestion.REVIEW)
            if any(rule.id in review.of for review in entry.review)
        ]

    def _possible(self, nets: _Fast | _Box, condition: Condition, rule: Rule) -> int:
        if condition == All(()):
            return TRUE
        return nets.net.any_of(nets.said(self.table(holds_in(condition), [rule])).values())


def _claim(net: Net, found: dict[str, int], policy: str | None, here: int, rest: int) -> int:
    if policy is not None:
        found[policy] = net.any_of([found.get(policy, FALSE), here])
    return net.all_of([rest, net.negated(here)])


def _metrics(found: Iterable[Condition]) -> set[str]:
    named = {leaf.metric for leaf in found if isinstance(leaf, Atom)}
    return named | ({TPP, AREA} if DENSITY in named else set())


def _columns_of(metric: str) -> Iterable[tuple[str, ...]]:
    """The columns that state a metric, each with those that do as well."""
    if metric in (DENSITY, AREA):
        return [(AREA, DENSITY)]
    if metric == LETTER_IO:
        return [(ALL_LINKS, CHIP_LINKS, LETTER_IO)]
    if metric == SUM:
        return []
    return [(metric,)]


def bounds_between(columns: Iterable[str]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Which metrics are bounded by another column where they are missing: from below, from above."""
    have = set(columns)
    below = {ALL_LINKS: CHIP_LINKS, LETTER_IO: CHIP_LINKS, TOPS: TPP}
    above = {CHIP_LINKS: ALL_LINKS}
    return (
        {name: other for name, other in below.items() if other in have},
        {name: other for name, other in above.items() if other in have},
    )
