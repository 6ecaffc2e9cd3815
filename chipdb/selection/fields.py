"""The fields that a condition may name: what each means, and how its values are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from typing import Any

from chipdb.catalog.chip import Chip, figure_units
from chipdb.catalog.figures import Figure
from chipdb.catalog.lookup import nearest, squash
from chipdb.errors import ChipdbError, UnknownNameError
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics import measure
from chipdb.relative_days import stated_day
from chipdb.rules.places import places
from chipdb.selection.grammar import EQUAL, UNEQUAL
from chipdb.selection.words import Word, WordKind, condition_error
from chipdb.units import METRIC_UNITS, quantity

ANY_OPERATOR = (EQUAL, UNEQUAL, "<", "<=", ">", ">=")
SAME_OR_NOT = (EQUAL, UNEQUAL)


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of chips.

    ``of`` gives its values for a chip: none if it is unknown, several if the chip has several, such
    as what it was designed for. ``read`` reads a value of a condition. ``operators`` are those that
    make sense. A fact may be a condition by itself.
    """

    name: str
    of: Callable[[Chip], tuple[Any, ...]]
    read: Callable[[Word], Any]
    operators: tuple[str, ...]
    is_fact: bool = False


def fields_of(chips: Iterable[Chip]) -> dict[str, Field]:
    """Every field that a condition about some chips may name."""
    # read twice: a value that no chip has is refused, so the fields need all chips
    chips = list(chips)
    fields = [*_text_fields(chips), *_day_fields(), *_facts(), *_metrics(), *_figures(chips)]
    fields.append(_country())
    return {field.name: field for field in fields}


def _known(value: Any) -> tuple[Any, ...]:
    """A value as the values of a field; none if it is unknown."""
    if value is None:
        return ()
    return (value,)


def _text_fields(chips: Iterable[Chip]) -> Iterable[Field]:
    """Texts, compared by their letters and digits as names are."""
    getters: dict[str, Callable[[Chip], Any]] = {
        "id": lambda chip: chip.id,
        "name": lambda chip: chip.name,
        "vendor": lambda chip: chip.vendor,
        "architecture": lambda chip: chip.architecture,
        "model": lambda chip: chip.model,
        "kind": lambda chip: chip.kind,
        "form": lambda chip: chip.form,
        "stage": lambda chip: chip.stage,
        "memory.kind": lambda chip: chip.memory.kind,
        "designed_for": lambda chip: chip.designed_for,
        "marketed_for": lambda chip: chip.marketed_for,
    }
    for name, getter in getters.items():
        yield _text_field(name, getter, chips)


def _text_field(name: str, getter: Callable[[Chip], Any], chips: Iterable[Chip]) -> Field:
    """A text field; a value that no chip has is refused, since it is more likely a slip."""

    def texts_of(chip: Chip) -> tuple[str, ...]:
        """The texts of a chip as its data spell them; a list of words is several."""
        value = getter(chip)
        if isinstance(value, tuple):
            return value
        return _known(value)

    def values_of(chip: Chip) -> tuple[str, ...]:
        """The texts of a chip without differences of spelling."""
        return tuple(map(squash, texts_of(chip)))

    def read(word: Word) -> str:
        """The text of a word, if some chip has it."""
        text = unquoted(word)
        # the catalog's spelling is kept so that it can be suggested for a misspelled value
        stated: dict[str, str] = {}
        for chip in chips:
            for each in texts_of(chip):
                stated.setdefault(squash(each), each)
        if squash(text) not in stated:
            hint = nearest(text, sorted(stated.values()))
            raise condition_error(word.position, f"no chip has the {name} {text!r}{hint}")
        return squash(text)

    return Field(name=name, of=values_of, read=read, operators=SAME_OR_NOT)


