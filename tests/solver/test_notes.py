"""When each note of an answer is said, and when it is not.

A note is about one thing, so each test has a chip, or a rulebook of a few rules, in which that one
thing is so or not.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from small_law import DAY, ENTRIES, made_chip, small_law

import chipdb
from chipdb.catalog.bibliography import bibliography
from chipdb.rules.places import places
from chipdb.solver.notes import (
    of_designs,
    past_evidence,
    policy_that_sale_decides,
    printed_law,
    uncovered,
)
from chipdb.solver.question import question
from chipdb.vocabulary import ReadAs


def notes(chip: chipdb.Chip, *rules: str, to: str | None = None, on: str = DAY) -> tuple[str, ...]:
    """The notes of an answer by a small rulebook."""
    return chipdb.check(chip, on=on, to=to, rulebook=small_law(*rules)).notes


def with_words(texts: tuple[str, ...], words: str) -> list[str]:
    """The texts that have some words."""
    return [text for text in texts if words in text]


class TestSystems:
    def system(self, *members: dict[str, object]) -> chipdb.Chip:
        """A system that holds two of the first chip and one of each other."""
        chips = [{"id": f"c{number}", **fields} for number, fields in enumerate(members)]
        held = [{"chip": chip["id"], "count": 1 + (chip["id"] == "c0")} for chip in chips]
        record = {"id": "sys", "name": "Sys", "kind": "system", "members": held}
        text = json.dumps([*chips, record]).encode()
        *_, found = chipdb.load().adopt(text, "system.json")
        return found

    def test_its_figures_are_those_of_its_chips(self) -> None:
        found = self.system({"name": "One"}, {"name": "Two"})
        (note,) = with_words(notes(found), "classified by any of its chips")
        assert note.endswith("figures of one: 2 x One, 1 x Two")

    def test_one_chip_whose_throughput_is_partly_stated(self) -> None:
        """Its TPP is a lower bound, and so is that of the system."""
        words = "so the TPP is a lower bound"
        found = self.system({"name": "One"}, {"name": "Two"})
        assert not with_words(notes(found), words)
        first, second = found.members
        partial = replace(second, chip=replace(second.chip, rates_partial=True))
        assert with_words(notes(replace(found, members=(first, partial))), words)

    def test_without_chips_it_has_figures_of_its_own(self) -> None:
        text = "{id: s, name: S, kind: system, metrics: {app: 8}}"
        (alone,) = chipdb.load().adopt(text.encode(), "system.yaml")
        assert not with_words(notes(alone), "classified by any of its chips")
        assert not with_words(notes(made_chip("tpp: 10")), "classified by any of its chips")


class TestPrintedLaw:
    def test_it_is_said_of_every_answer_by_the_text(self) -> None:
        assert printed_law(question(DAY)) == []
        (sentence,) = printed_law(question(DAY, law="text"))
        assert "printed" in sentence


LETTER = """\
- id: letter
  question: license
  addressees: [Somebody]
  scope: {to: [CN]}
  conditions: [of the letter]
  provisions: [{id: p, when: {metric: tpp, ge: 10}}]
"""
OTHERS = """\
- id: plain
  question: license
  conditions: [of the license]
  provisions: [{id: p, when: {metric: tpp, ge: 1000}}]
- id: note
  question: at-control
  kind: [processor]
  conditions: [of another question]
  provisions: [{id: p, outcome: Y.a, when: {metric: tpp, ge: 10}}]
