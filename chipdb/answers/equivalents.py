"""``equivalents``: how many of one chip equal another for a workload."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Required, overload

from chipdb.answers.arguments import (
    Changes,
    Chips,
    File,
    Names,
    OneChip,
    at_least_one,
    catalog_of,
    entries_of,
    is_one,
)
from chipdb.answers.estimate import (
    Corners,
    Estimate,
    EstimateOptions,
    estimate_entry,
    written_workload,
)
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.errors import ParameterError
from chipdb.lazy_dataclasses import dataclass
from chipdb.notebook import views
from chipdb.workloads.request import Request, request_of

if TYPE_CHECKING:
    from typing import Unpack

    import pandas


@dataclass(frozen=True, kw_only=True, repr=False)
class Equivalence:
    """How many of a chip equal one other chip.

    ``ratio`` is None where one of the two gives nothing or is not known. Its low and high are the
    smallest and the largest ratio of corners taken in pairs, low with low and high with high:
    both chips run the same software.
    """

    chip: Estimate
    of: Estimate
    ratio: Corners | None
    tpp_ratio: float | None
    memory_bandwidth_ratio: float | None

    def to_dict(self) -> dict[str, Any]:
        """One object of ``chipdb equivalents --format json``."""
        return dict(views("json.workloads").equivalence_record(self))

    def to_frame(self) -> pandas.DataFrame:
        """The equivalence as a data frame of one row."""
        frame: pandas.DataFrame = views("json.workloads").equivalence_frame([self])
        return frame

    def __repr__(self) -> str:
        """The model, the phase, and how many of the chip equal one of the other."""
        workload = self.chip.request.workload
        number = self.ratio or "not known how many"
        chips = f"{number} {self.chip.chip} for one {self.of.chip}"
        return f"<Equivalence {workload.model.id}, {workload.phase.value}: {chips}>"


class EquivalentsOptions(EstimateOptions, total=False):
    """The parameters of ``equivalents`` besides the chips."""

    of: Required[OneChip]


# The overloads have no text of their own: help and documentation show that of the function below.
@overload
def equivalents(  # type: ignore[overload-overlap] # text is an iterable of texts
    chip: OneChip, **options: Unpack[EquivalentsOptions]
) -> Equivalence: ...


@overload
def equivalents(chip: Chips, **options: Unpack[EquivalentsOptions]) -> list[Equivalence]: ...


def equivalents(
    chip: Chips,
    *,
    of: OneChip,
    model: str,
    phase: str,
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
    derate: Changes = (),
    set: Changes = (),  # noqa: A002 - the option's name
    drop: Names = (),
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
) -> Equivalence | list[Equivalence]:
    """How many of ``chip`` equal one ``of`` for a workload, each at its own best group.

    The other parameters, and what is raised, are those of :func:`chipdb.estimate`.

    >>> import chipdb
    >>> a100 = chipdb.equivalents("A100", of="H100", model="llama3.1-70b", phase="prefill")
    >>> a100.ratio.nominal > a100.tpp_ratio > 1
    True
    """
    request = request_of(written_workload(locals()))
    known = catalog_of(catalog, vintage)
    other = only_one(entries_of(of, known, parameter="of"))
    entries = entries_of(chip, known, derate=derate, set=set, drop=drop, parameter="chip")
    at_least_one(entries, "chip")
    answers = equivalences(entries, other, request)
    if is_one(chip):
        return answers[0]
    return answers


def only_one(entries: Sequence[Entry]) -> Entry:
    """The chip that others are compared with, which a file of several does not name.

    Raises :class:`~chipdb.errors.ParameterError` for none or several.
    """
    if len(entries) != 1:
        found = ", ".join(entry.chip.id for entry in entries) or "none"
        raise ParameterError("of", f"must name one chip, not {len(entries):,}: {found}")
    return entries[0]


def equivalences(entries: Iterable[Entry], other: Entry, request: Request) -> list[Equivalence]:
    """How many of each chip equal one other, in the order of the chips."""
    # The other chip is estimated once, however many are compared with it.
    whole = estimate_entry(other, request)
    return [_equivalence(estimate_entry(entry, request), whole) for entry in entries]


def _equivalence(part: Estimate, whole: Estimate) -> Equivalence:
    """How many of one chip equal another."""
    return Equivalence(
        chip=part,
        of=whole,
        ratio=_ratio(part, whole),
        tpp_ratio=_metric_ratio(part, whole, "tpp"),
        memory_bandwidth_ratio=_metric_ratio(part, whole, "memory_bandwidth"),
    )


def _ratio(part: Estimate, whole: Estimate) -> Corners | None:
    """The ratio of paired corners; None where one of the chips nominally gives nothing.

    A chip that gives nothing at the low corner has no largest ratio: it is infinite.
    """
    if part.tokens is None or whole.tokens is None:
        return None
    if not part.tokens.nominal or not whole.tokens.nominal:
        return None
    pairs = (
        (whole.tokens.low, part.tokens.low),
        (whole.tokens.nominal, part.tokens.nominal),
        (whole.tokens.high, part.tokens.high),
    )
    # If neither gives any tokens there is no ratio, and the other corners suffice.
    ratios: list[float] = []
    for above, below in pairs:
        if below:
            ratios.append(above / below)
        elif above:
            ratios.append(math.inf)
    return Corners(min(ratios), whole.tokens.nominal / part.tokens.nominal, max(ratios))


def _metric_ratio(part: Estimate, whole: Estimate, metric: str) -> float | None:
    """The ratio of a metric, of the whole to the part; None where it is not known of both."""
    above = whole.entry.chip.metric(metric).value
    below = part.entry.chip.metric(metric).value
    if above is None or not below:
        return None
    return float(above / below)
