"""What reading a chip needs beyond its shape: the classes of processes and plausible ranges of ``data/gates.yaml``, and checks.

Each check yields the place in the file and says what is wrong there. What only ``validate`` compares is in
``chipdb.curation.gates``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from fractions import Fraction

from chipdb import data_files
from chipdb.catalog import schema
from chipdb.catalog.lookup import nearest
from chipdb.catalog.schema import AreaText, Identifier, Strict, Text
from chipdb.catalog.yaml_text import Place
from chipdb.units import exact, quantity
from chipdb.vocabulary import Basis

Finding = tuple[Place, str]


class Ratio(Strict):
    """Two formats whose rates stand in one of some ratios."""

    of: str
    to: str
    allowed: list[str]


class Node(Strict):
    """A class of processes: how its names are spelled, millions of transistors per mm^2 from least to most."""

    nm: int
    spelled: list[str]
    least: Text
    most: Text


class Range(Strict):
    """Where figures of one kind lie."""

    least: Text
    most: Text

    def within(self, unit: str) -> tuple[Fraction, Fraction]:
        """Both ends in a unit."""
        return quantity(self.least, unit).value, quantity(self.most, unit).value


class Gate(Strict):
    """A gate of plausibility and what it compares with."""

    gate: Identifier
    asks: str
    tolerance: str = "0 %"
    ratios: list[Ratio] = []
    stacks: dict[str, Text] = {}
    area: AreaText | None = None
    nodes: list[Node] = []
    non_planar_to: int | None = None
    ranges: dict[str, Range] = {}

    @property
    def allowance(self) -> Fraction:
        """The tolerance as a fraction."""
        return exact(self.tolerance.removesuffix("%").strip()) / 100


@functools.lru_cache(maxsize=1)
def gates() -> dict[str, Gate]:
    """The gates by name, with what they compare with."""
    from chipdb.catalog.yaml_lists import read_list

    return {gate.gate: gate for gate in read_list(data_files.data_folder() / "gates.yaml", Gate)}


def node_of(process: str | None) -> Node | None:
    """The class of a process by its name; None where the name says none, or several."""
    words = f" {re.sub(r'[^a-z0-9+ ]', ' ', (process or '').casefold())} "
    found = [
        node
        for node in gates()["density"].nodes
        if any(f" {name} " in words for name in node.spelled)
    ]
    return found[0] if len(found) == 1 else None


def problems_of(chip: schema.Chip, *, sourced: bool) -> Iterator[Finding]:
    """Everything wrong with one chip; ``sourced`` adds what the catalog asks of itself."""
    yield from _areas(chip)
    yield from _links(chip)
    yield from _derived_metrics(chip)
    yield from _accepted(chip)
    if sourced:
        yield from _identity(chip)
        yield from _sources(chip)
        yield from _dense_at_most_sparse(chip)


def _areas(chip: schema.Chip) -> Iterator[Finding]:
    for index, die in enumerate(chip.dies or ()):
        if any(claim.amount.value == 0 for claim in die.area or ()):
            yield (
                ("dies", index, "area"),
                "a die has an area above 0 mm^2; leave the area out if it is unknown",
            )


def _links(chip: schema.Chip) -> Iterator[Finding]:
    for index, link in enumerate(chip.links or ()):
        if link.capped_by == "firmware" and not link.uncapped:
            yield (
                ("links", index, "capped_by"),
                "a firmware cap needs the uncapped rate under `uncapped`, with its source",
            )


def _accepted(chip: schema.Chip) -> Iterator[Finding]:
    for key, why in chip.accepted.items():
        name = key.partition(":")[0]
        if name not in gates():
            yield ("accepted", key), f"{name!r} is no gate{nearest(name, list(gates()))}"
        elif not why.strip():
            yield ("accepted", key), "an exception gives its reason"


def _derived_metrics(chip: schema.Chip) -> Iterator[Finding]:
    names = ("tpp", "applicable_die_area", "performance_density")
    if not all(name in chip.metrics for name in names):
        return
    tpp, area, density = (chip.metrics[name][0].amount for name in names)
    agree = area.value > 0 and abs(tpp.value / area.value - density.value) <= density.half_digit
    if not agree:
        value = f"{float(tpp.value / area.value):.6g}" if area.value else "undefined"
        yield (
            ("metrics", "performance_density"),
            f"tpp / applicable_die_area is {value}; the three must agree",
        )


def _identity(chip: schema.Chip) -> Iterator[Finding]:
    for field in ("id", "kind", "name", "vendor"):
        if getattr(chip, field) is None:
            yield (field,), "is missing; every chip of the catalog has it"
    for field, values in (("designed_for", chip.designed_for), ("marketed_for", chip.marketed_for)):
        if values and "market" not in chip.sources:
            yield (field,), "needs its source under sources.market"


def _sources(chip: schema.Chip) -> Iterator[Finding]:
    for place, claim in _claims(chip):
        if claim.source is None:
            yield place, "a claim of the catalog names its source"
        if claim.basis == Basis.HYPOTHETICAL:
            yield (
                place,
                "a claim of the catalog has a basis: official, declared, teardown, third-party, reported, estimated",
            )
        if claim.basis == Basis.TEARDOWN and place[-1] == "area" and claim.tolerance is None:
            yield place, "a measured die area states its tolerance"
        if claim.basis == Basis.DECLARED and place[0] == "throughput":
            yield place, "a declared value is no rate; it belongs under declared"


def _claims(chip: schema.Chip) -> Iterator[tuple[Place, schema.Claim]]:
    def walk(value: object, place: Place) -> Iterator[tuple[Place, schema.Claim]]:
        if isinstance(value, schema.Claim):
            yield place[:-1], value
        elif isinstance(value, schema.Strict):
            for name in value.model_fields_set:
                yield from walk(getattr(value, name), (*place, name))
        elif isinstance(value, dict):
            for name, entry in value.items():
                yield from walk(entry, (*place, name))
        elif isinstance(value, list):
            for index, entry in enumerate(value):
                yield from walk(entry, (*place, index))

    return walk(chip, ())


def _dense_at_most_sparse(chip: schema.Chip) -> Iterator[Finding]:
    rates = chip.throughput or {}
    for name, claims in rates.items():
        dense = rates.get(name.removesuffix("_sparse"), [])
        if name.endswith("_sparse") and dense:
            top = max(
                (claim.amount.value for claim in dense if claim.rejected is None), default=None
            )
            sparse = max(claim.amount.value for claim in claims)
            if top is not None and top > sparse:
                yield (
                    ("throughput", name),
                    f"sparse {float(sparse):g} is below dense {float(top):g}",
                )