"""


class TestDesigns:
    """No design is a product of a company, so no letter is addressed to it."""

    def test_letters_and_conditions_of_license_rules(self) -> None:
        asked = question(DAY, "CN", book=small_law(LETTER, OTHERS))
        said = list(of_designs(asked))
        assert said[0].startswith("letter binds those it is addressed to")
        assert said[1:3] == ["letter: of the letter", "plain: of the license"]
        assert not [text for text in said if text.startswith(("note", "plain binds"))]

    def test_notices_of_the_places(self) -> None:
        """They are about licenses, so there are none without a destination."""
        book = chipdb.load_rules()
        to_china = question(DAY, "CN")
        texts = [notice.text for notice in book.cautioning(to_china.transaction)]
        assert texts
        assert list(of_designs(to_china))[-len(texts) :] == texts
        everywhere = [notice.text for notice in book.cautioning(question(DAY).transaction)]
        assert not set(everywhere) & set(of_designs(question(DAY)))

    @pytest.mark.parametrize(
        ("fact", "dates", "day"),
        [
            ("us_available", "{published: 2026-01-15}", "2026-01-15"),
            ("us_available", "{}", DAY),
            ("datacenter", "{published: 2026-01-15}", None),
        ],
    )
    def test_the_policy_that_depends_on_sale(self, fact: str, dates: str, day: str | None) -> None:
        """No knob of a design says whether it was on sale."""
        review = f"""\
- id: easing
  question: review
  dates: {dates}
  scope: {{to: [CN]}}
  provisions: [{{id: e, outcome: eased, when: {{fact: {fact}, is: true}}}}]
  review: [{{policy: case-by-case, of: [letter]}}]
"""
        book = small_law(LETTER, review)
        said = list(policy_that_sale_decides(question(DAY, "CN", book=book)))
        assert list(policy_that_sale_decides(question(DAY, "JP", book=book))) == []
        if day is None:
            assert said == []
            return
        (sentence,) = said
        assert sentence.startswith(
            f"easing: whether a design was on sale in the United States on {day} is not stated"
        )
        assert "case-by-case if it was" in sentence


class TestCoverage:
    def test_a_day_before_the_rulebook(self) -> None:
        """It begins on 2022-08-01; nothing earlier was read."""
        (said,) = uncovered(question("2022-07-31"), "processor")
        assert "2022-07-31" in said
        assert "2022-08-01" in said
        assert not list(uncovered(question("2022-08-01"), "processor"))

    def test_a_day_without_a_rule(self) -> None:
        """Read up to that day, and no rule was in force: that is said, and only then."""
        later = ENTRIES.replace("  kind:", "  dates: {effective: 2026-07-01}\n  kind:")
        chip = made_chip("tpp: 10")
        words = "no classification rule for a processor was in force on"
        for on, is_said in (("2026-06-30", True), ("2026-07-01", False)):
            answer = chipdb.check(chip, on=on, rulebook=small_law(entries=later))
            assert bool(with_words(answer.notes, words)) == is_said
        before = chipdb.check(chip, on="2022-07-31", rulebook=small_law(entries=later))
        assert not with_words(before.notes, words)

    def test_a_named_rule_that_does_not_apply(self) -> None:
        """The rule of 2023 took effect on 2023-11-17."""
        words = "us-3a090-2023 does not apply: not in force on"
        for on, is_said in (("2023-11-16", True), ("2023-11-17", False)):
            answer = chipdb.check("A30", on=on, rule="us-3a090-2023")
            assert bool(with_words(answer.notes, words)) == is_said


CONDITIONAL = """\
- id: {id}
  question: {question}
  kind: [processor]
  conditions: [ask somebody]
  provisions: [{{id: p, outcome: Y.a, when: {{metric: memory_bandwidth, ge: 500}}}}]
"""


@pytest.mark.parametrize(
    ("asked", "memory", "is_said"),
    [
        ("license", "memory_bandwidth: 600 GB/s", True),
        ("license", "", True),
        ("license", "memory_bandwidth: 400 GB/s", False),
        ("at-control", "memory_bandwidth: 600 GB/s", True),
        ("at-control", "memory_bandwidth: 400 GB/s", False),
        ("duty", "memory_bandwidth: 600 GB/s", False),
    ],
)
def test_conditions_of_rules_that_may_be_met(asked: str, memory: str, is_said: bool) -> None:
    """Of the rules that ask for a license, and of entries at control."""
    found = notes(made_chip(memory), CONDITIONAL.format(id="r", question=asked), to="CN")
    assert ("r: ask somebody" in found) == is_said


PROPOSAL = """\
- id: {id}
  question: proposal
  enacted_as: license
  kind: [{kind}]
  scope: {{{scope}}}
  conditions: [not all of it was read]
  provisions: [{{id: p, outcome: license, when: {{metric: tpp, ge: 10}}}}]
