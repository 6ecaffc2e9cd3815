"""``envelope``: the largest figures that stay outside rules, and the best design among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from chipdb.answers.arguments import (
    Changes,
    Names,
    Rules,
    book_of,
    changes,
    expect,
    names,
    question_of,
)
from chipdb.answers.envelope_assumptions import (
    EVIDENT,
    NOT_CHECKED,
    license_rules,
    metrics_read,
    of_design,
    of_law,
    outcomes_met,
    printed_only,
    unmeasured,
)
from chipdb.answers.estimate import Corners, workload_asked
from chipdb.catalog.catalog import load
from chipdb.errors import ParameterError, QuantityError, UnknownNameError, UsageError
from chipdb.lazy_dataclasses import dataclass, field
from chipdb.notebook import views
from chipdb.rules.conditions import FACTS
from chipdb.rules.rule import Rule
from chipdb.solver.cuts import End
from chipdb.solver.designs import (
    DENSITY,
    IO,
    MEMORY,
    MET_WHERE_LEGAL,
    TOTAL,
    TPP,
    DesignRules,
    Given,
    LegalRegion,
    legal_regions,
)
from chipdb.solver.question import ENFORCED, Question
from chipdb.solver.ruling import control_list_of
from chipdb.units import exact, quantity
from chipdb.vocabulary import RuleQuestion
from chipdb.workloads.chip_figures import design_hardware, design_surroundings
from chipdb.workloads.data import bands, design_capacity_of, workspace
from chipdb.workloads.precisions import DESIGN_PRECISION, PRECISIONS
from chipdb.workloads.request import Request
from chipdb.workloads.throughput import Machine, Throughput, throughput

if TYPE_CHECKING:
    import pandas

STEPS = 48
"""Points of a face that are tried before the best of them is refined."""
REFINEMENTS = 24


@dataclass(frozen=True, kw_only=True)
class BestDesign:
    """The best design of a region for a workload, bandwidths in GB/s.

    It lies on the edge of the region, which may not be part of it.
    """

    tpp: float
    memory_bandwidth: float
    io_bandwidth: float
    found: Throughput

    @property
    def tokens(self) -> Corners:
        """Tokens per second per chip."""
        low, nominal, high = self.found.rate.values()
        return Corners(low, nominal, high)


@dataclass(frozen=True, kw_only=True, repr=False)
class Envelope:
    """A region of designs that stay outside rules and that cannot grow.

    Each figure is its largest value with the others free in the region: None where it has no end,
    and not attained where the end itself lies outside the region. ``missing`` says why there is no
    best design although a workload was named. ``reviews`` are those of the rules that its designs
    meet, because they are review policies.
    """

    rules: tuple[str, ...]
    reviews: tuple[str, ...] = ()
    given: dict[str, Any]
    region: LegalRegion
    best: BestDesign | None = None
    missing: str | None = None
    assumptions: tuple[str, ...] = ()
    request: Request | None = None

    @property
    def work_assumptions(self) -> tuple[str, ...]:
        """What the best design assumes of the workload and of what surrounds the chip."""
        if self.request is None:
            return ()
        texts = list(self.request.assumptions)
        if self.request.workload.precision is None:
            texts.append(f"runs in {DESIGN_PRECISION}")
        return (*texts, *design_surroundings())

    @property
    def tpp(self) -> End:
        """The largest TPP."""
        return self.region.largest(TPP)

    @property
    def performance_density(self) -> End:
        """The largest performance density, where the die area is free."""
        return self.region.largest(DENSITY)

    @property
    def memory_bandwidth(self) -> End:
        """The largest memory bandwidth in GB/s."""
        return self.region.largest(MEMORY)

    @property
    def io_bandwidth(self) -> End:
        """The largest I/O bandwidth in GB/s, both directions added."""
        return self.region.largest(IO)

    @property
    def memory_and_io_bandwidth(self) -> End:
        """The largest sum of the two in GB/s."""
        return self.region.stops[TOTAL]

    def to_dict(self) -> dict[str, Any]:
        """One object of ``chipdb envelope --format json``."""
        return dict(views("json.workloads").envelope_region_record(self))

    def to_frame(self) -> pandas.DataFrame:
        """The region as a data frame of one row."""
        frame: pandas.DataFrame = views("json.workloads").envelope_frame([self])
        return frame

    def __repr__(self) -> str:
        """The largest TPP, and what keeps the region from growing."""
        return f"<Envelope: TPP {self.tpp}, bound by {', '.join(self.region.binding) or 'nothing'}>"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a caller asks about: the rules, the given figures, and the workload.

    ``to`` is the code of the destination whose rules were chosen; None for rules by name.
    """

    designs: DesignRules
    given: Given
    shown: dict[str, Any]
    capacity: Fraction
    request: Request | None = None
    assumptions: tuple[str, ...] = field(default=())
    to: str | None = None


