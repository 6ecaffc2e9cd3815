"""``conflicts``: where credible claims disagree, and whether any rule's answer turns on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any

from chipdb.answers.impact import Said, said_of, turned
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim, Figure
from chipdb.catalog.modify import valued
from chipdb.metrics import declared_apart, measure
from chipdb.notebook import views
from chipdb.solver.question import Question
from chipdb.units import PERCENT, display

CLAIMS, READING, DECLARED = "claims", "reading", "declared"


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A figure (or the TPP) that credible statements give differently."""

    chip: str
    figure: str
    kind: str
    low: Fraction
    high: Fraction
    unit: str
    claims: tuple[tuple[str, str, str | None], ...]
    """What is stated, its basis, its source; the preferred claim first."""
    why: str | None
    matters_for: tuple[str, ...]

    @property
    def spread(self) -> Fraction:
        """How far apart, in percent of the lower value."""
        return PERCENT * (self.high / self.low - 1) if self.low else Fraction(0)

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb conflicts --format json`` prints for it."""
        return dict(views("json.curation").conflict_record(self))


def conflicts(chips: Iterable[Chip], question: Question) -> Iterator[Conflict]:
    """Every disagreement of credible claims, readings and makers' declarations on some chips."""
    for chip in chips:
        said = said_of(chip, question)
        yield from (
            one for figure in chip.figures() if (one := _claims(chip, figure, question, said))
        )
        yield from _readings(chip, said)
        yield from _declared(chip, said)


def _claims(chip: Chip, figure: Figure, question: Question, said: Said) -> Conflict | None:
    preferred = figure.preferred()
    claims = [
        claim
        for claim in figure.claims
        if claim.rejected is None and preferred and claim.unit == preferred.unit
    ]
    ordered = sorted(claims, key=lambda claim: claim.value)
    if not any(_disagree(one, other) for one, other in combinations(ordered, 2)):
        return None
    low, high = ordered[0], ordered[-1]
    matters = (
        () if chip.members else _matters(chip, figure, (low.value, high.value), question, said)
    )
    shown = sorted(claims, key=lambda claim: claim is not preferred)
    kind = READING if any(claim.reading for claim in claims) else CLAIMS
    listed = tuple((claim.text, claim.basis, claim.source) for claim in shown)
    return Conflict(
        chip=chip.id,
        figure=figure.path,
        kind=kind,
        low=low.value,
        high=high.value,
        unit=figure.unit,
        claims=listed,
        why=None,
        matters_for=matters,
    )


def _disagree(one: Claim, other: Claim) -> bool:
    """Whether two claims differ by more than rounding and tolerance allow."""
    return other.value - one.value > one.slack + other.slack


def _matters(
    chip: Chip, figure: Figure, values: tuple[Fraction, Fraction], question: Question, said: Said
) -> tuple[str, ...]:
    changed = [valued(chip, figure.path, value) for value in values]
    found = [
        rule
        for other in changed
        if other is not chip
        for rule in turned(said, said_of(other, question), findings_only=True)
    ]
    return tuple(dict.fromkeys(found))


def _readings(chip: Chip, said: Said) -> Iterator[Conflict]:
    """Ways of counting that lead some rule elsewhere."""
    for start in (f"reading {name}" for name in (*chip.readings, "tf32-32-bit")):
        rules = _contesting(said, start)
        metric = measure(chip, "tpp")
        if rules and metric.low is not None and metric.high is not None:
            name = start.removeprefix("reading ")
            why = (
                chip.readings[name].why
                if name in chip.readings
                else "TF32 counted with the 32 bits it is stored in"
            )
            claims = ((f"reading {name}", "", None),)
            yield Conflict(
                chip=chip.id,
                figure="tpp",
                kind=READING,
                low=metric.low,
                high=metric.high,
                unit="",
                claims=claims,
                why=why,
                matters_for=rules,
            )


def _contesting(said: Said, start: str) -> tuple[str, ...]:
    return tuple(
        name
        for name, verdict in said.items()
        if any(side.because.startswith(start) for side in verdict.sides)
    )


def _declared(chip: Chip, said: Said) -> Iterator[Conflict]:
    """A TPP that the maker declares and that the credible range does not hold."""
    declared, metric = chip.declared, measure(chip, "tpp")
    if (
        declared is None
        or declared.tpp is None
        or metric.value is None
        or metric.low is None
        or metric.high is None
    ):
        return
    if not declared_apart(chip) or metric.low <= declared.tpp <= metric.high:
        return
    low, high = sorted((declared.tpp, metric.value))
    computed, stated = (
        (f"computed {display(metric.value)}", "", None),
        (f"declared {display(declared.tpp)}", "declared", declared.source),
    )
    rules = _contesting(said, "the maker declares")
    yield Conflict(
        chip=chip.id,
        figure="tpp",
        kind=DECLARED,
        low=low,
        high=high,
        unit="",
        claims=(computed, stated),
        why=declared.differs,
        matters_for=rules,
    )
