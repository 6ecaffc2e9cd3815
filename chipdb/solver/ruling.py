"""All rules of a day for one item: which apply, and what each says.

A :class:`Ruling` is built once from an item and a question, and passed down; whoever needs a
verdict asks it. Verdicts are worked out when they are first asked for, classification first,
because other rules refer to its outcome.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.rules.conditions import AnyOf, Condition, Fact, Not, of_any_member
from chipdb.rules.places import Places, Transaction, places
from chipdb.rules.rule import Rule
from chipdb.rules.rulebook import Rulebook
from chipdb.solver.declared import declared_entries, with_declared_eccn
from chipdb.solver.evaluate import CLASSIFYING, ControlList, outcomes_in
from chipdb.solver.item import OF_THE_WHOLE, Facts, Item
from chipdb.solver.memory_facts import attested_facts, package_facts, with_attested_count
from chipdb.solver.question import Question
from chipdb.solver.verdict import Finding, Verdict, judge
from chipdb.vocabulary import Kind, RuleQuestion, Status


@dataclass(frozen=True)
class ApplicableRules:
    """The rules to ask about an item, and those asked for by name that do not apply to it.

    Both in the order of the rulebook, named ones last.
    """

    asked: tuple[Rule, ...]
    absent: tuple[Rule, ...]

    @cached_property
    def ids(self) -> frozenset[str]:
        """The ids of the rules to ask."""
        return frozenset([rule.id for rule in self.asked])


def applicable_rules(question: Question, item: Item) -> ApplicableRules:
    """Every rule in force that fits the item and the places.

    Proposals are among them only where they are named. A rule that is named and does not apply is
    ``absent``.

    >>> from chipdb.catalog.catalog import load
    >>> from chipdb.solver.question import question
    >>> too_early = question("2022-11-01", named=["us-3a090-2022", "us-3a090-2023"])
    >>> rules = applicable_rules(too_early, Item(load()["A30"]))
    >>> "us-3a090-2022" in rules.ids, [rule.id for rule in rules.absent]
    (True, ['us-3a090-2023'])
    """
    return applicable_to(item.chip.kind, question, question.rulebook)


# What depends only on the question and the kind of item is worked out once, since a catalog puts
# the same question to hundreds of chips. The rulebook is part of the key: a question without one
# reads the default, which may have been reloaded.
@functools.lru_cache(maxsize=256)
def applicable_to(kind: Kind, question: Question, rulebook: Rulebook) -> ApplicableRules:
    """The rules that apply to a kind of item, in the order of the rulebook.

    Raises :class:`~chipdb.errors.UnknownNameError` where the question names a rule that there is
    not.
    """
    in_force = _in_force(question)
    named = [rulebook[name] for name in question.named]
    # A named proposal stands on any day, because it is answered as if it were enacted.
    enacted = [rule for rule in named if rule.question == RuleQuestion.PROPOSAL]
    standing = {*in_force, *enacted}
    # A user's own rules count as named: one that is out of force is reported, not left out in
    # silence.
    by_name = [*named, *rulebook.own_rules]

    asked: list[Rule] = []
    absent: list[Rule] = []
    for rule in dict.fromkeys([*in_force, *by_name]):
        is_wanted = rule in by_name or _is_asked_unnamed(rule, question)
        if is_wanted and rule in standing and _reaches(rule, kind, question):
            asked.append(rule)
        elif rule in by_name:
            absent.append(rule)
    return ApplicableRules(tuple(asked), tuple(absent))


def _is_asked_unnamed(rule: Rule, question: Question) -> bool:
    """Whether a question asks a rule that it does not name, given its places and its role.

    Its day and its scope are looked at elsewhere.
    """
    # Without a destination there is no transaction, so rules about places are not asked.
    if question.to is None and not rule.scope.everywhere:
        return False
    # A presumption binds foundries and OSAT companies only, so it is asked for one of them.
    return rule.question != RuleQuestion.PRESUMPTION or question.role is not None


def _reaches(rule: Rule, kind: Kind, question: Question) -> bool:
    """Whether a rule is about such items, and the places may lie in its scope.

    A rule that names no kind is about every kind.
    """
    if rule.kinds and kind not in rule.kinds:
        return False
    # A scope that may hold counts: what is not known is asked as a fact of its own.
    return _in_scope(rule, question.transaction_for(rule), places()) is not False


def control_list_of(question: Question) -> ControlList:
    """The classification and at-control rules of the day, of every kind of item.

    A user's own rules are not part of it: they may refer to it, but must not change it.
    The same object for the same question, because what a rule says is kept by it.
    """
    return _control_list(question, question.rulebook)


@functools.lru_cache(maxsize=256)
def _control_list(question: Question, rulebook: Rulebook) -> ControlList:
    """The control list of a question; the rulebook is part of the key, as above.

    Rules of every kind of item are in it, because a system is classified by the chips in it.
    """
    own = rulebook.own
    rules = []
    for rule in _in_force(question):
        if rule.question in CLASSIFYING and rule.id not in own:
            rules.append(rule)
    return ControlList(tuple(rules))


@functools.lru_cache(maxsize=8192)
def _in_scope(rule: Rule, transaction: Transaction, known: Places) -> bool | None:
    """Whether a transaction lies in a rule's scope; None where that is not known.

    ``known`` are the places with their dated groups, part of the key in case they are reloaded.
    """
    return known.holds(rule.scope, transaction)


def _in_force(question: Question) -> list[Rule]:
    """The rules of the day, a user's own among them, and a user's own proposals.

    A rule without dates is always in force. As enforced or as printed, as the question says.
    """
    rulebook = question.rulebook
    rules = rulebook.in_force(question.on, as_printed=question.as_printed)
    # The rulebook leaves proposals out; a user who writes one wants it asked, between its dates.
    for rule in rulebook.own_rules:
        if rule.question != RuleQuestion.PROPOSAL:
            continue
        if rule.in_force(question.on, as_printed=question.as_printed):
            rules.append(rule)
    return rules


@functools.lru_cache(maxsize=512)
def _refers_to_outcomes(rule: Rule) -> bool:
    """Whether a rule asks how the item is classified, as most license rules do."""
    return bool(outcomes_in(rule.leaves()))


_UNSETTLED_FACTS: Facts = {
    "part_746_license": None,
    "ns_column_1_license": None,
    "above_app_limit": None,
    "above_letter_threshold": None,
    "first_marketed_later": None,
    "us_available": None,
}
"""Facts that rules may ask for and no figure of a chip settles; sale may yet be known."""


class Ruling:
    """What the rules of a day say of one item under one question.

    ``verdicts_known`` are verdicts that were already reached for the same item on the same day;
    they are used as they are. ``classified_by`` is a ruling on the same item, day and places: what
    it says of a rule that applies there holds here. ``control_list`` is that of the question unless
    another is given. ``of_license`` answers the license rules, where they are asked of what the
    item is presumed to be.

    >>> from chipdb.catalog.catalog import load
    >>> from chipdb.solver.question import question
    >>> Ruling(Item(load()["A30"]), question("2023-12-01")).classification
    <Verdict us-3a090-2023: met 3A090.b>
    """

    def __init__(
        self,
        item: Item,
        question: Question,
        *,
        control_list: ControlList | None = None,
        verdicts_known: Mapping[str, Verdict] | None = None,
        classified_by: Ruling | None = None,
        of_license: Ruling | None = None,
    ) -> None:
        """Take over the verdicts already known; no rule is asked yet."""
        self.classified_by = classified_by
        self.of_license = of_license
        self.item = item
        self.question = question
        self.control_list = control_list or control_list_of(question)
        self._verdicts: dict[str, Verdict] = dict(verdicts_known or {})

    @cached_property
    def applicable(self) -> ApplicableRules:
        """The rules to ask, and the named ones that do not apply."""
        return applicable_rules(self.question, self.item)

    def rules_of(self, *questions: RuleQuestion) -> list[Rule]:
        """The applicable rules of some questions, in the order of the rulebook.

        >>> from chipdb.catalog.catalog import load
        >>> from chipdb.solver.question import question
        >>> ruling = Ruling(Item(load()["A30"]), question("2023-12-01"))
        >>> [rule.id for rule in ruling.rules_of(RuleQuestion.CLASSIFICATION)]
        ['us-3a090-2023']
        """
        return [rule for rule in self.applicable.asked if rule.question in questions]

    def verdict(self, rule: Rule) -> Verdict:
        """What one rule says; worked out once.

        ``rule`` need not be among the applicable ones: cautions ask rules that bind only later.
        """
        if rule.question == RuleQuestion.LICENSE and self.of_license is not None:
            return self.of_license.verdict(rule)
        if rule.id not in self._verdicts:
            self._verdicts[rule.id] = self._find_verdict(rule)
        return self._verdicts[rule.id]

    def _find_verdict(self, rule: Rule) -> Verdict:
        """What one rule says, by the ruling that classified the item or worked out here.

        A classification is contested by a declared ECCN; every other rule shares the reading by
        which the item was classified.
        """
        known = self.classified_by
        if known is not None and rule.id in known.applicable.ids:
            return known.verdict(rule)
        if rule.question == RuleQuestion.CLASSIFICATION:
            # only classifications can be contested by an ECCN: nothing else says which entry an
            # item is in
            return with_declared_eccn(self._judge(rule, ()), self.item, self.question)
        return self._judge(rule, self._counted_for(rule))

    def verdicts(self, rules: Iterable[Rule] | None = None) -> dict[str, Verdict]:
        """What some rules say, by the ids of the rules; all that apply unless others are given.

        Every one of them is worked out, so ask for no more than is read.
        """
        if rules is None:
            rules = self.applicable.asked
        return {rule.id: self.verdict(rule) for rule in rules}

    @cached_property
    def under_other_law(self) -> Ruling:
        """The same item under the other law: the printed text, or what is enforced.

        Verdicts of rules that are the same under both laws are taken from here.
        """
        return Ruling(
            self.item,
            self.question.other_law(),
            # the item is classified once: both laws ask for a license by the same entries
            control_list=self.control_list,
            classified_by=self,
        )

    @cached_property
    def rules_shown(self) -> tuple[Rule, ...]:
        """The rules that the answer shows: all that were asked, or the named and own ones.

        Those that were asked for by name and do not apply come last. Where some are named, others
        are still asked for what those refer to, and not shown.
        """
        rules = (*self.applicable.asked, *self.applicable.absent)
        if not self.question.named:
            return rules
        wanted = {*self.question.named, *self.question.rulebook.own}
        return tuple([rule for rule in rules if rule.id in wanted])

    def shown_of(self, *questions: RuleQuestion) -> list[Rule]:
        """The rules of some questions that the answer shows, in the order of the answer.

        Among them are those asked for by name that do not apply; :meth:`rules_of` has none of
        these.
        """
        return [rule for rule in self.rules_shown if rule.question in questions]

    # Not every answer is asked for: notes and cautions look at the rules of a few questions.
    def answers_of(self, rules: Iterable[Rule]) -> Iterator[Verdict]:
        """The verdicts of some of the rules that are shown; ``not-covered`` where one is absent.

        In the order of ``rules``, each worked out when it is reached.
        """
        for rule in rules:
            if rule in self.applicable.absent:
                yield Verdict(rule=rule, finding=Finding(Status.NOT_COVERED))
            else:
                yield self.verdict(rule)

    @cached_property
    def answers(self) -> tuple[Verdict, ...]:
        """The verdicts that the answer shows."""
        return tuple(self.answers_of(self.rules_shown))

    @cached_property
    def classification(self) -> Verdict:
        """The classification, by the one rule in force and any rules of a user's own.

        Where no rule is in force the item is not met if the rulebook reaches back that far,
        otherwise undetermined: nobody looked up what was controlled then (decision record 6).
        """
        verdicts = [self.verdict(rule) for rule in self.rules_of(RuleQuestion.CLASSIFICATION)]
        # A rule of the user's own counts in addition to the one in force if it is met.
        for status in (Status.MET, Status.UNDETERMINED, Status.NOT_MET):
            for verdict in verdicts:
                if verdict.status == status:
                    return verdict

        if self.question.rulebook.covers(self.item.chip.kind, self.question.on):
            return Verdict(rule=_NO_CLASSIFICATION, finding=Finding(Status.NOT_MET))
        return Verdict(rule=_NO_CLASSIFICATION, finding=Finding(Status.UNDETERMINED))

    def in_scope(self, rule: Rule) -> bool | None:
        """Whether the transaction lies in a rule's scope; None where that is not known.

        As a place whose membership in a country group is not settled for the day.
        """
        return _in_scope(rule, self.question.transaction_for(rule), places())

    def effective(self, rule: Rule) -> Rule:
        """The rule as it bears on this transaction.

        Unknown scope and a letter's addressee become facts that it asks for, so that the answer is
        undetermined where they decide (decision record 5).
        """
        asked: list[Condition] = []
        if rule.addressees:
            asked.append(Fact(self._letter_fact(rule), True))
        if self.in_scope(rule) is None:
            asked.append(Fact(f"scope:{rule.id}", True))

        # A letter or a list of another country reaches a computer by any circuit in it, not only by
        # the one with the highest TPP. The entries of the control list say so themselves.
        if len(self.item.chips) > 1 and rule.question not in CLASSIFYING:
            rule = _of_any_chip(rule)

        # Most rules stay the same object, so that what is kept by their identity is reused.
        if not asked:
            return rule
        return _asking(rule, tuple(asked))

    def facts(self, rules: Iterable[Rule]) -> Facts:
        """The facts of the transaction and of sale that rules may ask for, by name.

        None where figures cannot show them. Those with the id of a rule behind a colon are asked by
        that rule alone.
        """
        chip = self.item.lead
        facts = {**_UNSETTLED_FACTS, **self._declared_entries}
        for rule in rules:
            if rule.question == RuleQuestion.PRESUMPTION:
                facts |= package_facts(chip)
                facts |= attested_facts(chip, self.question.on, rule.application_days)
            facts[f"scope:{rule.id}"] = None
            facts[f"addressee:{rule.id}"] = None
            facts[f"letter_reach:{rule.id}"] = None
            # A letter binds the companies it names; whether others received one is not public.
            if chip.vendor in rule.addressees and not chip.hypothetical:
                facts[f"addressee:{rule.id}"] = True
            if rule.question == RuleQuestion.REVIEW:
                facts["us_available"] = self._on_sale_by(rule)
        return facts

    def is_addressees_own_design(self, rule: Rule) -> bool:
        """Whether a letter's addressee is the vendor of a chip that is not in the catalog.

        That it received the letter is known, and not whether the letter reaches such a chip.
        """
        chip = self.item.lead
        return chip.vendor in rule.addressees and chip.hypothetical

    def _letter_fact(self, rule: Rule) -> str:
        """The fact on which it depends whether a letter binds the item: one for each reason."""
        if self.is_addressees_own_design(rule):
            return f"letter_reach:{rule.id}"
        return f"addressee:{rule.id}"

    def open_letter(self, rule: Rule) -> str | None:
        """The fact that leaves open whether a letter binds the item.

        None where a rule is no letter, and where the letter is known to bind the item.
        """
        if not rule.addressees:
            return None
        fact = self._letter_fact(rule)
        if self.facts([rule])[fact]:
            return None
        return fact

    def verdict_if_bound(self, rule: Rule, letter: str) -> Verdict:
        """The verdict of a letter for an item that it is taken to bind.

        ``letter`` is the fact that :meth:`open_letter` gives.
        """
        facts = {**self.facts([rule]), letter: True}
        return judge(self.effective(rule), self.item, self.control_list, facts)

    @cached_property
    def _declared_entries(self) -> Facts:
        """The facts about the declared ECCN, worked out once: every rule is given them.

        They are those of the item that was asked about, also where a chip in it leads.
        """
        return declared_entries(self.item.chip)

    def _on_sale_by(self, rule: Rule) -> bool | None:
        """Whether the chip was on sale in the United States when a rule was published.

        None where no source says. For a rule without that date the day of the question counts.
        """
        day = rule.dates.published or self.question.on
        # What is sold is the item; where no source speaks of a system, its chip stands for it.
        answer = self.item.chip.on_us_sale_by(day)
        if answer is None:
            return self.item.lead.on_us_sale_by(day)
        return answer

    def sale_decides(self, rule: Rule) -> bool:
        """Whether a review rule is met if the chip was on sale, which no source says.

        False if its verdict is settled, or depends on anything else that is unknown. The license
        answer then gives a policy for either case instead of none.
        """
        facts = self.facts([rule])
        if facts["us_available"] is not None or self.verdict(rule).status != Status.UNDETERMINED:
            return False

        if_on_sale = {**facts, "us_available": True}
        verdict = judge(self.effective(rule), self.item, self.control_list, if_on_sale)
        return verdict.status == Status.MET and not verdict.contested

    def _judge(self, rule: Rule, counted: tuple[str | None, ...]) -> Verdict:
        """The verdict of a rule, over the ``counted`` readings where some are given."""
        item = self.item
        if rule.presumes:
            # A presumption is overcome by an attested transistor count, never by a published one.
            item = Item(with_attested_count(item.chip))
        return judge(self.effective(rule), item, self.control_list, self.facts([rule]), counted)

    def _counted_for(self, rule: Rule) -> tuple[str | None, ...]:
        """The readings that a rule which refers to the classification must share with it.

        Empty where it need not share any. A review rule eases a requirement, so it is asked under
        every interpretation and the least helpful counts.
        """
        if not _refers_to_outcomes(rule) or rule.question == RuleQuestion.REVIEW:
            return ()
        return self._settled_interpretation

    @cached_property
    def _settled_interpretation(self) -> tuple[str | None, ...]:
        """The reading under which the item was classified, for all answers of this ruling.

        Empty where no rule classified it (decision record 7).
        """
        if self.classified_by is not None and self.classified_by._settled_interpretation:
            return self.classified_by._settled_interpretation

        # Verdicts that were passed in count too, so all of them are looked through afterwards.
        for rule in self.rules_of(RuleQuestion.CLASSIFICATION):
            self.verdict(rule)

        for verdict in self._verdicts.values():
            classifies = verdict.rule.question == RuleQuestion.CLASSIFICATION
            if classifies and verdict.interpretation is not None:
                return (verdict.interpretation.reading,)
        return ()


_NO_CLASSIFICATION = Rule(
    id="none",
    question=RuleQuestion.CLASSIFICATION,
    provisions=(),
    title="no classification rule in force",
)


@functools.lru_cache(maxsize=256)
def _of_any_chip(rule: Rule) -> Rule:
    """A rule whose comparisons are asked of any chip in a system, and not of its leading one.

    What is asked of the whole computer stays so. Cached, since rules are compared by identity.
    """
    provisions = []
    for provision in rule.provisions:
        when = of_any_member(provision.when, OF_THE_WHOLE)
        provisions.append(replace(provision, when=when))
    return replace(rule, provisions=tuple(provisions))


@functools.lru_cache(maxsize=256)
def _asking(rule: Rule, asked: tuple[Condition, ...]) -> Rule:
    """A rule that asks for further facts: it is not met unless they hold.

    The facts are a further exclusion, so that the provisions stay as they are and keep their ids.

    Cached, so that the same question gives the same object: what is worked out for a rule is kept
    by its identity.
    """
    ways_out: list[Condition] = []
    if rule.unless is not None:
        ways_out.append(rule.unless)
    for condition in asked:
        ways_out.append(Not(condition))
    return replace(rule, unless=AnyOf(tuple(ways_out)))
