"""From a chip of the catalog to the figures of an estimate: what is read, assumed and missing."""

from __future__ import annotations

from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Figure, preferred_claim
from chipdb.lazy_dataclasses import dataclass, field
from chipdb.units import display
from chipdb.vocabulary import Basis
from chipdb.workloads.data import (
    GIGA,
    Surroundings,
    capacity_unit,
    eight_bit_format,
    usual_surroundings,
)
from chipdb.workloads.hardware import Hardware
from chipdb.workloads.precisions import PRECISIONS, WIDTHS, Precision
from chipdb.workloads.surroundings import (
    domain_text,
    network_text,
    surroundings_of,
    value_of,
    widest_link,
)

TERA = 10**12
SIXTEEN_BITS = ("fp16", "bf16")
EIGHT_BITS = ("fp8",)
FOUR_BITS = ("fp4",)
THROUGHPUT = "throughput"
"""The name of a chip's missing throughput in 16 bits, which is no metric."""
_WIDER = {
    "nvfp4": ("mxfp4", "w4a16"),
    "mxfp4": ("w4a16",),
    "fp8": ("fp16", "bf16"),
    "int8": ("fp16", "bf16"),
}
"""The precisions that replace one that a chip lacks, the narrowest first.

Weights of 4 bits stay so: they are unpacked for products in the next wider format.
"""


@dataclass(frozen=True, kw_only=True)
class ChipFigures:
    """The figures of a chip that an estimate reads.

    ``hardware`` is None where a figure is missing without which there is no estimate; ``missing``
    names every missing figure with its effect, ``assumptions`` what was assumed instead. ``needed``
    are the missing figures that leave no estimate: :data:`THROUGHPUT` and names of metrics.
    """

    chip: Chip
    count: int
    precision: Precision
    hardware: Hardware | None
    assumptions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


@dataclass
class _Notes:
    """What was assumed and what is missing, as it is found."""

    assumptions: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    needed: list[str] = field(default_factory=list)

    def need(self, name: str, words: str) -> None:
        """Note a missing figure without which there is no estimate: its name, and in words."""
        self.needed.append(name)
        self.missing.append(f"{words}: without it there is no estimate")


def figures_of(item: Chip, precision: str | None = None) -> ChipFigures:
    """The figures of a chip, or of the accelerators of a system.

    ``precision`` is one of :data:`~chipdb.workloads.precisions.PRECISIONS`; by default that of
    8-bit serving, or the next wider format that the chip has.

    >>> import chipdb
    >>> figures = figures_of(chipdb.load()["A100"])
    >>> figures.precision.id, figures.hardware.link / GIGA
    ('fp16', 300.0)
    """
    notes = _Notes()
    chip, count = _accelerator(item, notes)
    runs_in = _precision(chip, precision, notes)
    around = surroundings_of(chip, members=count if item.members else None)
    return ChipFigures(
        chip=chip,
        count=count,
        precision=runs_in,
        hardware=_hardware(chip, runs_in, around, notes),
        assumptions=tuple(notes.assumptions),
        missing=tuple(notes.missing),
        needed=tuple(notes.needed),
    )


def _hardware(
    chip: Chip, runs_in: Precision, around: Surroundings, notes: _Notes
) -> Hardware | None:
    """The figures that an estimate reads, in base units; None where one that it needs is missing.

    What is missing or assumed is noted.
    """
    operations = _operations(chip, runs_in, notes)
    bandwidth = _value(chip, "memory_bandwidth")
    # of a bandwidth of 0 no estimate follows either, so it is named like one that is not known
    if not bandwidth:
        notes.need("memory_bandwidth", "memory bandwidth")
    capacity = _capacity(chip, notes)
    if operations is None or not bandwidth or not capacity:
        return None

    hardware = Hardware(
        operations=operations,
        memory_bandwidth=bandwidth * GIGA,
        capacity=capacity,
        link=_link(chip, notes),
        host_link=_host_link(chip),
        network=around.network,
        domain=around.domain,
        node=around.node,
        watts=value_of(chip.power.get("tdp")),
    )
    if hardware.link:
        notes.assumptions.append(domain_text(around))
    notes.assumptions.append(network_text(around))
    if hardware.watts is None:
        notes.missing.append("rated power (TDP): tokens per joule are not known")
    return hardware


