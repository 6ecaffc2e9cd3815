"""What a verdict says of the figures that it rests on: their values, and what fails."""

from __future__ import annotations

from fractions import Fraction

import pytest
from small_law import ENTRIES, made_chip, ruled, small_law

import chipdb
from chipdb.metrics.spread import Spread
from chipdb.solver.item import _interval
from chipdb.solver.missing import Need
from chipdb.solver.verdict import Finding, Verdict, exit_status, joined, strictness
from chipdb.vocabulary import Status

DAY = "2024-06-01"


def own_verdict(chip: str, when: str) -> Verdict:
    """The verdict of a rule of one's own with one provision."""
    text = f"id: mine\nquestion: classification\nprovisions: [{{id: p, when: {when}}}]\n"
    rulebook = chipdb.load_rules().with_file(text.encode(), "mine.yaml")
    answers = chipdb.check(chip, on=DAY, rulebook=rulebook).answers
    (found,) = [each for each in answers if each.rule.id == "mine"]
    return found


def test_a_metric_that_is_known_has_its_value() -> None:
    """A100: 312 TFLOPS x 16 bits over 826 mm^2. The rule does not compare the bandwidth."""
    found = own_verdict(
        "A100", "{all: [{metric: tpp, ge: 1}, {metric: performance_density, ge: 1}]}"
    )
    assert found.value("tpp") == 312 * 16
    assert found.value("performance_density") == Fraction(312 * 16, 826)
    assert found.value("memory_bandwidth") is None


def test_a_metric_that_is_not_known_has_none() -> None:
    """The area of the MI350X's I/O die was not published, so its density may have many values."""
    found = own_verdict(
        "MI350X", "{all: [{metric: tpp, ge: 1}, {metric: performance_density, ge: 1}]}"
    )
    assert found.value("tpp") is not None
    assert found.value("performance_density") is None


@pytest.mark.parametrize(
    ("least", "fails"),
    [(("2000", "100"), []), (("5000", "100"), ["TPP"]), (("5000", "9000"), ["TPP", "memory"])],
)
def test_the_parts_that_fail(least: tuple[str, str], fails: list[str]) -> None:
    """H20: TPP 2,368 and 4,000 GB/s."""
    tpp, memory = least
    parts = f"{{metric: tpp, ge: {tpp}}}, {{metric: memory_bandwidth, ge: {memory}}}"
    texts = own_verdict("H20", f"{{all: [{parts}]}}").fails
    assert len(texts) == len(fails)
    assert all(word in text for word, text in zip(fails, texts, strict=True))


@pytest.mark.parametrize(
    ("margin", "ends"), [("nominal", (5, 5)), ("claims", (3, 5)), ("wide", (2, 5))]
)
def test_a_known_figure_without_an_upper_end_is_not_above_its_value(
    margin: str, ends: tuple[int, int]
) -> None:
    """Its lower claims and its tolerance still count."""
    spread = Spread(value=Fraction(5), low=Fraction(3), least=Fraction(2))
    assert _interval(spread, margin) == ends


class TestStrictness:
    """Outcomes in the order of the rule, then the entry of several, then undetermined, not met."""

    FINDINGS = (
        Finding(Status.MET, "X.a"),
        Finding(Status.MET, "X.b"),
        Finding(Status.MET, "X"),
        Finding(Status.UNDETERMINED),
        Finding(Status.NOT_MET),
    )

    def test_of_a_rule_that_controls(self) -> None:
        ranks = [strictness(small_law()["entries"], each) for each in self.FINDINGS]
        assert ranks == sorted(set(ranks))

    def test_of_a_rule_that_eases(self) -> None:
        """A review rule that is not met leaves the stricter policy."""
        text = "- id: r\n  question: review\n  provisions:\n"
        for outcome in ("X.a", "X.b"):
            text += f"    - {{id: {outcome}, outcome: {outcome}, when: {{metric: tpp, ge: 1}}}}\n"
        rule = small_law(text)["r"]
        ranks = [strictness(rule, each) for each in self.FINDINGS]
        assert ranks == sorted(set(ranks), reverse=True)


class TestSeveralFindings:
    @pytest.mark.parametrize(
        ("findings", "joint"),
        [
            ((("met", "X.a"),), ("met", "X.a")),
            ((("met", "X.a"), ("met", "X.b")), ("met", "X")),
            ((("met", "X.a"), ("met", "Y.a")), ("met", None)),
            ((("met", "X.a"), ("not-met", None)), ("undetermined", None)),
            ((("not-met", None), ("met", "X.a")), ("undetermined", None)),
            ((("undetermined", None), ("met", "X.a")), ("undetermined", None)),
            ((("not-met", None),), ("not-met", None)),
        ],
    )
    def test_joined(
        self, findings: tuple[tuple[str, str | None], ...], joint: tuple[str, str | None]
    ) -> None:
        """Controlled either way is controlled; which paragraph it is may be left open."""
        found = joined(Finding(Status(status), outcome) for status, outcome in findings)
        assert (str(found.status), found.outcome) == joint


