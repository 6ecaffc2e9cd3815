"""The inputs of a worksheet: the facts of the chip, and every claim with what it was used for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from chipdb.answers.check import Check
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Availability, Claim, Declared, Die, Figure
from chipdb.metrics import SHOWN, Count, readings
from chipdb.rules.places import places
from chipdb.rules.thresholds import metric_value_text
from chipdb.solver.declared import difference_of
from chipdb.solver.item import Item
from chipdb.solver.labels import metric_text
from chipdb.units import display
from chipdb.views.dossier.document import (
    NOTHING,
    Block,
    DossierCell,
    RecordsBlock,
    Section,
    TableBlock,
    TextBlock,
    cell,
    columns,
)
from chipdb.views.dossier.source_list import Sources

DIGITS = 6
"""The decimals of a number; more than a terminal shows, so that a reviewer can recompute it."""

ANSWER_DIGITS = 2
"""The decimals of a metric where an answer is stated, as everywhere else."""

YES_NO = {True: "yes", False: "no", None: "unknown"}

CHANGED = (
    "The figures of this chip were changed: 'as stated' is what a source says of the chip as sold, "
    "'value' is the figure after the change."
)

DECLARED = "declared by the vendor, never computed with"

_JSON_FACTS = {DECLARED: "declared by the maker, never computed with"}
"""The names of facts in JSON that are older than their names for people."""

FactRow = tuple[str, str, str | None]
"""A fact, its value in words, and its source; an empty source is the user's own statement."""


def number(
    value: Fraction | float | None, unit: str = "", digits: int = DIGITS, metric: str | None = None
) -> DossierCell:
    """A number with its unit for people, as a plain float for JSON; "unknown" for None.

    The value of a ``metric`` has as many digits as the thresholds on it ask for.

    >>> number(Fraction(1000125, 1000)).text
    '1,000.125'
    >>> number(Fraction(96), "GB").text, number(None).value
    ('96 GB', None)
    """
    if value is None:
        return DossierCell("unknown", None)
    text = display(value, digits)
    if metric is not None:
        text = metric_value_text(metric, value, digits)
    return DossierCell(f"{text} {unit}".rstrip(), float(value))


def inputs_section(check: Check, sources: Sources) -> Section:
    """The facts of the chip, and every claim of every figure with its use.

    Rejected claims are listed too: a reviewer sees that they were read, and why they do not count.
    """
    blocks: list[Block] = []
    if check.chip.changes:
        blocks.append(TextBlock("changed", "", CHANGED))
    for chip in chips_of(check):
        title = "Facts"
        if check.chip.members:
            title += f" of {chip.name}"
        blocks.append(_facts(chip, sources, title))
    blocks.append(_figures(check, sources))
    blocks.append(sources.listed("Sources of the inputs"))
    return Section("inputs", "Inputs", tuple(blocks))


def chips_of(check: Check) -> tuple[Chip, ...]:
    """The chip itself; of a system also each kind of chip in it, starting with its best.

    The order matters: the rules look at one chip of a system, and the leading one decides most.
    """
    if not check.chip.members:
        return (check.chip,)
    return (check.chip, *Item(check.chip).chips)


def _facts(chip: Chip, sources: Sources, title: str) -> RecordsBlock:
    """The facts of one chip, each with its source."""
    rows = []
    for fact, value, source_key in _fact_rows(chip):
        # An empty key is a user's own statement; None is a fact without a source.
        source = NOTHING
        if source_key is not None:
            source = sources.cell(source_key)
        rows.append((cell(fact, _JSON_FACTS.get(fact)), cell(value), source))
    key = "facts"
    if chip.members:
        key = "facts_of_the_system"
    return RecordsBlock(
        key=key,
        title=title,
        columns=columns(fact="fact", value="value", source="source"),
        rows=tuple(rows),
    )


