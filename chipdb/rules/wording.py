"""A scope in words: places by their names, country groups by theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chipdb.rules.places import EVERYWHERE, Scope, Selection, places


def scope_text(scope: Scope) -> str:
    """Where a rule holds.

    >>> from chipdb.rules.places import scope_from
    >>> scope_text(scope_from({"to": {"any": ["D:1", "D:5"], "not": ["A:5", "US"]}}))
    'to country group D:1 or D:5, except country group A:5 and United States'
    >>> scope_text(scope_from({"any": [{"to": ["MO"]}, {"headquarters": ["MO"]}]}))
    'to Macau, or for parties headquartered in Macau'
    >>> scope_text(scope_from(None))
    'everywhere'
    """
    sides = [
        _side("to", scope.to),
        _side("for parties headquartered in", scope.headquarters),
        _side("from", scope.origin),
        ", or ".join(
            f"({text})" if " and " in text else text for text in map(scope_text, scope.any)
        ),
    ]
    return ", ".join(side for side in sides if side) or "everywhere"


def _side(word: str, selection: Selection | None) -> str:
    return f"{word} {selection_text(selection)}" if selection is not None else ""


def selection_text(selection: Selection) -> str:
    """A set of places in words: a list, what is left out of it behind."""
    left_out = f", except {_listed(selection.less, 'and')}" if selection.less else ""
    return (_listed(selection.any, "or") or "any place") + left_out


def _listed(names: Sequence[str | Selection], joint: str) -> str:
    words = [_name(name, names[index - 1] if index else None) for index, name in enumerate(names)]
    return f" {joint} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _name(name: str | Selection, before: str | Selection | None = None) -> str:
    """A place or group by its name; what it is stands before the first of several groups."""
    if isinstance(name, Selection):
        return f"({selection_text(name)})" if name.less else _listed(name.any, "or")
    known = places()
    if name in known.groups:
        return (
            name
            if isinstance(before, str) and before in known.groups
            else f"{'country group' if ':' in name else 'list'} {name}"
        )
    return "any place" if name == EVERYWHERE else known.name_of(next(_codes(name)))


def _codes(name: str) -> Iterator[str]:
    known = places()
    if name in known.countries:
        yield name
    yield from (
        code
        for code, entry in known.countries.items()
        if name in (entry["name"], *entry.get("aliases", ()))
    )


def groups_named(scope: Scope) -> list[str]:
    """The country groups that a scope names, each once."""
    found = [
        name
        for side in (scope.to, scope.headquarters, scope.origin)
        if side
        for name in _names(side)
    ]
    found += [name for alternative in scope.any for name in groups_named(alternative)]
    return [name for name in dict.fromkeys(found) if name in places().groups]


def _names(selection: Selection) -> Iterator[str]:
    for name in (*selection.any, *selection.less):
        if isinstance(name, Selection):
            yield from _names(name)
        else:
            yield name
