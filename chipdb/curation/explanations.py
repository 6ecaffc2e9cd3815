"""Why a figure of a third-party table differs: what else its value may be.

Tables differ from data sheets in few ways: a value with sparsity, of one die, of one chip of a
system, in GiB, of one direction of a link, or of another number format. Each candidate is a value
that the catalog has or that follows from one; the first that fits explains the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim
from chipdb.catalog.foreign_table import outside_matrix
from chipdb.catalog.formats import format_table
from chipdb.curation.catalog_value import CatalogValue, catalog_value
from chipdb.lazy_dataclasses import dataclass
from chipdb.units import WRITTEN_OUT
from chipdb.vocabulary import FindingKind

APART = Fraction(3, 100)
"""Figures that differ by more are a finding: less is rounding, or a revision of a data sheet."""
SAME = Fraction(1, 100)
"""Figures this close count as the same."""
SPARSITY = 2
"""How many times the dense throughput 2:4 sparsity states."""
BOTH_DIRECTIONS = 2
"""How many times the bandwidth of one direction rules and data sheets count for a link."""
THOUSAND = 1000
NEAR_A_THOUSAND = Fraction(1, 4)
"""How far a ratio may be from 1,000 to count as a slip of the unit."""
DOCUMENTED_FORMATS = 4
"""From this number of known formats on, a format that a chip lacks is not a gap in the data."""

GIBI = WRITTEN_OUT["GiB", "GB"]
LINK_FIGURES = frozenset(
    {"interconnect_bandwidth", "aggregate_io_bandwidth", "letter_io_bandwidth"}
)
THROUGHPUT = "throughput."


@dataclass(frozen=True)
class StatedFigure:
    """A figure of a table: its path, the paths of its column, what it states and the chip's own."""

    path: str
    paths: Sequence[str]
    claim: Claim
    known: CatalogValue

    @property
    def formats(self) -> list[str]:
        """The number formats that the column may mean; none if it states no throughput.

        >>> StatedFigure("throughput.fp16", ["throughput.fp16"], None, CatalogValue()).formats
        ['fp16']
        """
        return [path.removeprefix(THROUGHPUT) for path in self._throughput_paths]

    @property
    def sparse_paths(self) -> list[str]:
        """The paths of the same throughput with sparsity; none if it states no throughput."""
        return [f"{path}_sparse" for path in self._throughput_paths]

    @property
    def _throughput_paths(self) -> list[str]:
        """The paths of the column that are throughputs: all of them, or none."""
        return list(filter(is_throughput, self.paths))


@dataclass(frozen=True)
class Explanation:
    """A value that the table may have meant, with the kind of the error and the reason."""

    kind: FindingKind
    value: Fraction
    why: str

    def fits(self, claim: Claim) -> bool:
        """Whether a figure of the table is this value, within :data:`SAME`.

        A driver reports the memory that it may use, a little less than the chip has, so a figure in
        binary units may be :data:`APART`.
        """
        within = SAME
        if self.kind == FindingKind.BINARY_UNIT and "iB" in claim.text:
            within = APART
        return near(claim.value, self.value, within)


def is_throughput(path: str) -> bool:
    """Whether a path is that of a throughput, dense or sparse.

    >>> is_throughput("throughput.fp8"), is_throughput("memory.bandwidth")
    (True, False)
    """
    return path.startswith(THROUGHPUT)


def near(value: Fraction, other: Fraction, within: Fraction) -> bool:
    """Whether two values differ by at most a share of the second.

    >>> near(Fraction(970), Fraction(1000), APART), near(Fraction(969), Fraction(1000), APART)
    (True, False)
    """
    return abs(value - other) <= within * abs(other)


def explained(chip: Chip, figure: StatedFigure) -> Explanation | None:
    """The first explanation that fits a figure where the catalog has another value.

    >>> import chipdb
    >>> a100 = chipdb.load()["A100"]
    >>> paths = ["throughput.fp16"]
    >>> sparse = Claim(text="624 TFLOPS", value=Fraction(624), unit="TOPS")
    >>> explained(a100, StatedFigure(paths[0], paths, sparse, catalog_value(a100, paths))).why
    'the throughput with sparsity, not the dense one'
    """
    return first_fit(_candidates(chip, figure), figure)


def first_fit(explanations: Iterable[Explanation], figure: StatedFigure) -> Explanation | None:
    """The first explanation that fits a figure; None if none does.

    >>> claim = Claim(text="312", value=Fraction(312))
    >>> figure = StatedFigure("throughput.int8", ["throughput.int8"], claim, CatalogValue())
    >>> other = Explanation(FindingKind.OTHER_FORMAT, Fraction(312), "the FP16 throughput")
    >>> first_fit([other], figure).why
    'the FP16 throughput'
    """
    for explanation in explanations:
        if explanation.fits(figure.claim):
            return explanation
    return None


