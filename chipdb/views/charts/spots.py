"""Chips on a plane: where they are, what rules say of them, and which are drawn unnamed."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb.catalog.chip import Chip
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass
from chipdb.metrics import Metric, measure
from chipdb.rules.rule import Rule
from chipdb.solver.evaluate import ControlList
from chipdb.solver.item import Item
from chipdb.solver.plane import Findings
from chipdb.solver.ruling import Ruling
from chipdb.solver.verdict import Verdict, judge
from chipdb.views.charts.frame import ChartRequest
from chipdb.views.charts.names import short

SHOWN_BELOW = 4
"""Unnamed chips below a fourth of the lowest threshold are left out: they would fill the chart."""

LONG, SOME = 24, 3
"""How long a name may be in a crowd, and how many are written at one point."""


@dataclass(frozen=True)
class PlaneAxis:
    """A metric as an axis."""

    metric: str
    title: str
    short: str


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A chip on the plane; a value that is not known is None."""

    chip: Chip
    x: Metric
    y: Metric
    findings: Findings
    contested: bool
    named: bool

    @property
    def known(self) -> bool:
        """Whether it is a point."""
        return self.x.value is not None and self.y.value is not None

    @property
    def ranged(self) -> bool:
        """Whether the credible claims of one of its figures differ."""
        return self.x.low != self.x.high or self.y.low != self.y.high


class Spots:
    """The chips of a plane: the named ones, the steps of their derating, the unnamed crowd."""

    def __init__(
        self,
        request: ChartRequest,
        axes: tuple[PlaneAxis, PlaneAxis],
        rules: Sequence[Rule],
        law: ControlList,
    ) -> None:
        """Evaluate the named chips; a chip without a place on the plane is an error.

        Steps of derating are evaluated like chips, since each has an answer of its own.
        """
        self.request = request
        self.rules = tuple(rules)
        self.law = law
        self.x_axis, self.y_axis = axes
        self.named = [self._spot(chip, named=True) for chip in request.chips]
        self.steps: list[list[Spot]] = []
        for path in request.paths:
            self.steps.append([self._spot(chip, named=True) for chip in path])
        for spot in self.named:
            self._check_place(spot)

    def _check_place(self, spot: Spot) -> None:
        """Raise :class:`UsageError` for a chip that has no place on the plane.

        A chip with one unknown figure has one: it is drawn as a line.
        """
        name = spot.chip.name
        if spot.x.value is None and spot.y.value is None:
            figures = dict.fromkeys((*spot.y.missing, *spot.x.missing))
            missing = ", ".join(figures) or "both figures"
            raise UsageError(
                f"{name} has neither {self.y_axis.short} nor {self.x_axis.short}; "
                f"missing: {missing}"
            )

        for axis, metric in ((self.x_axis, spot.x), (self.y_axis, spot.y)):
            # A density is undefined if the area is zero, which no axis can show either.
            if metric.value == 0 or metric.state == "undefined":
                raise UsageError(
                    f"{name} has no {axis.short} above zero, so it has no place on logarithmic axes"
                )

    def _spot(self, chip: Chip, *, named: bool) -> Spot:
        """A chip with its metrics and the answers of all drawn rules."""
        verdicts = [self._verdict(rule, chip) for rule in self.rules]
        return Spot(
            chip=chip,
            x=measure(chip, self.x_axis.metric),
            y=measure(chip, self.y_axis.metric),
            findings=tuple(verdict.finding for verdict in verdicts),
            contested=any(verdict.contested for verdict in verdicts),
            named=named,
        )

    def _verdict(self, rule: Rule, chip: Chip) -> Verdict:
        """What the rule's conditions say of a chip, regardless of scope, addressees and days."""
        item = Item(chip)
        facts = Ruling(item, self.request.question).facts([rule])
        return judge(rule, item, self.law, facts)

    def crowd(self, thresholds: tuple[list[float], list[float]]) -> list[Spot]:
        """Unnamed processors that represent their model, near the thresholds or above."""
        named = {chip.id for chip in self.request.chips}
        low_x = _lowest_shown(thresholds[0])
        low_y = _lowest_shown(thresholds[1])

        spots = []
        for chip in self.request.pool:
            if chip.id in named:
                continue
            # Measuring is quick, evaluating the rules is not, so few chips are evaluated.
            if self._is_above(chip, low_x, low_y):
                spots.append(self._spot(chip, named=False))
        return spots

    def _is_above(self, chip: Chip, low_x: float, low_y: float) -> bool:
        """Whether both figures are known and not too far below the thresholds."""
        x = measure(chip, self.x_axis.metric).value
        y = measure(chip, self.y_axis.metric).value
        if not x or not y:
            return False
        return float(x) >= low_x and float(y) >= low_y


def _lowest_shown(thresholds: Sequence[float]) -> float:
    """The value on an axis from which unnamed chips are drawn; 0 without a threshold."""
    if not thresholds:
        return 0.0
    return min(thresholds) / SHOWN_BELOW


def names_at(spots: Sequence[Spot]) -> str:
    """The names of chips at one place; only the first few, since the others would cover marks."""
    names = []
    for spot in spots[:SOME]:
        name = short(spot.chip)
        if len(name) > LONG:
            name = spot.chip.model or name
        names.append(name)
    if len(spots) > SOME:
        names.append("...")
    return ", ".join(names)


def fame(spot: Spot) -> tuple[bool, int]:
    """A sort key: datacenter chips first, those with the most claims before others."""
    claims = sum(len(figure.claims) for figure in spot.chip.figures())
    is_other = spot.chip.datacenter is not True
    return is_other, -claims