"""


class TestProposals:
    def test_it_is_no_law_and_its_conditions_are_said_with_that(self) -> None:
        book = small_law(PROPOSAL.format(id="bill", kind="processor", scope="to: [CN]"))
        answer = chipdb.check(made_chip("tpp: 20"), on=DAY, to="CN", rulebook=book, enact="bill")
        about = with_words(answer.notes, "bill")
        assert about == [
            "bill is a proposal, not law, answered as if enacted; not all of it was read"
        ]

    @pytest.mark.parametrize(
        ("kind", "scope", "to", "why"),
        [
            ("memory-stack", "", "CN", "it looks at a memory-stack, not at a processor"),
            (
                "memory-stack, system",
                "",
                "CN",
                "it looks at a memory-stack or a system, not at a processor",
            ),
            ("processor", "to: [JP]", None, "it depends on the destination, give --to"),
            ("processor", "to: [JP]", "CN", "these places are out of its scope"),
        ],
    )
    def test_why_it_has_no_part(self, kind: str, scope: str, to: str | None, why: str) -> None:
        book = small_law(PROPOSAL.format(id="bill", kind=kind, scope=scope))
        answer = chipdb.check(made_chip("tpp: 20"), on=DAY, to=to, rulebook=book, enact="bill")
        assert with_words(answer.notes, "bill") == [
            f"bill is a proposal, not law; if it were law, it would not change this answer: {why}"
        ]

    def test_a_system_is_told_of_its_chips(self) -> None:
        book = small_law(PROPOSAL.format(id="bill", kind="processor", scope=""))
        text = "{id: s, name: S, kind: system, metrics: {app: 8}}"
        (alone,) = chipdb.load().adopt(text.encode(), "system.yaml")
        answer = chipdb.check(alone, on=DAY, to="CN", rulebook=book, enact="bill")
        (note,) = with_words(answer.notes, "bill")
        assert note.endswith("not at a system; ask about the chips in it")

    def test_other_rules_are_named(self) -> None:
        book = small_law(PROPOSAL.format(id="bill", kind="processor", scope=""))
        answer = chipdb.check(
            made_chip("tpp: 20"), on=DAY, to="CN", rulebook=book, enact="bill", rule="entries"
        )
        (note,) = with_words(answer.notes, "bill")
        assert note.endswith(": --rule names others")


PRESUMING = """\
- id: presuming
  question: presumption
  presumes: X.a
  kind: [{kind}]
  scope: {{to: [CN]}}
  conditions: [as the note has it]
  provisions: [{{id: n, outcome: X.a, when: {{metric: tpp, ge: {least}}}}}]
