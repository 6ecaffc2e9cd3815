"""Checks that reading a chip makes beyond its shape, with the reference values they need.

The reference values (classes of processes, plausible ranges) are in ``data/gates.yaml``. Each
check yields a place in the file and a message. What only ``validate`` compares is in
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
from chipdb.catalog.schema_types import AreaText, Claim, Identifier, Strict, Text
from chipdb.catalog.yaml_lists import read_list
from chipdb.catalog.yaml_text import Place
from chipdb.units import PERCENT, exact, quantity
from chipdb.vocabulary import Basis

LocatedMessage = tuple[Place, str]
"""A place below a chip's entry, and what is wrong there."""


class Ratio(Strict):
    """Two number formats whose throughputs are in one of the allowed ratios."""

    of: str
    to: str
    allowed: list[str]


class ProcessNode(Strict):
    """A class of processes: the spellings of its names and its transistor density.

    ``least`` and ``most`` are millions of transistors per mm^2.
    """

    nm: int
    spelled: list[str]
    least: Text
    most: Text


class Range(Strict):
    """The range in which figures of one kind lie."""

    least: Text
    most: Text

    def within(self, unit: str) -> tuple[Fraction, Fraction]:
        """Both ends of the range in a unit."""
        return quantity(self.least, unit).value, quantity(self.most, unit).value


class Gate(Strict):
    """A plausibility check and the reference values it compares with."""

    gate: Identifier
    asks: str
    tolerance: str = "0 %"
    ratios: list[Ratio] = []
    stacks: dict[str, Text] = {}
    area: AreaText | None = None
    nodes: list[ProcessNode] = []
    non_planar_to: int | None = None
    ranges: dict[str, Range] = {}

    @property
    def allowance(self) -> Fraction:
        """The tolerance as a fraction."""
        return exact(self.tolerance.removesuffix("%").strip()) / PERCENT


@functools.lru_cache(maxsize=1)
def gates() -> dict[str, Gate]:
    """The gates of ``data/gates.yaml`` by name."""
    return {gate.gate: gate for gate in read_list(data_files.data_folder() / "gates.yaml", Gate)}


def node_of(process: str | None) -> ProcessNode | None:
    """The class of a process such as ``TSMC 4N``.

    None if the process is unknown, or if its name matches no class or several.
    """
    # Blanks at both ends let a spelling match whole words only: "N5" must not match "N5P".
    words = f" {re.sub(r'[^a-z0-9+ ]', ' ', (process or '').casefold())} "
    matches = [
        node
        for node in gates()["density"].nodes
        if any(f" {name} " in words for name in node.spelled)
    ]
    return matches[0] if len(matches) == 1 else None


def problems_of(chip: schema.Chip, *, sourced: bool) -> Iterator[LocatedMessage]:
    """Everything that is wrong with one chip.

    ``sourced`` also applies what the catalog demands of its own chips.
    """
    yield from _areas(chip)
    yield from _links(chip)
    yield from _derived_metrics(chip)
    yield from _accepted(chip)
    if sourced:
        yield from _identity(chip)
        yield from _sources(chip)
        yield from _sparse_throughput(chip)


def _areas(chip: schema.Chip) -> Iterator[LocatedMessage]:
    """Die areas of zero: a density over no area would be infinite, not unknown."""
    for index, die in enumerate(chip.dies or ()):
        if any(claim.amount.value == 0 for claim in die.area or ()):
            place: Place = ("dies", index, "area")
            yield place, "a die area must be above 0 mm^2; leave it out if it is unknown"


def _links(chip: schema.Chip) -> Iterator[LocatedMessage]:
    """Links that firmware caps without the bandwidth that the hardware has."""
    for index, link in enumerate(chip.links or ()):
        if link.capped_by == "firmware" and not link.uncapped:
            place: Place = ("links", index, "capped_by")
            yield place, "a firmware cap needs the uncapped bandwidth, with its source: `uncapped`"


