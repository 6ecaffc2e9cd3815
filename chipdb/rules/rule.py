"""A rule: one dated legal instrument or proposal, with its provisions and what belongs to them.

:mod:`chipdb.rules.rule_records` reads rules from their records.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from chipdb.lazy_dataclasses import dataclass, field
from chipdb.notebook import short_repr
from chipdb.rules.conditions import Atom, Condition, Leaf, leaves
from chipdb.rules.periods import has_come, is_within
from chipdb.rules.scopes import NO_SCOPE, Scope
from chipdb.vocabulary import CautionKind, Kind, Policy, PolicyState, RuleQuestion

POLICIES = tuple(Policy)
"""Review policies, the strictest first."""


@short_repr
@dataclass(frozen=True, slots=True)
class Provision:
    """One paragraph: its condition and the outcome it leads to.

    ``public`` is the part of the condition that published documents state, where only the press
    reports the rest; what only the rest leads to is contested. None where all of it is published.
    """

    id: str
    outcome: str
    when: Condition
    public: Condition | None = None

    @property
    def published(self) -> Condition:
        """Its condition as far as published documents state it."""
        if self.public is None:
            return self.when
        return self.public


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The dates of a rule. Each period includes its first day and excludes the day it ends.

    ``effective`` and ``compliance`` begin it, ``ends`` ends it; None means no such day.
    ``enforcement_ends`` ends it for the law as enforced, ``printed_ends`` for the law as
    codified. ``evidence_to`` is the last day to which sources were read.
    """

    published: date | None = None
    effective: date | None = None
    compliance: date | None = None
    ends: date | None = None
    enforcement_ends: date | None = None
    printed_ends: date | None = None
    evidence_to: date | None = None


# Compared by identity, as rules are, for the same reason.
@short_repr
@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class LicenseException:
    """A license exception that may be available, with the conditions that figures cannot show.

    ``closed`` says why it is not available for any item under this rule; empty if it may be.
    ``restricted`` says what closes it outside its scope; without it the scope itself is named.
    ``depends_on`` is a fact of the transaction on which it depends, such as who the user is.
    """

    name: str
    section: str
    when: Condition
    scope: Scope
    dates: Dates
    conditions: tuple[str, ...] = ()
    closed: str = ""
    restricted: str = ""
    depends_on: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """License exceptions that may not be used where a rule asks for a license, and by what section.

    They are those of other requirements: each has exceptions of its own.
    """

    exceptions: tuple[str, ...]
    section: str


@dataclass(frozen=True, slots=True)
class ReviewSide:
    """Another policy to which a text leads, with the reason."""

    because: str
    policy: Policy


@short_repr
@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review policy and where it applies.

    ``policy`` is None where none is known; ``state`` says why, and ``text`` what the rule says
    instead. In a review rule, ``of`` names the license rules whose applications it governs.
    """

    policy: Policy | None
    when: Condition
    scope: Scope
    of: tuple[str, ...] = ()
    state: PolicyState = PolicyState.KNOWN
    text: str = ""
    sides: tuple[ReviewSide, ...] = ()


@short_repr
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCaution:
    """What must be printed with an answer to which this rule may apply, for some transactions.

    ``unless_required`` leaves it out where a license is required anyway. ``text_if_open`` is
    printed instead of ``text`` where it is not settled that the item is in an entry the rule asks
    for. Of several cautions on one ``topic`` only the first is printed.
    """

    kind: CautionKind
    text: str
    text_if_open: str = ""
    topic: str | None = None
    scope: Scope = NO_SCOPE
    could_require_license: bool = False
    unless_required: bool = False


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A country that a rule names, with the words for it; from ``since`` on if that is given."""

    place: str
    because: str
    since: date | None = None


@short_repr
@dataclass(frozen=True, slots=True)
class WayOut:
    """A way to overcome a presumption: its letter in the note, and what must be attested."""

    way: str
    when: Condition


