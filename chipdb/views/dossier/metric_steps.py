"""How each metric of a worksheet came about: rates and bit lengths, dies, links, and the readings that differ."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from chipdb.answers.check import Check
from chipdb.catalog.chip import Chip
from chipdb.metrics import Count, Spread, readings, totals
from chipdb.metrics.derivation import (
    COUNTED,
    PRODUCT,
    QUOTIENT,
    STATED,
    die_steps,
    link_steps,
    rate_steps,
    way,
)
from chipdb.metrics.spread import of_figure
from chipdb.solver.labels import metric_text
from chipdb.units import METRIC_UNITS, display
from chipdb.views.dossier.document import (
    Block,
    Field,
    Fields,
    Group,
    Records,
    Section,
    Table,
    cell,
    columns,
)
from chipdb.views.dossier.figures import DIGITS, chips_of, metrics_asked, number


def derivation_section(check: Check) -> Section:
    """How each metric came about, for each kind of chip, in each reading that counts it otherwise."""
    standpoint = check.classification.interpretation
    counted = standpoint.reading if standpoint else None
    chips = [chip for chip in chips_of(check) if not chip.members]
    members = [_derived(chip, counted, metrics_asked(check)) for chip in chips]
    blocks: list[Block] = [Group("chips", tuple(members))]
    if check.chip.members:
        rows = [
            (cell(metric_text(name), name), number(metric.value, metric.unit))
            for name, metric in totals(check.chip).items()
        ]
        title = "Totals over all chips; the rules look at one chip"
        blocks.append(
            Table(
                key="totals",
                title=title,
                columns=columns(metric="metric", value="total"),
                rows=tuple(rows),
            )
        )
    return Section("derivation", "Derivation of the metrics", tuple(blocks))


def _derived(chip: Chip, reading: str | None, asked: tuple[str, ...]) -> Section:
    reading = reading if reading in readings(chip) else None
    count = Count(chip, reading)
    head = Fields(
        (
            Field("chip", "chip", cell(chip.id)),
            Field("reading", "counted in reading", cell(reading or "plain")),
        )
    )
    blocks: list[Block] = [head, _formulas(count, asked)]
    if way(count, "tpp") == COUNTED and chip.throughput:
        blocks.append(_rates(count))
    if way(count, "applicable_die_area") == COUNTED and chip.dies:
        blocks.append(_dies(count))
    if chip.links:
        blocks.append(_links(count))
    if count.metric("tpp").value is not None or len(readings(chip)) > 1:
        blocks.append(_readings(chip))
    return Section("chip", chip.name, tuple(blocks))


def _formulas(count: Count, asked: tuple[str, ...]) -> Records:
    rows = []
    for name in asked:
        spread = count.metric(name)
        rows.append(
            (
                cell(metric_text(name), name),
                number(spread.value, METRIC_UNITS[name]),
                cell(formula(count, name, spread)),
            )
        )
    return Records(
        key="metrics",
        title="Metrics",
        columns=columns(metric="metric", value="value", derivation="derivation"),
        rows=tuple(rows),
    )


def formula(count: Count, name: str, spread: Spread) -> str:
    """The derivation of a metric in one line, with its numbers.

    >>> import chipdb
    >>> count = Count(chipdb.load()["H20"])
    >>> formula(count, "performance_density", count.metric("performance_density"))
    '2,368 / 814 mm^2'
    """
    planar = name == "performance_density" and count.metric("applicable_die_area").value == 0
    if spread.value is None and not planar:
        bound = f"; at least {display(spread.low, DIGITS)}" if spread.low else ""
        return f"missing: {', '.join(spread.missing) or 'a figure'}{bound}"
    kind = way(count, name)
    if kind == COUNTED:
        return _COUNTED[name](count) if name in _COUNTED else "from the figures above"
    tpp, area, density = (
        display(count.metric(part).value, DIGITS)
        for part in ("tpp", "applicable_die_area", "performance_density")
    )
    stated = {
        STATED: f"stated: metrics.{name}",
        PRODUCT: f"stated density x stated area: {density} x {area} mm^2",
        QUOTIENT: f"TPP / stated density: {tpp} / {density}",
    }
    return stated[kind]


def _tpp(count: Count) -> str:
    steps = [step for step in rate_steps(count) if step.counted]
    return " + ".join(
        f"{display(step.rate, DIGITS)} TOPS x {display(step.bits)} bits ({step.format})"
        for step in steps
    )


def _area(count: Count) -> str:
    dies = [die for die in die_steps(count) if die.adds]
    return (
        " + ".join(f"{die.count} x {display(die.value, DIGITS)} mm^2 ({die.name})" for die in dies)
        or "no non-planar logic die"
    )


def _density(count: Count) -> str:
    tpp, area = count.metric("tpp").value, count.metric("applicable_die_area").value
    return (
        f"{display(tpp, DIGITS)} / {display(area, DIGITS)} mm^2"
        if area
        else "without meaning: all logic is planar"
    )


def _memory(count: Count) -> str:
    return (
        "no DRAM" if count.chip.memory.kind == "none" else "total DRAM bandwidth, memory.bandwidth"
    )


def _bandwidth_density(count: Count) -> str:
    area = of_figure(count.chip.package_area, "package_area", count.reading).value
    return f"{display(count.metric('memory_bandwidth').value, DIGITS)} GB/s / {display(area, DIGITS)} mm^2 of package area"


def _links_added(count: Count, kinds: tuple[str, ...]) -> str:
    links = [link for link in link_steps(count) if link.kind in kinds]
    return (
        " + ".join(f"{display(link.adds, DIGITS)} GB/s ({link.name})" for link in links)
        or "no such link"
    )


def _letter_io(count: Count) -> str:
    chips, links = (
        display(count.metric(name).value, DIGITS)
        for name in ("interconnect_bandwidth", "aggregate_io_bandwidth")
    )
    return f"not defined in the letters: between {chips} (chip-to-chip) and {links} (all links)"


def _memory_and_io(count: Count) -> str:
    memory, links = (
        display(count.metric(name).value, DIGITS)
        for name in ("memory_bandwidth", "letter_io_bandwidth")
    )
    return f"{memory} + {links} GB/s"


_COUNTED: dict[str, Callable[[Count], str]] = {
    "tpp": _tpp,
    "applicable_die_area": _area,
    "performance_density": _density,
    "memory_bandwidth": _memory,
    "aggregate_io_bandwidth": lambda count: _links_added(
        count, ("chip-to-chip", "host", "network")
    ),
    "interconnect_bandwidth": lambda count: _links_added(count, ("chip-to-chip",)),
    "memory_bandwidth_density": _bandwidth_density,
    "letter_io_bandwidth": _letter_io,
    "memory_and_io_bandwidth": _memory_and_io,
    "tops": lambda _: (
        "of each processing unit the highest dense rate, without bit length, added up"
    ),
}


def _rates(count: Count) -> Table:
    heads = columns(
        unit="unit",
        format="format",
        rate="rate, TOPS",
        bits="bits",
        product="rate x bits",
        use="use",
    )
    rows = tuple(
        (
            cell(step.unit),
            cell(step.format),
            number(step.rate),
            number(step.bits),
            number(step.product),
            cell(step.why),
        )
        for step in rate_steps(count)
    )
    return Table(
        key="rates",
        title="TPP: of each processing unit the highest dense rate x bit length, added up over units",
        columns=heads,
        rows=rows,
    )


def _dies(count: Count) -> Table:
    heads = columns(
        die="die", role="role", count="count", area="area, mm^2", adds="adds, mm^2", use="use"
    )
    rows = tuple(
        (
            cell(die.name),
            cell(die.kind),
            number(Fraction(die.count)),
            number(die.value),
            number(die.adds),
            cell(die.why),
        )
        for die in die_steps(count)
    )
    return Table(
        key="dies",
        title="Applicable die area: every non-planar logic die of the package",
        columns=heads,
        rows=rows,
    )


def _links(count: Count) -> Table:
    heads = columns(link="link", kind="kind", stated="stated, GB/s", adds="adds, GB/s", use="use")
    rows = tuple(
        (cell(link.name), cell(link.kind), number(link.value), number(link.adds), cell(link.why))
        for link in link_steps(count)
    )
    return Table(
        key="links",
        title="I/O bandwidth: all links to anything but volatile memory, both directions",
        columns=heads,
        rows=rows,
    )


def _readings(chip: Chip) -> Table:
    """The ways to count the chip that differ, each with its range over credible claims."""
    rows = []
    names = ("tpp", "applicable_die_area", "performance_density")
    plain = {name: Count(chip).metric(name) for name in names}
    for reading in readings(chip):
        spreads = {name: Count(chip, reading).metric(name) for name in names}
        if reading is not None and all(
            _ends(spreads[name]) == _ends(plain[name]) for name in names
        ):
            continue
        for name, spread in spreads.items():
            value, low, high = _ends(spread)
            rows.append(
                (
                    cell(reading or "plain"),
                    cell(metric_text(name), name),
                    number(value, METRIC_UNITS[name]),
                    number(low),
                    number(high),
                )
            )
    heads = columns(reading="reading", metric="metric", value="value", low="low", high="high")
    return Table(
        key="readings",
        title="Readings, and the range over credible claims",
        columns=heads,
        rows=tuple(rows),
    )


def _ends(spread: Spread) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    return (None, None, None) if spread.value is None else (spread.value, spread.low, spread.high)
