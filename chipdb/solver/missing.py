"""Break-evens: where the line of a missing figure is cut, and what each piece answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from chipdb.lazy_dataclasses import dataclass
from chipdb.rules.conditions import Fact
from chipdb.solver.cells import Provisions, RuleCells, Settled, Truths
from chipdb.solver.groups import Group, Marks
from chipdb.solver.item import Facts, Interpretation
from chipdb.solver.lines import Piece, with_answers
from chipdb.units import METRIC_UNITS


@dataclass(frozen=True, kw_only=True)
class Need:
    """A missing figure or fact that decides.

    ``pieces`` cut the figure's line where the answer changes; for a fact ``values`` gives the
    answer of each value. Both are None where more than one thing is missing.
    """

    figure: str
    unit: str | None
    pieces: tuple[Piece[object], ...] | None
    values: tuple[tuple[bool, object], ...] | None
    missing: tuple[str, ...] = ()

    @property
    def break_evens(self) -> tuple[Fraction, ...]:
        """The values of the figure at which the answer changes, in the figure's unit.

        Ascending; empty for a fact, and where something else is missing too.

        >>> small, large = Piece(None, Fraction(800), True, "a"), Piece(None, None, False, "b")
        >>> need = Need(
        ...     figure="applicable_die_area", unit="mm^2", pieces=(small, large), values=None
        ... )
        >>> [int(value) for value in need.break_evens]
        [800]
        """
        if self.pieces is None:
            return ()
        return tuple(piece.to for piece in self.pieces[:-1] if piece.to is not None)


def needs_of(
    cells: RuleCells,
    interpretation: Interpretation,
    facts: Facts,
    missing: Mapping[str, tuple[str, ...]],
    answer: Callable[[Provisions], object],
) -> tuple[Need, ...]:
    """The missing figures and facts of the leading chip that decide what a rule says.

    ``facts`` are those of the transaction, ``missing`` the figures that each unknown metric lacks,
    and ``answer`` turns the provisions that are met into an answer. Empty if nothing missing
    changes the answer.
    """
    return _Search(cells, interpretation, facts, missing, answer).needs()


class _Search:
    """Which missing figures and facts change the answer.

    Each is tried on its own: everything else is settled in one way, and the answers are compared
    along all values of this one. It matters if they differ for some way to settle the rest. The
    other chips of a system are held fixed: break-evens are those of the leading chip.
    """

    def __init__(
        self,
        cells: RuleCells,
        interpretation: Interpretation,
        facts: Facts,
        missing: Mapping[str, tuple[str, ...]],
        answer: Callable[[Provisions], object],
    ) -> None:
        """Collect every way to settle what is open of the leading chip.

        Beside these ``ways``: what is settled of the item as a whole, and which conditions on some
        chip the other chips of a system meet. The parameters are those of :func:`needs_of`.
        """
        self.cells = cells
        self.missing = missing
        self.conditions = cells.conditions
        self.answer = answer
        self.known, *others = interpretation.chips
        self.facts = {**self.known.facts, **facts, **interpretation.facts}

        # A fact of the item that is open is settled together with that of its leading chip, and is
        # open there, too: a system of client chips may be for data centers.
        self.facts_of_item = {}
        open_facts: dict[str, bool | None] = {}
        for name, value in self.conditions.facts_of_item(interpretation.facts).items():
            if value is None:
                open_facts[name] = None
            else:
                self.facts_of_item[name] = value

        possible = self.conditions.possible(self.known, {**facts, **open_facts})
        self.ways = list(self.conditions.ways(possible))
        # Some way of each other chip will do, because break-evens are those of the leading one.
        first_ways = []
        for known in others:
            of_other = self.conditions.possible(known, facts)
            first_ways.append(next(self.conditions.ways(of_other)))
        self.of_others = self.conditions.met_by_some(first_ways)

    def needs(self) -> tuple[Need, ...]:
        """The figures and facts that matter, figures first; with break-evens if it is only one.

        Figures come in the order of the metrics, facts in the order in which the rule asks for
        them, each once.
        """
        figures = list(filter(self._figure_matters, self.missing))
        asked = dict.fromkeys(leaf.name for leaf in self.cells.leaves if isinstance(leaf, Fact))
        facts = list(filter(self._fact_matters, asked))

        # With two things missing there is no line to cut: the break-even of one depends on the
        # other.
        is_alone = len(figures) + len(facts) == 1
        needs = [self._figure(name, is_alone) for name in figures]
        needs += [self._fact(name, is_alone) for name in facts]
        return tuple(needs)

    def _answer_at(self, way: Settled) -> object:
        """The answer if everything of the leading chip is settled one way.

        Whatever ``answer`` makes of the provisions that are met then; mostly a finding.
        """
        truths = self.conditions.truths_of_way(way, self.facts_of_item, self.of_others)
        return self.answer(self.cells.provisions_of(truths))

    def _answer_in(self, group: Group, truths: Truths, way: Settled) -> object:
        """The answer if the parts of a group have some truths and everything else is settled."""
        return self._answer_at({**way, **self.conditions.named_parts(group, truths)})

    def _figure_matters(self, name: str) -> bool:
        """Whether the answer changes along some line of a figure.

        Never for a metric that the rule does not compare.
        """
        group = self.cells.groups.get(name)
        if group is None or group not in self.conditions.parts:
            return False

        # Whatever this figure is, the parts of its group have the same truths.
        if len(self.conditions.possible_in(group, self.known)) == 1:
            return False

        ways = list(self._ways_but_for(group))
        for truths in self._truths_of_lines(group, name):
            for way in ways:
                answers = {self._answer_in(group, of_parts, way) for of_parts in truths}
                if len(answers) > 1:
                    return True
        return False

    def _truths_of_lines(self, group: Group, name: str) -> set[frozenset[Truths]]:
        """The truths that each line of a figure passes through, where it passes several.

        Many lines pass through cells that the rule cannot tell apart, and count once. There is a
        line for each way to settle the other metrics of the group.
        """
        of_lines: set[frozenset[Truths]] = set()
        for line in group.lines(self.known, name):
            truths = frozenset(self.conditions.truths_in(group, piece.answer) for piece in line)
            if len(truths) > 1:
                of_lines.add(truths)
        return of_lines

    def _ways_but_for(self, group: Group) -> Iterator[Settled]:
        """The ways that differ in something other than the parts of a group, each once.

        Which truths the parts of the group have in them does not matter: those of a line replace
        them.
        """
        of_group = self.conditions.names_of_parts[group]
        seen = set()
        for way in self.ways:
            others = tuple([value for name, value in way.items() if name not in of_group])
            if others not in seen:
                seen.add(others)
                yield way

    def _fact_matters(self, name: str) -> bool:
        """Whether a fact that is not known changes the answer under some way to settle others.

        Never for a fact that is known, or that is left in no condition of the rule.
        """
        if self.facts.get(name) is not None or name not in self.conditions.facts:
            return False
        for way in self.ways:
            if self._answer_at({**way, name: True}) != self._answer_at({**way, name: False}):
                return True
        return False

    def _figure(self, name: str, is_alone: bool) -> Need:
        """A missing figure as an answer lists it; ``pieces`` only if nothing else is missing."""
        group = self.cells.groups[name]

        def answer_in(marks: Marks) -> object:
            """The answer in a cell of the figure's line."""
            return self._answer_in(group, self.conditions.truths_in(group, marks), self.ways[0])

        pieces = None
        if is_alone:
            # every line gives the same pieces where nothing else is missing, so the first will do
            pieces = with_answers(group.lines(self.known, name)[0], answer_in)
        return Need(
            figure=name,
            unit=METRIC_UNITS[name],
            pieces=pieces,
            values=None,
            missing=self.missing[name],
        )

    def _fact(self, name: str, is_alone: bool) -> Need:
        """An unknown fact as an answer lists it; ``values`` only if nothing else is missing."""
        values = None
        if is_alone:
            first = self.ways[0]
            if_so = self._answer_at({**first, name: True})
            if_not = self._answer_at({**first, name: False})
            values = ((True, if_so), (False, if_not))

        # Facts of a transaction are named with the rule's id behind a colon, which no reader needs.
        figure, _, _ = name.partition(":")
        return Need(figure=figure, unit=None, pieces=None, values=values)
