"""A scope in words: countries by their English names, country groups by theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chipdb.rules.places import EVERYWHERE, Scope, Selection, places


def scope_text(scope: Scope) -> str:
    """Where a rule applies.

    >>> from chipdb.rules.places import scope_from
    >>> scope_text(scope_from({"to": {"any": ["D:1", "D:5"], "not": ["A:5", "US"]}}))
    'to country group D:1 or D:5, except country group A:5 and United States'
    >>> scope_text(scope_from({"any": [{"to": ["MO"]}, {"headquarters": ["MO"]}]}))
    'to Macau, or for parties headquartered in Macau'
    >>> scope_text(scope_from(None))
    'everywhere'
    """
    sides = []
    if scope.to is not None:
        sides.append(f"to {selection_text(scope.to)}")
    if scope.headquarters is not None:
        sides.append(f"for parties headquartered in {selection_text(scope.headquarters)}")
    if scope.origin is not None:
        sides.append(f"from {selection_text(scope.origin)}")
    if scope.any:
        sides.append(", or ".join(_alternative(alternative) for alternative in scope.any))
    return ", ".join(sides) or "everywhere"


def _alternative(scope: Scope) -> str:
    text = scope_text(scope)
    return f"({text})" if " and " in text else text


def selection_text(selection: Selection) -> str:
    """A set of places: a list, followed by what is left out of it."""
    text = _listed(selection.any, "or") or "any place"
    if selection.less:
        text += f", except {_listed(selection.less, 'and')}"
    return text


def _listed(names: Sequence[str | Selection], joint: str) -> str:
    words = []
    before: str | Selection | None = None
    for name in names:
        # Only the first of several groups in a row says what it is: "country group D:1 or D:5".
        follows_a_group = isinstance(before, str) and before in places().groups
        words.append(_name(name, follows_a_group))
        before = name
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def _name(name: str | Selection, follows_a_group: bool) -> str:
    if isinstance(name, Selection):
        return f"({selection_text(name)})" if name.less else _listed(name.any, "or")
    if name in places().groups:
        if follows_a_group:
            return name
        kind = "country group" if ":" in name else "list"
        return f"{kind} {name}"
    if name == EVERYWHERE:
        return "any place"
    return places().name_of(_code(name))


def _code(name: str) -> str:
    """The code of a country that a scope names by code, name or alias."""
    countries = places().countries
    if name in countries:
        return name
    for code, entry in countries.items():
        if name in (entry["name"], *entry.get("aliases", ())):
            return code
    raise KeyError(name)


def groups_named(scope: Scope) -> list[str]:
    """The country groups that a scope names, each once."""
    return [name for name in dict.fromkeys(_names_in(scope)) if name in places().groups]


def _names_in(scope: Scope) -> Iterator[str]:
    for side in (scope.to, scope.headquarters, scope.origin):
        if side is not None:
            yield from _names(side)
    for alternative in scope.any:
        yield from _names_in(alternative)


def _names(selection: Selection) -> Iterator[str]:
    for name in (*selection.any, *selection.less):
        if isinstance(name, Selection):
            yield from _names(name)
        else:
            yield name
