"""Why a transaction lies in the scope of a rule, in words: "Saudi Arabia: D:4, not A:5 or A:6"."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from chipdb.lazy_dataclasses import dataclass
from chipdb.rules.periods import is_within
from chipdb.rules.places import Transaction, as_places, places
from chipdb.rules.rule import NamedPlace, Rule
from chipdb.rules.scopes import EVERYWHERE, Scope, Selection
from chipdb.rules.wording import scope_text, word_list

NAMED = "named in the rule"
"""Why a country is in scope that a rule names, where its record says nothing more exact."""

HEADQUARTERS = " (headquarters)"
EXPORTER = " (exporting country)"


# A catalog asks about the same rules and places for hundreds of chips.
@functools.lru_cache(maxsize=1024)
def scope_reason(rule: Rule, deal: Transaction) -> str:
    """Why the places of a transaction are in the scope of a rule, and what is not settled.

    A scope of nearly every place is given in its own words.

    >>> import chipdb
    >>> rule = chipdb.load_rules()["us-license-742-6-iii-2023"]
    >>> scope_reason(rule, Transaction(date(2023, 12, 1), to="CN", origin="US"))
    'China: D:1, D:4 and D:5, not A:5 or A:6'
    """
    if rule.scope.everywhere:
        return "the rule applies everywhere"
    # Destination and headquarters are often one place, whose reason is then given once.
    reasons = dict.fromkeys(_scope_reasons(rule, rule.scope, deal))
    return "; ".join(reasons) or scope_text(rule.scope)


def with_treatments(reason: str, codes: Iterable[str], on: date) -> str:
    """A reason of scope with why the places that were asked are treated as those that it names.

    >>> with_treatments("China: D:1", ["HK", "GU"], date(2026, 6, 1))
    'China: D:1; Hong Kong has been treated as China since 2020-12-23 (85 FR 83765)'
    """
    parts = [reason]
    for code in codes:
        # an exporter in Guam is no reason for a rule on China
        if places().name_of(places().treated_as(code, on)) in reason:
            parts.append(places().reason_of_treatment(code, on))
    return "; ".join(filter(None, parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One side of a scope, and the places that a transaction has on it.

    ``codes`` is None where the transaction does not say; ``unknown`` is what is then not known.
    ``role`` follows the name of a place in the reason.
    """

    selection: Selection | None
    codes: tuple[str, ...] | None
    role: str
    unknown: str


def _sides(scope: Scope, deal: Transaction) -> tuple[_Side, ...]:
    """The sides of a scope with the places of a transaction, in the order in which they are read.

    The destination comes first, because that is what most rules name.
    """
    return (
        _Side(
            selection=scope.to,
            codes=as_places(deal.to),
            role="",
            unknown="the destination",
        ),
        _Side(
            selection=scope.headquarters,
            codes=deal.headquarters,
            role=HEADQUARTERS,
            unknown="the headquarters",
        ),
        _Side(
            selection=scope.origin,
            codes=as_places(deal.origin),
            role=EXPORTER,
            unknown="the exporting country",
        ),
    )


FOR_REVIEW = ", for the review policy"
"""What follows the reason of headquarters that only choose the policy of review."""


@functools.lru_cache(maxsize=1024)
def headquarters_reason(rule: Rule, scope: Scope, deal: Transaction) -> str:
    """Why headquarters outside the destination decide a review policy.

    Empty where the scope of the policy does not ask for headquarters, or has none of these.
    """
    # Headquarters in the destination say nothing that the destination does not.
    elsewhere = [code for code in deal.headquarters or () if code != deal.to]
    reasons: list[str] = []
    for each, selection in headquarters_scopes(scope):
        if places().holds(each, deal) is False:
            continue
        for code in elsewhere:
            reason = selection_reason(rule, selection, code, deal.on)
            if reason:
                reasons.append(f"{places().name_of(code)}{HEADQUARTERS}: {reason}")
    return "; ".join(dict.fromkeys(reasons))


def headquarters_scopes(scope: Scope) -> Iterator[tuple[Scope, Selection]]:
    """The parts of a scope that ask for headquarters, each with the places that it asks for."""
    for each in (scope, *scope.any):
        if each.headquarters is not None:
            yield each, each.headquarters


def _scope_reasons(rule: Rule, scope: Scope, deal: Transaction) -> Iterator[str]:
    """Why each side of a scope matches, and why each alternative may."""
    for side in _sides(scope, deal):
        if side.selection is not None:
            yield from _side_reasons(rule, side, side.selection, deal.on)

    for alternative in scope.any:
        if places().holds(alternative, deal) is not False:
            yield from _scope_reasons(rule, alternative, deal)


def _side_reasons(rule: Rule, side: _Side, selection: Selection, on: date) -> Iterator[str]:
    """The reason of each place on one side, after its name; nothing where it needs none."""
    if side.codes is None:
        yield f"{side.unknown}: not known"
        return
    for code in side.codes:
        reason = selection_reason(rule, selection, code, on)
        if reason:
            yield f"{places().name_of(code)}{side.role}: {reason}"


def selection_reason(rule: Rule, selection: Selection, code: str, on: date) -> str:
    """Why a set of places contains a place; empty where it does not."""
    if places().selects(selection, code, on) is False:
        return ""
    if not selection.any:
        return _not_left_out(selection, code, on)

    # A country by name needs no group: its membership may change, the name stays.
    for name in selection.any:
        if _names_it(rule, name, code, on):
            return _named_reason(rule, code)

    if EVERYWHERE in selection.any:
        return _not_left_out(selection, code, on)

    # One of several sets that contain the place explains it: the one that the rule puts first.
    for inner in _sets_among(selection.any):
        reason = selection_reason(rule, inner, code, on)
        if reason:
            return reason
    groups = _country_groups(selection.any)
    return _member_words(groups, code, on) + _except_words(selection)


