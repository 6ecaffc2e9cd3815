"""Findings, verdicts and what is missing, in words: the one place where they are written.

JSON keeps two words of its own for "not controlled": see :func:`finding_text`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from chipdb.rules.conditions import fact_text
from chipdb.rules.wording import NAMES, metric_text
from chipdb.solver.verdict import Finding, Verdict
from chipdb.units import METRIC_UNITS, display
from chipdb.vocabulary import RuleQuestion, Status

if TYPE_CHECKING:
    from chipdb.rules.rule import Rule
    from chipdb.solver.lines import Piece
    from chipdb.solver.missing import Need

__all__ = [
    "AS_PRINTED",
    "NAMES",
    "NOT_CONTROLLED",
    "STATES",
    "figure_text",
    "finding_text",
    "finding_words",
    "letter_condition",
    "metric_text",
    "need_text",
    "needs_texts",
    "negative_words",
    "verdict_words",
]

AS_PRINTED = "by the rules as printed, enforced or not"
"""What an answer by the printed text says of itself: quoted alone, it must not look enforced."""

NOT_CONTROLLED = "not controlled"
STATES = {True: "met", False: "not met", None: "undetermined"}
"""Whether a provision is met, in words."""


def finding_text(finding: object) -> str:
    """A finding as JSON writes it, where ``outside`` is a value that programs compare with.

    >>> finding_text(Finding(Status.MET, "3A090.a")), finding_text(Finding(Status.NOT_MET))
    ('3A090.a', 'outside')
    """
    return finding_words(finding, "outside")


def finding_words(finding: object, negative: str = NOT_CONTROLLED) -> str:
    """A finding in a word or two; ``negative`` is what "not met" is called here.

    >>> finding_words(Finding(Status.NOT_MET)), finding_words(Finding(Status.NOT_MET), "no license")
    ('not controlled', 'no license')
    """
    # Needs hold the answers of any function; here they are always findings.
    assert isinstance(finding, Finding)
    if finding.status == Status.MET:
        return finding.outcome or "met"
    if finding.status == Status.NOT_MET:
        return negative
    if finding.status == Status.NOT_COVERED:
        return "not covered"
    return "undetermined"


def negative_words(rule: Rule) -> str:
    """What "not met" is called for a rule: only an entry of the control list controls an item.

    A review rule that is not met leaves the policy of the license rules; it lifts no license.

    >>> from chipdb.rules.rulebook import load_rules
    >>> negative_words(load_rules()["us-review-2026"])
    'not case-by-case'
    """
    if rule.question == RuleQuestion.REVIEW:
        return f"not {' or '.join(rule.outcomes())}"
    words = {
        RuleQuestion.CLASSIFICATION: NOT_CONTROLLED,
        RuleQuestion.LICENSE: "no license required by this rule",
    }
    return words.get(rule.question, "not met")


def verdict_words(verdict: Verdict, negative: str = NOT_CONTROLLED) -> str:
    """A verdict in one line: outcome, provisions, whether it is contested.

    ``negative`` is what "not met" is called here.

    >>> from chipdb.rules.rulebook import load_rules
    >>> rule = load_rules()["us-3a090-2023"]
    >>> finding = Finding(Status.MET, "3A090.b")
    >>> verdict_words(Verdict(rule=rule, finding=finding, provisions=("3A090.b.1", "3A090.b.2")))
    '3A090.b by 3A090.b.1 and 3A090.b.2'
    """
    text = finding_words(verdict.finding, negative)
    provisions = verdict.provisions
    # A provision that is named as its outcome says nothing more.
    if verdict.status == Status.MET and provisions and provisions != (verdict.finding.outcome,):
        joint = " and "
        # Between commas a provision whose own name has one would read as two.
        if any("," in name for name in provisions):
            joint = "; "
        text += f" by {joint.join(provisions)}"
    if verdict.contested:
        text += "; contested"
    return text


def figure_text(name: str) -> str:
    """What a need is about: a metric by its name for people, a fact in its words.

    >>> figure_text("tpp"), figure_text("digital")
    ('TPP', 'digital processing units')
    """
    if name in METRIC_UNITS:
        return metric_text(name)
    return fact_text(name)


_MISSING = "missing"
_NOT_KNOWN = "not known"
_AMONG_OTHERS = ", among others: "
"""What is said of a thing that decides only together with others, which are missing, too."""

_UNKNOWABLE = {
    # Nobody knows who received a letter, so it is said what follows rather than "if so".
    "addressee": (
        "not known: whether the vendor received this letter; a license is required if it did"
    ),
    "letter_reach": (
        "not known: whether the letter that the vendor received reaches this chip, which is not in "
        "the catalog; a license is required if it does"
    ),
    # "If so" would say nothing here: what is not known is how several provisions apply.
    "ns_column_1_license": (
        "controlled under NS column 1; whether an exception or another entry applies is open"
    ),
    "part_746_license": (
        "not known: whether part 746 reaches this item, as it does if the item has an ECCN; a "
        "license is required if it does"
    ),
    "above_app_limit": (
        "the limit on APP of that day was not read; a computer above it is in 4A003.b"
    ),
    "above_letter_threshold": (
        "not known: the thresholds of the letter, published only as roughly those of the A100; a "
        "license is required if the chip reaches them"
    ),
}
"""What is said of facts that no figure of a chip settles."""


_LETTER_CONDITIONS = {
    "addressee": "the vendor received the letter",
    "letter_reach": "the letter reaches this chip",
}


def letter_condition(fact: str | None) -> str | None:
    """What has to be so for a letter to bind a chip; ``fact`` may have the id of the letter.

    >>> letter_condition("addressee:us-letter-2025")
    'the vendor received the letter'
    """
    if fact is None:
        return None
    return _LETTER_CONDITIONS[fact.partition(":")[0]]


def need_text(need: Need, negative: str = NOT_CONTROLLED) -> str:
    """What is missing, and the answer for each value that it may have.

    >>> from fractions import Fraction
    >>> from chipdb.solver.lines import Piece
    >>> from chipdb.solver.missing import Need
    >>> small = Piece(None, Fraction(3000), True, Finding(Status.MET, "3A090.b"))
    >>> large = Piece(Fraction(3000), None, False, Finding(Status.NOT_MET))
    >>> area = Need(
    ...     figure="applicable_die_area", unit="mm^2", pieces=(small, large), values=None
    ... )
    >>> need_text(area)
    'missing: applicable die area; 3A090.b up to 3,000 mm^2, not controlled above'

    ``negative`` is what "not met" is called here.
    """
    name = figure_text(need.figure)
    if need.pieces:
        return f"missing: {name}; {', '.join(_pieces_text(need, negative))}"

    # Asked before the answers of a fact, because "if so" would not say what follows here.
    if need.figure in _UNKNOWABLE:
        return _UNKNOWABLE[need.figure]

    if need.values:
        answers = []
        for is_so, finding in need.values:
            condition = "so" if is_so else "not"
            answers.append(f"{finding_words(finding, negative)} if {condition}")
        return f"not known whether {name}: {', '.join(answers)}"

    # Several things are missing, and what one decides depends on the others.
    if need.figure in METRIC_UNITS:
        return f"{_MISSING}{_AMONG_OTHERS}{name}"
    return f"{_NOT_KNOWN}{_AMONG_OTHERS}whether {name}"


def needs_texts(needs: Iterable[Need], negative: str = NOT_CONTROLLED) -> list[str]:
    """What is missing, each thing once; several that depend on each other share one text.

    ``negative`` is what "not met" is called here.

    >>> from chipdb.solver.missing import Need
    >>> tpp = Need(figure="tpp", unit="", pieces=None, values=None)
    >>> area = Need(figure="applicable_die_area", unit="mm^2", pieces=None, values=None)
    >>> needs_texts([tpp, area])
    ['missing, among others: TPP and applicable die area']
    """
    names: dict[str, list[str]] = {_MISSING: [], _NOT_KNOWN: []}
    texts: list[str] = []
    for need in needs:
        text = need_text(need, negative)
        start, separator, name = text.partition(_AMONG_OTHERS)
        if separator:
            names[start].append(name)
        else:
            texts.append(text)
    for start, named in names.items():
        if named:
            texts.append(f"{start}{_AMONG_OTHERS}{_joined_names(named)}")
    return list(dict.fromkeys(texts))


def _joined_names(names: Sequence[str]) -> str:
    """Names as a list in a sentence, each once; with semicolons where a name has a comma.

    >>> _joined_names(["TPP", "applicable die area", "I/O bandwidth, all links"])
    'TPP; applicable die area; and I/O bandwidth, all links'
    """
    *others, last = dict.fromkeys(names)
    if not others:
        return last
    if any("," in name for name in (*others, last)):
        return f"{'; '.join(others)}; and {last}"
    return f"{', '.join(others)} and {last}"


def _pieces_text(need: Need, negative: str) -> Iterator[str]:
    """The answer of each piece of the axis, with the values at which it ends.

    Ascending, in the unit of the figure, with one decimal at most.
    """
    unit = ""
    if need.unit:
        unit = f" {need.unit}"
    before: Piece[object] | None = None
    for piece in need.pieces or ():
        answer = finding_words(piece.answer, negative)
        if piece.to == 0:
            # An area of zero is no small area: planar logic has no applicable die area.
            yield f"{answer} if all logic is planar"
            continue

        if piece.to is None:
            yield f"{answer} {_last_piece_text(piece, before, unit)}"
        elif piece.closed:
            yield f"{answer} up to {display(piece.to, 1)}{unit}"
        else:
            yield f"{answer} below {display(piece.to, 1)}{unit}"
        before = piece


def _last_piece_text(piece: Piece[object], before: Piece[object] | None, unit: str) -> str:
    """Where the piece lies that has no end, after the one ``before`` whose end was just printed.

    ``before`` is None where there is no such piece. ``unit`` is printed right after a value.
    """
    if piece.start is None:
        return "at any value"
    if before is None or before.to is None:
        return f"above {display(piece.start, 1)}{unit}"
    # "Up to 800 mm^2, ... above" needs no second value; after "below 800 mm^2" the value itself
    # belongs to this piece, which has to be said.
    if before.closed:
        return "above"
    return f"at {display(before.to, 1)}{unit} or more"
