"""A row of a table that names a chip of the catalog, compared with the catalog's figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip, SystemMember
from chipdb.catalog.foreign_table import TableRow, without_figures
from chipdb.catalog.row_numbers import place_of
from chipdb.curation.catalog_value import CatalogValue, catalog_value
from chipdb.curation.explanations import near, slip
from chipdb.curation.gates import comparisons
from chipdb.curation.match import match, with_facts
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.units import display

ABSURD = 5
"""A figure more than this many times that of its chip, or its part, is a slip, or no figure at all.

It is of another unit, of a system of eight, or 0 for unknown. The SKUs of a product line, and the
sparse and the dense throughput of a chip, differ by less.
"""
# A wrong unit fails these by far, while what they compare is rough enough for any real design.
SLIP_GATES = ("compute", "balance", "range")
ROUNDING = Fraction(3, 100)
"""How far a throughput may be from that of the vector units, or the sparse one, to count as it."""
_THROUGHPUT = "throughput."
_ADDED_UP = ("tpp", "die_area", "applicable_die_area", "memory.bandwidth", "memory_bandwidth")
"""Figures other than throughput that tables add up over the chips of a system."""


@dataclass(frozen=True)
class RecognizedRow:
    """The chip of a row, ready to be checked: with facts added and some figures left out."""

    chip: Chip
    remarks: tuple[str, ...] = ()


def recognized(row: TableRow, catalog: Catalog, names: Mapping[str, str]) -> RecognizedRow:
    """The chip of a row; if the catalog has its name, with facts that no table states.

    A figure that is absurd for the chip is left out, so that an answer that depends on it is
    undetermined: 0 that stands for unknown, or PFLOPS in a column of TFLOPS.
    """
    # A cell that was left out must be said here: the answer looks the same without it.
    cells = [f"{place_of(row.number)} was read without a cell: {why}" for why in row.unread]
    chips = match(row, catalog, names).chips
    if not chips:
        return RecognizedRow(row.chip, (*_implausible(row), *cells))

    chip = with_facts(row.chip, chips[0])
    remarks: list[str] = []
    if chip != row.chip:
        remarks.append(f"market and kind of transistors are those of {chips[0].id} in the catalog")

    # The facts come first: whether the chip has matrix engines says what its rates may leave out.
    absurd = dict(_sparse_figures(row, chips))
    absurd |= dict(_totals_of_systems(row, chips))
    absurd |= dict(_absurd_figures(row, chips))
    if absurd:
        chip = without_figures(chip, absurd)

    outside_matrix = list(_vector_figures(row, chips))
    # A stated total counts as it is, even if the row has throughputs.
    if outside_matrix and "tpp" not in chip.metrics:
        chip = replace(chip, rates_partial=True)
    if chips[0].kind != chip.kind:
        chip = _of_kind(chip, chips[0])
    return RecognizedRow(chip, (*remarks, *absurd.values(), *outside_matrix, *cells))


def _of_kind(chip: Chip, known: Chip) -> Chip:
    """A row of a system as that system with the row's chip in it; a row of memory as memory.

    4A090 classifies a computer by the chips in it, 3A090.c memory by itself. What a table states
    of a system is of one of its chips, or was left out as the total of all of them.
    """
    if not known.members:
        return replace(chip, kind=known.kind)
    count = sum(number for _, number in known.processors())
    inside = replace(chip, id=f"{chip.id}-chip", name=f"one chip of {chip.name}")
    member = SystemMember(chip=inside, count=count)
    return Chip(
        id=chip.id,
        name=chip.name,
        kind=known.kind,
        vendor=chip.vendor,
        designed_for=chip.designed_for,
        marketed_for=chip.marketed_for,
        members=(member,),
        hypothetical=True,
    )


def _implausible(row: TableRow) -> Iterator[str]:
    """Implausible figures of a row whose chip is not in the catalog, as the gates find them.

    No gate affects an answer, since a planned chip may differ from all others. The user is asked to
    check them.
    """
    for comparison in comparisons(row.chip):
        # The other gates find other mistakes, or compare what a table of figures does not state.
        if comparison.gate in SLIP_GATES and not comparison.holds:
            yield f"{place_of(row.number)}: {comparison.text}; is its unit right?"


def _absurd_figures(row: TableRow, chips: Sequence[Chip]) -> Iterator[tuple[str, str]]:
    """The figures of a row that are absurd for every chip that its name may mean, with the reason.

    Each comes as its path and a sentence for the user.
    """
    for path, claim in row.values.items():
        paths = row.alternatives[path]
        known = _known(chips, paths)
        if not known or _is_plausible(claim.value, known):
            continue

        # The value that is shown is the one that counts, not the nearest one, which may be an
        # error.
        ours = _preferred(chips[0], paths) or known[0]
        shown = f"{display(ours)} {claim.unit}".rstrip()
        why = f"{path} of {claim.text} was not read, since {chips[0].id} has {shown}"
        yield path, f"{place_of(row.number)}: {why}{slip(claim.value, ours)}"


def _sparse_figures(row: TableRow, chips: Sequence[Chip]) -> Iterator[tuple[str, str]]:
    """The throughputs in dense columns that are the sparse ones of the chip, with why.

    The rules count dense operations, so a chip that is not controlled would be by its sparse
    throughput.
    """
    for path, claim in row.values.items():
        if not path.startswith(_THROUGHPUT) or path.endswith("_sparse"):
            continue
        for chip in chips:
            dense = _preferred(chip, (path,))
            if not dense:
                continue
            # With 2:4 sparsity every other product is left out, so a chip is twice as fast.
            sparse = _preferred(chip, (f"{path}_sparse",)) or dense * 2
            if not _is_near(claim.value, sparse):
                continue
            why = f"{path} of {claim.text} was not read: {chip.id} has that with sparsity"
            yield path, f"{place_of(row.number)}: {why}, and dense {display(dense)} {claim.unit}"
            break


def _totals_of_systems(row: TableRow, chips: Sequence[Chip]) -> Iterator[tuple[str, str]]:
    """The figures of all chips of a system in the row of that system, with why.

    The rules look at one of its chips; eight that are not controlled would look like one that is.
    """
    for path, claim in row.values.items():
        if not path.startswith((_THROUGHPUT, *_ADDED_UP)):
            continue
        for chip in chips:
            # In a system of several kinds of chips, a share of the total is not the figure of any
            # chip.
            if len(chip.processors()) != 1:
                continue
            ((part, count),) = chip.processors()
            one = _preferred(part, row.alternatives[path])
            if one is None or count == 1 or _is_near(claim.value, one):
                continue
            if not _is_near(claim.value, one * count):
                continue
            why = (
                f"{path} of {claim.text} was not read: it is that of all {count} chips of {chip.id}"
            )
            where = place_of(row.number)
            yield path, f"{where}: {why}, whose one has {display(one)} {claim.unit}".rstrip()
            break


def _is_near(value: Fraction, known: Fraction) -> bool:
    """Whether two throughputs are equal up to the rounding of tables."""
    return abs(value - known) <= ROUNDING * known


def _is_plausible(value: Fraction, known: Sequence[Fraction]) -> bool:
    """Whether a value is less than :data:`ABSURD` times away from the values that are known.

    >>> known = [Fraction(312), Fraction(624)]
    >>> _is_plausible(Fraction(78), known), _is_plausible(Fraction(0), known)
    (True, False)
    """
    return min(known) <= value * ABSURD and value <= max(known) * ABSURD


def _preferred(chip: Chip, paths: Sequence[str]) -> Fraction | None:
    """The value that the catalog prefers for a figure; None if it has none.

    >>> import chipdb
    >>> int(_preferred(chipdb.load()["A100"], ["throughput.fp16"]))
    312
    """
    values = catalog_value(chip, paths).values
    if not values:
        return None
    return values[0]


def _known(chips: Iterable[Chip], paths: Sequence[str]) -> list[Fraction]:
    """Every value above 0 that the catalog has for a figure, also for the chips of a system.

    Known errors and values of single dies count too: they are wrong, and `audit` says so, but they
    are of the right unit. So does a sparse throughput in a dense column.

    >>> import chipdb
    >>> sorted({int(value) for value in _known([chipdb.load()["A100"]], ["throughput.fp16"])})
    [77, 312, 624]
    """
    sparse = [f"{path}_sparse" for path in paths if path.startswith(_THROUGHPUT)]
    related = [*paths, *sparse]
    values: list[Fraction] = []
    for chip in chips:
        for part in _with_parts(chip):
            values += _all_values(catalog_value(part, related))
    return [value for value in values if value > 0]


def _all_values(known: CatalogValue) -> Iterator[Fraction]:
    """The values of a figure, those included that are known errors or only of a part."""
    yield from known.values
    for value, _ in (*known.rejected, *known.parts):
        yield value


def _with_parts(chip: Chip) -> list[Chip]:
    """A chip, or a system and its chips: tables list the figures of either under the system's name.

    >>> import chipdb
    >>> [part.id for part in _with_parts(chipdb.load()["GB200-NVL72"])]
    ['nvidia-gb200-nvl72', 'nvidia-gb200-gpu']
    """
    parts = [part for part, _ in chip.processors()]
    return [chip, *parts]


def _vector_figures(row: TableRow, chips: Sequence[Chip]) -> Iterator[str]:
    """Why some throughput of a row is only a lower bound: it is that of the vector units.

    Many tables state 78 TFLOPS of FP16 for an A100, whose tensor cores have 312.
    """
    for path, claim in row.values.items():
        for chip in chips:
            dense = _matrix_value(chip, path, claim.value)
            if dense is None:
                continue
            yield (
                f"{place_of(row.number)}: {path} of {claim.text} is that of the vector units of "
                f"{chip.id}, whose matrix engines have {display(dense)} {claim.unit}"
            )
            # The SKUs of a name share their engines, so one of them says enough.
            break


def _matrix_value(chip: Chip, path: str, value: Fraction) -> Fraction | None:
    """The throughput of the matrix engines, if a value is that of the slower vector units.

    >>> import chipdb
    >>> int(_matrix_value(chipdb.load()["A100"], "throughput.fp16", Fraction(78)))
    312
    """
    if not path.startswith(_THROUGHPUT):
        return None
    vector = _preferred(chip, (f"{path}_vector",))
    dense = _preferred(chip, (path,))
    if vector is None or dense is None:
        return None

    is_slower = vector < dense
    if is_slower and near(value, vector, ROUNDING):
        return dense
    return None