def _fact_rows(chip: Chip) -> Iterator[FactRow]:
    """Facts that are not figures, in the order of the sheet; unknown ones are left out.

    Only the market and the sale in the United States are stated even if unknown, because rules
    depend on them.
    """
    # A fact of a user's own chip is the user's statement; a catalog fact without a source has none.
    own = None
    if chip.hypothetical:
        own = ""

    if chip.announced:
        yield "announced", chip.announced.isoformat(), chip.sources.get("announced", own)
    yield from _market_rows(chip, own)
    for die in chip.dies or ():
        yield f"die {die.name}", _die_text(die), die.source or own
    if chip.members:
        members = [f"{member.count} x {member.chip.name}" for member in chip.members]
        # the catalog has no claims about members, so there is one source for all
        yield "contains", ", ".join(members), chip.sources.get("members")
    if chip.declared is not None:
        text = _declared_text(chip, chip.declared)
        # printed for comparison, never computed with
        yield DECLARED, text, chip.declared.source


def _market_rows(chip: Chip, own: str | None) -> Iterator[FactRow]:
    """Markets, special editions and the sale in the United States.

    One source covers design and marketing: the catalog cites the market as a whole.
    """
    if chip.designed_for:
        # design and marketing are separate facts: rules ask for either of them
        yield "designed for", ", ".join(chip.designed_for), chip.sources.get("market", own)
    if chip.marketed_for:
        yield "marketed for", ", ".join(chip.marketed_for), chip.sources.get("market", own)
    if chip.only_for:
        countries = [f"{places().name_of(code)} only" for code in chip.only_for]
        yield "made for", ", ".join(countries), chip.sources.get("only_for", own)
    yield "designed or marketed for datacenters", YES_NO[chip.datacenter], None

    sale = chip.us_available
    yield "on sale in the United States", on_sale_words(sale), sale.source


def on_sale_words(sale: Availability) -> str:
    """Since when a chip was on sale; that it never was is a claim, too."""
    if sale.since:
        return f"from {sale.since}"
    if sale.known:
        return "never"
    return "not sourced"


def _die_text(die: Die) -> str:
    """A kind of die in words: how many, what for, on which process, with which transistors."""
    process = ""
    if die.process:
        process = f", {die.process}"
    # Only non-planar dies add to the applicable die area (3A090 Technical Note 4), so a
    # reviewer needs to see which transistors were assumed.
    transistors = {True: "non-planar", False: "planar", None: "unknown"}[die.non_planar]
    return f"{die.count} x {die.role}{process}; transistors {transistors}"


def _declared_text(chip: Chip, declared: Declared) -> str:
    """What the vendor declares, and how the computed TPP differs from it.

    A difference that chipdb computes is stated before one that the data only mentions.
    """
    parts = []
    if declared.tpp is not None:
        parts.append(f"TPP {display(declared.tpp, DIGITS)}")
    if declared.performance_density is not None:
        parts.append(f"performance density {display(declared.performance_density, DIGITS)}")
    if declared.eccn:
        parts.append(f"ECCN {declared.eccn}")
    if declared.as_of:
        parts.append(f"as of {declared.as_of}")

    difference = difference_of(chip)
    if difference:
        parts.append(f"against computed {difference.text}")
    elif declared.differs:
        parts.append(declared.differs)
    if declared.note:
        parts.append(declared.note)
    return "; ".join(parts)


def _figures(check: Check, sources: Sources) -> TableBlock:
    """Every claim of the figures that can enter a metric, with what it was used for."""
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
    rows: list[tuple[DossierCell, ...]] = []
    for chip in chips_of(check):
        rows += _figure_rows(chip, metrics_asked(check), sources)

    # With one chip only, its name in every row says nothing.
    if len({row[0].text for row in rows}) == 1:
        heads = heads[1:]
        rows = [row[1:] for row in rows]
    return TableBlock(
        key="figures",
        title="Figures, every claim of each",
        columns=heads,
        rows=tuple(rows),
        asides=("note",),
    )


def metrics_asked(check: Check) -> tuple[str, ...]:
    """The metrics that every worksheet shows, and those that the rules compare.

    They are in the order of the summary, then in that of the rules that first name them.
    """
    names = dict.fromkeys(SHOWN)
    for verdict in check.answers:
        names |= dict.fromkeys(verdict.rule.metrics())
    return tuple(names)