def design_hardware(
    *, tpp: float, memory_bandwidth: float, io_bandwidth: float, capacity: float
) -> Hardware:
    """The hardware of a design with these metrics: bandwidths in GB/s, capacity in GB.

    Its throughput at b bits is TPP / b, and one direction of its link half of its I/O bandwidth.

    >>> design = design_hardware(tpp=1600, memory_bandwidth=1400, io_bandwidth=600, capacity=96)
    >>> design.operations[8] / TERA, design.link / GIGA
    (200.0, 300.0)
    """
    usual = usual_surroundings()
    return Hardware(
        operations={bits: tpp / bits * TERA for bits in WIDTHS},
        memory_bandwidth=memory_bandwidth * GIGA,
        capacity=capacity * capacity_unit(),
        link=io_bandwidth / 2 * GIGA,
        host_link=0.0,
        network=usual.network,
        domain=usual.domain,
        node=usual.node,
    )


def design_surroundings() -> list[str]:
    """What is assumed of the scale-up domain and the network of a design.

    >>> design_surroundings()[0]
    'scale-up domain of 8 chips, a default without a source'
    """
    usual = usual_surroundings()
    return [domain_text(usual), network_text(usual)]


def _accelerator(item: Chip, notes: _Notes) -> tuple[Chip, int]:
    """The accelerator of a system and how many of them there are; a chip is its own."""
    if not item.members:
        return item, 1

    # what computes most is what a system is bought for; host processors have no TPP here
    members = item.processors()
    chip, count = max(members, key=lambda member: (member[0].tpp or 0.0) * member[1])
    notes.assumptions.append(f"{item.name} is counted as {count:,} {chip.name}")
    if len(members) > 1:
        notes.assumptions.append("its other chips are left out")
    return chip, count


def _precision(chip: Chip, asked: str | None, notes: _Notes) -> Precision:
    """The precision that a model runs in: what is asked, or the next wider one the chip has."""
    precision = PRECISIONS[asked or "fp8"]
    if _has(chip, precision) or _states_only_tpp(chip):
        return precision

    # Some chips without FP8 are known to serve 8-bit models in INT8. It is not a general stand-in:
    # models are published in FP8, and INT8 needs another quantization that few chips are given.
    eight_bits = eight_bit_format(chip.id)
    if precision.id == "fp8" and eight_bits is not None:
        notes.assumptions.append(f"8-bit models run in {eight_bits}, as published for this chip")
        return PRECISIONS[eight_bits]

    for name in _WIDER.get(precision.id, ()):
        wider = PRECISIONS[name]
        if _has(chip, wider):
            notes.assumptions.append(_wider_text(chip, precision, wider))
            return wider
    return precision


def _wider_text(chip: Chip, asked: Precision, wider: Precision) -> str:
    """What a chip does that lacks the format of a precision."""
    text = f"{chip.name} has no throughput in {' or '.join(asked.formats)}"
    if wider.weight_bytes == asked.weight_bytes:
        return f"{text}: weights stay in 4 bits, products run in {wider.bits} bits ({wider.id})"
    return f"{text}, so it runs in {wider.id}"


def _has(chip: Chip, precision: Precision) -> bool:
    """Whether a chip has a throughput in the formats of a precision."""
    return _rate(chip, precision.formats) is not None


def _rate(chip: Chip, formats: tuple[str, ...]) -> float | None:
    """The throughput of the first of some formats that is known, in TOPS."""
    for name in formats:
        rate = value_of(chip.throughput.get(name))
        if rate:
            return rate
    return None


def _states_only_tpp(chip: Chip) -> bool:
    """Whether only the TPP is known of a chip's throughput, as with a design under a rule.

    A TPP that a user states replaces what the throughputs of the base give, so it counts here too.
    """
    is_all = "tpp" in chip.metrics or not chip.throughput
    return bool(chip.tpp) and is_all


