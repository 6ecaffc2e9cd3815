"""The question about a chip: date, places, parties, role, which rules, and assumptions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from chipdb.catalog.catalog import load
from chipdb.catalog.lookup import nearest
from chipdb.errors import ParameterError, UnknownNameError, UsageError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.rules.conditions import NamedChip
from chipdb.rules.places import Transaction, places
from chipdb.rules.rule import Rule
from chipdb.rules.rulebook import Rulebook, load_rules
from chipdb.units import day_of
from chipdb.vocabulary import RuleQuestion

ENFORCED, TEXT = "enforced", "text"
"""The two laws: what the agency applies, and what the printed text says (decision record 13)."""
CODIFIED = "codified"
"""Another name for the law as printed, which is the word of the field."""
EXPORTER = "US"
"""Where an ordinary export starts if nobody says otherwise."""


@dataclass(frozen=True)
class AskedPlaces:
    """Places as they were asked, which rules may treat as another: Hong Kong is China for them."""

    to: str | None
    origin: str | None
    headquarters: tuple[str, ...] | None

    @property
    def codes(self) -> tuple[str, ...]:
        """Every place, each once."""
        places = (self.to, self.origin, *(self.headquarters or ()))
        return tuple(dict.fromkeys(code for code in places if code is not None))


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked of a chip. Countries are codes; None where the place is not known.

    ``named`` limits the answers to some rules, ``law`` chooses between what is enforced and the
    printed text, ``role`` asks the presumption for a foundry or an OSAT company, ``book`` replaces
    the built-in rulebook, ``strict`` lets every caution count. The places are those that rules
    read; ``asked`` keeps them as they were named.
    """

    on: date
    to: str | None = None
    origin: str | None = None
    headquarters: tuple[str, ...] | None = None
    named: tuple[str, ...] = ()
    law: str = ENFORCED
    role: str | None = None
    assumptions: tuple[str, ...] = ()
    book: Rulebook | None = None
    asked: AskedPlaces | None = None
    strict: bool = False

    @property
    def places_asked(self) -> AskedPlaces:
        """The places as they were asked; by default those that rules read.

        Output names these, so that a question about Hong Kong has an answer about Hong Kong:

        >>> asked = question("2026-06-01", "Hong Kong")
        >>> asked.to, asked.places_asked.to
        ('CN', 'HK')
        """
        return self.asked or AskedPlaces(self.to, self.origin, self.headquarters)

    @property
    def rulebook(self) -> Rulebook:
        """The rules that are asked: those given as ``book``, or the built-in ones."""
        if self.book is None:
            return load_rules()
        return self.book

    @property
    def proposals(self) -> list[Rule]:
        """The proposals among what it asks: named, or set among the law.

        In the order of the rulebook. A rule of the law is never among them, named or not.
        """
        chosen = []
        for rule in self.rulebook:
            # an enacted proposal carries the question it would answer, and so is no longer one by
            # its question
            is_enacted = rule.question != RuleQuestion.PROPOSAL
            if rule.is_no_law and (is_enacted or rule.id in self.named):
                chosen.append(rule)
        return chosen

    @property
    def as_printed(self) -> bool:
        """Whether the law is read as printed rather than as enforced."""
        return self.law == TEXT

    @property
    def transaction(self) -> Transaction:
        """Its day and the places that rules read, which is all that a scope is compared with."""
        return Transaction(self.on, self.to, self.origin, self.headquarters)

    def transaction_for(self, rule: Rule) -> Transaction:
        """The transaction that the scope of a rule is compared with.

        A duty is owed on entry into a customs territory, which leaves out places that the export
        rules treat as a part of the country, such as Guam (19 CFR 101.1; 15 CFR 772.1). Its scope
        is therefore compared with the destination as it was named.

        >>> from chipdb.rules.rulebook import load_rules
        >>> asked = question("2026-06-01", "Guam")
        >>> duty = load_rules()["us-section-232-2026"]
        >>> asked.transaction.to, asked.transaction_for(duty).to
        ('US', 'GU')
        """
        if rule.question != RuleQuestion.DUTY:
            return self.transaction
        return replace(self.transaction, to=self.places_asked.to)

    @property
    def enacted(self) -> list[Rule]:
        """The proposals that it treats as law; empty where it treats none so.

        A proposal becomes law in a question by taking the question that its text would answer,
        such as ``license`` (decision record 16).
        """
        return [rule for rule in self.proposals if rule.question != RuleQuestion.PROPOSAL]

    def before_enactment(self) -> Question | None:
        """The same question without the proposals that it treats as law; None if there are none."""
        # Only a rulebook that was enacted into knows the one that it was made from.
        if self.book is None or self.book.before is None:
            return None
        return replace(self, book=self.book.before)

    def other_law(self) -> Question:
        """The same question about the other law: the printed text, or what is enforced.

        >>> question("2025-06-01").other_law().law
        'text'
        """
        if self.as_printed:
            return replace(self, law=ENFORCED)
        return replace(self, law=TEXT)


