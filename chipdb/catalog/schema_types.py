"""Field types that the data formats of chips, rules and tables share, as pydantic annotations.

Values arrive as text, since :mod:`chipdb.catalog.yaml_text` interprets nothing. ``Unit`` turns the
claims of a figure into exact amounts and refuses other units, so that an error carries the path of
the figure.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    WithJsonSchema,
)

from chipdb.catalog.yaml_text import Place
from chipdb.errors import QuantityError
from chipdb.units import Amount, day_of, exact, quantity, whole_number
from chipdb.vocabulary import Basis

Market = Literal["datacenter", "workstation", "client", "edge"]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]


class LocatedError(ValueError):
    """Several problems below one field, each with its place relative to that field.

    Pydantic gives an error of a validator the place of its field; a wrong format of throughput has
    a line of its own.
    """

    def __init__(self, problems: list[tuple[Place, str]]) -> None:
        """Hold the problems; the text joins their messages, without their places."""
        messages = [message for _, message in problems]
        super().__init__("; ".join(messages))
        self.problems = problems


class Strict(BaseModel):
    """A model that refuses unknown keys."""

    # Validators are built on first use: most commands read one or two of the models.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _exact_whole_number(value: Any) -> Any:
    """A whole number from its text; pydantic would also take ``1_0``, ``02``, ``+2`` and ``2.0``.

    Raises :class:`ValueError` for these.

    >>> _exact_whole_number("72")
    72
    """
    if not isinstance(value, str):
        return value
    try:
        return whole_number(value)
    except QuantityError as error:
        raise ValueError(str(error)) from None


def _exact_number(value: Any) -> Any:
    """A number from its text; pydantic would also take ``1_0``, ``nan`` and ``inf``.

    Raises :class:`ValueError` for these.

    >>> _exact_number("2.5")
    2.5
    """
    if not isinstance(value, str):
        return value
    try:
        return float(exact(value))
    except QuantityError as error:
        raise ValueError(str(error)) from None


EXACT_WHOLE = BeforeValidator(_exact_whole_number)
EXACT = BeforeValidator(_exact_number)


def _iso_date(value: Any) -> date:
    """A calendar day; pydantic would also take a time, a number of seconds or ``2026-7-1``.

    Raises :class:`ValueError` for anything else.

    >>> _iso_date("2026-07-01")
    datetime.date(2026, 7, 1)
    """
    if not isinstance(value, str):
        raise ValueError("expected a date; write YYYY-MM-DD")
    try:
        return day_of(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a calendar date; write YYYY-MM-DD") from None


def _flag(value: Any) -> bool:
    """A boolean; pydantic would also take ``no``, ``off`` and ``0``.

    Raises :class:`ValueError` for what is neither true nor false.
    """
    # A default, or a value from Python, is a boolean already.
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise ValueError(f"{value!r} is neither true nor false")
    return bool(value == "true")


def _words(value: Any) -> Any:
    """A single word as a list of one; pydantic reports anything else.

    >>> _words("datacenter"), _words(["datacenter", "edge"])
    (['datacenter'], ['datacenter', 'edge'])
    """
    if isinstance(value, str):
        return [value]
    return value


Text = Annotated[str, WithJsonSchema({"type": ["string", "number"]})]
"""Text that an editor may show as a number; it is read as text, with all digits as written."""

Day = Annotated[date, BeforeValidator(_iso_date)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Markets = Annotated[
    list[Market], BeforeValidator(_words, json_schema_input_type=Market | list[Market])
]
Words = Annotated[list[str], BeforeValidator(_words, json_schema_input_type=str | list[str])]


class Claim(Strict):
    """One sourced statement of a figure."""

    value: Text
    source: str | None = None
    basis: Basis = Basis.HYPOTHETICAL
    engine: str | None = None
    accumulate: str | None = None
    reading: str | None = None
    tolerance: str | None = None
    pattern: str | None = None
    sparse: Flag = False
    date: Text | None = None
    place: str | None = None
    note: str | None = None
    rejected: str | None = None
    _amount: Amount = PrivateAttr()

    @property
    def amount(self) -> Amount:
        """The exact value; set when :meth:`read_as` has read the text.

        A claim does not know its unit: the field that holds the figure does.
        """
        return self._amount

    def read_as(self, unit: str) -> None:
        """Read the value and the tolerance; :class:`ValueError` says what cannot be read."""
        try:
            self._amount = quantity(self.value, unit)
            self.tolerance_fraction()
        except QuantityError as error:
            raise ValueError(str(error)) from None

    def tolerance_fraction(self) -> str:
        """The tolerance as an exact fraction of the value, ``0`` if none is stated.

        Raises :class:`ValueError` for what is not a percentage.

        >>> Claim(value="814 mm^2", tolerance="1 %").tolerance_fraction()
        '1/100'
        """
        if self.tolerance is None:
            return "0"
        match = re.fullmatch(r"([\d.]+) ?%", self.tolerance)
        if match is None:
            raise ValueError(f"tolerance {self.tolerance!r} is not a percentage; write 1 %")
        fraction = exact(match[1]) / 100
        if fraction > 1:
            raise ValueError(f"tolerance {self.tolerance!r} is above 100 %")
        return str(fraction)


def _claims(value: Any) -> Any:
    """A figure is written as plain text, one claim or a list of either.

    What is neither is passed on: pydantic reports it with its place.

    >>> _claims("80 GB")
    [{'value': '80 GB'}]
    """
    items = value
    if not isinstance(value, list):
        items = [value]

    claims: list[Any] = []
    for item in items:
        if isinstance(item, str):
            claims.append({"value": item})
        else:
            claims.append(item)
    return claims


class Unit:
    """The unit of a figure: ``Annotated[FigureText, AfterValidator(Unit("GB/s"))]``."""

    def __init__(self, unit: str) -> None:
        """Remember the unit in which every claim of the figure is kept."""
        self.unit = unit

    def __call__(self, claims: list[Claim]) -> list[Claim]:
        """Read every claim in this unit; :class:`ValueError` names the first that is wrong.

        >>> Unit("GB/s")([Claim(value="2.4 TB/s")])[0].amount.value
        Fraction(2400, 1)
        """
        for claim in claims:
            claim.read_as(self.unit)
        return claims


_FigureInput = Text | Claim | list[Text | Claim]
FigureText = Annotated[
    list[Claim], BeforeValidator(_claims, json_schema_input_type=_FigureInput), Field(min_length=1)
]
"""The claims of one figure whose unit is not known yet."""

AreaText = Annotated[FigureText, AfterValidator(Unit("mm^2"))]
CountText = Annotated[FigureText, AfterValidator(Unit(""))]
SizeText = Annotated[FigureText, AfterValidator(Unit("GB"))]
BandwidthText = Annotated[FigureText, AfterValidator(Unit("GB/s"))]
ThroughputText = Annotated[FigureText, AfterValidator(Unit("TOPS"))]
PowerText = Annotated[FigureText, AfterValidator(Unit("W"))]
ClockText = Annotated[FigureText, AfterValidator(Unit("MHz"))]
WidthText = Annotated[FigureText, AfterValidator(Unit("bit"))]
PinText = Annotated[FigureText, AfterValidator(Unit("Gb/s"))]
