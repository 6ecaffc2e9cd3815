"""What may reverse an answer, and what an answer did not look at.

A caution about the item (printed text that is not enforced, another entry, an unsourced fact, a
letter, an interpretation) rests on facts that chipdb reads; where it could turn "no license is
required" into "a license is required" it changes the exit status. A caution about the transaction
(end uses, parties, the exporter's own law) rests on facts that chipdb is not given; it is
printed with the answer and never changes the status, unless the question is strict.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from chipdb.lazy_dataclasses import dataclass
from chipdb.rules.conditions import NamedChip
from chipdb.rules.places import places
from chipdb.rules.rule import LicenseException, Rule, RuleCaution
from chipdb.rules.rulebook import Notice
from chipdb.solver.answered import Answered
from chipdb.solver.estimated import MAY_BE_ESTIMATED, REACH, is_estimate, is_half_of_sparse
from chipdb.solver.evaluate import CLASSIFYING, outcomes_in
from chipdb.solver.labels import metric_text
from chipdb.solver.license_exceptions import unmet_words
from chipdb.solver.licensing import JURISDICTION
from chipdb.solver.other_figures import another_value_could_require_license, is_turned_within
from chipdb.solver.requirement import PrintedRequirement
from chipdb.solver.ruling import Ruling
from chipdb.units import display
from chipdb.vocabulary import CautionKind, Required, RuleQuestion, Status

ABOUT_ITEM = frozenset(
    {
        CautionKind.CODIFIED,
        CautionKind.OTHER_CONTROL,
        CautionKind.FACT_UNSOURCED,
        CautionKind.LETTER,
        CautionKind.INTERPRETATION,
    }
)
"""Kinds of cautions about the item; all others are about the transaction."""

TEXTS = {
    "planar": (
        "all logic of this chip is planar, so it has no applicable die area: thresholds on "
        "performance density are read as not met; this is an interpretation"
    ),
    "not_enforced": (
        "15 CFR {section} as printed asks for a license; BIS does not enforce it (announced on "
        "{announced}; no rescission found up to {seen})"
    ),
    "not_lifted": "no exception that chipdb reads lifts it on these facts",
    "not_settled": "whether it reaches this chip or is lifted is undetermined",
    "may_be_lifted": (
        "whether License Exception {name} ({section}) lifts it is undetermined: it is {because}"
    ),
    "lifted": "License Exception {name} ({section}) lifts it: {needs}",
    "not_yet_due": (
        "{rule} took effect on {effective} and asks for a license from its compliance date {starts}"
    ),
    "presumption_not_yet_due": (
        "{rule} took effect on {effective}; what it presumes asks for a license from its "
        "compliance date {starts}"
    ),
    "letter": (
        "whether {vendor} received such a letter ({rule}) is not known; a license is required if "
        "it did"
    ),
    "own_letter": (
        "{vendor} received such a letter ({rule}); whether it reaches this chip, which is not "
        "in the catalog, is not known; a license is required if it does"
    ),
    "changed_part": (
        "{part}, which was changed here, is named in a letter ({rule}); the changed chip counts as "
        "another product, which the letter reaches by its figures alone; if what is shipped is "
        "still that part, a license is required"
    ),
    "sale": "no source says whether {name} was {condition}; the review policy depends on it",
    "estimate": (
        "the {metric} of this chip is an estimate; some value up to {reach} times higher or lower, "
        "as far as estimates have been off, would need a license here"
    ),
    "halved": (
        "the {metric} of this chip is half of what a source states with sparsity; no source states "
        "the dense rate"
    ),
    "far_estimate": (
        "the {metric} of this chip is an estimate; no value up to {reach} times higher or lower, "
        "as far as estimates have been off, would need a license here"
    ),
    "estimates_together": (
        "{metrics} of this chip are estimates; some values up to {reach} times higher or lower, as "
        "far as estimates have been off, would together need a license here"
    ),
    "exporter_unknown": (
        "the exporting country is not stated, and export law other than that of the United States "
        "is not modeled, or only in part; there are remarks on {places}: state the country to read "
        "them"
    ),
    "parties_unknown": (
        "the headquarters of the parties are not stated; remarks apply to parties headquartered in "
        "{places}: state the headquarters to see them"
    ),
    "declared": "; the vendor declares ECCN {eccn}",
    "jurisdiction": JURISDICTION,
    "evidence": "evidence ends on {day} for some rules; later changes are not known",
}
"""The sentences of cautions that no rule or notice brings along; the explorer fills in the same."""


@dataclass(frozen=True, kw_only=True)
class Caution:
    """Something that is printed with an answer because it may reverse it.

    ``could_require_license`` says whether it could turn "no license is required" into "required".

    >>> letter = Caution(kind=CautionKind.LETTER, text="a letter", could_require_license=True)
    >>> letter.about, letter.changes_status
    ('item', True)
    >>> evidence = Caution(kind=CautionKind.EVIDENCE, text="a day", could_require_license=True)
    >>> evidence.about, evidence.changes_status
    ('transaction', False)
    """

    kind: CautionKind
    text: str
    could_require_license: bool = False

    @property
    def about(self) -> str:
        """``item`` or ``transaction``: what the facts are about on which it rests."""
        if self.kind in ABOUT_ITEM:
            return "item"
        return "transaction"

    @property
    def changes_status(self) -> bool:
        """Whether it turns the exit status of "not required" from 0 into 3 (decision record 27)."""
        return self.kind in ABOUT_ITEM and self.could_require_license


def cautions_of(answered: Answered) -> tuple[Caution, ...]:
    """Every caution of an answer, each once; without a destination at most that on planar logic."""
    cautions: list[Caution] = [*_planar(answered)]
    # Everything else is about a license, so it means something for a destination only.
    if answered.question.to is not None:
        for topic in _ABOUT_LICENSE:
            cautions += topic(answered)
    in_order = sorted(dict.fromkeys(cautions), key=lambda caution: caution.about != "item")
    return tuple(in_order)


def kinds_of(cautions: Iterable[Caution]) -> tuple[CautionKind, ...]:
    """The kinds of some cautions, each once, in their order.

    >>> kinds_of([Caution(kind=CautionKind.LETTER, text=text) for text in ("one", "another")])
    ('letter',)
    """
    return tuple(dict.fromkeys(caution.kind for caution in cautions))


def _planar(answered: Answered) -> Iterator[Caution]:
    """That thresholds on performance density are not met where all logic is planar."""
    # Technical Note 4 counts non-planar dies only and does not say what follows without any.
    if answered.metrics["performance_density"].state != "undefined":
        return

    yield Caution(
        kind=CautionKind.INTERPRETATION,
        text=TEXTS["planar"],
        could_require_license=another_value_could_require_license("performance_density", answered),
    )


def is_open_estimate(metric: str, answered: Answered) -> bool:
    """Whether a metric is an estimate and another value of it would require a license.

    Never where a license is required anyway.
    """
    if not is_estimate(answered.ruling.item, metric) or answered.needs_license:
        return False
    return another_value_could_require_license(metric, answered)


def _estimates(answered: Answered) -> Iterator[Caution]:
    """Metrics that no source states and that keep a chip below what needs a license.

    One caution for each.
    """
    # An estimate counts as the figure until a claim contests it. It changes the status where it
    # need only be as wrong as estimates are known to be: were any value enough, none would clear.
    reaches: list[str] = []
    for metric in MAY_BE_ESTIMATED:
        if not is_open_estimate(metric, answered):
            continue
        reach = _reach_of_estimate(metric, answered)
        reaches.append(reach)
        yield Caution(
            kind=CautionKind.FACT_UNSOURCED,
            text=TEXTS[reach].format(metric=metric_text(metric), reach=display(REACH)),
            could_require_license=reach == "estimate",
        )
    if "estimate" not in reaches and not answered.needs_license:
        yield from _estimates_together(answered)


def _estimates_together(answered: Answered) -> Iterator[Caution]:
    """Estimates that would need a license together, and not by themselves.

    A higher TPP on a smaller die is a density that neither gives by itself.
    """
    item = answered.ruling.item
    metrics = []
    for metric in MAY_BE_ESTIMATED:
        if is_estimate(item, metric) and not is_half_of_sparse(item, metric):
            metrics.append(metric)
    if len(metrics) < 2 or not is_turned_within(metrics, answered):
        return

    yield Caution(
        kind=CautionKind.FACT_UNSOURCED,
        text=TEXTS["estimates_together"].format(
            metrics=" and ".join(map(metric_text, metrics)), reach=display(REACH)
        ),
        could_require_license=True,
    )


def _reach_of_estimate(metric: str, answered: Answered) -> str:
    """Which sentence says how far an estimate is from what would need a license."""
    if is_half_of_sparse(answered.ruling.item, metric):
        return "halved"
    return "estimate" if is_turned_within([metric], answered) else "far_estimate"


def _codified(answered: Answered) -> Iterator[Caution]:
    """The printed text that asks for a license where the law as enforced does not.

    Where an exception surely lifts it, it is named with what it needs, and the status stays.
    """
    printed = answered.license.printed
    if printed is None:
        return

    dates = printed.rule.dates
    not_enforced = TEXTS["not_enforced"].format(
        section=printed.section, announced=dates.enforcement_ends, seen=dates.evidence_to
    )
    if not printed.could_require_license:
        consequence = _lifting_words(printed)
    elif printed.required == Required.YES:
        consequence = TEXTS["not_lifted"]
    elif printed.may_be_lifted_by:
        consequence = "; ".join(map(_may_be_lifted, printed.may_be_lifted_by))
    else:
        # where it is "no", credible evidence besides the figures leads it to "yes"
        consequence = TEXTS["not_settled"]
    yield Caution(
        kind=CautionKind.CODIFIED,
        text=f"{not_enforced}; {consequence}",
        could_require_license=printed.could_require_license,
    )


def _lifting_words(printed: PrintedRequirement) -> str:
    """Which exceptions lift the printed text, with what they need from the exporter.

    Any of several is enough.
    """
    exceptions = []
    for entry in printed.lifted_by:
        needs = "; ".join(entry.conditions)
        exceptions.append(
            TEXTS["lifted"].format(name=entry.name, section=entry.section, needs=needs)
        )
    return "; or ".join(exceptions)


def _may_be_lifted(entry: LicenseException) -> str:
    """That it is not known whether an exception lifts the printed text, and what it leaves out."""
    return TEXTS["may_be_lifted"].format(
        name=entry.name, section=entry.section, because=unmet_words(entry)
    )


def _not_yet_due(answered: Answered) -> Iterator[Caution]:
    """License rules that have taken effect and reach this item, but bind only from a later day.

    One caution for each rule; none where a license is required today.
    """
    if answered.needs_license:
        return

    for rule in answered.question.rulebook:
        is_coming = is_effective_but_not_due(rule, answered)
        if is_coming and answered.ruling.verdict(rule).may_be_met:
            text = TEXTS["not_yet_due"].format(
                rule=rule.cited(), effective=rule.dates.effective, starts=rule.starts
            )
            yield Caution(kind=CautionKind.CODIFIED, text=text)


def _presumption_not_yet_due(answered: Answered) -> Iterator[Caution]:
    """A presumption that stands, or may stand, and that the license follows only from a later day.

    Until then the license is that of the item as it is classified.
    """
    ruling = answered.ruling
    presuming = [rule for rule in ruling.rules_shown if rule.presumes is not None]
    for verdict in ruling.answers_of(presuming):
        due = verdict.rule.dates.compliance
        is_coming = due is not None and answered.question.on < due
        if is_coming and verdict.may_be_met:
            yield Caution(
                kind=CautionKind.CODIFIED,
                text=TEXTS["presumption_not_yet_due"].format(
                    rule=verdict.rule.cited(), effective=verdict.rule.dates.effective, starts=due
                ),
            )


def is_effective_but_not_due(rule: Rule, answered: Answered) -> bool:
    """Whether a license rule for these places has taken effect and binds only later.

    A rule may name a compliance date, from which a license is required, after its effective date.
    """
    if rule.kinds and answered.chip.kind not in rule.kinds:
        return False

    # Between these two days it is law, and asks for no license yet. A rule of another question has
    # no compliance date, and starts on its effective one.
    effective, starts, on = rule.dates.effective, rule.starts, answered.question.on
    if effective is None or starts is None or not effective <= on < starts:
        return False
    return places().holds(rule.scope, answered.question.transaction) is not False


def _letters(answered: Answered) -> Iterator[Caution]:
    """Letters that the vendor may have received, which is not known (decision record 5).

    Only the company and the agency know, unless a filing or the press reports it.
    """
    # Another letter turns nothing round where a license is required anyway.
    if answered.needs_license:
        return

    ruling = answered.ruling
    # of a system the circuits count, and so the vendor of the leading one
    vendor = ruling.item.lead.vendor or answered.chip.vendor or "the vendor"
    for rule in ruling.rules_of(RuleQuestion.LICENSE):
        if not rule.addressees or ruling.verdict(rule).status != Status.UNDETERMINED:
            continue
        # What is open for an addressee is a figure, and no question of who received the letter.
        if ruling.facts([rule])[f"addressee:{rule.id}"]:
            continue
        # what is not known of an addressee's own design is whether the letter reaches it
        text = TEXTS["own_letter" if ruling.is_addressees_own_design(rule) else "letter"]
        yield Caution(
            kind=CautionKind.LETTER,
            text=text.format(rule=rule.cited(), vendor=vendor),
            could_require_license=True,
        )


def _changed_parts(answered: Answered) -> Iterator[Caution]:
    """Named parts of letters that a changed chip was made from, where it is reached no longer.

    A letter names products, and a changed chip is another one. Whether the change makes one is no
    figure: a limit that the exporter can lift again does not.
    """
    if answered.needs_license:
        return

    ruling = answered.ruling
    bases = [chip.extends or chip.id for chip in ruling.item.chips if chip.altered]
    for rule in ruling.rules_of(RuleQuestion.LICENSE):
        if not rule.addressees or ruling.verdict(rule).status == Status.MET:
            continue
        named = _parts_named(rule)
        for base in dict.fromkeys(bases):
            if base in named:
                text = TEXTS["changed_part"].format(part=base, rule=rule.cited())
                yield Caution(kind=CautionKind.LETTER, text=text)


def _parts_named(rule: Rule) -> set[str]:
    """The ids of the chips that a rule names."""
    parts: set[str] = set()
    for leaf in rule.leaves():
        if isinstance(leaf, NamedChip):
            parts.update(leaf.ids)
    return parts


def _sale(answered: Answered) -> Iterator[Caution]:
    """That no source says whether a chip was on sale in the United States, where that decides.

    It decides the review policy, and so never whether a license is required.
    """
    if not answered.license.review_if:
        return
    # The first policy holds if the chip was on sale; a rule of the user's may add further ones.
    if_on_sale = answered.license.review_if[0]
    yield Caution(
        kind=CautionKind.FACT_UNSOURCED,
        text=TEXTS["sale"].format(name=answered.chip.name, condition=if_on_sale.condition),
    )


def _of_rules(answered: Answered) -> Iterator[Caution]:
    """The cautions that rules carry, where such a rule is met or may be.

    In the order of the rules. A proposal has no cautions, because it is not law.
    """
    topics: set[str] = set()
    for rule in answered.ruling.applicable.asked:
        if not rule.cautions or rule.is_no_law or not answered.ruling.verdict(rule).may_be_met:
            continue

        for entry in rule.cautions:
            # Several rules may carry a caution on the same topic, which is said once.
            if entry.topic in topics or not bears_on_answer(entry, answered):
                continue
            if entry.topic is not None:
                topics.add(entry.topic)
            yield Caution(
                kind=entry.kind,
                text=_rule_caution_text(entry, rule, answered),
                could_require_license=entry.could_require_license,
            )


def bears_on_answer(entry: RuleCaution, answered: Answered) -> bool:
    """Whether a caution of a rule is about this transaction and could change this answer.

    A scope that only may hold counts, as for rules.
    """
    # A measure against foreign chips says nothing of one that is designed in an embargoed place,
    # such as China; that its jurisdiction is open is said instead.
    is_measure = entry.kind == CautionKind.DESTINATION_MEASURE
    if is_measure and answered.license.lacks_jurisdiction:
        return False
    if entry.unless_required and answered.needs_license:
        return False
    return places().holds(entry.scope, answered.question.transaction) is not False


def _rule_caution_text(entry: RuleCaution, rule: Rule, answered: Answered) -> str:
    """The text of a rule's caution: no more than is settled, with the declared ECCN.

    A rule may have two texts, one for items that are settled to be in its entry and one for those
    that may be.
    """
    text = entry.text
    if entry.text_if_open and not _is_in_entry_of(rule, answered.ruling):
        text = entry.text_if_open
    if entry.kind == CautionKind.OTHER_CONTROL:
        text = _with_declared(text, answered)
    return text


def _with_declared(text: str, answered: Answered) -> str:
    """A text with the ECCN that the vendor declares, in its place or after it.

    As it is where the vendor declares none. Its place is ``{declared}``.
    """
    declared = answered.chip.declared
    if declared is None or declared.eccn is None:
        return text
    if "{declared}" in text:
        return text.format(declared=declared.eccn)
    return text + TEXTS["declared"].format(eccn=declared.eccn)


def _is_in_entry_of(rule: Rule, ruling: Ruling) -> bool:
    """Whether the item is settled to be in an entry that a license rule asks for.

    False if its entry is undetermined, even if the rule itself is settled.
    """
    entries = outcomes_in(rule.leaves())
    for other in ruling.rules_of(*CLASSIFYING):
        verdict = ruling.verdict(other)
        if verdict.status == Status.MET and verdict.outcome in entries:
            return True
    return False


def _jurisdiction(answered: Answered) -> Iterator[Caution]:
    """That a part designed in an embargoed place may not be subject to the EAR at all.

    The license answer is undetermined for the same reason.
    """
    if answered.license.lacks_jurisdiction:
        yield Caution(kind=CautionKind.JURISDICTION, text=TEXTS["jurisdiction"])


def notice_cautions(answered: Answered) -> Iterator[Caution]:
    """The notices of the rulebook for the day and the places, as far as they are about the item.

    With no exporting country the notices on each of them may hold, and one line says so, last; so
    for notices on parties of some countries where no headquarters are stated.
    """
    question = answered.question
    of_exporters: list[Notice] = []
    of_parties: dict[str, bool] = {}
    for notice in question.rulebook.cautioning(question.transaction):
        if notice.unless_required and answered.needs_license:
            continue
        if notice.caution == CautionKind.EXPORTER_LAW and question.transaction.origin is None:
            of_exporters.append(notice)
        elif countries := notice.countries_of_unstated_parties(question.transaction):
            for country in map(places().name_of, countries):
                # one of several notices on the parties of a country is enough
                could_require = of_parties.get(country, False) or notice.could_require_license
                of_parties[country] = could_require
        elif notice.is_about(answered.chip.form):
            yield _notice_caution(notice, answered)

    if of_parties:
        yield Caution(
            kind=CautionKind.PARTY,
            text=TEXTS["parties_unknown"].format(places=", ".join(of_parties)),
            could_require_license=any(of_parties.values()),
        )
    if of_exporters:
        yield Caution(
            kind=CautionKind.EXPORTER_LAW,
            text=TEXTS["exporter_unknown"].format(places=_exporters_named(of_exporters)),
            could_require_license=any(notice.could_require_license for notice in of_exporters),
        )


def _notice_caution(notice: Notice, answered: Answered) -> Caution:
    """A notice as a caution; one about certain forms of items says which ECCN is declared."""
    assert notice.caution is not None, "the rulebook cautions only by notices with a kind"
    text = notice.text
    if notice.forms:
        text = _with_declared(text, answered)
    return Caution(
        kind=notice.caution, text=text, could_require_license=notice.could_require_license
    )


def _exporters_named(notices: Iterable[Notice]) -> str:
    """The places whose export law some notices are about, in words, each once.

    In the order of the notices; one about every exporter names none.
    """
    names: list[str] = []
    for notice in notices:
        if notice.scope.origin is None:
            continue
        for name in notice.scope.origin.any:
            # A selection within the selection has no name of its own.
            if isinstance(name, str):
                names.append(places().words_of(name))
    return ", ".join(dict.fromkeys(filter(None, names)))


def evidence_cautions(answered: Answered) -> Iterator[Caution]:
    """Up to which day the rules and the country groups were read: one line, the earliest day.

    Nothing where all of them were read up to the day of the question or a later one.
    """
    on = answered.question.on
    days: list[date] = []
    for rule in answered.ruling.rules_shown:
        day = rule.dates.evidence_to
        if day is not None and day < on:
            days.append(day)
    # The country groups of the EAR were read from one table, so D:5 stands for them.
    seen = places().groups["D:5"].seen
    if seen < on:
        days.append(seen)
    if days:
        yield Caution(
            kind=CautionKind.EVIDENCE,
            text=TEXTS["evidence"].format(day=min(days)),
        )


_ABOUT_LICENSE = (
    _codified,
    _not_yet_due,
    _presumption_not_yet_due,
    _letters,
    _changed_parts,
    _sale,
    _estimates,
    _of_rules,
    _jurisdiction,
    notice_cautions,
    evidence_cautions,
)
"""What a license answer may have cautions about, in the order in which they stand."""