def _candidates(chip: Chip, figure: StatedFigure) -> Iterator[Explanation]:
    """Every other thing that a figure may be, the most specific first.

    The order decides between candidates of one value: a recorded error is the best explanation, a
    coincidence with another format the worst.
    """
    # What the catalog has rejected comes with its reason, which explains the table best.
    for value, why in figure.known.rejected:
        yield Explanation(FindingKind.KNOWN_ERROR, value, why)
    for value, why in figure.known.parts:
        text = f"{why}, not of all logic dies of the package"
        yield Explanation(FindingKind.ONE_DIE, value, text)
    yield from _of_one_chip(chip, figure)
    yield from _in_another_unit(figure)
    yield from _with_sparsity(chip, figure)
    yield from of_other_formats(chip, figure.formats)


def _of_one_chip(chip: Chip, figure: StatedFigure) -> Iterator[Explanation]:
    """The values of each part of a system, and the system's own divided by its chips.

    Tables list a DGX with the memory of one of its GPUs as often as with the memory of all.
    """
    for part, count in _parts(chip):
        why = f"the figure of one of {count:,} {part.name}, not of the system"
        for value in catalog_value(part, figure.paths).values:
            yield Explanation(FindingKind.PER_CHIP, value, why)
        for value in catalog_value(part, figure.sparse_paths).values:
            yield Explanation(FindingKind.PER_CHIP, value, f"{why}, and with sparsity")

    # A system may state a total that is not the sum of its chips' figures, such as shared memory.
    total = sum(count for _, count in chip.processors())
    if total < 2:
        return
    why = f"the figure of one of {total:,} chips, not of the system"
    for value in figure.known.values:
        yield Explanation(FindingKind.PER_CHIP, value / total, why)


def _parts(system: Chip) -> Iterator[tuple[Chip, int]]:
    """The members of a system, their members, and so on, each with its count in the system.

    A chip that is not a system has none.

    >>> import chipdb
    >>> [(part.id, count) for part, count in _parts(chipdb.load()["GB200-NVL72"])]
    [('nvidia-gb200-superchip', 36), ('nvidia-gb200-gpu', 72)]
    """
    for member in system.members:
        yield member.chip, member.count
        for part, count in _parts(member.chip):
            yield part, count * member.count


def _in_another_unit(figure: StatedFigure) -> Iterator[Explanation]:
    """Memory in units of 1,024, and links in one direction; other figures have one unit."""
    if figure.path == "memory.capacity":
        yield from _in_binary_units(figure)
    elif figure.path in LINK_FIGURES:
        yield from _in_one_direction(figure)


def _in_one_direction(figure: StatedFigure) -> Iterator[Explanation]:
    """The bandwidth of links in one direction, as some data sheets print it."""
    why = "one direction of the links; rules and data sheets count both"
    for ours in figure.known.values:
        yield Explanation(FindingKind.ONE_DIRECTION, ours / BOTH_DIRECTIONS, why)


def _in_binary_units(figure: StatedFigure) -> Iterator[Explanation]:
    """A capacity in GB where the vendor has GiB, and vice versa.

    80 GB of HBM are 80 x 2^30 bytes to a driver, which reports 81,920 MiB, and to a data sheet.
    """
    kind = FindingKind.BINARY_UNIT
    for ours in figure.known.values:
        yield Explanation(kind, ours / GIBI, "the vendor's number is in GiB")
        yield Explanation(kind, ours * GIBI, "the table counts the vendor's GB as GiB")


def _with_sparsity(chip: Chip, figure: StatedFigure) -> Iterator[Explanation]:
    """The chip's own sparse throughputs, or twice the dense one if it has any sparse ones."""
    why = "the throughput with sparsity, not the dense one"
    stated = catalog_value(chip, figure.sparse_paths).values
    for value in stated:
        yield Explanation(FindingKind.SPARSE, value, why)

    # What the vendor states goes before what sparsity would give.
    if not stated and _may_be_sparse(chip, figure):
        yield Explanation(FindingKind.SPARSE, SPARSITY * figure.known.values[0], why)


def _may_be_sparse(chip: Chip, figure: StatedFigure) -> bool:
    """Whether sparsity could double a throughput that the catalog has only as dense.

    It doubles the throughput of matrix engines, not of vector units, to which FP32 mostly belongs:
    twice the FP32 of an L40S is its TF32.
    """
    is_known_throughput = bool(figure.formats) and bool(figure.known.values)
    # A chip without any sparse throughput has engines that do not know sparsity.
    if not is_known_throughput or not chip.sparse:
        return False
    return not any(map(outside_matrix, figure.formats))


