"""Why a transaction lies in the scope of a rule, in words: "Saudi Arabia: D:4, not A:5 or A:6"."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from datetime import date

from chipdb.rules.places import Transaction, places
from chipdb.rules.rule import NamedPlace, Rule
from chipdb.rules.scopes import EVERYWHERE, Scope, Selection
from chipdb.rules.wording import scope_text

NAMED = "named in the rule"
"""Why a country is in scope that a rule names, where its record says nothing more exact."""

HEADQUARTERS = " (headquarters)"
EXPORTER = " (exporting country)"


# A catalog puts the same rules and places to hundreds of chips.
@functools.lru_cache(maxsize=1024)
def scope_reason(rule: Rule, deal: Transaction) -> str:
    """Why the places of a transaction are in the scope of a rule; what is not settled is said.

    A scope of nearly every place is given in its own words.
    """
    if rule.scope.everywhere:
        return "the rule applies everywhere"
    reasons = dict.fromkeys(_scope_reasons(rule, rule.scope, deal))
    return "; ".join(reasons) or scope_text(rule.scope)


def _scope_reasons(rule: Rule, scope: Scope, deal: Transaction) -> Iterator[str]:
    """The reason of each side of a scope, and of each alternative that may hold."""
    destination = None if deal.to is None else (deal.to,)
    origin = None if deal.origin is None else (deal.origin,)
    sides = (
        (scope.to, destination, "", "the destination"),
        (scope.headquarters, deal.headquarters, HEADQUARTERS, "the headquarters"),
        (scope.origin, origin, EXPORTER, "the exporting country"),
    )
    for selection, codes, role, unknown in sides:
        if selection is None:
            continue
        if codes is None:
            yield f"{unknown}: not known"
            continue
        for code in codes:
            reason = _selection_reason(rule, selection, code, deal.on)
            if reason:
                yield f"{places().name_of(code)}{role}: {reason}"

    for alternative in scope.any:
        if places().holds(alternative, deal) is not False:
            yield from _scope_reasons(rule, alternative, deal)


def _selection_reason(rule: Rule, selection: Selection, code: str, on: date) -> str:
    """Why a set of places contains a place; empty where it does not."""
    if places().selects(selection, code, on) is False:
        return ""
    if not selection.any:
        return _not_left_out(selection, code, on)

    # A country by name needs no group: its membership may change, the name stays.
    named = [name for name in selection.any if _names_it(rule, name, code, on)]
    if named:
        entry = _entry_of(rule, code)
        return NAMED if entry is None else entry.because

    if EVERYWHERE in selection.any:
        return _not_left_out(selection, code, on)
    for inner in selection.any:
        if isinstance(inner, Selection):
            reason = _selection_reason(rule, inner, code, on)
            if reason:
                return reason
    groups = _country_groups(selection.any)
    return _member_words(groups, code, on) + _except_words(selection)


def _names_it(rule: Rule, name: str | Selection, code: str, on: date) -> bool:
    """Whether a name of a scope is that of the country, or of a list that a rule prints."""
    if isinstance(name, Selection) or name == EVERYWHERE:
        return False
    group = places().groups.get(name)
    if group is not None:
        return not _is_country_group(name) and bool(group.holds(code, on))
    if places().country(name, on) != code:
        return False
    # A record gives a scope as it is at its end; a name that came later counts from its day on.
    entry = _entry_of(rule, code)
    return entry is None or entry.since is None or on >= entry.since


def _entry_of(rule: Rule, code: str) -> NamedPlace | None:
    """The entry of a country among those that the rule names with a day or a reason."""
    for entry in rule.named:
        if entry.place == code:
            return entry
    return None


def _is_country_group(name: str) -> bool:
    """Whether a group is one that readers know; other ids are sections of the Code.

    Those hold the places that a section names: 746.6 the regions of Ukraine.
    """
    return not name[0].isdigit()


def _member_words(groups: Sequence[str], code: str, on: date) -> str:
    """The groups that a place belongs to, or those of which it is not settled."""
    certain = [name for name in groups if places().groups[name].holds(code, on)]
    if certain:
        return _listed(certain, "and")
    unsettled = [name for name in groups if places().groups[name].holds(code, on) is None]
    return f"whether it belongs to {_listed(unsettled, 'or')} on this date is not settled"


def _except_words(selection: Selection) -> str:
    """The groups that a set leaves out; countries left out by name say nothing of this one."""
    groups = _country_groups(selection.less)
    return f", not {_listed(groups, 'or')}" if groups else ""


def _country_groups(names: tuple[str | Selection, ...]) -> list[str]:
    """The country groups among some names."""
    groups = []
    for name in names:
        if isinstance(name, str) and name in places().groups and _is_country_group(name):
            groups.append(name)
    return groups


def _not_left_out(selection: Selection, code: str, on: date) -> str:
    """Why a set of all places but some does not leave this one out.

    Empty where it leaves out countries by name: that the place is none of them explains nothing.
    """
    reasons = []
    for name in selection.less:
        if isinstance(name, Selection):
            reasons.append(_outside(name, code, on))
    groups = _except_words(selection).removeprefix(", ")
    if groups:
        reasons.append(groups)
    return ", ".join(reasons)


def _outside(left_out: Selection, code: str, on: date) -> str:
    """Why a place is not in a set that a scope leaves out.

    "not D:1, D:4 or D:5" of Germany, "D:4, but also A:6" of Israel.
    """
    groups = _country_groups(left_out.any)
    inside = [name for name in groups if places().groups[name].holds(code, on)]
    excepted = []
    for name in _country_groups(left_out.less):
        if places().groups[name].holds(code, on):
            excepted.append(name)
    if inside and excepted:
        return f"{_listed(inside, 'and')}, but also {_listed(excepted, 'and')}"
    unsettled = [name for name in groups if places().groups[name].holds(code, on) is None]
    if unsettled and not inside and not excepted:
        return f"whether it belongs to {_listed(unsettled, 'or')} on this date is not settled"
    return f"not {_listed(groups, 'or')}"


def _listed(names: Sequence[str], joint: str) -> str:
    """Names as a list whose last two are joined by a word."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"
