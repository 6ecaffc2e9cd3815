"""Records from validated chips: plain JSON values, as :mod:`chipdb.catalog.records` reads them."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel

from chipdb.catalog import schema
from chipdb.catalog.records import Record
from chipdb.catalog.schema_types import Claim

_CLAIM_TEXTS = (
    "source",
    "basis",
    "engine",
    "accumulate",
    "reading",
    "pattern",
    "date",
    "place",
    "note",
    "rejected",
)


def to_record(chip: schema.Chip) -> Record:
    """The record of a validated chip: absent fields left out, claims with their exact values.

    Its values are text, booleans, counts, lists and mappings, which JSON can hold. Exact values are
    fractions as text, such as ``3350`` or ``63/2``.
    """
    record: Record = _plain(chip)
    # `us_available: null` states that the chip was never sold there; without it, that is not known.
    if "us_available" in chip.model_fields_set and chip.us_available is None:
        record["us_available"] = {}
    return record


def _plain(value: Any) -> Any:
    """A value of the schema as plain JSON values.

    Pydantic's own dump would show default values as if the file stated them.
    """
    match value:
        # A claim is a model too, so it comes first.
        case Claim():
            return _claim_record(value)
        case BaseModel():
            return _fields_record(value)
        case list():
            return [_plain(entry) for entry in value]
        case dict():
            return {key: _plain(entry) for key, entry in value.items()}
        case date():
            return value.isoformat()
    return value


def _fields_record(model: BaseModel) -> Record:
    """The fields that a file states, in the order of the data format."""
    record: Record = {}
    for name in type(model).model_fields:
        if name not in model.model_fields_set:
            continue
        entry = _plain(getattr(model, name))
        if _says_something(name, entry):
            record[name] = entry
    return record


def _says_something(name: str, entry: Any) -> bool:
    """Whether the value of a field is a statement, even where it is empty.

    >>> _says_something("links", []), _says_something("aliases", [])
    (True, False)
    """
    # An empty list of dies or links states that there are none; other empty fields say nothing.
    if name in ("dies", "links") and entry == []:
        return True
    return bool(entry) or entry is False


def _claim_record(claim: Claim) -> Record:
    """The record of a claim: its text, exact value and rounding, then what else it states."""
    amount = claim.amount
    record = {
        "text": claim.value,
        "value": str(amount.value),
        "half": str(amount.half_digit),
        "unit": amount.unit,
    }
    # Most claims have few of these fields.
    for name in _CLAIM_TEXTS:
        text = getattr(claim, name)
        if text is not None:
            record[name] = text

    if claim.tolerance is not None:
        record["tolerance"] = claim.tolerance_fraction()
    return record