"""
DIES = "dies: [{role: compute, area: 100 mm^2, transistors_are: non-planar}]"


class TestPresumptions:
    def said(
        self, role: str | None, least: int = 1, kind: str = "processor", more: str = DIES
    ) -> list[str]:
        """What is said of a presumption for a chip with a TPP of 20."""
        book = small_law(PRESUMING.format(least=least, kind=kind))
        chip = made_chip("tpp: 20", more)
        answer = chipdb.check(chip, on=DAY, to="CN", rulebook=book, role=role)
        return with_words(answer.notes, "presum")

    def test_one_that_stands(self) -> None:
        standing, conditions = self.said("foundry")
        assert standing.startswith("presuming: X.a and for data centers")
        assert conditions == "presuming: as the note has it"

    def test_one_that_does_not(self) -> None:
        assert self.said("foundry", least=100) == ["presuming: as the note has it"]

    def test_dies_that_are_not_known(self) -> None:
        _, assumed, _ = self.said("foundry", more="")
        assert assumed.startswith("presuming: the dies are not known; assumed")

    def test_without_a_role_none_is_asked(self) -> None:
        assert self.said(None) == []

    def test_why_it_was_not_asked(self) -> None:
        (note,) = self.said("osat", kind="memory-stack")
        assert note == (
            "presuming binds an OSAT company and was not asked: "
            "it looks at a memory-stack, not at a processor"
        )

    def test_no_rule_binds_the_role(self) -> None:
        answer = chipdb.check(
            made_chip("tpp: 20"), on=DAY, to="CN", rulebook=small_law(), role="foundry"
        )
        assert with_words(answer.notes, "presumption rule") == [
            f"no presumption rule of the rulebook binds a foundry on {DAY}"
        ]


def source_read(reading: ReadAs) -> str:
    """Some source of the bibliography that was read so."""
    return next(key for key, each in bibliography().items() if each.read_as == reading)


class TestEvidence:
    """How good the figures are that the classification rests on, and whether they decide it.

    The entry here begins at a TPP of 50, so a TPP always decides it; it asks for nothing else.
    """

    @pytest.mark.parametrize(
        ("basis", "is_said"),
        [("estimated", True), ("reported", True), ("official", False), ("third-party", False)],
    )
    def test_figures_of_a_weak_basis(self, basis: str, is_said: bool) -> None:
        found = notes(made_chip(f"tpp: {{value: 20, basis: {basis}}}"))
        said = with_words(found, "rests on figures that are")
        assert bool(said) == is_said
        if said:
            assert said == [
                f"TPP rests on figures that are {basis}, and decides the classification"
            ]

    def test_figures_that_the_entry_does_not_ask_for(self) -> None:
        metrics = "tpp: 20, memory_bandwidth: {value: 500 GB/s, basis: estimated}"
        assert not with_words(notes(made_chip(metrics)), "rests on figures")

    def test_a_figure_of_zero_is_another_value(self) -> None:
        """Every TPP above zero is in this entry, and zero is not."""
        entries = ENTRIES.replace("ge: 50", "gt: 0")
        chip = made_chip("tpp: {value: 20, basis: estimated}")
        answer = chipdb.check(chip, on=DAY, rulebook=small_law(entries=entries))
        assert with_words(answer.notes, "and decides the classification")

    def test_figures_that_decide_nothing(self) -> None:
        """From a TPP of 100 on it is X.a with any bandwidth."""
        entries = (
            ENTRIES + "    - {id: X.c, outcome: X.c, when: {metric: memory_bandwidth, ge: 1}}\n"
        )
        metrics = "tpp: 200, memory_bandwidth: {value: 500 GB/s, basis: estimated}"
        answer = chipdb.check(made_chip(metrics), on=DAY, rulebook=small_law(entries=entries))
        assert with_words(answer.notes, "rests on figures") == [
            "memory bandwidth rests on figures that are estimated, and does not affect the result"
        ]

    @pytest.mark.parametrize("reading", list(ReadAs))
    def test_figures_that_were_read_in_no_copy(self, reading: ReadAs) -> None:
        """Second-hand readings: a summary, the press, a collection of figures."""
        source = source_read(reading)
        said = with_words(notes(made_chip(f"tpp: {{value: 20, source: {source}}}")), "weak reading")
        is_weak = reading in (ReadAs.SUMMARY, ReadAs.PRESS, ReadAs.AGGREGATOR)
        assert bool(said) == is_weak
        if said:
            (note,) = said
            assert note.startswith("TPP decides the classification and rests on a weak reading: ")
            assert note.endswith(f": metrics.tpp ({reading.value})")

    def test_of_several_sources_the_nearest_counts(self) -> None:
        original, press = source_read(ReadAs.ORIGINAL), source_read(ReadAs.PRESS)
        claims = f"[{{value: 20, source: {press}}}, {{value: 20, source: {original}}}]"
        assert not with_words(notes(made_chip(f"tpp: {claims}")), "weak reading")

    def test_a_weak_basis_is_said_once(self) -> None:
        """An estimate that was read in the press is an estimate, which another note says."""
        press = source_read(ReadAs.PRESS)
        found = notes(made_chip(f"tpp: {{value: 20, basis: estimated, source: {press}}}"))
        assert not with_words(found, "weak reading")
        assert with_words(found, "figures that are estimated")

    def test_a_weak_reading_that_decides_nothing(self) -> None:
        entries = (
            ENTRIES + "    - {id: X.c, outcome: X.c, when: {metric: memory_bandwidth, ge: 1}}\n"
        )
        press = source_read(ReadAs.PRESS)
        metrics = f"tpp: 200, memory_bandwidth: {{value: 500 GB/s, source: {press}}}"
        answer = chipdb.check(made_chip(metrics), on=DAY, rulebook=small_law(entries=entries))
        assert not with_words(answer.notes, "weak reading")


class TestDeclaredTpp:
    """A vendor's TPP on the other side of a threshold: 3A090.a begins at 4,800 (88 FR 73458)."""

    WORDS = "the vendor declares TPP"

    def said(self, declared: str, rate: int = 400, on: str = "2024-06-01") -> list[str]:
        """The notes on it, for a chip of 400 TOPS of INT8: 3,200."""
        chip = made_chip("", f"throughput: {{int8: {rate} TOPS}}, declared: {{{declared}}}")
        return with_words(chipdb.check(chip, on=on).notes, self.WORDS)

    def test_across_a_threshold(self) -> None:
        (note,) = self.said("tpp: 5000")
        assert note.startswith("Made: the vendor declares TPP 5,000, the throughputs come to 3,200")
        assert "us-3a090-2023 at 4,800" in note
        assert note.endswith("; the difference is not explained")

    def test_why(self) -> None:
        (note,) = self.said("tpp: 5000, differs: another clock")
        assert note.endswith("; another clock")

    def test_on_the_same_side(self) -> None:
        assert self.said("tpp: 3300") == []
        assert self.said("tpp: 3200") == []
        assert self.said("eccn: 4A994") == []

    def test_of_rules_of_the_day(self) -> None:
        """The rule of 2022 had no threshold of 2,400; that of 2023 has been in force since."""
        (before,) = self.said("tpp: 5000", on="2022-12-01")
        assert "us-3a090-2022" in before
        assert "us-3a090-2023" not in before


