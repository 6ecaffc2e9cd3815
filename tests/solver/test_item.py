"""An item under each interpretation: what is known, what may contest it, and why in words."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any, ClassVar

import pytest
from small_law import made_chip, ruled, small_law

import chipdb
from chipdb.solver.intervals import Interval
from chipdb.solver.item import Interpretation, Item, parts_of

TPP = frozenset({"tpp"})
BOTH = frozenset({"tpp", "memory_bandwidth"})
UNKNOWN = (Fraction(0), None)


def exactly(value: int) -> Interval:
    """The interval of a known value."""
    return Fraction(value), Fraction(value)


def intervals(found: tuple[Interpretation, ...], name: str) -> list[Interval]:
    """The interval of a metric of the leading chip under each interpretation."""
    return [each.lead().intervals[name] for each in found]


def disputed(chip: chipdb.Chip, metrics: frozenset[str] = TPP) -> dict[str, Interpretation]:
    """What may contest an answer that reads some metrics, by the reason."""
    return {str(each.because): each for each in Item(chip).disputed_for(metrics)}


CLAIMS = "[{value: 120}, {value: 90, basis: third-party}]"
TOLERANT = "{value: 120, tolerance: 5 %}"


class TestWhatContests:
    def test_nothing_where_everything_is_exact(self) -> None:
        assert disputed(made_chip("tpp: 120, memory_bandwidth: 400 GB/s"), BOTH) == {}

    def test_another_claim(self) -> None:
        """And the rounding of its last digit, which reaches further down by half of it."""
        found = disputed(made_chip(f"tpp: {CLAIMS}"))
        assert list(found) == [
            "credible claims put tpp between 90 and 120",
            "rounding and tolerance of figures put tpp between 89.5 and 120",
        ]
        ends = intervals(tuple(found.values()), "tpp")
        assert ends == [(90, 120), (Fraction("89.5"), 120)]

    def test_a_metric_that_is_not_read_contests_nothing(self) -> None:
        assert disputed(made_chip(f"tpp: {CLAIMS}"), frozenset({"memory_bandwidth"})) == {}

    def test_several_metrics_alone_and_together(self) -> None:
        memory = "[{value: 400 GB/s}, {value: 600 GB/s, basis: third-party}]"
        found = disputed(made_chip(f"tpp: {CLAIMS}, memory_bandwidth: {memory}"), BOTH)
        assert list(found)[:3] == [
            "credible claims put memory_bandwidth between 400 and 600 GB/s",
            "credible claims put tpp between 90 and 120",
            "credible claims taken together",
        ]
        assert list(found)[5:] == ["margins of figures taken together"]
        together = found["credible claims taken together"].lead().intervals
        assert (together["tpp"], together["memory_bandwidth"]) == ((90, 120), (400, 600))
        alone = found["credible claims put tpp between 90 and 120"].lead().intervals
        assert alone["memory_bandwidth"] == exactly(400)

    def test_a_claim_of_one_and_the_tolerance_of_another(self) -> None:
        """5 % of 400 GB/s are 20; each alone, and both together with their own words."""
        memory = "{value: 400 GB/s, tolerance: 5 %}"
        found = disputed(
            made_chip(f"tpp: [{{value: 120}}, {{value: 90}}], memory_bandwidth: {memory}"), BOTH
        )
        assert list(found) == [
            "credible claims put tpp between 90 and 120",
            "rounding and tolerance of figures put memory_bandwidth between 380 and 420 GB/s",
            "credible claims and margins of figures taken together",
        ]
        *_, last = found.values()
        assert last.lead().intervals["tpp"] == (90, 120)
        assert last.lead().intervals["memory_bandwidth"] == (380, 420)

    def test_what_the_vendor_declares(self) -> None:
        """Where nothing else is disputed, too, and only for rules that read the TPP."""
        chip = made_chip("tpp: 120, memory_bandwidth: 400 GB/s", "declared: {tpp: 90, source: hp}")
        found = disputed(chip, BOTH)
        assert list(found) == ["the vendor declares TPP 90 (hp)"]
        assert intervals(tuple(found.values()), "tpp") == [exactly(90)]
        assert intervals(tuple(found.values()), "memory_bandwidth") == [exactly(400)]
        assert disputed(chip, frozenset({"memory_bandwidth"})) == {}

    def test_a_declaration_contests_the_verdict(self) -> None:
        """X.a begins at 100, and the vendor declares 90."""
        law = small_law()
        chip = made_chip("tpp: 120", "declared: {tpp: 90, source: hp}")
        (side,) = ruled(law, chip).classification.sides
        assert (side.because, side.finding.outcome) == ("the vendor declares TPP 90 (hp)", "X.b")

    def test_a_declaration_without_a_tpp(self) -> None:
        assert disputed(made_chip("tpp: 120", "declared: {eccn: 4A994, source: hp}")) == {}


class TestReadings:
    READINGS = (
        "throughput: {fp16: 10 TFLOPS, int8: {value: 30 TOPS, reading: fast}}, "
        "memory: {bandwidth: 400 GB/s}, readings: {fast: {}}"
    )

    def test_each_has_its_figures(self) -> None:
        """10 x 16 = 160; with INT8, which only one has, 30 x 8 = 240."""
        item = Item(made_chip("", self.READINGS))
        assert item.readings() == (None, "fast")
        found = item.plain_for(TPP)
        assert intervals(found, "tpp") == [exactly(160), exactly(240)]
        assert [(each.reading, each.because) for each in found] == [
            (None, None),
            ("fast", "reading fast"),
        ]

    def test_one_of_several_may_differ(self) -> None:
        """One has another TPP, the other another memory bandwidth."""
        more = (
            "throughput: {fp16: 10 TFLOPS, int8: {value: 30 TOPS, reading: fast}}, memory: "
            "{bandwidth: [{value: 400 GB/s}, {value: 500 GB/s, reading: wide}]}, "
            "readings: {fast: {}, wide: {}}"
        )
        item = Item(made_chip("", more))
        assert [each.reading for each in item.plain_for(TPP)] == [None, "fast"]
        found = item.plain_for(frozenset({"memory_bandwidth"}))
        assert [each.reading for each in found] == [None, "wide"]
        assert [each.reading for each in item.plain_for(BOTH)] == [None, "fast", "wide"]

    def test_they_are_one_where_they_agree(self) -> None:
        found = Item(made_chip("", self.READINGS)).plain_for(frozenset({"memory_bandwidth"}))
        assert [each.reading for each in found] == [None]

    def test_a_dispute_within_a_reading_names_it(self) -> None:
        more = self.READINGS.replace(
            "{value: 30 TOPS, reading: fast}",
            "[{value: 30 TOPS, reading: fast}, "
            "{value: 40 TOPS, reading: fast, basis: third-party}]",
        )
        found = disputed(made_chip("", more))
        assert "credible claims put tpp between 240 and 320 (reading fast)" in found

    def test_the_strictest_counts_and_the_plain_one_contests(self) -> None:
        """Here 160 is X.b and 240 is X.a, which both begin 60 and 140 higher."""
        entries = (
            "- {id: entries, question: classification, kind: [processor], provisions: ["
            "{id: X.a, outcome: X.a, when: {metric: tpp, ge: 200}}, "
            "{id: X.b, outcome: X.b, when: {metric: tpp, ge: 150}}]}\n"
        )
        verdict = ruled(small_law(entries=entries), made_chip("", self.READINGS)).classification
        assert verdict.outcome == "X.a"
        (side,) = verdict.sides
        assert (side.because, side.finding.outcome) == ("without reading fast", "X.b")


class TestSystems:
    def system(self, *chips: dict[str, object], **fields: object) -> Item:
        """A system of two of the first chip and one of each other."""
        parts = [{"id": f"c{number}", **chip} for number, chip in enumerate(chips)]
        members = [{"chip": part["id"], "count": 1 + (part["id"] == "c0")} for part in parts]
        record = {"id": "sys", "name": "Sys", "kind": "system", "members": members, **fields}
        *_, found = chipdb.load().adopt(json.dumps([*parts, record]).encode(), "system.json")
        return Item(found)

    SLOW: ClassVar = {"name": "Slow", "metrics": {"tpp": "50", "app": "1"}}
    FAST: ClassVar = {"name": "Fast", "metrics": {"tpp": "300", "app": "4"}}

    def test_the_best_chip_leads_and_each_counts_once(self) -> None:
        item = self.system(self.SLOW, self.FAST)
        assert [chip.name for chip in item.chips] == ["Fast", "Slow"]
        assert item.spread("tpp").value == 300
        assert item.spread("tpp", None, item.chips[1]).value == 50

    def test_what_is_asked_of_the_whole_is_the_sum(self) -> None:
        """Two of APP 1 and one of 4; another chip in it has its own, and so has a chip alone."""
        item = self.system(self.SLOW, self.FAST)
        assert item.spread("app").value == 2 * 1 + 4
        assert item.spread("app", None, item.chips[1]).value == 1
        assert Item(item.lead).spread("app").value == 4
        assert self.system(self.SLOW, metrics={"app": "9"}).spread("app").value == 9

    def test_the_other_chip_is_named(self) -> None:
        def reasons(slow: Any, fast: Any) -> list[str]:
            """Why the TPP may be another one, with the TPP of each chip."""
            chips = [
                {"name": "Slow", "metrics": {"tpp": slow}},
                {"name": "Fast", "metrics": {"tpp": fast}},
            ]
            return [str(each.because) for each in self.system(*chips).disputed_for(TPP)]

        assert reasons([{"value": "50"}, {"value": "40"}], "300") == [
            "credible claims put tpp of Slow between 40 and 50"
        ]
        assert reasons("50", [{"value": "300"}, {"value": "200"}]) == [
            "credible claims put tpp between 200 and 300"
        ]

    @pytest.mark.parametrize(
        ("of_system", "of_chip", "fact"),
        [
            ("datacenter", "client", True),
            ("client", "datacenter", False),
            (None, "datacenter", True),
            # a chip for other markets does not show for whom the system is
            (None, "client", None),
            (None, None, None),
        ],
    )
    def test_its_market(
        self, of_system: str | None, of_chip: str | None, fact: bool | None
    ) -> None:
        def market(name: str | None) -> dict[str, object]:
            return {} if name is None else {"designed_for": name, "marketed_for": name}

        item = self.system({**self.FAST, **market(of_chip)}, **market(of_system))
        assert item.facts() == {"datacenter": fact}
        assert Item(item.lead).facts() == {}

    def test_a_declaration_of_its_chip_counts_where_it_has_none(self) -> None:
        fast = {**self.FAST, "declared": {"tpp": "290", "source": "hp"}}
        (because,) = [each.because for each in self.system(fast).disputed_for(TPP)]
        assert because == "the vendor declares TPP 290 (hp)"
        of_its_own = self.system(fast, declared={"tpp": "280", "source": "hp"})
        (because,) = [each.because for each in of_its_own.disputed_for(TPP)]
        assert because == "the vendor declares TPP 280 (hp)"


class TestWhatIsMissing:
    def test_a_known_metric_lacks_nothing(self) -> None:
        item = Item(made_chip("tpp: 120"))
        assert item.missing("tpp", None) is None
        assert item.missing("memory_bandwidth", None) == ("memory.bandwidth",)

    def test_an_unknown_one_may_be_anything(self) -> None:
        (plain,) = Item(made_chip("tpp: 120")).plain_for(BOTH)
        assert plain.lead().intervals["memory_bandwidth"] == UNKNOWN

    def test_sources_are_those_of_the_claims_that_have_one(self) -> None:
        stated = "{value: 120, source: hothardware-t4-2018}"
        item = Item(made_chip(f"tpp: {stated}, memory_bandwidth: 400 GB/s"))
        assert item.sources("tpp", None) == ("hothardware-t4-2018",)
        assert item.sources("memory_bandwidth", None) == ()


class TestDensity:
    """A density follows from TPP and area; a given one counts only where it is all there is."""

    AREA = "applicable_die_area: 100 mm^2"

    @pytest.mark.parametrize(
        ("metrics", "more", "is_given"),
        [
            ("performance_density: 3", "", True),
            ("performance_density: 3, tpp: 300", "", True),
            (f"performance_density: 3, {AREA}", "", True),
            (f"performance_density: 3, tpp: 300, {AREA}", "", False),
            (f"performance_density: 3, {AREA}", "throughput: {fp16: 10 TFLOPS}", False),
            ("performance_density: 0", "", False),
            (f"tpp: 300, {AREA}", "", False),
            ("performance_density: 1/2", "", True),
        ],
    )
    def test_when_a_given_one_counts(self, metrics: str, more: str, is_given: bool) -> None:
        if "1/2" in metrics:
            metrics = metrics.replace("1/2", "0.5")
        (plain,) = Item(made_chip(metrics, more)).plain_for(frozenset({"performance_density"}))
        assert ("performance_density" in plain.lead().intervals) is is_given

    @pytest.mark.parametrize(
        ("metrics", "has_meaning"),
        [
            ("tpp: 300, applicable_die_area: 0 mm^2", False),
            ("tpp: 300, applicable_die_area: 1 mm^2", True),
            ("tpp: 300, applicable_die_area: 0.5 mm^2", True),
            ("tpp: 300", True),
            ("performance_density: 3", True),
            ("performance_density: 3, applicable_die_area: 0 mm^2", False),
            # a given density makes no area that would leave it without meaning
            ("performance_density: 3, tpp: 0", True),
            ("tpp: 300 DIES", False),
        ],
    )
    def test_planar_logic_has_none(self, metrics: str, has_meaning: bool) -> None:
        """Technical Note 4 counts non-planar dies only: without area there is no density."""
        more = ""
        if metrics.endswith(" DIES"):
            metrics = metrics.removesuffix(" DIES")
            more = "dies: [{role: compute, transistors_are: planar, area: 100 mm^2}]"
        (plain,) = Item(made_chip(metrics, more)).plain_for(frozenset({"performance_density"}))
        assert ("performance_density" not in plain.lead().undefined) is has_meaning

    def test_a_dispute_about_the_area_may_leave_it_without_meaning(self) -> None:
        """Plain, the area is 100; another claim is zero, which leaves an area of up to 100."""
        claims = "[{value: 100 mm^2}, {value: 0 mm^2, basis: third-party}]"
        chip = made_chip(f"tpp: 300, applicable_die_area: {claims}")
        metrics = frozenset({"performance_density"})
        found = Item(chip).disputed_for(metrics)
        assert (Fraction(0), Fraction(100)) in intervals(found, "applicable_die_area")


def test_parts_of_derived_metrics() -> None:
    assert parts_of(frozenset({"memory_and_io_bandwidth", "tops"})) == {
        *("memory_and_io_bandwidth", "memory_bandwidth", "letter_io_bandwidth", "tops"),
    }
    assert parts_of(TPP) == TPP