def question(
    on: str | date | None = None,
    to: str | None = None,
    origin: str | None = None,
    headquarters: str | Sequence[str] = (),
    *,
    named: str | Sequence[str] = (),
    law: str = ENFORCED,
    role: str | None = None,
    strict: bool = False,
    book: Rulebook | None = None,
) -> Question:
    """A question from what a user says: names become codes, and defaults become assumptions.

    ``on`` is the day, today where it is left out. ``to``, ``origin`` and ``headquarters`` are names
    or ISO codes of countries. ``named`` are ids of rules, to which the answers are then limited;
    ``law`` is ``enforced``, ``text`` or ``codified``, ``role`` ``foundry`` or ``osat``. ``strict``
    fills in no defaults, and lets every caution count.

    Raises :class:`UsageError` for an impossible date or an unknown choice,
    :class:`~chipdb.errors.UnknownNameError` for a country or rule that does not exist.

    >>> asked = question("2026-06-01", "China")
    >>> asked.to, asked.origin, asked.headquarters
    ('CN', 'US', ('CN',))
    >>> strictly = question("2026-06-01", "China", strict=True)
    >>> strictly.to, strictly.origin, strictly.headquarters
    ('CN', None, None)
    """
    day = date.today() if on is None else day_named("on", on)
    if law == CODIFIED:
        law = TEXT
    if law not in (ENFORCED, TEXT):
        raise ParameterError("law", f"must be 'enforced' or 'text', not {law!r}")
    if role not in (None, "foundry", "osat"):
        raise ParameterError("role", f"must be 'foundry' or 'osat', not {role!r}")

    asked, assumptions = _places_asked(to, origin, _listed(headquarters), strict=strict)
    parties = asked.headquarters or ()

    rulebook = load_rules() if book is None else book
    _refuse_unknown_chips(rulebook)
    return Question(
        on=day,
        to=_treated_as(asked.to, day),
        origin=_treated_as(asked.origin, day),
        headquarters=tuple(places().treated_as(code, day) for code in parties) or None,
        named=tuple(rulebook[name].id for name in _listed(named)),
        law=law,
        role=role,
        assumptions=assumptions,
        book=book,
        asked=asked,
        strict=strict,
    )


def _places_asked(
    to: str | None, origin: str | None, headquarters: tuple[str, ...], *, strict: bool
) -> tuple[AskedPlaces, tuple[str, ...]]:
    """The places that a user named and those assumed for the others, and the assumptions in words.

    Without a destination nothing is exported, so nothing is assumed. Raises
    :class:`~chipdb.errors.UnknownNameError` for a country that there is not.
    """
    destination = exporter = None
    if to is not None:
        destination = _country("to", to)
    if origin is not None:
        exporter = _country("from_", origin)
    parties = tuple(_country("headquarters", name) for name in headquarters)

    assumptions: list[str] = []
    if destination is not None:
        # strict leaves unstated places unknown, so that what they decide comes out undetermined
        if exporter is None and not strict:
            exporter = EXPORTER
            assumptions.append("exported from the United States")
        if not parties and not strict:
            parties = (destination,)
            assumptions.append("recipient and its ultimate parent headquartered at the destination")
        assumptions.append("direct export, no military end use or user, item subject to the EAR")
    return AskedPlaces(destination, exporter, parties or None), tuple(assumptions)


def each_place_once(questions: Iterable[Question]) -> list[Question]:
    """The questions with each destination once, in their order.

    Two names of one country are one place; Hong Kong and China are two, as they were asked.

    >>> named = ("China", "CN", "Hong Kong")
    >>> asked = each_place_once([question("2026-06-01", name) for name in named])
    >>> [each.places_asked.to for each in asked]
    ['CN', 'HK']
    """
    by_place: dict[str | None, Question] = {}
    for asked in questions:
        by_place.setdefault(asked.places_asked.to, asked)
    return list(by_place.values())


def _treated_as(code: str | None, on: date) -> str | None:
    """The code of the country that rules treat a place as; None stays None.

    Since 23 December 2020 the EAR treat Hong Kong as China (85 FR 83765).
    """
    if code is None:
        return None
    return places().treated_as(code, on)


def _country(parameter: str, name: str) -> str:
    """The code of a country that a parameter names.

    Raises :class:`TypeError` for anything but a text, such as a list of places, and
    :class:`~chipdb.errors.UnknownNameError`, which names ``parameter``, for no known country.
    """
    if not isinstance(name, str):
        raise TypeError(f"{parameter} must be the name of a country, not a {type(name).__name__}")
    try:
        return places().code_of(name)
    except UnknownNameError as error:
        error.parameter = parameter
        raise


def _refuse_unknown_chips(rulebook: Rulebook) -> None:
    """Refuse a user's rule that names a chip by an unknown id: it would never match.

    Raises :class:`UsageError` for the first such id, with the nearest id that exists.
    """
    named: set[str] = set()
    # Only what a user wrote may be wrong here: tests hold the rules of chipdb itself.
    for rule in rulebook.own_rules:
        for leaf in rule.leaves():
            if isinstance(leaf, NamedChip):
                named.update(leaf.ids)

    # The catalog's ids are loaded only where a rule names some.
    if not named:
        return

    unknown = sorted(named - set(load().ids))
    if unknown:
        suggestion = nearest(unknown[0], load().ids)
        raise UsageError(f"part {unknown[0]!r} is the id of no chip{suggestion}")


def _listed(names: str | Sequence[str]) -> tuple[str, ...]:
    """One name or several as a tuple.

    Without this a single name would be taken apart into its letters, since a text is a sequence.
    """
    if isinstance(names, str):
        return (names,)
    return tuple(names)


def day_named(parameter: str, text: str | date) -> date:
    """The day that a parameter states: a date, or a day relative to today such as ``+30d``.

    Raises :class:`ParameterError` for any other value; ``parameter`` is its name in the message.

    >>> day_named("on", "2026-06-01")
    datetime.date(2026, 6, 1)
    """
    if isinstance(text, date):
        # A datetime is a date too, but the two cannot be compared with each other.
        return date(text.year, text.month, text.day)
    try:
        return day_of(text)
    except (ValueError, TypeError):
        pass
    # loaded only for what is no plain date, since every check starts here
    from chipdb.relative_days import stated_day

    try:
        return stated_day(text)
    except (ValueError, TypeError, AttributeError):
        raise ParameterError(
            parameter, f"must be a date such as '2026-06-01' or '+30d', not {text!r}"
        ) from None