REVIEW = """\
- id: easing
  question: review
  scope: {to: [CN]}
  provisions: [{id: e, outcome: eased, when: {fact: us_available, is: true}}]
  review: [{policy: case-by-case, of: [lic]}]
"""


@pytest.mark.parametrize(
    ("fp16", "rules", "changed", "is_said"),
    [
        (20, (REVIEW,), True, True),
        (20, (REVIEW,), False, False),
        (1, (REVIEW,), True, False),
        (20, (), True, False),
    ],
)
def test_a_changed_chip_was_never_on_sale(
    fp16: int, rules: tuple[str, ...], changed: bool, is_said: bool
) -> None:
    """It matters for what is controlled (20 x 16 = 320), where a review rule asks for it."""
    chip = made_chip("", f"throughput: {{fp16: {fp16} TFLOPS, int8: 1 TOPS}}")
    if changed:
        chip = chip.drop("int8")
    assert bool(with_words(notes(chip, *rules, to="CN"), "was never on sale")) == is_said


def test_a_derated_chip_was_never_on_sale() -> None:
    chip = made_chip("", "throughput: {fp16: 100 TFLOPS}").derate(compute="x0.9")
    assert with_words(notes(chip, REVIEW, to="CN"), "was never on sale")


OF_TEXT = """\
- id: {id}
  question: license
  scope: {{to: [CN]}}
  dates: {dates}
  provisions: [{{id: "{id}", when: {{metric: tpp, ge: 10}}}}]
  review: [{{policy: {policy}}}]
"""


