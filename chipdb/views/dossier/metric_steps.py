"""How each metric of a worksheet was derived: throughputs, dies, links, and interpretations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
    DossierCell,
    Field,
    FieldsBlock,
    RecordsBlock,
    Section,
    SectionsBlock,
    TableBlock,
    cell,
    columns,
)
from chipdb.views.dossier.figures import DIGITS, chips_of, metrics_asked, number


def derivation_section(check: Check) -> Section:
    """How each metric was derived, for each kind of chip in the item.

    The formulas follow the interpretation that decides the classification, and a table shows the
    others, so that a reviewer can repeat every number with a pocket calculator.
    """
    interpretation = check.classification.interpretation
    reading = None
    if interpretation:
        reading = interpretation.reading
    members = []
    for chip in chips_of(check):
        if not chip.members:
            members.append(_chip_section(chip, reading, metrics_asked(check)))
    blocks: list[Block] = [SectionsBlock("chips", tuple(members))]
    if check.chip.members:
        blocks.append(_totals(check.chip))
    return Section("derivation", "Derivation of the metrics", tuple(blocks))


def _totals(system: Chip) -> TableBlock:
    """The totals of metrics over all chips of a system; no rule compares them."""
    rows = []
    for name, metric in totals(system).items():
        rows.append((cell(metric_text(name), name), number(metric.value, metric.unit)))
    return TableBlock(
        key="totals",
        title="Totals over all chips; the rules look at one chip",
        columns=columns(metric="metric", value="total"),
        rows=tuple(rows),
    )


def _chip_section(chip: Chip, reading: str | None, metrics: tuple[str, ...]) -> Section:
    """The derivation for one chip; a table of steps only where a metric rests on them."""
    if reading not in readings(chip):
        # The interpretation that decides is one of another chip of the system.
        reading = None
    count = Count(chip, reading)
    head = FieldsBlock(
        (
            Field("chip", "chip", cell(chip.id)),
            Field("reading", "counted in reading", cell(reading or "plain")),
        )
    )
    blocks: list[Block] = [head, _formulas(count, metrics), *_steps(count)]
    # without a TPP in one interpretation there are no steps to show
    if count.metric("tpp").value is not None or len(readings(chip)) > 1:
        blocks.append(_readings(chip))
    return Section("chip", chip.name, tuple(blocks))


def _steps(count: Count) -> Iterator[Block]:
    """A table of what was counted for each metric that rests on such steps.

    A metric that the user states, or that follows from two stated ones, has no steps to show.
    """
    chip = count.chip
    if chip.throughput and way(count, "tpp") == COUNTED:
        yield _throughputs(count)
    if chip.dies and way(count, "applicable_die_area") == COUNTED:
        yield _dies(count)
    # links are listed even if the total is stated: the rules count some kinds only
    if chip.links:
        yield _links(count)


def _formulas(count: Count, metrics: tuple[str, ...]) -> RecordsBlock:
    """Every metric with its value and its formula, under one interpretation."""
    rows = []
    for name in metrics:
        spread = count.metric(name)
        value = number(spread.value, METRIC_UNITS[name], metric=name)
        rows.append((cell(metric_text(name), name), value, cell(formula(count, name, spread))))
    return RecordsBlock(
        key="metrics",
        title="Metrics",
        columns=columns(metric="metric", value="value", derivation="derivation"),
        rows=tuple(rows),
    )


def formula(count: Count, name: str, spread: Spread) -> str:
    """The derivation of a metric in one line, with its numbers.

    If the metric is unknown, it names what is missing, and the lower bound if there is one.

    >>> import chipdb
    >>> count = Count(chipdb.load()["H20"])
    >>> formula(count, "performance_density", count.metric("performance_density"))
    '2,368 / 814 mm^2'
    """
    # A density of planar logic has no value either, but nothing is missing for it.
    is_planar = name == "performance_density" and count.metric("applicable_die_area").value == 0
    if spread.value is None and not is_planar:
        return _missing(spread)

    derived = way(count, name)
    if derived == STATED:
        return f"stated: metrics.{name}"
    if derived == COUNTED:
        describe = _FORMULAS.get(name, _unexplained)
        return describe(count)

    density = _value(count, "performance_density")
    if derived == PRODUCT:
        area = _value(count, "applicable_die_area")
        return f"stated density x stated area: {density} x {area} mm^2"
    assert derived == QUOTIENT
    return f"TPP / stated density: {_value(count, 'tpp')} / {density}"


def _missing(spread: Spread) -> str:
    """What an unknown metric lacks, and the lower bound if there is one."""
    text = f"missing: {', '.join(spread.missing) or 'a figure'}"
    if spread.low:
        # If only some throughputs are known, they are a lower bound.
        text += f"; at least {display(spread.low, DIGITS)}"
    return text


def _unexplained(_: Count) -> str:
    """The words for a metric that is new and has no formula of its own here yet."""
    return "from the figures above"


def _value(count: Count, name: str) -> str:
    """The value of another metric within a formula, with all its decimals."""
    return display(count.metric(name).value, DIGITS)


def _tpp(count: Count) -> str:
    """Throughput times bit length of each unit that counts (3A090 Technical Note 2)."""
    products = []
    for step in rate_steps(count):
        if step.counted:
            rate = display(step.rate, DIGITS)
            products.append(f"{rate} TOPS x {display(step.bits)} bits ({step.format})")
    return " + ".join(products)


def _area(count: Count) -> str:
    """The areas that count: non-planar logic dies, each times how often it is in the package."""
    areas = []
    for die in die_steps(count):
        if die.adds:
            areas.append(f"{die.count} x {display(die.value, DIGITS)} mm^2 ({die.name})")
    return " + ".join(areas) or "no non-planar logic die"


def _density(count: Count) -> str:
    """TPP over area; without meaning if no die counts (3A090 Technical Note 4)."""
    if not count.metric("applicable_die_area").value:
        return "without meaning: all logic is planar"
    return f"{_value(count, 'tpp')} / {_value(count, 'applicable_die_area')} mm^2"


def _memory(count: Count) -> str:
    """Where the bandwidth comes from: it is stated as a total, so there is nothing to add."""
    if count.chip.memory.kind == "none":
        return "no DRAM"
    return "total DRAM bandwidth, memory.bandwidth"


def _bandwidth_density(count: Count) -> str:
    """Bandwidth over the area of the package, which only memory stacks have.

    The area of the package is a figure and not a metric, so it is read under the same
    interpretation.
    """
    bandwidth = _value(count, "memory_bandwidth")
    area = of_figure(count.chip.package_area, "package_area", count.reading).value
    return f"{bandwidth} GB/s / {display(area, DIGITS)} mm^2 of package area"


def _all_links(count: Count) -> str:
    """The links of every kind that count as I/O: to anything but volatile memory."""
    return _sum_of_links(count, ("chip-to-chip", "host", "network"))


def _chip_to_chip(count: Count) -> str:
    """The links between chips only, such as NVLink."""
    return _sum_of_links(count, ("chip-to-chip",))


def _sum_of_links(count: Count, kinds: tuple[str, ...]) -> str:
    """The links of some kinds, both directions together, in GB/s."""
    links = []
    for link in link_steps(count):
        if link.kind in kinds:
            links.append(f"{display(link.adds, DIGITS)} GB/s ({link.name})")
    return " + ".join(links) or "no such link"


def _letter_io(count: Count) -> str:
    """The range of the I/O bandwidth of a letter, which does not define what it counts.

    chipdb takes the narrowest and the widest meaning as the ends of the range.
    """
    chip_to_chip = _value(count, "interconnect_bandwidth")
    links = _value(count, "aggregate_io_bandwidth")
    return (
        f"not defined in the letters: between {chip_to_chip} (chip-to-chip) and {links} (all links)"
    )


def _memory_and_io(count: Count) -> str:
    """The sum of memory bandwidth and I/O bandwidth, as a letter compares it."""
    memory = _value(count, "memory_bandwidth")
    return f"{memory} + {_value(count, 'letter_io_bandwidth')} GB/s"


def _tops(_: Count) -> str:
    """What TOPS adds up (3A991.p Note 3): unlike TPP it does not look at the bit length."""
    return "the highest dense throughput of each processing unit at any bit length, added up"


_FORMULAS: dict[str, Callable[[Count], str]] = {
    "tpp": _tpp,
    "applicable_die_area": _area,
    "performance_density": _density,
    "memory_bandwidth": _memory,
    "aggregate_io_bandwidth": _all_links,
    "interconnect_bandwidth": _chip_to_chip,
    "memory_bandwidth_density": _bandwidth_density,
    "letter_io_bandwidth": _letter_io,
    "memory_and_io_bandwidth": _memory_and_io,
    "tops": _tops,
}
"""How the formula of a metric that is counted from figures is written."""


def _throughputs(count: Count) -> TableBlock:
    """Every dense throughput of every unit, with why it counts or does not."""
    rows = []
    for step in rate_steps(count):
        rows.append(
            (
                cell(step.unit),
                cell(step.format),
                number(step.rate),
                number(step.bits),
                number(step.product),
                cell(step.why),
            )
        )
    return TableBlock(
        key="rates",
        title=(
            "TPP: the highest dense throughput x bit length of each processing unit, "
            "added up over units"
        ),
        columns=columns(
            unit="unit",
            format="format",
            rate="throughput, TOPS",
            bits="bits",
            product="throughput x bits",
            use="use",
        ),
        rows=tuple(rows),
    )


def _dies(count: Count) -> TableBlock:
    """Every die of the package, with why its area counts or does not."""
    rows = []
    for die in die_steps(count):
        rows.append(
            (
                cell(die.name),
                cell(die.kind),
                number(Fraction(die.count)),
                number(die.value),
                number(die.adds),
                cell(die.why),
            )
        )
    return TableBlock(
        key="dies",
        title="Applicable die area: every non-planar logic die of the package",
        columns=columns(
            die="die", role="role", count="count", area="area, mm^2", adds="adds, mm^2", use="use"
        ),
        rows=tuple(rows),
    )


def _links(count: Count) -> TableBlock:
    """Every link, with what it adds: a bandwidth in one direction counts twice."""
    rows = []
    for link in link_steps(count):
        rows.append(
            (
                cell(link.name),
                cell(link.kind),
                number(link.value),
                number(link.adds),
                cell(link.why),
            )
        )
    return TableBlock(
        key="links",
        title="I/O bandwidth: all links to anything but volatile memory, both directions",
        columns=columns(
            link="link", kind="kind", stated="stated, GB/s", adds="adds, GB/s", use="use"
        ),
        rows=tuple(rows),
    )


def _readings(chip: Chip) -> TableBlock:
    """The interpretations that differ from the plain one, with the range of credible claims."""
    # the metrics that a way to count can change; bandwidths are the same under all of them
    names = ("tpp", "applicable_die_area", "performance_density")
    plain = {name: _ends(Count(chip).metric(name)) for name in names}
    rows: list[tuple[DossierCell, ...]] = []
    for reading in readings(chip):
        ends = {name: _ends(Count(chip, reading).metric(name)) for name in names}
        # An interpretation that changes nothing would only lengthen the table.
        if reading is not None and ends == plain:
            continue
        for name, (value, low, high) in ends.items():
            rows.append(
                (
                    cell(reading or "plain"),
                    cell(metric_text(name), name),
                    number(value, METRIC_UNITS[name]),
                    number(low),
                    number(high),
                )
            )
    return TableBlock(
        key="readings",
        title="Interpretations, each with its range over credible claims",
        columns=columns(reading="reading", metric="metric", value="value", low="low", high="high"),
        rows=tuple(rows),
    )


def _ends(spread: Spread) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
    """Value, low and high; the bounds of an unknown metric are left out."""
    if spread.value is None:
        return None, None, None
    return spread.value, spread.low, spread.high