def envelope(
    *,
    on: str | date | None = None,
    to: str | None = None,
    rule: Names = (),
    rules: Rules = (),
    law: str = ENFORCED,
    area: str | None = None,
    memory_bandwidth: str | None = None,
    capacity: str | None = None,
    io_bandwidth: str | None = None,
    set: Changes = (),  # noqa: A002 - the option's name
    model: str | None = None,
    phase: str | None = None,
    precision: str | None = None,
    chips: int | None = None,
    layout: str | None = None,
    batch: int | None = None,
    input: int | None = None,  # noqa: A002 - the option's name
    output: int | None = None,
    latency: str | None = None,
    draft: int | None = None,
    accepted: float | None = None,
    price: float | None = None,
) -> list[Envelope]:
    """The largest figures of a design that stays outside rules: one object for each region.

    Named rules apply together and without their scope; otherwise the license rules of the day and
    destination apply, as enforced or, with ``law="text"``, as printed. A design under a review
    policy lies inside it. With ``model`` and ``phase``, each region has its best design for that
    workload.

    Raises :class:`~chipdb.errors.UnknownNameError` for an unknown rule, place, fact or model.

    >>> import chipdb
    >>> region, = chipdb.envelope(rule="us-3a090-2023", area="858 mm^2")
    >>> float(region.tpp.value), region.tpp.attained
    (2400.0, False)
    """
    request = workload_asked(locals())
    book = book_of(rules)
    named = names("rule", rule)
    question = question_of(on=on, to=to, law=law, rulebook=book)
    asked = asked_of(
        rules_asked(question, named),
        question,
        named=named,
        figures={
            "area": area,
            "memory_bandwidth": memory_bandwidth,
            "capacity": capacity,
            "io_bandwidth": io_bandwidth,
        },
        settings=changes("set", set),
        request=request,
    )
    return envelopes(asked)


def rules_asked(question: Question, named: Sequence[str]) -> tuple[Rule, ...]:
    """The rules that designs are compared with.

    They are those named, else a user's own, else the license rules of the day and destination.
    Raises :class:`~chipdb.errors.UsageError` where there are none, and
    :class:`~chipdb.errors.UnknownNameError` for a name that no rule has.
    """
    book = question.rulebook
    if named:
        return tuple(book[name] for name in named)
    # A user who passes rules asks about these.
    own = tuple(book.own_rules)
    if own:
        return own
    if question.to is None:
        raise UsageError("no rule to stay outside of: name a rule or a destination")
    found = license_rules(question)
    if not found:
        message = f"no license rule for this destination is in force on {question.on}"
        if printed_only(question):
            message += "; one is printed and not enforced: choose the law 'text' to apply it"
        raise UsageError(message)
    return found


UNITS = {"area": "mm^2", "memory_bandwidth": "GB/s", "capacity": "GB", "io_bandwidth": "GB/s"}