class TestOtherLaw:
    """Where the printed text answers otherwise, a note says so, unless a caution does."""

    ENFORCED = OF_TEXT.format(id="a", dates="{}", policy="case-by-case")
    PRINTED = OF_TEXT.format(
        id="b", dates="{enforcement_ends: 2026-01-01}", policy="policy-of-denial"
    )

    def said(self, *rules: str, law: str = "enforced") -> list[str]:
        """What is said of the other law, of a chip that both reach."""
        book = small_law(*rules)
        answer = chipdb.check(made_chip("tpp: 20"), on=DAY, to="CN", law=law, rulebook=book)
        return with_words(answer.notes, "the law as")

    def test_another_policy(self) -> None:
        both = (self.ENFORCED, self.PRINTED)
        assert self.said(*both) == [
            "the law as codified answers: license yes, review policy-of-denial"
        ]
        assert self.said(*both, law="text") == [
            "the law as enforced answers: license yes, review case-by-case"
        ]

    def test_a_license_that_a_caution_speaks_of(self) -> None:
        assert self.said(self.PRINTED) == []
        assert self.said(self.PRINTED, law="text") == ["the law as enforced answers: license no"]

    def test_the_same_answer(self) -> None:
        assert self.said(self.ENFORCED) == []


def test_country_groups_of_an_earlier_day() -> None:
    """They were read on one day; of a later one, a caution speaks. Nothing reads them otherwise."""
    seen = places().groups["D:5"].seen
    words = "country groups are those of the table of"
    chip = made_chip("tpp: 10")
    for on, to, is_said in (
        (seen - timedelta(days=1), "CN", True),
        (seen, "CN", False),
        (seen + timedelta(days=1), "CN", False),
        (seen - timedelta(days=1), None, False),
    ):
        answer = chipdb.check(chip, on=on, to=to, rulebook=small_law())
        assert bool(with_words(answer.notes, words)) == is_said


def test_evidence_that_ends_before_a_day() -> None:
    """A rule without such a day was read to no particular one."""
    days = {"a": "2026-01-05", "b": "2026-01-03", "c": "2026-01-05", "d": "null"}
    when = "{metric: tpp, ge: 1}"
    law = small_law(
        *[
            f"- {{id: {name}, question: license, dates: {{evidence_to: {day}}},"
            f" provisions: [{{id: p, when: {when}}}]}}\n"
            for name, day in days.items()
        ]
    )
    said = [text.partition(":")[0] for text in past_evidence(law, date(2026, 1, 6))]
    assert said == ["evidence ends on 2026-01-03 for b", "evidence ends on 2026-01-05 for a, c"]
    on_the_day = [text.partition(":")[0] for text in past_evidence(law, date(2026, 1, 5))]
    assert on_the_day == ["evidence ends on 2026-01-03 for b"]
    assert not list(past_evidence(law, date(2026, 1, 3)))


class TestPipes:
    """The trace says where adding vector pipes would lead elsewhere; at an FP16 of 16 bits."""

    @pytest.mark.parametrize(
        ("rates", "said"),
        [
            # 3 x 16 = 48, and with 1 x 16 more 64: X.b from 50 on
            ("fp16: 3 TFLOPS, fp16_vector: 1 TFLOPS", True),
            # 1 x 16, and 32 with the vector pipes, both below 50
            ("fp16: 1 TFLOPS, fp16_vector: 1 TFLOPS", False),
            ("fp16: 3 TFLOPS", False),
        ],
    )
    def test_where_they_lead(self, rates: str, said: bool) -> None:
        chip = made_chip("", f"throughput: {{{rates}}}")
        asides = chipdb.check(chip, on=DAY, rulebook=small_law()).asides
        assert bool(asides) == said
        if said:
            assert "TPP 64 with the vector pipes added" in asides[0]

    @pytest.mark.parametrize("metrics", ["", "tpp: 20"])
    def test_without_rates_there_is_none(self, metrics: str) -> None:
        assert chipdb.check(made_chip(metrics), on=DAY, rulebook=small_law()).asides == ()

    def test_without_a_classification_there_is_none(self) -> None:
        later = ENTRIES.replace("  kind:", "  dates: {effective: 2026-07-01}\n  kind:")
        chip = made_chip("", "throughput: {fp16: 3 TFLOPS, fp16_vector: 1 TFLOPS}")
        assert chipdb.check(chip, on=DAY, rulebook=small_law(entries=later)).asides == ()