def of_other_formats(chip: Chip, formats: Sequence[str]) -> Iterator[Explanation]:
    """The chip's throughputs in other formats, those of the same bit length first.

    A coincidence of lengths is likelier to be what the table means: INT8 for FP8, TF32 for FP32.
    """
    # A figure other than a throughput has no formats, so no throughput is another of them.
    if not formats:
        return
    yield from of_formats_alike(chip, formats)
    alike = _formats_alike(chip, formats)
    others = [name for name in chip.throughput if name not in (*formats, *alike)]
    yield from _of_formats(chip, others)


def of_formats_alike(chip: Chip, formats: Sequence[str]) -> Iterator[Explanation]:
    """The chip's throughputs in other formats of the same bit length.

    Tables confuse FP16 with BF16, INT8 with FP8, and TF32 with FP32, when a data sheet states only
    one of them.
    """
    yield from _of_formats(chip, _formats_alike(chip, formats))


def _formats_alike(chip: Chip, formats: Sequence[str]) -> list[str]:
    """The other formats of a chip that have a bit length of some formats.

    >>> import chipdb
    >>> _formats_alike(chipdb.load()["A100"], ["fp16"])
    ['bf16', 'bf16_vector', 'fp16_vector']
    """
    # By length and not by kind, since tables also put INT8 into a column of FP8.
    lengths = _lengths(formats)
    alike: list[str] = []
    for name in chip.throughput:
        if name not in formats and not lengths.isdisjoint(_lengths([name])):
            alike.append(name)
    return alike


def _of_formats(chip: Chip, names: Sequence[str]) -> Iterator[Explanation]:
    """The dense throughputs of some formats, then those with sparsity."""
    yield from _throughputs_of(chip, names, suffix="", more="")
    yield from _throughputs_of(chip, names, suffix="_sparse", more=", with sparsity")


def _throughputs_of(
    chip: Chip, names: Sequence[str], suffix: str, more: str
) -> Iterator[Explanation]:
    """The throughputs of some formats; ``suffix`` is that of their paths, ``more`` its words.

    >>> import chipdb
    >>> [each.why for each in _throughputs_of(chipdb.load()["A100"], ["bf16", "fp16"], "", "")]
    ['the BF16 or FP16 throughput']
    """
    # FP16 and BF16 mostly have one value, which is then explained by both.
    labels: dict[Fraction, list[str]] = {}
    for name in names:
        for value in catalog_value(chip, (f"{THROUGHPUT}{name}{suffix}",)).values:
            labels.setdefault(value, []).append(format_label(name))

    for value, formats in labels.items():
        why = f"the {' or '.join(dict.fromkeys(formats))} throughput{more}"
        yield Explanation(FindingKind.OTHER_FORMAT, value, why)


def format_label(name: str) -> str:
    """A number format for people.

    >>> format_label("fp16_vector")
    'FP16 vector'
    """
    base, _, pipes = name.partition("_")
    return f"{base.upper()} {pipes}".rstrip()


def _lengths(formats: Iterable[str]) -> set[int]:
    """The bit lengths of number formats, as counted and as stored.

    >>> sorted(_lengths(["tf32"]))
    [19, 32]
    """
    table = format_table()
    lengths: set[int] = set()
    for name in formats:
        base = name.removesuffix("_sparse").removesuffix("_vector")
        lengths.add(table.bits[base])
        # Tables list TF32 as a format of 32 bits, which its name suggests.
        if base in table.stored_bits:
            lengths.add(table.stored_bits[base])
    return lengths


def is_documented(chip: Chip) -> bool:
    """Whether enough throughput is known to conclude that a chip lacks a missing format.

    >>> import chipdb
    >>> is_documented(chipdb.load()["A100"])
    True
    """
    # Vector throughputs do not count: what is asked is which formats the matrix engines have.
    on_matrix_engines = [name for name in chip.throughput if not name.endswith("_vector")]
    return len(on_matrix_engines) >= DOCUMENTED_FORMATS


def slip(value: Fraction, known: Fraction) -> str:
    """What a value far from the known one may mean, to end a message with; empty if nothing fits.

    Only a factor of 1,000 is named, since it is that between MB, GB and TB. Other factors have
    too many possible causes.

    >>> slip(Fraction(2), Fraction(1979)), slip(Fraction(2), Fraction(3))
    ('; its unit may be wrong by a factor of 1,000', '')
    """
    if value == 0:
        return "; 0 may stand for unknown"
    if not known:
        return ""
    ratio = max(value, known) / min(value, known)
    if abs(ratio / THOUSAND - 1) <= NEAR_A_THOUSAND:
        return f"; its unit may be wrong by a factor of {THOUSAND:,}"
    return ""
