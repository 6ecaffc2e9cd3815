"""The inputs of a worksheet: every claim with its source and what it did, the facts of the chip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from chipdb.answers.check import Check
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim, Figure
from chipdb.metrics import SHOWN, Count, readings
from chipdb.rules.conditions import Atom
from chipdb.rules.places import places
from chipdb.solver.declared import difference_of
from chipdb.solver.item import Subject
from chipdb.solver.labels import metric_text
from chipdb.units import display
from chipdb.views.dossier.document import Block, Cell, Records, Section, Table, Text, cell, columns
from chipdb.views.dossier.source_list import Sources

DIGITS = 6
SOURCED_BY = {
    "announced": "announced",
    "designed for": "market",
    "marketed for": "market",
    "made for": "only_for",
}
"""The fact whose source a chip names under another word."""

CHANGED = "The part was changed: 'as stated' is what a source says of the part as sold, 'value' is what the change makes of it."


def number(value: Fraction | float | None, unit: str = "") -> Cell:
    """A number for people with its unit, the plain float for JSON; unlike a terminal, a worksheet shows six decimals.

    >>> number(Fraction(1000125, 1000)).text
    '1,000.125'
    """
    text = f"{display(value, DIGITS)} {unit}".rstrip() if value is not None else "unknown"
    return Cell(text, None if value is None else float(value))


def inputs_section(check: Check, sources: Sources) -> Section:
    """Every figure that entered, with the claims that did not, and the facts of the chip."""
    blocks: list[Block] = [Text("changed", "", CHANGED)] if check.chip.changes else []
    for chip in chips_of(check):
        whose = f" of {chip.name}" if check.chip.members else ""
        blocks.append(_facts(chip, sources, f"Facts{whose}"))
    blocks.append(_figures(check, sources))
    return Section("inputs", "Inputs", (*blocks, sources.listed("Sources of the inputs")))


def chips_of(check: Check) -> tuple[Chip, ...]:
    """The chip itself, and of a system every kind of chip in it, the one that stands for it first."""
    return (check.chip, *Subject(check.chip).chips) if check.chip.members else (check.chip,)


def _facts(chip: Chip, sources: Sources, title: str) -> Records:
    rows = tuple(
        (cell(name), cell(value), sources.cell(key) if key is not None else Cell("–", None))
        for name, value, key in _fact_rows(chip)
    )
    key = "facts" if not chip.members else "facts_of_the_system"
    return Records(
        key=key,
        title=title,
        columns=columns(fact="fact", value="value", source="source"),
        rows=rows,
    )


def _fact_rows(chip: Chip) -> Iterator[tuple[str, str, str | None]]:
    own = "" if chip.hypothetical else None
    named = {
        "announced": chip.announced.isoformat() if chip.announced else "",
        "designed for": ", ".join(chip.designed_for or ()),
        "marketed for": ", ".join(chip.marketed_for or ()),
        "made for": ", ".join(f"{places().name_of(code)} alone" for code in chip.only_for or ()),
    }
    for name, value in named.items():
        if value:
            yield name, value, chip.sources.get(SOURCED_BY[name], own)
    yield (
        "designed or marketed for datacenters",
        {True: "yes", False: "no", None: "unknown"}[chip.datacenter],
        None,
    )
    sale = chip.us_available
    yield (
        "on sale in the United States",
        f"from {sale.since}" if sale.since else "never" if sale.known else "not sourced",
        sale.source,
    )
    for die in chip.dies or ():
        kind = {True: "non-planar", False: "planar", None: "unknown"}[die.non_planar]
        made = f", {die.process}" if die.process else ""
        yield (
            f"die {die.name}",
            f"{die.count} x {die.role}{made}; transistors {kind}",
            die.source or own,
        )
    if chip.members:
        yield (
            "contains",
            ", ".join(f"{member.count} x {member.chip.name}" for member in chip.members),
            chip.sources.get("members"),
        )
    declared = chip.declared
    if declared is not None:
        stated = {"TPP": declared.tpp, "performance density": declared.performance_density}
        parts = [
            f"{name} {display(value, DIGITS)}"
            for name, value in stated.items()
            if value is not None
        ]
        parts += [f"ECCN {declared.eccn}"] if declared.eccn else []
        parts += [f"as of {declared.as_of}"] if declared.as_of else []
        apart = difference_of(chip)
        parts += (
            [f"against computed {apart.text}"]
            if apart
            else [declared.differs]
            if declared.differs
            else []
        )
        parts += [declared.note] if declared.note else []
        yield "declared by the maker, never computed with", "; ".join(parts), declared.source


def _figures(check: Check, sources: Sources) -> Table | Records:
    heads = columns(
        chip="chip",
        figure="figure",
        value="value",
        stated="as stated",
        basis="basis",
        source="source",
        use="use",
        note="note",
    )
    rows = [
        row for chip in chips_of(check) for row in _figure_rows(chip, metrics_asked(check), sources)
    ]
    if len({row[0].text for row in rows}) == 1:
        heads, rows = heads[1:], [row[1:] for row in rows]
    return Table(
        key="figures",
        title="Figures, every claim of each",
        columns=heads,
        rows=tuple(rows),
        asides=("note",),
    )


def metrics_asked(check: Check) -> tuple[str, ...]:
    """The metrics that every worksheet shows and those that the rules ask for."""
    asked = (
        leaf.metric
        for verdict in check.answers
        for leaf in verdict.rule.leaves()
        if isinstance(leaf, Atom)
    )
    return tuple(dict.fromkeys([*SHOWN, *asked]))


def _figure_rows(chip: Chip, asked: Iterable[str], sources: Sources) -> Iterator[tuple[Cell, ...]]:
    """The claims of each figure that could enter a metric; power, clocks, cores, prices and sparse rates enter none."""
    if chip.members:
        return
    entered = _entered(chip, asked)
    written = {figure.path: figure for figure in _counting(chip)}
    for path in dict.fromkeys([*written, *(path for path, _ in entered)]):
        figure = written.get(path)
        claims = (
            figure.claims if figure else tuple(claim for name, claim in entered if name == path)
        )
        for claim in claims:
            yield (
                cell(chip.name),
                cell(path),
                number(claim.value, figure.unit if figure else claim.unit),
                cell(claim.text),
                cell(claim.basis),
                sources.cell(claim.source),
                _use(figure, claim, entered.get((path, claim), ())),
                cell(
                    "; ".join(
                        text
                        for text in (claim.rejected and f"rejected: {claim.rejected}", claim.note)
                        if text
                    )
                ),
            )


def _counting(chip: Chip) -> Iterator[Figure]:
    left = {
        figure.path
        for group in (chip.sparse, chip.power, chip.clocks, *(unit.sparse for unit in chip.units))
        for figure in group.values()
    }
    left |= {chip.prices.path} if chip.prices else set()
    cores = chip.cores
    left |= (
        {cores.count.path, *(figure.path for figure in cores.per_clock.values())}
        if cores
        else set()
    )
    left |= {figure.path for figure in (chip.memory.bus, chip.memory.pin_rate) if figure}
    return (figure for figure in chip.figures() if figure.path not in left)


def _entered(chip: Chip, asked: Iterable[str]) -> dict[tuple[str, Claim], tuple[str, ...]]:
    """Of each claim that a metric rests on: the metrics, with the reading where it is not the plain one."""
    found: dict[tuple[str, Claim], tuple[str, ...]] = {}
    for name in asked:
        plain = set(Count(chip).metric(name).inputs)
        for reading in readings(chip):
            for key in Count(chip, reading).metric(name).inputs:
                text = (
                    metric_text(name)
                    if key in plain
                    else f"{metric_text(name)} in reading {reading}"
                )
                found[key] = tuple(dict.fromkeys([*found.get(key, ()), text]))
    return found


def _use(figure: Figure | None, claim: Claim, metrics: tuple[str, ...]) -> Cell:
    reading = f"; reading {claim.reading}" if claim.reading else ""
    if metrics:
        return cell(", ".join(metrics))
    if claim.rejected:
        return cell("rejected")
    if figure is not None and claim is figure.preferred(claim.reading):
        return cell("preferred; decides no metric" + reading)
    return cell("also credible; may contest" + reading)
