"""What a user states to be attested of a chip, with ``--set attested.FIELD=VALUE``.

Only the presumption of Note 1 to 3A090.a reads it; it changes no figure.
"""

from __future__ import annotations

from datetime import date

from chipdb.catalog.figures import Attested, Figure
from chipdb.catalog.stated import stated_figure
from chipdb.errors import QuantityError, UnknownNameError, UsageError
from chipdb.lazy_dataclasses import replace
from chipdb.units import day_of

ATTESTED = "attested."
"""How the paths of attestations begin; these are fields of a chip, but not figures."""

WORDS = {
    "by": ("fabricator", "approved-osat"),
    "designer": ("approved", "authorized"),
}
"""What may be attested in words."""


def attesting(attested: Attested, path: str, text: str) -> Attested:
    """What is attested, with one field replaced.

    Raises :class:`UnknownNameError` for an unknown field, :class:`QuantityError` or
    :class:`UsageError` for a value that it cannot have.

    >>> attesting(Attested(), "attested.by", "fabricator").by
    'fabricator'
    """
    # Another word would be mistaken for the absence of an attestation.
    field = path.removeprefix(ATTESTED)
    if field in WORDS and text not in WORDS[field]:
        raise UsageError(f"{path} must be {' or '.join(WORDS[field])}, not {text!r}")

    match field:
        case "by":
            return replace(attested, by=text)
        case "designer":
            return replace(attested, designer=text)
        case "packaged_in":
            return replace(attested, packaged_in=text)
        case "transistors":
            return replace(attested, transistors=_count(path, text))
        case "applied":
            return replace(attested, applied=_day(path, text))
    fields = ("transistors", "packaged_in", "applied", *WORDS)
    raise UnknownNameError("figure", path, [f"{ATTESTED}{name}" for name in fields])


def _day(path: str, text: str) -> date:
    """A calendar day; raises :class:`UsageError` for anything else."""
    try:
        return day_of(text)
    except ValueError:
        message = f"{path} must be a date such as 2027-02-01, not {text!r}"
        raise UsageError(message) from None


def _count(path: str, text: str) -> Figure:
    """A number of transistors; raises :class:`QuantityError` for anything else."""
    try:
        return stated_figure(path, text, "")
    except QuantityError as error:
        raise QuantityError(f"{path}: {error}") from None
