"""``conflicts``: where credible claims disagree, and whether the answer of a rule depends on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from fractions import Fraction
from itertools import combinations
from typing import Any

from chipdb.answers.arguments import Chips, File, catalog_of, chips_of, question_of
from chipdb.answers.impact import Said, said_of, turned
from chipdb.catalog.catalog import Catalog
from chipdb.catalog.chip import Chip
from chipdb.catalog.figures import Claim, Figure
from chipdb.catalog.modify import with_value
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics import declared_apart, measure
from chipdb.notebook import Framed, views
from chipdb.solver.question import Question
from chipdb.units import PERCENT, display

CLAIMS = "claims"
READING = "reading"
DECLARED = "declared"
STORED_TF32 = "tf32-32-bit"

ListedClaim = tuple[str, str, str | None]
"""What is stated, its basis, its source."""


@dataclass(frozen=True, kw_only=True)
class Conflict(Framed):
    """A figure, or the TPP, for which credible claims give different values."""

    chip: str
    figure: str
    kind: str
    low: Fraction
    high: Fraction
    unit: str
    claims: tuple[ListedClaim, ...]
    """The preferred claim comes first."""
    why: str | None
    matters_for: tuple[str, ...]
    data: str | None = None
    """The hash of the vintage that the chip comes from; None for the data of this installation."""

    def __repr__(self) -> str:
        """The chip, the figure, the kind of conflict and the number of claims."""
        return f"<Conflict {self.chip} {self.figure}: {self.kind}, {len(self.claims)} claims>"

    @property
    def spread(self) -> Fraction:
        """How far the ends are apart, in percent of the lower value; 0 if that is zero."""
        if not self.low:
            return Fraction(0)
        return PERCENT * (self.high / self.low - 1)

    def to_dict(self) -> dict[str, Any]:
        """One object of ``chipdb conflicts --format json``."""
        return dict(views("json.curation").conflict_record(self))


def conflicts(
    chips: Chips | None = None,
    *,
    on: str | date | None = None,
    to: str | None = None,
    catalog: Catalog | File | None = None,
    vintage: str | None = None,
) -> list[Conflict]:
    """List figures with conflicting claims, those that change the answer of a rule first.

    Without ``chips``, the whole catalog is compared.
    Raises :class:`~chipdb.errors.UnknownNameError` for a chip or country that does not exist.

    >>> import chipdb
    >>> conflicts = chipdb.conflicts("910B2", on="2024-06-01")
    >>> {conflict.chip for conflict in conflicts}
    {'huawei-ascend-910b2'}
    """
    asked = question_of(on=on, to=to)
    return decisive_first(conflicts_of(chips_of(chips, catalog_of(catalog, vintage)), asked))


def decisive_first(conflicts: Iterable[Conflict]) -> list[Conflict]:
    """Conflicts in the order in which they are listed.

    Those that change an answer come first, and the widest first among them.
    """
    return sorted(conflicts, key=lambda conflict: (not conflict.matters_for, -conflict.spread))


def conflicts_of(chips: Iterable[Chip], question: Question) -> Iterator[Conflict]:
    """Every disagreement of credible claims, interpretations and vendors' declarations.

    They come in the order of the chips and of their figures; :func:`decisive_first` sorts them.
    """
    for chip in chips:
        said = said_of(chip, question)
        for figure in chip.figures():
            conflict = _claims(chip, figure, question, said)
            if conflict is not None:
                yield conflict
        yield from _readings(chip, said)
        yield from _declared(chip, said)


def _claims(chip: Chip, figure: Figure, question: Question, said: Said) -> Conflict | None:
    """The conflict of a figure whose credible claims differ; None where they agree.

    A claim that the catalog has rejected, with a reason, is not credible.
    """
    preferred = figure.preferred()
    if preferred is None:
        return None
    claims = _comparable(figure, preferred)
    ordered = sorted(claims, key=lambda claim: claim.value)
    # Every pair is compared: rounding may excuse the widest pair and not a narrower one.
    if not any(_disagree(lower, higher) for lower, higher in combinations(ordered, 2)):
        return None

    low = ordered[0].value
    high = ordered[-1].value
    matters_for: tuple[str, ...] = ()
    # A figure of a system is a total over its chips, and rules read one chip.
    if not chip.members:
        matters_for = _matters_for(chip, figure, (low, high), question, said)

    # Claims of different interpretations do not contradict each other: both may be right.
    is_reading = any(claim.reading for claim in claims)
    # The preferred claim is the one that answers use, so it is listed first.
    listed = sorted(claims, key=lambda claim: claim is not preferred)
    return Conflict(
        chip=chip.id,
        figure=figure.path,
        kind=READING if is_reading else CLAIMS,
        low=low,
        high=high,
        unit=figure.unit,
        claims=tuple((claim.text, claim.basis, claim.source) for claim in listed),
        why=None,
        matters_for=matters_for,
        data=chip.data,
    )


def _comparable(figure: Figure, preferred: Claim) -> list[Claim]:
    """The credible claims of a figure that are in the unit of the preferred one.

    Prices in two currencies do not conflict. The claims keep the order in which they are written.
    """
    return [claim for claim in figure.unrejected() if claim.unit == preferred.unit]


def _disagree(lower: Claim, higher: Claim) -> bool:
    """Whether two claims differ by more than rounding and tolerance allow.

    ``lower`` is the claim with the lower value. 1.98 and 1.979 PFLOPS are the same statement,
    written with fewer digits.
    """
    return higher.value - lower.value > lower.slack + higher.slack


def _matters_for(
    chip: Chip, figure: Figure, values: tuple[Fraction, Fraction], question: Question, said: Said
) -> tuple[str, ...]:
    """The rules that give another answer at one of two values, each once.

    A rule that leads to the same outcome by another paragraph answers the same.
    """
    rules: list[str] = []
    for value in values:
        changed = with_value(chip, figure.path, value)
        # with_value gives the chip itself where no metric reads the figure.
        if changed is not chip:
            rules += turned(said, said_of(changed, question), findings_only=True)
    return tuple(dict.fromkeys(rules))


def _readings(chip: Chip, said: Said) -> Iterator[Conflict]:
    """The interpretations of a chip that change the answer of a rule."""
    metric = measure(chip, "tpp")
    if metric.low is None or metric.high is None:
        return
    # The last is an interpretation of every chip that has TF32, so no chip states it.
    for name in (*chip.readings, STORED_TF32):
        rules = _contested_because(said, f"reading {name}")
        if not rules:
            continue
        why: str | None = "TF32 counted with the 32 bits it is stored in"
        if name in chip.readings:
            why = chip.readings[name].why
        yield Conflict(
            chip=chip.id,
            figure="tpp",
            kind=READING,
            low=metric.low,
            high=metric.high,
            unit="",
            claims=((f"reading {name}", "", None),),
            why=why,
            matters_for=rules,
            data=chip.data,
        )


def _contested_because(said: Said, start: str) -> tuple[str, ...]:
    """The rules whose answer is contested for a reason that begins with a text.

    A side of a contested answer says why in words, and its first words name the evidence.
    """
    rules: list[str] = []
    for name, verdict in said.items():
        reasons = [side.because for side in verdict.sides]
        if any(reason.startswith(start) for reason in reasons):
            rules.append(name)
    return tuple(rules)


def _declared(chip: Chip, said: Said) -> Iterator[Conflict]:
    """A TPP that the vendor declares and that lies outside the credible range."""
    metric = measure(chip, "tpp")
    declared = chip.declared
    if declared is None or declared.tpp is None:
        return
    # Without an upper bound no declared TPP lies outside the range.
    if metric.value is None or metric.high is None:
        return
    if metric.spans(declared.tpp) or not declared_apart(chip):
        return

    # The computed one has no source of its own: it follows from the throughputs.
    ours: ListedClaim = (f"computed {display(metric.value)}", "", None)
    theirs: ListedClaim = (f"declared {display(declared.tpp)}", "declared", declared.source)
    yield Conflict(
        chip=chip.id,
        figure="tpp",
        kind=DECLARED,
        low=min(declared.tpp, metric.value),
        high=max(declared.tpp, metric.value),
        unit="",
        claims=(ours, theirs),
        why=declared.differs,
        matters_for=_contested_because(said, "the vendor declares"),
        data=chip.data,
    )