def test_a_rule_that_was_not_asked() -> None:
    """Nothing is known of it, and it lacks nothing."""
    verdict = Verdict(rule=small_law()["entries"], finding=Finding(Status.NOT_COVERED))
    assert (verdict.value("tpp"), verdict.interpretation, verdict.assignments) == (None, None, ())
    assert (verdict.fails, verdict.sources, verdict.sides, verdict.needs) == ((), {}, (), ())
    assert verdict.holds(small_law()["entries"].provisions[0].when) is None
    assert not verdict.may_be_met
    not_met = Verdict(rule=small_law()["entries"], finding=Finding(Status.NOT_MET))
    assert not_met.fails == ()


@pytest.mark.parametrize(
    ("deciding", "status"),
    [
        ([], 0),
        ([("not-met", False)], 0),
        ([("not-met", True)], 3),
        ([("undetermined", False)], 3),
        ([("undetermined", False), ("met", False)], 1),
        ([("met", True)], 1),
        ([("no", False), ("yes", False)], 1),
        ([("no", True), ("no", False)], 3),
        ([(None, False)], 0),
        ([("not-covered", False)], 0),
    ],
)
def test_exit_status(deciding: list[tuple[str | None, bool]], status: int) -> None:
    """1 if anything is controlled; else 3 if anything is open; else 0 (specification)."""
    assert exit_status(deciding) == status