def _country() -> Field:
    """The country where the vendor is headquartered."""

    def read(word: Word) -> str:
        """The code of a country by any of its names."""
        try:
            # not the country that rules treat it as: Hong Kong's vendors are not China's here
            return places().code_of(unquoted(word))
        except UnknownNameError as error:
            raise condition_error(word.position, str(error)) from None

    return Field(
        name="country",
        of=lambda chip: _known(places().home_of(chip.vendor)),
        read=read,
        operators=SAME_OR_NOT,
    )


def _day_fields() -> Iterable[Field]:
    """Days of a chip's life."""

    def read(word: Word) -> date:
        """The day that a word states."""
        try:
            return stated_day(unquoted(word))
        except ValueError:
            raise condition_error(
                word.position, f"expected a date such as 2024-01-01 or -1y, not {word.text!r}"
            ) from None

    getters: dict[str, Callable[[Chip], Any]] = {
        "announced": lambda chip: chip.announced,
        "available": lambda chip: chip.available,
    }
    for name, getter in getters.items():
        yield Field(name=name, of=_as_values(getter), read=read, operators=ANY_OPERATOR)


def _facts() -> Iterable[Field]:
    """Facts that hold, do not hold, or are unknown."""

    def read(word: Word) -> bool:
        """True or false."""
        text = word.text.lower()
        # "yes" and "1" are refused, so that one question has one spelling
        if text not in ("true", "false"):
            raise condition_error(word.position, f"expected true or false, not {word.text!r}")
        return text == "true"

    getters: dict[str, Callable[[Chip], Any]] = {
        "datacenter": lambda chip: chip.datacenter,
        "digital": lambda chip: chip.digital,
    }
    for name, getter in getters.items():
        yield Field(
            name=name, of=_as_values(getter), read=read, operators=SAME_OR_NOT, is_fact=True
        )


def _metrics() -> Iterable[Field]:
    """Metrics; of a system they are those of one of its chips, as ``list`` shows them."""
    for name, unit in METRIC_UNITS.items():
        yield _quantity_field(name, unit, _metric_of(name))


def _figures(chips: Iterable[Chip]) -> Iterable[Field]:
    """Figures by the path that ``show`` prints."""
    for path, unit in figure_units(chips).items():
        yield _quantity_field(path, unit, _figure_of(path))


def _as_values(getter: Callable[[Chip], Any]) -> Callable[[Chip], tuple[Any, ...]]:
    """The values of a field that has one."""
    return lambda chip: _known(getter(chip))


def _metric_of(name: str) -> Callable[[Chip], tuple[Fraction, ...]]:
    """The value of a metric, that of the plain interpretation."""
    return lambda chip: _known(measure(chip, name).value)


def _figure_of(path: str) -> Callable[[Chip], tuple[Fraction, ...]]:
    """The preferred value of the figure at a path."""

    def values_of(chip: Chip) -> tuple[Fraction, ...]:
        """The value of the figure of a chip; none without the figure or a credible claim."""
        # a chip has dozens of figures, and a condition asks for one or two of them
        for figure in chip.figures():
            if figure.path == path:
                return _preferred(figure)
        return ()

    return values_of


def _preferred(figure: Figure) -> tuple[Fraction, ...]:
    """The exact value of the preferred claim of a figure."""
    claim = figure.preferred()
    if claim is None:
        return ()
    return (claim.value,)


def _quantity_field(
    name: str, unit: str, values_of: Callable[[Chip], tuple[Fraction, ...]]
) -> Field:
    """A field whose values are numbers in a unit, which is empty for a bare number."""

    def read(word: Word) -> Fraction:
        """The exact number of a quantity in the unit of the field."""
        text = unquoted(word)
        try:
            return quantity(text, unit).value
        except ChipdbError as error:
            raise condition_error(word.position, f"{name}: {error}") from None

    return Field(name=name, of=values_of, read=read, operators=ANY_OPERATOR)


def unquoted(word: Word) -> str:
    """The text of a value without its quotes."""
    if word.kind == WordKind.QUOTED:
        return word.text[1:-1]
    return word.text
