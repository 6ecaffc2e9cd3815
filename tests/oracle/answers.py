"""The answer to a rule: what all cases agree on, what is open, and what evidence contests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from oracle import paragraphs
from oracle.exact import Fraction
from oracle.paragraphs import BILLS, LETTERS, Circuit
from oracle.places import Deal, european_export, reached, required_for_entry
from oracle.unknowns import Known, Marks, circuits

Outcome = str | None
Found = frozenset[Outcome]


@dataclass(frozen=True)
class Answer:
    """``met``, ``not-met`` or ``undetermined``, with the outcome, and whether it is contested."""

    status: str
    outcome: str | None = None
    contested: bool = False


@dataclass(frozen=True)
class Rule:
    """A paragraph to ask, the numbers and facts that it reads, and its outcomes, strictest first.

    Of a rule that eases something (``eases``), not to be met is the stricter answer. ``refers``:
    it speaks of what 3A090 specifies or does not specify.
    """

    ask: Callable[[Circuit], Outcome]
    marks: Marks
    outcomes: tuple[str, ...]
    entry: str | None = None
    eases: bool = False
    refers: bool = False


def folded(found: Iterable[Outcome], entry: str | None) -> Answer:
    """One answer for all cases: decided where they agree; where all are met, but under different

    paragraphs, the entry is met (TPP 4799 on 700 to 900 mm2: .a or .b, and a license either way).
    """
    outcomes = set(found)
    if outcomes == {None}:
        return Answer("not-met")
    if None in outcomes:
        return Answer("undetermined")
    if len(outcomes) == 1:
        return Answer("met", outcomes.pop())
    return Answer("met", entry)


def answer(rule: Rule, interpretations: Sequence[Known], on: str) -> Answer:
    """The strictest over the interpretations, contested where any credible evidence leads elsewhere.

    Interpretations (the bits of TF32) decide by the stricter; other claims, tolerances and the
    narrower meaning of a letter's I/O only contest, so that a lower claim never clears. A rule that
    refers to the classification counts the circuit as that one did: no item is in two entries.
    """
    narrow = [_found(rule, known, wide=False) for known in interpretations]
    wide = [_found(rule, known, wide=True) for known in interpretations]
    counted = narrow
    if rule.refers:
        counted = [narrow[_interpretation_of_entry(interpretations, on)]]
    standing = min(counted, key=lambda found: _strictness(rule, folded(found, rule.entry)))
    finding = folded(standing, rule.entry)
    differs = any(folded(found, rule.entry) != finding for found in narrow)
    beyond = any(found - standing for found in (*narrow, *wide))
    return Answer(finding.status, finding.outcome, differs or beyond)


def _interpretation_of_entry(interpretations: Sequence[Known], on: str) -> int:
    """The first interpretation under which the classification of the day is the strictest."""
    rule = classification(on)
    ranks = []
    for known in interpretations:
        finding = folded(_found(rule, known, wide=False), rule.entry)
        ranks.append(_strictness(rule, finding))
    return ranks.index(min(ranks))


def _found(rule: Rule, known: Known, *, wide: bool) -> Found:
    """All that a rule says of the cases of an interpretation."""
    return frozenset(map(rule.ask, circuits(known, rule.marks, wide=wide)))


def _strictness(rule: Rule, finding: Answer) -> int:
    if finding.status == "met":
        named = finding.outcome in rule.outcomes
        rank = rule.outcomes.index(finding.outcome or "") if named else len(rule.outcomes)
    elif finding.status == "undetermined":
        rank = len(rule.outcomes) + 1
    else:
        rank = len(rule.outcomes) + 2
    return -rank if rule.eases else rank


# --- The numbers of each rule


def numbers(*texts: str | int) -> tuple[Fraction, ...]:
    """Thresholds as they are printed."""
    return tuple(Fraction(text) for text in texts)


ENTRY_OF_2022 = Marks(tpp=numbers(4800), tops=numbers(600), all_links=numbers(600))
ENTRY_OF_2023 = Marks(
    tpp=numbers(1600, 2400, 4800), density=numbers("1.6", "3.2", "5.92"), facts=("datacenter",)
)
P_OF_3A991 = Marks(tops=numbers(8), all_links=numbers(150))
OF_LETTERS = {
    "us-letter-nvidia-2022": Marks(
        tpp=numbers(4800, 4992), chip_links=numbers(600), facts=("addressed", "roughly_a100")
    ),
    "us-letter-nvidia-2023": Marks(tpp=numbers(4800), facts=("addressed", "datacenter")),
    "us-letter-2025": Marks(
        memory=numbers(1400),
        letter_links=numbers(1100),
        together=numbers(1700),
        facts=("addressed",),
    ),
}
EASED = Marks(tpp=numbers(21000), memory=numbers(6500), facts=("on_sale",))
DUTY = Marks(tpp=numbers(14000, 17500, 20800, 21100), memory=numbers(4500, 5000, 5800, 6200))
TPP_6000 = Marks(tpp=numbers(6000))
OF_BILLS = {
    "us-bill-gain-s3150": (1400, 1100, 1700),
    "us-bill-overwatch-hr6875": (1400, 1100, 1700),
    "us-bill-overwatch-s4456": (1400, 1100, 1700),
    "us-bill-safe-chips-s3374": (4100, 1100, 5000),
    "us-bill-no-advanced-chips-hr5022": (4100, 1100, 5100),
}
RESTRICTED = Marks(tpp=numbers(21000), density=numbers(21), facts=("marketed_later",))


def marks_of_entry(on: str) -> Marks:
    """The numbers of 3A090 on a day."""
    if on < "2022-10-21":
        return Marks()
    return ENTRY_OF_2022 if on < "2023-11-17" else ENTRY_OF_2023


# --- Each rule by the name that chipdb gives it


def classification(on: str) -> Rule:
    """3A090.a and .b on a day."""
    return Rule(
        lambda circuit: paragraphs.entry(circuit, on),
        marks_of_entry(on),
        ("3A090.a", "3A090.b"),
        "3A090",
    )


def at_control(on: str) -> Rule:
    """3A991.p on a day."""
    return Rule(
        lambda circuit: paragraphs.p_of_3a991(circuit, on),
        P_OF_3A991 | marks_of_entry(on),
        ("3A991.p",),
        refers=True,
    )


def letter(name: str) -> Rule:
    """A letter, for the maker of this circuit."""
    return Rule(
        lambda circuit: "license" if paragraphs.letter(circuit, name) else None,
        OF_LETTERS[name],
        ("license",),
    )


def review_of_2026() -> Rule:
    """91 FR 1684."""
    return Rule(
        lambda circuit: "case-by-case" if paragraphs.review_of_2026(circuit) else None,
        ENTRY_OF_2023 | EASED,
        ("case-by-case",),
        eases=True,
    )


def duty_of_2026() -> Rule:
    """Section 232."""
    return Rule(
        lambda circuit: "9903.79.01" if paragraphs.duty_of_2026(circuit) else None,
        DUTY,
        ("9903.79.01",),
    )


def european_union() -> Rule:
    """3A501.a.16."""
    outcome = "3A501.a.16; of a computer 4A507"
    return Rule(
        lambda circuit: outcome if paragraphs.european_union(circuit) else None,
        TPP_6000,
        (outcome,),
    )


def canada() -> Rule:
    """The proposed order."""
    return Rule(
        lambda circuit: "export permit" if paragraphs.canada_proposed(circuit) else None,
        TPP_6000,
        ("export permit",),
    )


def bill(name: str, on: str) -> Rule:
    """A bill as if enacted."""
    marks = marks_of_entry(on) | Marks(facts=("datacenter",))
    outcomes: tuple[str, ...] = ()
    if name in OF_BILLS:
        memory, links, together = OF_BILLS[name]
        marks |= ENTRY_OF_2023 | Marks(
            memory=numbers(memory),
            letter_links=numbers(),
            chip_links=numbers(links),
            together=numbers(together),
        )
    if name == "us-bill-overwatch-s4456":
        marks |= RESTRICTED
        outcomes = ("restricted integrated circuit", "covered integrated circuit")
    refers = name != "us-bill-no-advanced-chips-hr5022" and on >= "2022-10-21"
    return Rule(lambda circuit: BILLS[name](circuit, on), marks, outcomes, refers=refers)


# --- Whether a license is required


@dataclass(frozen=True)
class License:
    """Whether a license is required: ``yes``, ``no`` or ``undetermined``, and if evidence contests it."""

    required: str
    contested: bool


def license_of(interpretations: Sequence[Known], deal: Deal, *, printed: bool = False) -> License:
    """The strictest over the interpretations, each over every classification still possible."""
    marks = marks_of_entry(deal.on)
    names = letters(deal)
    for name in names:
        marks |= OF_LETTERS[name]
    if european_export(deal):
        marks |= TPP_6000
    if deal.to == "RU":
        marks |= P_OF_3A991

    def found(known: Known, *, wide: bool) -> frozenset[bool | None]:
        cases = circuits(known, marks, wide=wide)
        return frozenset(_required(circuit, deal, names, printed) for circuit in cases)

    narrow = [found(known, wide=False) for known in interpretations]
    wide = [found(known, wide=True) for known in interpretations]
    standing = min(narrow, key=lambda each: STRICTEST.index(_in_a_word(each)))
    differs = any(_in_a_word(each) != _in_a_word(standing) for each in narrow)
    beyond = any(each - standing for each in (*narrow, *wide))
    return License(_in_a_word(standing), differs or beyond)


STRICTEST = ["yes", "undetermined", "no"]


def _in_a_word(found: frozenset[bool | None]) -> str:
    """One word for all cases; those that no figure can decide (None) are undetermined."""
    if found == {True}:
        return "yes"
    return "no" if found == {False} else "undetermined"


def letters(deal: Deal) -> list[str]:
    """The letters in force on the day that reach the destination."""
    if deal.to is None:
        return []
    return [
        name
        for name, each in LETTERS.items()
        if each.since <= deal.on < each.until and reached(name, deal)
    ]


def _required(circuit: Circuit, deal: Deal, names: list[str], printed: bool) -> bool | None:
    """Whether some requirement is met; None where no figure can say (15 CFR 746.8 reaches every

    item of the list, and what no entry here specifies may be in another).
    """
    outcome = paragraphs.entry(circuit, deal.on)
    if required_for_entry(outcome, deal, printed=printed):
        return True
    if any(paragraphs.letter(circuit, name) for name in names):
        return True
    if european_export(deal) and paragraphs.european_union(circuit):
        return True
    if deal.to == "RU":
        return True if outcome or paragraphs.p_of_3a991(circuit, deal.on) else None
    return False
