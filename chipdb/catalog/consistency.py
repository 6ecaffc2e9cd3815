"""Checks that reading a chip makes beyond its shape, with the reference values they need.

The reference values (classes of processes, plausible ranges) are in ``data/gates.yaml``. Each
check yields a place in the file and a message, and never raises. A chip with such a problem is not
read at all. What only ``validate`` compares, and a curator may accept, is in
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

_CATALOG_BASES = ", ".join(basis for basis in Basis if basis != Basis.HYPOTHETICAL)

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
    """The range that figures of one kind fall into."""

    least: Text
    most: Text

    def within(self, unit: str) -> tuple[Fraction, Fraction]:
        """Both ends of the range in a unit; they are part of the range."""
        return quantity(self.least, unit).value, quantity(self.most, unit).value


class ClassRange(Strict):
    """The range of TPP per mm^2 in a class of processes."""

    nm: int
    least: Text
    most: Text


class Gate(Strict):
    """A plausibility check and the reference values it compares with.

    ``asks`` is a sentence that is true of every plausible chip. Each gate uses one or two of the
    other fields: ``stacks`` is the bandwidth of one memory stack in GB/s by its standard, ``area``
    the largest die that a mask can expose, ``non_planar_to`` the largest node in nm whose
    transistors are non-planar, ``balance`` the range of TPP per GB/s of memory bandwidth, and
    ``pattern`` the regular expression of what names state: a number of chips, a product.
    """

    gate: Identifier
    asks: str
    tolerance: str = "0 %"
    ratios: list[Ratio] = []
    stacks: dict[str, Text] = {}
    area: AreaText | None = None
    nodes: list[ProcessNode] = []
    classes: list[ClassRange] = []
    balance: Range | None = None
    non_planar_to: int | None = None
    ranges: dict[str, Range] = {}
    pattern: str | None = None

    @property
    def allowance(self) -> Fraction:
        """The tolerance as a fraction.

        >>> Gate(gate="bandwidth", asks="", tolerance="2 %").allowance
        Fraction(1, 50)
        """
        return exact(self.tolerance.removesuffix("%").strip()) / PERCENT


@functools.lru_cache(maxsize=1)
def gates() -> dict[str, Gate]:
    """The gates of ``data/gates.yaml`` by name, in the order of the file.

    Raises :class:`~chipdb.errors.DataError` if the file is wrong.
    """
    entries = read_list(data_files.data_folder() / "gates.yaml", Gate)
    return {gate.gate: gate for gate in entries}


def node_of(process: str | None) -> ProcessNode | None:
    """The class of a process such as ``TSMC 4N``.

    None if the process is unknown, or if its name matches no class or several.

    >>> node_of("TSMC 4N").nm, node_of("TSMC N5 and N7")
    (5, None)
    """
    # Blanks at both ends let a spelling match whole words only: "N5" must not match "N5P".
    folded = (process or "").casefold()
    words = f" {re.sub(r'[^a-z0-9+ ]', ' ', folded)} "
    matches = [node for node in gates()["density"].nodes if _is_spelled_in(node, words)]

    # "TSMC N5 and N7" names two classes; whichever was taken, half of the silicon would be wrong.
    if len(matches) != 1:
        return None
    return matches[0]


def _is_spelled_in(node: ProcessNode, words: str) -> bool:
    """Whether a text, with blanks around its words, contains one of the names of a class.

    >>> node = ProcessNode(nm=5, spelled=["n5"], least="30", most="185")
    >>> _is_spelled_in(node, " tsmc n5 "), _is_spelled_in(node, " tsmc n5p ")
    (True, False)
    """
    return any(f" {name} " in words for name in node.spelled)


def problems_of(chip: schema.Chip, *, sourced: bool) -> Iterator[LocatedMessage]:
    """Everything that is wrong with one chip.

    ``sourced`` also applies what the catalog demands of its own chips: names, sources and bases. A
    user's chip may leave all of these out.
    """
    # The first four hold for a user's file too: what they refuse has no meaning for any chip.
    yield from _areas(chip)
    yield from _links(chip)
    yield from _derived_metrics(chip)
    yield from _accepted(chip)
    if sourced:
        yield from _identity(chip)
        yield from _sources(chip)
        yield from _sparse_throughput(chip)


def _areas(chip: schema.Chip) -> Iterator[LocatedMessage]:
    """Die areas of zero, with the place of each.

    Performance density divides by the area, so zero would make it infinite instead of unknown. A
    die of unknown area is listed without one.
    """
    for index, die in enumerate(chip.dies or ()):
        areas = [claim.amount.value for claim in die.area or ()]
        if 0 in areas:
            place: Place = ("dies", index, "area")
            yield place, "a die area must be above 0 mm^2; leave it out if it is unknown"


def _links(chip: schema.Chip) -> Iterator[LocatedMessage]:
    """Links that firmware caps without the bandwidth that the hardware has.

    A cap that firmware sets can be lifted, so rules may count either bandwidth. A fuse cannot be
    lifted, so a link that is capped by one needs no other figure.
    """
    for index, link in enumerate(chip.links or ()):
        if link.capped_by != "firmware" or link.uncapped:
            continue
        place: Place = ("links", index, "capped_by")
        yield place, "a firmware cap needs the uncapped bandwidth, with its source: `uncapped`"


def _accepted(chip: schema.Chip) -> Iterator[LocatedMessage]:
    """Exceptions from a gate that does not exist, or without a reason.

    A misspelt gate would excuse nothing, and the finding that it was meant for would return.
    """
    for key, reason in chip.accepted.items():
        # A key is the gate's name, or the name and the figure it is about: `ratio:fp8/fp16`.
        gate = key.partition(":")[0]
        if gate not in gates():
            yield ("accepted", key), f"unknown gate {gate!r}{nearest(gate, list(gates()))}"
        elif not reason.strip():
            yield ("accepted", key), "an accepted exception needs a reason"


def _derived_metrics(chip: schema.Chip) -> Iterator[LocatedMessage]:
    """A given density that contradicts the given TPP and area beyond its last digit.

    With two of the three given, the third is computed, so nothing can contradict.
    """
    names = ("tpp", "applicable_die_area", "performance_density")
    if not all(name in chip.metrics for name in names):
        return

    tpp, area, density = (chip.metrics[name][0].amount for name in names)
    place = ("metrics", "performance_density")
    if area.value == 0:
        yield place, "applicable_die_area is 0, so there is no performance density"
        return

    quotient = tpp.value / area.value
    # The writer rounded the density, so it may differ by half a unit of its last digit.
    if abs(quotient - density.value) > density.half_digit:
        yield place, f"tpp / applicable_die_area is {float(quotient):.6g}; the three must agree"


def _identity(chip: schema.Chip) -> Iterator[LocatedMessage]:
    """Missing names, and markets without a source.

    A user's chip takes its id and name from its file and need not have a vendor.
    """
    # The schema lets a user leave these out, so it cannot demand them here.
    for field in ("id", "kind", "name", "vendor"):
        if getattr(chip, field) is None:
            yield (field,), "this field is missing; every chip of the catalog has it"

    # Note 2 of 3A090 turns on the market, so it needs evidence as a figure does.
    if "market" in chip.sources:
        return
    for field in ("designed_for", "marketed_for"):
        if getattr(chip, field):
            yield (field,), "this field needs its source under sources.market"


def _sources(chip: schema.Chip) -> Iterator[LocatedMessage]:
    """Claims whose evidence the catalog cannot show, or that are in the wrong place."""
    for place, claim in _claims_in(chip, ()):
        for message in _problems_of_claim(claim, place):
            yield place, message


def _problems_of_claim(claim: Claim, place: Place) -> Iterator[str]:
    """What a claim of the catalog lacks, or why it may not be at its place.

    ``place`` is that of the figure, from the chip's entry inwards.
    """
    if claim.source is None:
        yield "a claim in the catalog needs a source"
    # A claim without a basis is read as hypothetical, which suits a user's file only.
    if claim.basis == Basis.HYPOTHETICAL:
        yield f"a claim in the catalog needs a basis: {_CATALOG_BASES}"

    # Without its tolerance a measured area would count as exact at a threshold.
    is_measured_area = claim.basis == Basis.TEARDOWN and place[-1] == "area"
    if is_measured_area and claim.tolerance is None:
        yield "a measured die area needs a tolerance, such as 1 %"

    # What a vendor declares can contest the computed TPP, so it must not enter it.
    if claim.basis == Basis.DECLARED and place[0] == "throughput":
        yield "a declared value is not a throughput; write it under declared"


def _claims_in(value: object, place: Place) -> Iterator[tuple[Place, Claim]]:
    """The claims below a value, each with the place of its figure.

    The walk covers every field of the schema, so a new figure cannot escape the checks.
    """
    if isinstance(value, Claim):
        # The last part is the claim's index in its figure, which most files do not write.
        yield place[:-1], value
        return
    for key, entry in _entries_of(value):
        yield from _claims_in(entry, (*place, key))


def _entries_of(value: object) -> list[tuple[str | int, object]]:
    """What a model, mapping or list contains, by name, key or index; nothing for a plain value.

    >>> _entries_of(["814 mm^2"]), _entries_of("814 mm^2")
    ([(0, '814 mm^2')], [])
    """
    if isinstance(value, Strict):
        # A field that the file leaves out has a default, which has no place in the file.
        return [(name, getattr(value, name)) for name in value.model_fields_set]
    if isinstance(value, dict):
        return list(value.items())
    if isinstance(value, list):
        return list(enumerate(value))
    return []


def _sparse_throughput(chip: schema.Chip) -> Iterator[LocatedMessage]:
    """Sparse throughput below the dense throughput of the same format: the two were confused.

    Only dense throughput counts for TPP (3A090, Technical Note 3), so a sparse number under the
    dense name would overstate the chip.
    """
    throughput = chip.throughput or {}
    for name, claims in throughput.items():
        dense_name = name.removesuffix("_sparse")
        if dense_name == name:
            continue

        highest_sparse = max(claim.amount.value for claim in claims)
        highest_dense = _highest_credible(throughput.get(dense_name, []))
        if highest_dense is not None and highest_dense > highest_sparse:
            message = f"sparse {float(highest_sparse):g} is below dense {float(highest_dense):g}"
            yield ("throughput", name), message


def _highest_credible(claims: list[Claim]) -> Fraction | None:
    """The highest value of the claims that are not rejected, in TOPS; None if there is none.

    >>> _highest_credible([]) is None
    True
    """
    # A rejected claim may be the very mistake that is looked for, kept with its explanation.
    values = [claim.amount.value for claim in claims if claim.rejected is None]
    return max(values, default=None)
