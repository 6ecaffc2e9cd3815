"""The records of a table in JSON: a list, that in a mapping, or one record on each line.

Numbers keep their digits, and what a reader would have to guess at is refused.
"""

from __future__ import annotations

import json
from typing import Any

from chipdb.errors import DataError, Problem

_FIRST_SURROGATE, _LAST_SURROGATE = "\ud800", "\udfff"


def json_records(text: str, name: str) -> list[Any]:
    """The list of records in a JSON text: itself, that in a mapping, or one record a line.

    Raises :class:`DataError` for a text that is not JSON, or without a record.
    """
    try:
        value = _json_value(text, name)
    except json.JSONDecodeError as error:
        lines = text.splitlines()
        # A second record after the first is what makes JSON lines: each line is JSON.
        if error.msg != "Extra data" or len(lines) < 2:
            raise DataError.of_file(name, "not JSON", error.lineno) from None
        return _json_lines(lines, name)

    if isinstance(value, dict):
        value = _records_in(value)
    if not isinstance(value, list) or not value:
        message = "no rows; a table in JSON is a list of records"
        raise DataError.of_file(name, message)
    return value


def _json_value(text: str, name: str) -> Any:
    """A JSON value with its numbers as text: a float would change the digits of the file.

    Raises :class:`json.JSONDecodeError` for a text that is not JSON, and :class:`DataError` for
    ambiguous JSON.
    """
    # The parse functions keep every number as it is written, NaN and Infinity included.
    try:
        return json.loads(
            text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=_mapping
        )
    except DataError as error:
        # The hook that builds a mapping does not know the file.
        problems = [Problem(name, 0, problem.path, problem.message) for problem in error.problems]
        raise DataError(problems) from None
    except RecursionError:
        raise DataError.of_file(name, "not JSON: nested too deeply") from None


def _json_lines(lines: list[str], name: str) -> list[Any]:
    """The records of JSON lines, without blank lines; :class:`DataError` names the line."""
    records: list[Any] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            records.append(_json_value(line, name))
        except json.JSONDecodeError:
            message = "not JSON; JSON lines have one record on each line"
            raise DataError.of_file(name, message, number) from None
    return records


def _records_in(value: dict[str, Any]) -> Any:
    """The records of a mapping: the list that it wraps, its values by name, or the mapping."""
    records = _keyed_by_name(value)
    if records is None:
        return _only_list(value)
    return records


def _keyed_by_name(value: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The records of a mapping from names to records; None for any other mapping.

    A chip in the data format may consist of mappings as well (``{"memory": {...}}``), but its keys
    are fields.

    >>> _keyed_by_name({"H20": {"tpp": "2368"}})
    [{'name': 'H20', 'tpp': '2368'}]
    """
    from chipdb.catalog.schema import Chip

    if not value or not Chip.model_fields.keys().isdisjoint(value):
        return None
    records: list[dict[str, Any]] = []
    for name, entry in value.items():
        if not isinstance(entry, dict):
            return None
        records.append({"name": name, **entry})
    return records


def _only_list(value: dict[str, Any]) -> Any:
    """The list in a mapping that wraps a table, such as ``{"count": 3, "data": [...]}``.

    The mapping itself if it has no list, or several and none is called ``chips``, or if its lists
    are fields of a chip.

    >>> _only_list({"count": "1", "data": [{"tpp": "2368"}]})
    [{'tpp': '2368'}]
    >>> _only_list({"designed_for": ["datacenter"]})
    {'designed_for': ['datacenter']}
    """
    from chipdb.catalog.schema import Chip

    # Exports wrap their records together with a count, a date or a version. A chip has lists of its
    # own, and the words of one must not be read as the names of chips.
    fields = Chip.model_fields.keys()
    lists = {
        key: entry for key, entry in value.items() if isinstance(entry, list) and key not in fields
    }
    if "chips" in lists:
        return lists["chips"]
    if len(lists) != 1:
        return value
    (only,) = lists.values()
    return only


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; :class:`DataError` for a duplicate key or for text that is not Unicode."""
    mapping: dict[str, Any] = {}
    for key, value in pairs:
        # Python's reader would silently keep the last value; which one is meant is a guess.
        if key in mapping:
            raise DataError([Problem("", 0, key, "duplicate key")])
        if _has_surrogate(key) or _has_surrogate(value):
            shown = key.encode("ascii", "replace").decode()
            message = "contains half a character (a lone surrogate)"
            raise DataError([Problem("", 0, shown, message)])
        mapping[key] = value
    return mapping


def _has_surrogate(value: Any) -> bool:
    """Whether a value is a text that cannot be written to a file, though JSON can express it.

    >>> _has_surrogate("A100"), _has_surrogate(chr(0xD800)), _has_surrogate(None)
    (False, True, False)
    """
    if not isinstance(value, str):
        return False
    return any(_FIRST_SURROGATE <= letter <= _LAST_SURROGATE for letter in value)