def _operations(chip: Chip, precision: Precision, notes: _Notes) -> dict[int, float] | None:
    """The dense operations a second at each width; None where that in 16 bits is not known.

    A width that the chip lacks has the throughput of the next wider one.
    """
    if _states_only_tpp(chip):
        # TPP is the highest product of throughput and bits, so no width computes more than this
        notes.assumptions.append("throughput at b bits is the stated TPP / b")
        tpp = chip.tpp or 0.0
        return {bits: tpp / bits * TERA for bits in WIDTHS}

    formats = {16: SIXTEEN_BITS, 8: EIGHT_BITS, 4: FOUR_BITS}
    # of several formats of a width, such as FP8 and INT8, the one that the model runs in counts
    formats[precision.bits] = precision.formats

    # Attention and the output head stay in 16 bits, in whatever format the weights are.
    fastest = _rate(chip, formats[16])
    if fastest is None:
        names = " or ".join(formats[16])
        words = f"throughput in {names}, in which attention and the output head run"
        notes.need(THROUGHPUT, words)
        return None
    operations: dict[int, float] = {}
    for bits in WIDTHS:
        fastest = max(fastest, _rate(chip, formats[bits]) or 0.0)
        operations[bits] = fastest * TERA
    _note_estimates(chip, precision, notes)
    return operations


def _note_estimates(chip: Chip, precision: Precision, notes: _Notes) -> None:
    """Say where a figure of the chip is itself an estimate."""
    for name in dict.fromkeys((*precision.formats, *SIXTEEN_BITS)):
        if _is_estimated(chip.throughput.get(name)):
            notes.assumptions.append(f"its throughput in {name} is an estimate")
    if _is_estimated(chip.memory.bandwidth):
        notes.assumptions.append("its memory bandwidth is an estimate")


def _is_estimated(figure: Figure | None) -> bool:
    """Whether the evidence for a figure is itself an estimate."""
    claim = preferred_claim(figure)
    if claim is None:
        return False
    return claim.basis == Basis.ESTIMATED


def _value(chip: Chip, metric: str) -> float | None:
    """A metric, as derived or as stated by a user; None where it is not known."""
    value = chip.metric(metric).value
    if value is None:
        return None
    return float(value)


def _capacity(chip: Chip, notes: _Notes) -> float | None:
    """The bytes of memory: as stated in GiB, or GB that stand for GiB."""
    value = _value(chip, "memory_capacity")
    if not value:
        notes.need("memory_capacity", "memory capacity")
        return None
    claim = preferred_claim(chip.memory.capacity)
    if claim is not None and "GiB" in claim.text:
        return value * GIGA

    # DRAM comes in powers of two, and data sheets write GB for it: device tools show that the
    # 80 GB of an H100 are 80 GiB, 7 % more, which decides whether a model of 70 GB fits.
    notes.assumptions.append(f"{display(value)} GB of memory is read as {display(value)} GiB")
    return value * capacity_unit()


def _link(chip: Chip, notes: _Notes) -> float:
    """The bytes/s, one way, of the fastest link between chips; 0 without one."""
    stated = value_of(chip.metrics.get("interconnect_bandwidth"))
    if stated is not None:
        # a metric counts both directions, even if a data sheet counts one
        return stated / 2 * GIGA

    # The widest link and not their sum: a chip may have another one to its host processor that is
    # as wide (NVLink-C2C), and data for other chips does not pass it.
    widest = widest_link(chip, "chip-to-chip")
    if widest is not None:
        return widest * GIGA
    if chip.links is None:
        notes.missing.append("links: groups exchange data through the network")
    elif any(link.kind == "chip-to-chip" for link in chip.links):
        notes.missing.append("bandwidth of the chip-to-chip link: groups use the host link")
    return 0.0


def _host_link(chip: Chip) -> float:
    """The bytes/s, one way, of the widest host link; 0 where it is not known.

    Chips without links of their own exchange data through it, and reach the network by it.
    """
    return (widest_link(chip, "host") or 0.0) * GIGA
