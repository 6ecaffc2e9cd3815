"""Scopes: which places a rule names, as sets of places with exceptions.

A scope is only what the rule says. Whether a transaction lies in it depends on the day, and
:meth:`chipdb.rules.places.Places.holds` answers that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from chipdb.lazy_dataclasses import dataclass

EVERYWHERE = "*"
"""What a scope writes for every place."""

# ``from`` is a keyword of Python, so the field of that side is named ``origin``.
SCOPE_KEYS = ("to", "headquarters", "from", "in_country", "any", "not")
"""The keys that a scope may have."""


@dataclass(frozen=True, slots=True)
class Selection:
    """A set of places: those with any of some names, except those in ``less``.

    A name is a country, a country group or :data:`EVERYWHERE`. No names at all is everywhere.
    """

    any: tuple[str | Selection, ...] = ()
    less: tuple[str | Selection, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a rule applies: every side that is stated must match, and one of ``any`` if stated.

    ``in_country`` is True for a rule on transfers within one country, False for one on all others.
    """

    to: Selection | None = None
    headquarters: Selection | None = None
    origin: Selection | None = None
    any: tuple[Scope, ...] = ()
    in_country: bool | None = None

    @property
    def everywhere(self) -> bool:
        """Whether it limits nothing: neither a place, nor to transfers or exports.

        >>> scope_from(None).everywhere, scope_from({"in_country": "true"}).everywhere
        (True, False)
        """
        return self == NO_SCOPE


NO_SCOPE = Scope()
"""The scope of a rule that applies everywhere."""

SIDES = ("to", "headquarters", "from")
"""The keys of a scope whose value is a set of places, one for each side of a transaction."""


def scope_from(record: Any) -> Scope:
    """A scope from its record; raises :class:`ValueError` for what is not a scope.

    >>> scope_from({"to": ["D:5", {"not": ["A:6"]}]}).to
    Selection(any=('D:5',), less=('A:6',))
    """
    if record is None:
        return NO_SCOPE

    _check_keys(record)

    sides = {key: _selection(record[key]) for key in SIDES if key in record}
    if "not" in record:
        # A ``not`` next to the sides excludes destinations; by itself it means everywhere except.
        to = sides.get("to", Selection())
        sides["to"] = Selection(to.any, to.less + _selection(record["not"]).any)

    return Scope(
        to=sides.get("to"),
        headquarters=sides.get("headquarters"),
        origin=sides.get("from"),
        any=tuple(map(scope_from, record.get("any", ()))),
        in_country=_in_country(record.get("in_country")),
    )


def _in_country(value: Any) -> bool | None:
    """Whether a scope is limited to transfers within a country, or to all others.

    ``value`` is the text of the data file, None where the scope does not mention transfers.
    Raises :class:`ValueError` for any other value.
    """
    if value is None:
        return None
    if value not in ("true", "false"):
        raise ValueError("in_country: expected true (transfers within one country) or false")
    return bool(value == "true")


def _check_keys(record: Any) -> None:
    """Raise :class:`ValueError` for a record that is not a mapping or has keys that no scope has.

    >>> _check_keys({"too": ["D:5"]})
    Traceback (most recent call last):
        ...
    ValueError: 'too': a scope has to, headquarters, from, in_country, any, not, \
each a list of groups (D:5) and countries
    """
    wrong: list[Any] = [record]
    if isinstance(record, dict):
        wrong = sorted(set(record) - set(SCOPE_KEYS))
    if wrong:
        keys = ", ".join(SCOPE_KEYS)
        raise ValueError(
            f"{wrong[0]!r}: a scope has {keys}, each a list of groups (D:5) and countries"
        )

    # In a set of places ``any`` lists names, in a scope it lists scopes; a user who mixes them
    # up must be told which is which.
    if not isinstance(record.get("any", []), list):
        raise ValueError(
            "any: expected a list of scopes, each with to, headquarters or from; "
            "write a set of places under one of these"
        )


def _selection(record: Any) -> Selection:
    """A set of places: ``[D:1, {not: [A:5]}]``, ``{any: [D:1], not: [A:5]}``, or one name.

    Raises :class:`ValueError` for anything else.

    >>> _selection("D:5")
    Selection(any=('D:5',), less=())
    >>> _selection([{"not": ["A:5"]}]) == _selection({"not": ["A:5"]})  # everywhere but A:5
    True
    """
    if isinstance(record, str):
        return Selection((record,))

    if isinstance(record, dict):
        if not set(record) <= {"any", "not"}:
            raise ValueError("a set of places is a list, or {any: [...], not: [...]}")
        chosen = _selection(record.get("any", [])).any
        return Selection(chosen, _left_out(record.get("not", [])))

    if not isinstance(record, list):
        raise ValueError("a set of places is a list of groups (D:5), countries and not:")
    return _selection_of_list(record)


def _selection_of_list(record: list[Any]) -> Selection:
    """A set of places from a list; each item is a name, a set of its own, or what is left out.

    >>> _selection_of_list(["D:1", {"not": ["A:5"]}])
    Selection(any=('D:1',), less=('A:5',))
    """
    names: list[str | Selection] = []
    less: list[str | Selection] = []
    for item in record:
        if isinstance(item, str):
            names.append(item)
        elif isinstance(item, dict) and set(item) == {"not"}:
            less += _left_out(item["not"])
        else:
            names.append(_selection(item))
    return Selection(tuple(names), tuple(less))


def _left_out(record: Any) -> tuple[str | Selection, ...]:
    """The places that a set leaves out.

    Raises :class:`ValueError` for a ``not`` inside a ``not``, which readers would understand
    differently.

    >>> _left_out(["A:5", "US"])
    ('A:5', 'US')
    """
    selection = _selection(record)
    if selection.less:
        raise ValueError(
            'a not inside a not: write {any: ["*"], not: [...]} for everywhere but these'
        )
    return selection.any


def names_in(scope: Scope) -> Iterator[str]:
    """Every name that a scope uses, on any side and in any alternative, as often as it is used.

    Those that it leaves out are among them.

    >>> list(names_in(scope_from({"to": ["D:1", {"not": ["A:5"]}], "headquarters": ["MO"]})))
    ['D:1', 'A:5', 'MO']
    """
    for side in (scope.to, scope.headquarters, scope.origin):
        if side is not None:
            yield from _names_of(side)
    for alternative in scope.any:
        yield from names_in(alternative)


def _names_of(selection: Selection) -> Iterator[str]:
    """Every name that a set of places uses, those of the sets inside it included."""
    for name in (*selection.any, *selection.less):
        if isinstance(name, Selection):
            yield from _names_of(name)
        else:
            yield name
