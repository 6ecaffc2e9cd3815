"""What a rule says, kept by cells: the stretches between its thresholds.

All values of a cell get the same answer, so a condition is evaluated once for a cell and not once
for a chip: most chips of a catalog fall into cells that another chip has been in before.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from chipdb.lazy_dataclasses import dataclass
from chipdb.rules.conditions import AnyOf, Condition
from chipdb.rules.rule import Rule
from chipdb.solver.divided import Dividing, Truth
from chipdb.solver.evaluate import ControlList
from chipdb.solver.groups import Cells, Group, Marks, groups_of
from chipdb.solver.intervals import ChipAssignment, KnownFigures, thresholds_of, ways_to_settle
from chipdb.solver.item import Assignment, Facts, Interpretation
from chipdb.solver.kept import Kept
from chipdb.solver.written_out import written_out

Provisions = tuple[tuple[str, str], ...]
"""The provisions met that lead to the outcome, as (id, outcome); empty where it is not met."""

Truths = tuple[bool, ...]
"""Whether each of some conditions holds."""

Settled = Mapping[str, bool]
"""One value for each fact that is asked for; parts of a condition count as facts."""

NEVER = AnyOf(())
"""The exclusion of a rule that has none."""


class Possible(NamedTuple):
    """What may hold of one chip.

    For each group of metrics the truths that its parts may have together, for each fact its value;
    None where that is open. Chips for which the same may hold get equal answers.
    """

    of_groups: tuple[tuple[Truths, ...], ...]
    facts: tuple[bool | None, ...]


class Conditions:
    """Some conditions on an item, evaluated once for each cell that makes a difference.

    :meth:`truths` goes from figures to truths in four steps: the cells that a chip may lie in
    (:meth:`Group.cells`), what the parts of the conditions may be there (:meth:`possible`), every
    way to settle that together with open facts (:meth:`ways`), and the truths of the whole
    conditions in each way (:meth:`truths_of_way`).
    """

    def __init__(
        self,
        conditions: Sequence[Condition],
        groups: Mapping[str, Group],
        control_list: ControlList,
        kind: str,
    ) -> None:
        """Divide the conditions by ``groups``, which name the group of each metric.

        ``left`` is what is left of each condition: it asks for facts only. Those that are not facts
        of a chip stand for ``parts`` of a condition (on the metrics of one group), for ``members``
        (conditions on some chip of a system) or for ``named_chips``.
        """
        dividing = Dividing(groups)
        left = []
        for condition in conditions:
            left.append(dividing.divided(written_out(condition, control_list, kind)))
        self.left = tuple(left)

        division = dividing.division
        self.parts: dict[Group, tuple[Condition, ...]] = {}
        self.names_of_parts: dict[Group, tuple[str, ...]] = {}
        for group, names in division.parts.items():
            self.parts[group] = tuple(names)
            self.names_of_parts[group] = tuple(names.values())
        self.members = tuple(division.members)
        self.names_of_members = tuple(division.members.values())
        self.named_chips = {name: ids for ids, name in division.named_chips.items()}
        self.facts = tuple(division.facts)

        # Each step keeps its results for the next chip: the truths of a cell, of the cells that a
        # chip reaches in a group, under one way to settle everything, and of an interpretation.
        self._in_cell: Kept[tuple[Group, Marks], Truths] = Kept()
        self._in_cells: Kept[Cells, tuple[Truths, ...]] = Kept()
        self._at_way: Kept[object, Truths] = Kept()
        self._of_item: Kept[object, frozenset[Truths]] = Kept()

    def truths(self, interpretation: Interpretation, facts: Facts) -> frozenset[Truths]:
        """Every combination of truths that an interpretation of an item leaves possible.

        ``facts`` are those of the transaction, which the interpretation does not hold. There is one
        combination where everything that the conditions ask for is known, and never none.
        """
        # Here and below a tuple is made of a list, which is faster than one made of a generator:
        # these run for every rule and chip of a catalog.
        possible = tuple([self.possible(known, facts) for known in interpretation.chips])
        item_facts = self.facts_of_item(interpretation.facts)
        key = (possible, tuple(item_facts.items()))
        truths = self._of_item.get(key)
        if truths is None:
            truths = self._of_item[key] = frozenset(self._all_truths(possible, item_facts))
        return truths

    def _all_truths(self, possible: Sequence[Possible], item_facts: Facts) -> Iterator[Truths]:
        """The truths under every way to settle what is open, the same ones perhaps several times.

        ``possible`` is what may hold of each chip, the leading one first; ``item_facts`` are the
        facts of a system as an item of its own.
        """
        lead, *others = possible
        of_others = self._members_among(others)
        for way in self.ways(lead):
            for settled in ways_to_settle(item_facts):
                for members in of_others:
                    yield self.truths_of_way(way, settled, members)

    def possible(self, known: KnownFigures, facts: Facts) -> Possible:
        """What may hold of one chip, with the facts of a transaction.

        Where both say something of a fact, the transaction holds: it is what was asked.
        """
        of_groups = tuple([self.possible_in(group, known) for group in self.parts])
        settled: list[bool | None] = []
        for name in self.facts:
            if name in facts:
                settled.append(facts[name])
            else:
                settled.append(known.facts.get(name))
        for ids in self.named_chips.values():
            settled.append(known.part in ids)
        return Possible(of_groups, tuple(settled))

    def possible_in(self, group: Group, known: KnownFigures) -> tuple[Truths, ...]:
        """The truths that the parts of a group may have together for a chip, each once."""
        cells = group.cells(known)
        truths = self._in_cells.get(cells)
        if truths is None:
            of_each_cell = [self.truths_in(group, marks) for marks in cells.marks]
            truths = self._in_cells[cells] = tuple(dict.fromkeys(of_each_cell))
        return truths

    def truths_in(self, group: Group, marks: Marks) -> Truths:
        """The truths of the parts of a group in one cell, which some chip must have been in.

        Here the comparisons of a rule are evaluated, once for a cell.
        """
        key = (group, marks)
        truths = self._in_cell.get(key)
        if truths is None:
            truth = Truth(group.chip_in(marks), {})
            truths = tuple([truth.holds(part) for part in self.parts[group]])
            self._in_cell[key] = truths
        return truths

    def ways(self, possible: Possible) -> Iterator[Settled]:
        """Every way to settle what may hold of a chip, its facts and the parts of each group.

        Groups are independent of each other, since no condition cuts across two of them, so every
        combination of their truths may occur.
        """
        names = (*self.facts, *self.named_chips)
        facts = dict(zip(names, possible.facts, strict=True))
        settled_facts = list(ways_to_settle(facts))
        for truths in itertools.product(*possible.of_groups):
            parts = self._all_named_parts(truths)
            for settled in settled_facts:
                yield {**parts, **settled}

    def _all_named_parts(self, truths: Iterable[Truths]) -> dict[str, bool]:
        """The truths of the parts of all groups, by name; ``truths`` has those of each group."""
        named: dict[str, bool] = {}
        for group, of_group in zip(self.parts, truths, strict=True):
            named.update(self.named_parts(group, of_group))
        return named

    def named_parts(self, group: Group, truths: Truths) -> dict[str, bool]:
        """The truths of the parts of one group, by name."""
        return dict(zip(self.names_of_parts[group], truths, strict=True))

    def way_of(self, chip: ChipAssignment) -> Settled:
        """The one way of a chip whose figures and facts are settled.

        Facts that it does not have are left out: those of a system are settled for the whole.
        """
        truths = [self.truths_in(group, group.marks(chip)) for group in self.parts]
        way = self._all_named_parts(truths)
        for name in self.facts:
            if name in chip.facts:
                way[name] = chip.facts[name]
        for name, ids in self.named_chips.items():
            way[name] = chip.part in ids
        return way

    def facts_of_item(self, facts: Facts) -> dict[str, bool | None]:
        """Those facts of a system as an item of its own that the conditions ask for.

        Others would only multiply what is kept.
        """
        return {name: facts[name] for name in self.facts if name in facts}

    def _members_among(self, others: Iterable[Possible]) -> set[Truths]:
        """What the chips other than the leading one may give the conditions on some chip.

        One chip that meets a condition is enough, so only what they meet together is kept: the
        combinations of their figures would multiply.
        """
        together = {(False,) * len(self.members)}
        for possible in others:
            of_chip = {self.members_of(way) for way in self.ways(possible)}
            with_chip: set[Truths] = set()
            for so_far in together:
                with_chip.update(either(so_far, members) for members in of_chip)
            together = with_chip
        return together

    def members_of(self, way: Settled) -> Truths:
        """Whether one chip meets each condition on some chip of a system.

        ``way`` settles what may hold of the chip. Empty where the rule asks nothing of members.
        """
        truth = Truth(None, way)
        return tuple([truth.holds(condition) for condition in self.members])

    def truths_of_way(self, way: Settled, item_facts: Settled, of_others: Truths) -> Truths:
        """The truths of the whole conditions under one way of the leading chip.

        ``item_facts`` are the facts of a system as an item of its own, settled too; ``of_others``
        says which conditions on some chip the other chips of the system meet.
        """
        key = (tuple(way.items()), tuple(item_facts.items()), of_others)
        truths = self._at_way.get(key)
        if truths is None:
            met = either(self.members_of(way), of_others)
            members = dict(zip(self.names_of_members, met, strict=True))
            # A fact of the item comes last, because it stands in for that of its leading chip.
            truth = Truth(None, {**way, **members, **item_facts})
            truths = self._at_way[key] = tuple([truth.holds(each) for each in self.left])
        return truths

    def truths_of_assignment(self, assignment: Assignment) -> Truths:
        """The truths under one assignment of an item, where nothing is open.

        Headroom and the lookup tables of sweeps ask this way, with values that they chose.
        """
        lead, *others = [self.way_of(chip) for chip in assignment.chips]
        item_facts = {}
        for name in self.facts_of_item(assignment.facts):
            item_facts[name] = assignment.facts[name]
        return self.truths_of_way(lead, item_facts, self.met_by_some(others))

    def met_by_some(self, ways: Iterable[Settled]) -> Truths:
        """Which conditions on some chip are met by any of some chips that are settled."""
        together = (False,) * len(self.members)
        for way in ways:
            together = either(together, self.members_of(way))
        return together


def either(first: Truths, second: Truths) -> Truths:
    """Whether each condition holds in one of two.

    >>> either((True, False, False), (False, False, True))
    (True, False, True)
    """
    return tuple([one or other for one, other in zip(first, second, strict=True)])


@dataclass(frozen=True, eq=False)
class Reach:
    """What a rule gives over everything possible: the provisions of each way to settle unknowns.

    ``always_met`` are the ids of the provisions that are met whichever way they are settled.
    """

    provisions: frozenset[Provisions]
    always_met: tuple[str, ...]


class RuleCells:
    """The answers of one rule under one control list, each worked out once for a cell.

    Decision record 28 says why answers are kept by cells, and what it saves.
    """

    def __init__(self, rule: Rule, control_list: ControlList, kind: str) -> None:
        """Collect the thresholds that decide the rule, by itself or by reference.

        ``kind`` is the kind of items that are asked: a system meets a condition by any chip in it.
        """
        self.rule = rule
        self.control_list = control_list
        self.kind = kind
        self.leaves = control_list.leaves(rule)
        self.thresholds = thresholds_of(self.leaves)
        self.metrics = frozenset(self.thresholds)
        self.groups = groups_of(self.thresholds)
        unless = NEVER if rule.unless is None else rule.unless
        self.conditions = self._divided(unless, *[each.when for each in rule.provisions])
        self._reached: Kept[frozenset[Truths], Reach] = Kept()
        self._conditions_of: dict[int, tuple[Condition, Conditions]] = {}

    def _divided(self, *conditions: Condition) -> Conditions:
        """Some conditions of the rule, divided by its groups.

        Only of this rule: a threshold that is not among its own would fall inside a cell.
        """
        return Conditions(conditions, self.groups, self.control_list, self.kind)

    def reach(self, interpretation: Interpretation, facts: Facts) -> Reach:
        """What the rule gives under every assignment of an interpretation of an item.

        ``facts`` are those of the transaction, which the interpretation does not hold.

        >>> from chipdb.catalog.catalog import load
        >>> from chipdb.rules.rulebook import load_rules
        >>> from chipdb.solver.item import Item
        >>> rule = load_rules()["us-3a090-2023"]
        >>> (plain, *_) = Item(load()["A30"]).plain({})
        >>> cells = cells_of(rule, ControlList((rule,)), "processor")
        >>> cells.reach(plain, {}).always_met
        ('3A090.b.1', '3A090.b.2')
        """
        truths = self.conditions.truths(interpretation, facts)
        reach = self._reached.get(truths)
        if reach is None:
            provisions = frozenset(map(self.provisions_of, truths))
            reach = self._reached[truths] = Reach(provisions, _always_met(provisions))
        return reach

    def provisions(self, assignment: Assignment) -> Provisions:
        """The provisions met under one assignment; empty where the rule is not met."""
        return self.provisions_of(self.conditions.truths_of_assignment(assignment))

    def provisions_of(self, truths: Truths) -> Provisions:
        """The provisions met, given whether the exclusion and each provision holds.

        ``truths`` has the exclusion first, then the provisions in the order of the rule.
        """
        is_excluded, *holds = truths
        if is_excluded:
            return ()

        met: list[tuple[str, str]] = []
        for provision, is_met in zip(self.rule.provisions, holds, strict=True):
            # the first provision that is met gives the outcome; later ones count only if they lead
            # to the same
            leads_there = not met or provision.outcome == met[0][1]
            if is_met and leads_there:
                met.append((provision.id, provision.outcome))
        return tuple(met)

    def holds(
        self, condition: Condition, interpretation: Interpretation, facts: Facts
    ) -> bool | None:
        """Whether one of the rule's conditions, or a branch of one, holds.

        None where that depends on what is not known. The condition has to be an object of the rule:
        its thresholds must be among those that cut the cells.
        """
        # By identity, since comparing two trees takes longer than evaluating one. The condition is
        # kept with its answers, so that no other object can be given its identity.
        if id(condition) not in self._conditions_of:
            self._conditions_of[id(condition)] = (condition, self._divided(condition))
        _, divided = self._conditions_of[id(condition)]

        truths = divided.truths(interpretation, facts)
        if len(truths) > 1:
            return None
        ((is_met,),) = truths
        return is_met


def _always_met(possible: frozenset[Provisions]) -> tuple[str, ...]:
    """The ids of the provisions that are met in every case, in the order of the rule.

    Only these can be named as the reason for an answer. ``possible`` has the provisions met in each
    case; there is at least one case.
    """
    first, *others = possible
    always_met = []
    for provision in first:
        if all(provision in other for other in others):
            provision_id, _ = provision
            always_met.append(provision_id)
    return tuple(always_met)


@functools.lru_cache(maxsize=512)
def cells_of(rule: Rule, control_list: ControlList, kind: str) -> RuleCells:
    """The cells of a rule; the same object each time, so that its answers are kept.

    Rules are looked up by identity and control lists by their rules. An altered rule has to be
    kept, or its answers are computed again for every chip.
    """
    return RuleCells(rule, control_list, kind)