class TestNeeds:
    """What is missing is what changes the answer; alone, it has the values where that changes."""

    def needs(self, metrics: str, more: str = "", entries: str = ENTRIES) -> list[Need]:
        """What the classification lacks."""
        return list(
            ruled(small_law(entries=entries), made_chip(metrics, more)).classification.needs
        )

    def test_a_figure_alone(self) -> None:
        (need,) = self.needs("")
        assert (need.figure, need.missing, need.values) == ("tpp", ("throughput",), None)
        assert need.break_evens == (50, 100)
        assert need.pieces is not None
        assert [str(piece.answer.outcome) for piece in need.pieces] == ["None", "X.b", "X.a"]

    def test_nothing_where_it_is_settled(self) -> None:
        assert self.needs("tpp: 300") == []

    BOTH = ENTRIES + "    - {id: X.c, outcome: X.c, when: {metric: memory_bandwidth, ge: 500}}\n"

    def test_two_figures_depend_on_each_other(self) -> None:
        found = self.needs("", entries=self.BOTH)
        assert [need.figure for need in found] == ["tpp", "memory_bandwidth"]
        assert [(need.pieces, need.break_evens) for need in found] == [(None, ()), (None, ())]

    def test_a_figure_that_the_other_leaves_nothing_to(self) -> None:
        """From a TPP of 100 on it is X.a with any bandwidth."""
        assert self.needs("tpp: 300", entries=self.BOTH) == []
        (need,) = self.needs("tpp: 20", entries=self.BOTH)
        assert (need.figure, need.break_evens) == ("memory_bandwidth", (500,))

    FACT = (
        "- {id: entries, question: classification, kind: [processor], provisions: ["
        "{id: X.a, outcome: X.a, when: {all: [{metric: tpp, ge: 100},"
        " {fact: datacenter, is: true}]}}]}\n"
    )

    def test_a_fact_alone(self) -> None:
        (need,) = self.needs("tpp: 300", entries=self.FACT)
        assert (need.figure, need.unit, need.pieces) == ("datacenter", None, None)
        assert need.values is not None
        answers = {so: finding.outcome for so, finding in need.values}
        assert answers == {True: "X.a", False: None}
        assert list(answers) == [True, False]

    def test_a_fact_that_decides_nothing(self) -> None:
        assert self.needs("tpp: 20", entries=self.FACT) == []
        assert self.needs("tpp: 300", "designed_for: datacenter", entries=self.FACT) == []

    def test_a_fact_and_a_figure(self) -> None:
        found = self.needs("", entries=self.FACT)
        assert [need.figure for need in found] == ["tpp", "datacenter"]
        assert [(need.pieces, need.values) for need in found] == [(None, None)] * 2

    def test_a_density_of_an_unknown_area(self) -> None:
        """300 over an area: 3 or more up to 100 mm^2; planar logic has no density."""
        dense = (
            "- {id: entries, question: classification, kind: [processor], provisions: ["
            "{id: X.a, outcome: X.a, when: {metric: performance_density, ge: 3}}]}\n"
        )
        (need,) = self.needs("tpp: 300", entries=dense)
        assert (need.figure, need.unit) == ("applicable_die_area", "mm^2")
        assert need.break_evens == (100,)
        # an area of 100 mm^2 itself is in it, and a TPP of 50 is in the paragraph that begins there
        assert need.pieces is not None
        assert need.pieces[0].closed
        (tpp,) = self.needs("")
        assert tpp.pieces is not None
        assert not tpp.pieces[0].closed

    @staticmethod
    def entries(*provisions: str) -> str:
        """A classification by some provisions, each an outcome with its condition."""
        listed = ", ".join(
            f"{{id: {each.partition(' ')[0]}, outcome: {each.partition(' ')[0]},"
            f" when: {each.partition(' ')[2]}}}"
            for each in provisions
        )
        head = "id: entries, question: classification, kind: [processor, system]"
        return f"- {{{head}, provisions: [{listed}]}}\n"

    FAST, WIDE = "{metric: tpp, ge: 100}", "{metric: memory_bandwidth, ge: 500}"
    FAST_AND_WIDE = f"{{all: [{FAST}, {WIDE}]}}"
    SOLD = "{fact: datacenter, is: true}"

    def test_figures_that_must_be_high_together(self) -> None:
        found = self.needs("", entries=self.entries(f"X.a {self.FAST_AND_WIDE}"))
        assert [need.figure for need in found] == ["tpp", "memory_bandwidth"]

    def test_what_an_earlier_paragraph_leaves_nothing_to(self) -> None:
        """Whatever is in X.b is in X.a, which comes first."""
        for second in (self.FAST_AND_WIDE, f"{{all: [{self.FAST}, {self.SOLD}]}}"):
            (need,) = self.needs("", entries=self.entries(f"X.a {self.FAST}", f"X.b {second}"))
            assert (need.figure, need.break_evens) == ("tpp", (100,))

    def test_a_density_of_nothing(self) -> None:
        """A TPP of zero has a density of zero over any area."""
        dense = "{metric: performance_density, ge: 3}"
        entries = self.entries(f"X.a {dense}", f"X.b {self.WIDE}")
        (need,) = self.needs("tpp: 0", entries=entries)
        assert (need.figure, need.break_evens) == ("memory_bandwidth", (500,))

    def test_entries_that_a_rule_does_not_ask_for(self) -> None:
        """The rule asks for X.a alone, so that the bandwidth of X.b is not missing to it."""
        license_of_a = (
            "- {id: lic, question: license, provisions: [{id: p, when: {outcome: [X.a]}}]}\n"
        )
        law = small_law(license_of_a, entries=self.entries(f"X.a {self.FAST}", f"X.b {self.WIDE}"))
        verdict = ruled(law, made_chip()).verdict(law["lic"])
        assert [(need.figure, need.break_evens) for need in verdict.needs] == [("tpp", (100,))]

    @pytest.mark.parametrize(
        ("market", "figures"),
        [("datacenter", ["tpp"]), ("client", []), (None, ["tpp", "datacenter"])],
    )
    def test_of_a_system(self, market: str | None, figures: list[str]) -> None:
        """The market of the system counts, and the figures of its chip."""
        stated = "" if market is None else f", designed_for: {market}, marketed_for: {market}"
        text = (
            "[{id: c, name: C, designed_for: client, marketed_for: client},"
            f" {{id: s, name: S, kind: system, members: [{{chip: c}}]{stated}}}]"
        )
        *_, system = chipdb.load().adopt(text.encode(), "s.yaml")
        entries = self.entries(f"X.a {{all: [{self.FAST}, {self.SOLD}]}}")
        found = ruled(small_law(entries=entries), system).classification
        assert [need.figure for need in found.needs] == figures


def test_a_rule_of_one_paragraph_that_was_not_asked() -> None:
    text = (
        "- {id: r, question: license, provisions: [{id: p, when: {all: [{metric: tpp, ge: 1}]}}]}\n"
    )
    verdict = Verdict(rule=small_law(text)["r"], finding=Finding(Status.NOT_MET))
    assert verdict.fails == ()


def test_one_answer_counts_a_chip_in_one_way() -> None:
    """By its strictest reading it is X.a, so that a rule for X.b does not count it by another.

    10 x 16 = 160, and 30 x 8 = 240 where INT8 exists: decision record 7.
    """
    entries = ENTRIES.replace("ge: 100", "ge: 200").replace("ge: 50", "ge: 150")
    asking = "- {id: lic, question: license, provisions: [{id: p, when: {outcome: [X.b]}}]}\n"
    rates = "throughput: {fp16: 10 TFLOPS, int8: {value: 30 TOPS, reading: fast}}"
    law = small_law(asking, entries=entries)
    ruling = ruled(law, made_chip("", f"{rates}, readings: {{fast: {{}}}}"))
    assert ruling.classification.outcome == "X.a"
    verdict = ruling.verdict(law["lic"])
    assert verdict.status == Status.NOT_MET
    assert [side.finding.status for side in verdict.sides] == [Status.MET]