# Compared by identity: rules are keys of caches, and hashing a whole tree each time is slow.
@dataclass(frozen=True, slots=True, eq=False, repr=False, kw_only=True)
class Rule:
    """An instrument: scope, provisions in order, exceptions, review.

    The first provision that is met gives the outcome; ``unless`` is an exclusion that takes an
    item out of all of them. ``addressees`` are the companies that a letter is addressed to.
    ``conditions`` are what figures cannot show, ``cautions`` what must be printed with an answer.
    ``lifted_by`` names those of its exceptions that lift a text which is printed and not enforced,
    ``bars`` those of other rules that it bars if it applies.
    ``enacted_as`` is the question that a proposal would answer if it were law. ``presumes`` is the
    paragraph that a presumption puts an item in, unless one of ``ways_out`` overcomes it;
    ``application_days`` is how long an application counts there. ``named`` explains countries that
    the scope names.
    """

    id: str
    question: RuleQuestion
    provisions: tuple[Provision, ...]
    title: str = ""
    citation: dict[str, Any] = field(default_factory=dict)
    dates: Dates = Dates()
    kinds: tuple[Kind, ...] = ()
    scope: Scope = NO_SCOPE
    unless: Condition | None = None
    exceptions: tuple[LicenseException, ...] = ()
    addressees: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    review: tuple[Review, ...] = ()
    changes: str = ""
    enacted_as: str | None = None
    cautions: tuple[RuleCaution, ...] = ()
    lifted_by: tuple[str, ...] = ()
    bars: Bar | None = None
    presumes: str | None = None
    ways_out: tuple[WayOut, ...] = ()
    application_days: int | None = None
    named: tuple[NamedPlace, ...] = ()

    def __repr__(self) -> str:
        """Its id and title, since the tree of conditions would fill pages."""
        return f"<Rule {self.id}: {self.title}>"

    @property
    def starts(self) -> date | None:
        """The first day on which it applies, or None if it always has.

        A license is required from the compliance date if that is later; everything else applies
        from the effective date.

        >>> import chipdb
        >>> chipdb.load_rules()["us-3a090-2023"].starts.isoformat()
        '2023-11-17'
        """
        # Some rules set a later day for compliance, such as 2024-12-31 for memory that 89 FR 96790
        # has controlled since 2024-12-02. No license is required in between.
        effective, compliance = self.dates.effective, self.dates.compliance
        if self.question != RuleQuestion.LICENSE or compliance is None:
            return effective
        if effective is None:
            return compliance
        return max(effective, compliance)

    @property
    def is_no_law(self) -> bool:
        """Whether it is a proposal, even one that is treated as law for this question.

        >>> import chipdb
        >>> book = chipdb.load_rules()
        >>> book["ca-ecl-2026"].is_no_law, book["us-3a090-2023"].is_no_law
        (True, False)
        """
        return self.question == RuleQuestion.PROPOSAL or self.enacted_as is not None

    def classifies(self, kind: str) -> bool:
        """Whether it puts items of a kind (``processor``, ``system``, ...) on a control list."""
        return self.question == RuleQuestion.CLASSIFICATION and kind in self.kinds

    def in_force(self, on: date, *, as_printed: bool = False) -> bool:
        """Whether it applies on a day, as enforced or (``as_printed``) as codified.

        >>> import chipdb
        >>> chipdb.load_rules()["us-3a090-2022"].in_force(date(2023, 11, 17))
        False
        """
        if not is_within(self.starts, self.dates.ends, on):
            return False

        # Agencies stopped enforcing some rules that the Code still prints, and the printed text
        # of others has moved on from what is enforced, so each view has an end of its own.
        end_of_view = self.dates.enforcement_ends
        if as_printed:
            end_of_view = self.dates.printed_ends
        return not has_come(end_of_view, on)

    def cited(self) -> str:
        """Its citation in one line; without one, its title or id.

        >>> import chipdb
        >>> chipdb.load_rules()["us-3a090-2023"].cited()
        '88 FR 73458; 15 CFR 774 Supp. 1, 3A090'
        """
        parts = (self.citation.get("document"), self.citation.get("part"))
        # A user's rule may leave out both, and then its title, so the id is the last resort.
        return "; ".join(filter(None, parts)) or self.title or self.id

    @property
    def rests_on_reports(self) -> bool:
        """Whether some of its numbers are known only from the press.

        Answers that depend on such a number are contested, since it cannot be checked from outside.
        """
        return any(provision.public is not None for provision in self.provisions)

    def deciding(self) -> list[Condition]:
        """Every condition that decides its outcome: those of its provisions and the exclusion.

        The exclusion of a presumption holds its ways out too.
        """
        conditions = [provision.when for provision in self.provisions]
        if self.unless is not None:
            conditions.append(self.unless)
        return conditions

    def leaves(self) -> tuple[Leaf, ...]:
        """Every leaf of the conditions that decide its outcome, in the order written.

        Those of exceptions and of review policies are not among them.
        """
        collected: list[Leaf] = []
        for condition in self.deciding():
            collected += leaves(condition)
        return tuple(collected)

    def metrics(self) -> tuple[str, ...]:
        """The metrics that the conditions compare, each once, in the order written.

        >>> import chipdb
        >>> chipdb.load_rules()["us-3a090-2023"].metrics()
        ('tpp', 'performance_density')
        """
        atoms = [leaf for leaf in self.leaves() if isinstance(leaf, Atom)]
        return tuple(dict.fromkeys(atom.metric for atom in atoms))

    def outcomes(self) -> tuple[str, ...]:
        """Its outcomes, the strictest first, which is the order of its provisions.

        >>> import chipdb
        >>> chipdb.load_rules()["us-3a090-2023"].outcomes()
        ('3A090.a', '3A090.b')
        """
        return tuple(dict.fromkeys(provision.outcome for provision in self.provisions))


def entry_of(outcomes: set[str]) -> str | None:
    """The entry that paragraphs have in common: ``3A090`` of ``3A090.a`` and ``3A090.b``.

    None if they have none in common.

    >>> entry_of({"3A090.a", "3A090.b"})
    '3A090'
    >>> entry_of({"3A090.a", "4A090"}) is None
    True
    """
    # A contested paragraph leaves the entry itself settled: 3A090, whether .a or .b.
    split = [outcome.split(".") for outcome in outcomes]
    common: list[str] = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1:
            break
        common.append(parts[0])
    return ".".join(common) or None