def _figure_rows(
    chip: Chip, metrics: Iterable[str], sources: Sources
) -> Iterator[tuple[DossierCell, ...]]:
    """A row for each claim of each figure that could enter a metric.

    A system has no rows of its own: its figures are those of its chips, which are listed instead.
    """
    if chip.members:
        return
    uses = _uses(chip, metrics)
    figures = {figure.path: figure for figure in _relevant_figures(chip)}
    for path, figure in figures.items():
        for claim in figure.claims:
            use = _use(figure, claim, uses.get((path, claim), ()))
            yield _figure_row(chip, path, claim, figure.unit, sources, use)
    for (path, claim), metrics_using in uses.items():
        # Not a figure of the chip: the bandwidth of a PCIe link that only its name gives.
        if path not in figures:
            use = cell(", ".join(metrics_using))
            yield _figure_row(chip, path, claim, claim.unit, sources, use)


def _figure_row(
    chip: Chip, path: str, claim: Claim, unit: str, sources: Sources, use: DossierCell
) -> tuple[DossierCell, ...]:
    """The cells of one claim, in the order of the columns; ``unit`` is that of the value."""
    notes = []
    if claim.rejected:
        notes.append(f"rejected: {claim.rejected}")
    if claim.note:
        notes.append(claim.note)
    return (
        cell(chip.name),
        cell(path),
        number(claim.value, unit),
        cell(claim.text),
        cell(claim.basis),
        sources.cell(claim.source),
        use,
        cell("; ".join(notes)),
    )


def _relevant_figures(chip: Chip) -> Iterator[Figure]:
    """The figures that can enter a metric.

    Power, clocks, scaling, cores, prices and sparse throughput enter none. TPP counts dense
    operations only (3A090 Technical Note 2), and memory bandwidth is a claim of its own, not
    computed from the bus and the pin speed.
    """
    # Excluded by name, so that a new kind of figure is shown rather than silently left out.
    irrelevant: list[Figure | None] = [
        *chip.sparse.values(),
        *chip.power.values(),
        *chip.clocks.values(),
        *chip.scaling.values(),
        chip.prices,
        chip.memory.bus,
        chip.memory.pin_rate,
    ]
    # A further unit, such as an NPU next to a GPU, states its own sparse throughput.
    for unit in chip.units:
        irrelevant += unit.sparse.values()
    if chip.cores:
        irrelevant += (chip.cores.count, *chip.cores.per_clock.values())
    paths = {figure.path for figure in irrelevant if figure is not None}
    for figure in chip.figures():
        if figure.path not in paths:
            yield figure


def _uses(chip: Chip, metrics: Iterable[str]) -> dict[tuple[str, Claim], tuple[str, ...]]:
    """The metrics that each claim enters, with the interpretation where only it uses the claim.

    A claim that no metric uses is not a key. Claims are identified by figure and statement, since
    two figures may rest on the same words of a data sheet.
    """
    uses: dict[tuple[str, Claim], dict[str, None]] = {}
    for name in metrics:
        # What the plain count uses needs no remark; the others name their interpretation.
        plain = set(Count(chip).metric(name).inputs)
        for reading in readings(chip):
            for used in Count(chip, reading).metric(name).inputs:
                text = metric_text(name)
                if used not in plain:
                    text += f" in reading {reading}"
                uses.setdefault(used, {})[text] = None
    return {used: tuple(texts) for used, texts in uses.items()}


def _use(figure: Figure, claim: Claim, metrics: tuple[str, ...]) -> DossierCell:
    """What a claim was used for: its metrics, or why it entered none.

    An unused claim may still be credible; then it is part of the range that can make an answer
    contested.
    """
    if metrics:
        return cell(", ".join(metrics))
    if claim.rejected:
        return cell("rejected")

    reading = ""
    if claim.reading:
        reading = f"; reading {claim.reading}"
    if claim is figure.preferred(claim.reading):
        return cell(f"preferred; decides no metric{reading}")
    return cell(f"also credible; may contest{reading}")