def asked_of(
    rules: tuple[Rule, ...],
    question: Question,
    *,
    named: Sequence[str],
    figures: dict[str, str | None],
    settings: Iterable[tuple[str, str]],
    request: Request | None,
) -> Asked:
    """What is asked, with texts read.

    Raises :class:`~chipdb.errors.ParameterError` for a figure that is not a quantity above 0 and
    :class:`~chipdb.errors.UnknownNameError` for an unknown fact.
    """
    read = {name: _figure(name, text) for name, text in figures.items()}
    facts = dict.fromkeys(EVIDENT, True)
    # A named rule is assumed to reach the design: otherwise its places, or the companies that a
    # letter names, would leave every region undetermined.
    for each in rules:
        facts[f"addressee:{each.id}"] = True
        facts[f"scope:{each.id}"] = True
    chosen = dict(settings)
    tpp = _apply(chosen.items(), facts)

    capacity = read["capacity"] or _usual_capacity()
    assumptions = of_design(chosen, rules)
    designs = DesignRules(
        rules=rules,
        control_list=control_list_of(question),
        facts=facts,
        outcomes_met=_with_outcomes_met(rules, named),
    )
    reads_capacity = "memory_capacity" in metrics_read(designs)
    if read["capacity"] is None and (request is not None or reads_capacity):
        assumptions.append(f"{capacity} GB of memory, as the {load()[design_capacity_of()].name}")
    assumptions += outcomes_met(designs)
    assumptions += unmeasured(designs)
    given = Given(
        tpp=tpp,
        area=read["area"],
        memory_bandwidth=read["memory_bandwidth"],
        io_bandwidth=read["io_bandwidth"],
        capacity=capacity,
    )
    to = None
    if _follows_places(rules, question, named):
        to = question.places_asked.to
        assumptions += [NOT_CHECKED, *of_law(question, designs, given)]
    shown: dict[str, Any] = {name: value for name, value in read.items() if value is not None}
    shown |= chosen
    return Asked(
        designs=designs,
        given=given,
        shown=shown,
        capacity=capacity,
        request=request,
        assumptions=tuple(assumptions),
        to=to,
    )


def _figure(name: str, text: str | None) -> Fraction | None:
    """A quantity above 0 in the unit of the figure; None where it is not given.

    Raises :class:`~chipdb.errors.ParameterError` for anything else.
    """
    expect(name, text, str, None)
    if text is None:
        return None
    try:
        value = quantity(text, UNITS[name]).value
    except QuantityError as error:
        raise ParameterError(name, f"{text!r}: {error}") from None
    if value <= 0:
        raise ParameterError(name, f"must be above 0, not {text!r}")
    return value


def _apply(settings: Iterable[tuple[str, str]], facts: dict[str, bool]) -> Fraction | None:
    """Set facts as a caller says, and return the TPP if it is set.

    ``facts`` is changed in place. Raises :class:`~chipdb.errors.UnknownNameError` for a name that
    is no fact, and :class:`~chipdb.errors.ParameterError` for a value that it cannot have.
    """
    tpp: Fraction | None = None
    words = {"true": True, "yes": True, "false": False, "no": False}
    for name, value in settings:
        if name == TPP:
            tpp = _tpp(value)
        elif name not in FACTS:
            raise UnknownNameError("fact", name, choices=[TPP, *FACTS])
        elif value.lower() not in words:
            raise ParameterError("set", f"{name} must be true or false, not {value!r}")
        else:
            facts[name] = words[value.lower()]
    return tpp


def _tpp(text: str) -> Fraction:
    """A TPP above 0."""
    try:
        value = exact(text)
    except QuantityError as error:
        raise ParameterError("set", f"tpp: {error}") from None
    if value <= 0:
        raise ParameterError("set", f"tpp must be above 0, not {text!r}")
    return value


def _usual_capacity() -> Fraction:
    """The GB of memory of a design that states none, which the catalog has for one chip."""
    capacity = load()[design_capacity_of()].metric("memory_capacity").value
    assert capacity is not None, "the chip that designs follow states its memory"
    return Fraction(capacity)


def _with_outcomes_met(rules: Iterable[Rule], named: Sequence[str]) -> frozenset[str]:
    """The named rules whose conditions on a classification count as met.

    A license requirement follows the classification, so there its own thresholds decide.
    """
    found: set[str] = set()
    for each in rules:
        if each.id in named and each.question != RuleQuestion.LICENSE:
            found.add(each.id)
    return frozenset(found)


def _follows_places(rules: Iterable[Rule], question: Question, named: Sequence[str]) -> bool:
    """Whether the rules are those of a destination, neither named nor a user's own.

    Only then do parties, end uses and the printed text matter as well.
    """
    return not named and not any(rule.id in question.rulebook.own for rule in rules)


def envelopes(asked: Asked) -> list[Envelope]:
    """Every region, with its best design if a workload is asked about."""
    rules = asked.designs.rules
    reviews = tuple(rule.id for rule in rules if rule.question == MET_WHERE_LEGAL)
    found: list[Envelope] = []
    for region in legal_regions(asked.designs, asked.given):
        best, missing = None, None
        if asked.request is not None:
            best, missing = best_in(region, asked)
        found.append(
            Envelope(
                rules=tuple(rule.id for rule in rules),
                reviews=reviews,
                given=asked.shown,
                region=region,
                best=best,
                missing=missing,
                assumptions=asked.assumptions,
                request=asked.request,
            )
        )
    return found


