"""Gates that compare throughputs: of related formats, with sparsity, by clock, by memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from chipdb.catalog.chip import Chip
from chipdb.catalog.consistency import Gate, Ratio
from chipdb.catalog.figures import Claim, Cores, Figure, preferred_claim
from chipdb.catalog.formats import format_table
from chipdb.curation.comparison import Comparison, is_close
from chipdb.units import display

MEGA, TERA = 10**6, 10**12

Figures = Mapping[str, Figure]


def _throughputs(chip: Chip) -> list[tuple[Figures, Figures]]:
    """The dense and the sparse throughputs of the chip, then of each further unit.

    Units are compared one by one, since a GPU and an NPU have no ratio in common.
    """
    throughputs: list[tuple[Figures, Figures]] = [(chip.throughput, chip.sparse)]
    for unit in chip.units:
        throughputs.append((unit.throughput, unit.sparse))
    return throughputs


def ratios(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """Throughputs of related formats have a ratio that engines have.

    An engine does a format of half the length at once or twice the rate. Another ratio mostly means
    that one of the two is with sparsity, of the vector units, or of another part.
    """
    for dense, _ in _throughputs(chip):
        for pair in gate.ratios:
            yield from _ratio_comparison(dense, pair, gate)


def _may_share_engine(one: Claim, other: Claim) -> bool:
    """Whether two throughputs may be of one engine; two engines have no ratio in common.

    A format that only the vector units have is not half as fast as one of the matrix engines.
    """
    # An engine that is not stated may be the same.
    if not one.engine or not other.engine:
        return True
    return one.engine == other.engine


def _ratio_comparison(dense: Figures, pair: Ratio, gate: Gate) -> Iterator[Comparison]:
    """The ratio of two throughputs of one unit; nothing where there is no such ratio.

    >>> import chipdb
    >>> pair = Ratio(of="int8", to="fp16", allowed=["2", "1"])
    >>> gate = Gate(gate="ratio", asks="")
    >>> (compared,) = _ratio_comparison(chipdb.load()["A100"].throughput, pair, gate)
    >>> compared.holds, compared.text
    (True, 'int8 624 TOPS is 2 times fp16 312 TFLOPS; engines have 2 or 1')
    """
    above = preferred_claim(dense.get(pair.of))
    below = preferred_claim(dense.get(pair.to))
    if above is None or below is None or not below.value:
        return
    if not _may_share_engine(above, below):
        return

    ratio = above.value / below.value
    text = (
        f"{pair.of} {above.text} is {display(ratio, 3)} times {pair.to} {below.text}; "
        f"engines have {' or '.join(pair.allowed)}"
    )
    yield Comparison(
        gate=gate.gate,
        what=f"{pair.of}/{pair.to}",
        path=dense[pair.of].path,
        holds=_has_ratio(above, below, pair.allowed, gate),
        text=text,
    )


def _has_ratio(above: Claim, below: Claim, allowed: Iterable[str], gate: Gate) -> bool:
    """Whether two throughputs have one of the ratios that engines have.

    Both are rounded: 989.4 to 1,979 is meant as a half.
    """
    ratio = above.value / below.value
    # The last digits of both are in doubt; those of the lower count twice, as most ratios are 2.
    rounding = (above.slack + below.slack * 2) / below.value
    return any(is_close(ratio, Fraction(each), gate, rounding) for each in allowed)


def sparse(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """A dense throughput is at most the sparse one.

    Engines without sparsity state both alike, so the two may be equal. A dense one above the sparse
    one has changed places with it.
    """
    for dense_figures, sparse_figures in _throughputs(chip):
        for name, figure in sparse_figures.items():
            dense_name = name.removesuffix("_sparse")
            dense_claim = preferred_claim(dense_figures.get(dense_name))
            sparse_claim = figure.preferred()
            if dense_claim is None or sparse_claim is None:
                continue
            yield Comparison(
                gate=gate.gate,
                what=dense_name,
                path=figure.path,
                holds=dense_claim.value <= sparse_claim.value,
                text=f"dense {dense_claim.text} against {sparse_claim.text} with sparsity",
            )


def rates(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """A throughput is cores x operations per clock x clock.

    Data sheets derive it so, at the clock that they call rated, or else at the boost clock. Only
    chips whose cores and operations are known by a source of their own are compared.

    >>> import chipdb
    >>> from chipdb.catalog.consistency import gates
    >>> next(rates(chipdb.load()["A100"], gates()["rate"])).text
    'fp16 312 TFLOPS against 108 SM x 2048 x 1410 MHz = 311.87 TOPS'
    """
    # A data sheet that states a rated clock computes with it, regardless of the boost clock.
    cores = chip.cores
    clock = preferred_claim(chip.clocks.get("rated") or chip.clocks.get("boost"))
    if cores is None or clock is None:
        return

    for name, per_clock in cores.per_clock.items():
        figure = chip.throughput.get(name)
        if figure is not None:
            yield from _rate_comparison(name, figure, cores, per_clock, clock, gate)


def _rate_comparison(
    name: str, figure: Figure, cores: Cores, per_clock: Figure, clock: Claim, gate: Gate
) -> Iterator[Comparison]:
    """The throughput of one format against what its cores do; nothing where one is unknown."""
    stated = figure.preferred()
    count = cores.count.preferred()
    of_one_core = per_clock.preferred()
    if stated is None or count is None or of_one_core is None:
        return

    # The clock is in MHz and throughputs are in TOPS.
    expected = count.value * of_one_core.value * clock.value * MEGA / TERA
    text = (
        f"{name} {stated.text} against {count.text} {cores.name} x {of_one_core.text} "
        f"x {clock.text} = {display(expected)} TOPS"
    )
    yield Comparison(
        gate=gate.gate,
        what=name,
        path=figure.path,
        holds=is_close(stated.value, expected, gate, stated.slack),
        text=text,
    )


def balance(chip: Chip, gate: Gate) -> Iterator[Comparison]:
    """TPP per GB/s of memory bandwidth is what chips have.

    A bandwidth in TB/s under GB/s, or a throughput of a whole server, falls far outside.
    """
    # The schema is one for all gates, so it does not demand the field that this one needs.
    assert gate.balance is not None, "the gate states a range"
    bandwidth = preferred_claim(chip.memory.bandwidth)
    tpp = _highest_dense_bit_rate(chip)
    if bandwidth is None or not bandwidth.value or tpp is None:
        return

    least, most = gate.balance.within("")
    per_bandwidth = tpp / bandwidth.value
    yield Comparison(
        gate=gate.gate,
        what="",
        path="memory.bandwidth",
        holds=least <= per_bandwidth <= most,
        text=(
            f"TPP {display(tpp)} with {bandwidth.text} is {display(per_bandwidth, 4)} for each "
            f"GB/s against {gate.balance.least} to {gate.balance.most}"
        ),
    )


def _highest_dense_bit_rate(chip: Chip) -> Fraction | None:
    """The highest dense throughput times the bit length of its format; None if none is known.

    It is the TPP of the main unit, without the interpretations that metrics know: a gate looks for
    slips, not for the last digit.

    >>> import chipdb
    >>> int(_highest_dense_bit_rate(chipdb.load()["A100"]))  # 312 TFLOPS in 16 bits
    4992
    """
    dense = [
        bit_rate
        for figure, bit_rate in bit_rates(chip).items()
        if not figure.path.endswith("_sparse")
    ]
    return max(dense, default=None)


def bit_rates(chip: Chip) -> dict[Figure, Fraction]:
    """Every throughput of a chip, dense or sparse, times the bit length of its format.

    In TOPS x bits; throughputs that are unknown or zero are left out.
    """
    by_figure: dict[Figure, Fraction] = {}
    for name, figure in (*chip.throughput.items(), *chip.sparse.items()):
        claim = figure.preferred()
        # A throughput of 0 states that the chip does not have the format, and is not a low value.
        if claim is not None and claim.value:
            format_name = name.removesuffix("_sparse").removesuffix("_vector")
            by_figure[figure] = claim.value * format_table().bits[format_name]
    return by_figure