def _named_reason(rule: Rule, code: str) -> str:
    """Why a country that the rule names is in scope, in the rule's words where it has any."""
    entry = _entry_of(rule, code)
    if entry is None:
        return NAMED
    return entry.because


def _sets_among(names: Sequence[str | Selection]) -> list[Selection]:
    """The sets of places among some names, each of which has exceptions of its own.

    >>> _sets_among(["D:1", Selection(("D:4",), less=("CY",))])
    [Selection(any=('D:4',), less=('CY',))]
    """
    return [name for name in names if isinstance(name, Selection)]


def _names_it(rule: Rule, name: str | Selection, code: str, on: date) -> bool:
    """Whether a scope names the country itself, or a list that a rule prints.

    Country groups do not count: a place is one of their members, the rule does not name it.
    """
    if isinstance(name, Selection) or name == EVERYWHERE:
        return False

    group = places().groups.get(name)
    if group is not None:
        is_list_of_the_rule = not _is_country_group(name)
        return is_list_of_the_rule and bool(group.holds(code, on))

    if places().country(name, on) != code:
        return False
    # A record gives a scope as it is at its end; a name that came later counts from its day on.
    entry = _entry_of(rule, code)
    return entry is None or is_within(entry.since, None, on)


def _entry_of(rule: Rule, code: str) -> NamedPlace | None:
    """The entry of a country among those that the rule names with a day or a reason."""
    for entry in rule.named:
        if entry.place == code:
            return entry
    return None


def _is_country_group(name: str) -> bool:
    """Whether a group is one that readers know; other ids are sections of the Code.

    Those hold the places that a section names: 746.6 the regions of Ukraine.

    >>> _is_country_group("D:5"), _is_country_group("746.6")
    (True, False)
    """
    return not name[0].isdigit()


def _memberships(groups: Sequence[str], code: str, on: date) -> tuple[list[str], list[str]]:
    """The groups that a place belongs to on a day, and those where that is not settled.

    >>> _memberships(["D:1", "D:5", "A:5"], "CN", date(2026, 6, 1))
    (['D:1', 'D:5'], [])
    """
    inside = []
    unsettled = []
    for name in groups:
        belongs = places().groups[name].holds(code, on)
        if belongs:
            inside.append(name)
        elif belongs is None:
            unsettled.append(name)
    return inside, unsettled


def _member_words(groups: Sequence[str], code: str, on: date) -> str:
    """The groups that a place belongs to, or those where that is not settled.

    >>> _member_words(["D:1", "D:4", "D:5"], "CN", date(2026, 6, 1))
    'D:1, D:4 and D:5'
    """
    inside, unsettled = _memberships(groups, code, on)
    if inside:
        return word_list(inside, "and")
    return _unsettled_words(unsettled)


def _unsettled_words(groups: Sequence[str]) -> str:
    """The words for a place whose membership in some groups on the day is not recorded."""
    return f"whether it belongs to {word_list(groups, 'or')} on this date is not settled"


def _except_words(selection: Selection) -> str:
    """The groups that a set leaves out; countries left out by name say nothing of this one.

    >>> _except_words(Selection(("D:4",), less=("A:5", "A:6", "Cyprus")))
    ', not A:5 or A:6'
    """
    groups = _country_groups(selection.less)
    if not groups:
        return ""
    return f", not {word_list(groups, 'or')}"


def _country_groups(names: Sequence[str | Selection]) -> list[str]:
    """The country groups among some names, in their order.

    >>> _country_groups(["D:5", "Cyprus", Selection(("A:5",))])
    ['D:5']
    """
    known_groups = places().groups
    groups = []
    for name in names:
        if isinstance(name, Selection) or name not in known_groups:
            continue
        if _is_country_group(name):
            groups.append(name)
    return groups


def _not_left_out(selection: Selection, code: str, on: date) -> str:
    """Why a set of all places but some does not leave this one out.

    Empty where it leaves out countries by name: that the place is not among them explains nothing.
    """
    reasons = [_outside(left_out, code, on) for left_out in _sets_among(selection.less)]
    groups = _except_words(selection).removeprefix(", ")
    if groups:
        reasons.append(groups)
    return ", ".join(reasons)


def _outside(left_out: Selection, code: str, on: date) -> str:
    """Why a place is not in a set that a scope leaves out.

    >>> groups = Selection(("D:1", "D:4", "D:5"), less=("A:5", "A:6"))
    >>> _outside(groups, "DE", date(2026, 6, 1))
    'not D:1, D:4 or D:5'
    >>> _outside(groups, "IL", date(2026, 6, 1))
    'D:4, but also A:6'
    >>> _outside(Selection(("D:1", "D:5")), "ET", date(2026, 11, 30))
    'whether it belongs to D:5 on this date is not settled'
    """
    groups = _country_groups(left_out.any)
    inside, unsettled = _memberships(groups, code, on)
    excepted, _ = _memberships(_country_groups(left_out.less), code, on)
    if inside and excepted:
        return f"{word_list(inside, 'and')}, but also {word_list(excepted, 'and')}"

    # A settled exception keeps it out of the set, whether it belongs to the groups or not.
    may_belong = unsettled and not inside
    if may_belong and not excepted:
        return _unsettled_words(unsettled)
    return f"not {word_list(groups, 'or')}"