def best_in(
    region: LegalRegion, asked: Asked, most: Mapping[str, Fraction] | None = None
) -> tuple[BestDesign | None, str | None]:
    """The best design in the closure of a region, or why there is none.

    No figure ever lowers the throughput, so the best design has the largest TPP. Where the region
    bounds memory and I/O bandwidth apart, it has the largest of both; where it bounds their sum, it
    lies on that face, which is searched: the best division depends on the workload.

    ``most`` are largest values of TPP, memory and I/O bandwidth besides those of the region, such
    as the figures of a chip that a design is derated from.
    """
    caps = most or {}
    tpp = _lower(region.largest(TPP).value, caps.get(TPP))
    memory = _lower(region.largest(MEMORY).value, caps.get(MEMORY))
    io_bandwidth = _lower(region.largest(IO).value, caps.get(IO))
    for name, value in (
        ("TPP", tpp),
        ("memory bandwidth", memory),
        ("I/O bandwidth", io_bandwidth),
    ):
        if value is None:
            return None, f"the rules set no limit on {name}, so it must be given"
    assert tpp is not None
    assert memory is not None
    assert io_bandwidth is not None

    def design(memory_bandwidth: float, links: float) -> BestDesign | None:
        return _design(asked, float(tpp), memory_bandwidth, links)

    # Without a bound on the sum, or with one that both together do not reach, the largest of both
    # is the best; otherwise memory takes from the links.
    total = region.stops[TOTAL].value
    if total is None or memory + io_bandwidth <= total:
        best = design(float(memory), float(io_bandwidth))
    else:
        least = max(Fraction(0), total - io_bandwidth)
        best = _best_on_face(design, float(least), float(memory), float(total))
    # A rate of zero means that the layout does not hold the model or exceeds a limit.
    if best is None or not best.found.nominal:
        return None, "no design of the region holds the model and meets the limits"
    return best, None


def _lower(first: Fraction | None, second: Fraction | None) -> Fraction | None:
    """The lower of two largest values; None is no limit.

    >>> _lower(Fraction(3), None), _lower(None, None)
    (Fraction(3, 1), None)
    """
    known = [value for value in (first, second) if value is not None]
    return min(known, default=None)


def _design(
    asked: Asked, tpp: float, memory_bandwidth: float, io_bandwidth: float
) -> BestDesign | None:
    """A design with its throughput; None where no group of chips holds the model."""
    assert asked.request is not None, "callers ask only about a workload"
    workload = asked.request.workload
    # A chip without either gives no tokens at all, and no step has a time.
    if not tpp or not memory_bandwidth:
        return None
    machine = Machine(
        hardware=design_hardware(
            tpp=tpp,
            memory_bandwidth=memory_bandwidth,
            io_bandwidth=io_bandwidth,
            capacity=float(asked.capacity),
        ),
        precision=PRECISIONS[workload.precision or DESIGN_PRECISION],
        bands=bands(),
        workspace=workspace(),
    )
    found = throughput(workload, machine)
    if found is None:
        return None
    return BestDesign(
        tpp=tpp, memory_bandwidth=memory_bandwidth, io_bandwidth=io_bandwidth, found=found
    )


def _best_on_face(
    design: Callable[[float, float], BestDesign | None], least: float, most: float, total: float
) -> BestDesign | None:
    """The best division of a sum between memory and I/O bandwidth.

    The rate may have several peaks, as the layout changes, so the whole face is tried first and
    the neighborhood of the best point is then searched more and more finely.
    """
    best: BestDesign | None = None
    width = (most - least) / STEPS
    points = [least + width * step for step in range(STEPS + 1)]
    for _ in range(REFINEMENTS):
        for memory in points:
            inside = min(most, max(least, memory))
            found = design(inside, total - inside)
            if found is None:
                continue
            if best is None or found.found.nominal > best.found.nominal:
                best = found
        if best is None:
            return None
        # the peak lies near the best point so far, so only its neighbors are tried
        width /= 2
        points = [best.memory_bandwidth - width, best.memory_bandwidth + width]
    return best