def _accepted(chip: schema.Chip) -> Iterator[LocatedMessage]:
    """Exceptions from a gate that does not exist, or without a reason."""
    for key, reason in chip.accepted.items():
        gate = key.partition(":")[0]
        if gate not in gates():
            yield ("accepted", key), f"unknown gate {gate!r}{nearest(gate, list(gates()))}"
        elif not reason.strip():
            yield ("accepted", key), "an accepted exception needs a reason"


def _derived_metrics(chip: schema.Chip) -> Iterator[LocatedMessage]:
    """A given density that contradicts the given TPP and area beyond its last digit."""
    names = ("tpp", "applicable_die_area", "performance_density")
    if not all(name in chip.metrics for name in names):
        return
    tpp, area, density = (chip.metrics[name][0].amount for name in names)
    place = ("metrics", "performance_density")
    if area.value == 0:
        yield place, "applicable_die_area is 0, so there is no performance density"
        return
    quotient = tpp.value / area.value
    if abs(quotient - density.value) > density.half_digit:
        yield place, f"tpp / applicable_die_area is {float(quotient):.6g}; the three must agree"


def _identity(chip: schema.Chip) -> Iterator[LocatedMessage]:
    """Missing names, and markets without a source: they decide Note 2 of 3A090."""
    for field in ("id", "kind", "name", "vendor"):
        if getattr(chip, field) is None:
            yield (field,), "this field is missing; every chip of the catalog has it"
    for field in ("designed_for", "marketed_for"):
        if getattr(chip, field) and "market" not in chip.sources:
            yield (field,), "this field needs its source under sources.market"


def _sources(chip: schema.Chip) -> Iterator[LocatedMessage]:
    """Claims whose evidence the catalog cannot show."""
    for place, claim in _claims_in(chip, ()):
        for message in _source_problems(claim, place):
            yield place, message


def _source_problems(claim: Claim, place: Place) -> Iterator[str]:
    if claim.source is None:
        yield "a claim in the catalog needs a source"
    if claim.basis == Basis.HYPOTHETICAL:
        bases = ", ".join(basis for basis in Basis if basis != Basis.HYPOTHETICAL)
        yield f"a claim in the catalog needs a basis: {bases}"
    # Without its tolerance a measured area would count as exact at a threshold.
    if claim.basis == Basis.TEARDOWN and place[-1] == "area" and claim.tolerance is None:
        yield "a measured die area needs a tolerance, such as 1 %"
    # What a vendor declares can contest the computed TPP, so it must not enter it.
    if claim.basis == Basis.DECLARED and place[0] == "throughput":
        yield "a declared value is not a throughput; write it under declared"


def _claims_in(value: object, place: Place) -> Iterator[tuple[Place, Claim]]:
    """The claims below a value, each with the place of its figure."""
    if isinstance(value, Claim):
        # The last part is the claim's index in its figure, which most files do not write.
        yield place[:-1], value
    elif isinstance(value, Strict):
        for name in value.model_fields_set:
            yield from _claims_in(getattr(value, name), (*place, name))
    elif isinstance(value, dict):
        for name, entry in value.items():
            yield from _claims_in(entry, (*place, name))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _claims_in(entry, (*place, index))


def _sparse_throughput(chip: schema.Chip) -> Iterator[LocatedMessage]:
    """Sparse throughput below the dense one of the same format: the two were confused."""
    throughput = chip.throughput or {}
    for name, claims in throughput.items():
        if not name.endswith("_sparse"):
            continue
        dense_claims = throughput.get(name.removesuffix("_sparse"), [])
        dense = [claim.amount.value for claim in dense_claims if claim.rejected is None]
        sparse = max(claim.amount.value for claim in claims)
        if dense and max(dense) > sparse:
            message = f"sparse {float(sparse):g} is below dense {float(max(dense)):g}"
            yield ("throughput", name), message
