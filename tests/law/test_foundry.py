"""Note 1 to 3A090.a: what a foundry or OSAT company must presume (90 FR 5298, 2026-07-23)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from running import run

import chipdb

BILLION = 1_000_000_000
LOGIC = "dies: [{transistors_are: non-planar}]\n"
BELOW_3A090 = "metrics: {tpp: 1000, applicable_die_area: 800 mm^2, memory_bandwidth: 100 GB/s}\n"
"""Figures that meet no paragraph: a TPP below 1,600 and a density of 1.25."""


@pytest.fixture
def packaged(adopt):
    """A package for which something is attested, by default a count by an approved OSAT company."""

    def make(
        count: int | None = None,
        memory: str | None = "GDDR6",
        dies: str = LOGIC,
        attested: str = "by: approved-osat",
        more: str = "",
    ) -> chipdb.Chip:
        kind = f"memory: {{kind: {memory}}}\n" if memory else ""
        counted = f", transistors: {count}" if count else ""
        return adopt(
            f"name: Sample\nkind: processor\n{dies}{kind}attested: {{{attested}{counted}}}\n{more}"
        )

    return make


@pytest.fixture
def presumed(ask):
    """The only presumption of the day, as a foundry reads it."""

    def asked(chip, on, role="foundry"):
        (found,) = [
            entry
            for entry in ask(chip, on, role=role)["answers"]
            if entry["question"] == "presumption"
        ]
        return found

    return asked


@pytest.fixture
def ways(ask):
    """The state of each way out."""

    def asked(chip, on, role="foundry"):
        ways_out = ask(chip, on, role=role)["presumption"]["ways_out"]
        return {entry["way"]: entry["state"] for entry in ways_out}

    return asked


class TestWhomItBinds:
    """It does not apply to any entity other than the fabricator or the OSAT company."""

    def test_nobody_without_a_role(self, ask):
        answer = ask("H100", "2026-06-01", "CN")
        assert not any(entry["question"] == "presumption" for entry in answer["answers"])
        assert "presumption" not in answer

    @pytest.mark.parametrize("role", ["foundry", "osat"])
    def test_either_role(self, presumed, role):
        assert presumed("H100", "2026-06-01", role)["status"] == "met"

    @pytest.mark.parametrize(("on", "asked"), [("2025-01-15", 0), ("2025-01-16", 1)])
    def test_from_its_day(self, ask, on, asked):
        assert (
            sum(
                entry["question"] == "presumption"
                for entry in ask("H100", on, role="foundry")["answers"]
            )
            == asked
        )


class TestWhatItAttachesTo:
    """Every applicable advanced logic IC, whatever its count: Note 1, first sentence."""

    @pytest.mark.parametrize("count", [None, BILLION, 29_900_000_000, 80 * BILLION])
    def test_a_published_count_overcomes_nothing(self, ask, adopt, count):
        """29.9 billion transistors came out as "presumption outside"."""
        stated = f"transistors: {count}\n" if count else ""
        chip = adopt(f"name: Sample\nkind: processor\n{LOGIC}{stated}{BELOW_3A090}")
        answer = ask(chip, "2026-06-01", "CN", role="foundry")
        assert answer["presumption"]["presumed"] == "3A090.a"
        assert answer["presumption"]["datacenter"] is True
        assert {entry["state"] for entry in answer["presumption"]["ways_out"]} == {"depends"}
        assert all(entry["needs"] for entry in answer["presumption"]["ways_out"])
        assert answer["classification"]["status"] == "not-met"
        assert (answer["license"]["required"], answer["exit"]) == ("yes", 1)

    def test_without_a_destination_it_counts_as_controlled(self, ask, packaged):
        """The specification: license and exit status follow the presumption."""
        answer = ask(packaged(more=BELOW_3A090), "2026-06-01", role="foundry")
        assert (answer["exit"], answer["verdict"]["status"]) == (1, "controlled")
        assert "presumed to be controlled under ECCN 3A090.a" in answer["verdict"]["text"]
        assert answer["classification"]["status"] == "not-met"

    def test_where_it_is_overcome_the_figures_answer(self, ask, packaged):
        chip = packaged(29 * BILLION, more=BELOW_3A090)
        answer = ask(chip, "2026-06-01", role="osat")
        assert answer["presumption"]["presumed"] is None
        assert (answer["exit"], answer["verdict"]["status"]) == (0, "not-controlled")


class TestLicense:
    """The exporter must comply with all license requirements of 3A090.a: Note 1."""

    @pytest.mark.parametrize(("on", "required"), [("2025-01-30", "no"), ("2025-01-31", "yes")])
    def test_from_the_compliance_date(self, ask, packaged, on, required):
        """90 FR 5298: effective 2025-01-16, compliance 2025-01-31."""
        answer = ask(packaged(more=BELOW_3A090), on, "CN", role="foundry")
        assert answer["license"]["required"] == required

    def test_nac_and_aca_are_closed(self, ask, packaged):
        """740.8: not for a 3A090.a item designed or marketed for data centers."""
        client = "designed_for: client\nmarketed_for: client\n"
        for to in ("CN", "VN"):
            answer = ask(packaged(more=BELOW_3A090 + client), "2026-06-01", to, role="foundry")
            assert answer["license"]["required"] == "yes"
            assert answer["license"]["exceptions"] == []

    def test_the_sentence_names_the_presumption(self, ask, packaged):
        text = ask(packaged(more=BELOW_3A090), "2026-06-01", "CN", role="foundry")["verdict"][
            "text"
        ]
        assert "(presumed 3A090.a)" in text
        assert "Note 1 to 3A090.a" in text
        assert "which it does not meet" not in text

    def test_where_it_is_overcome_the_license_is_that_of_the_figures(self, ask, packaged):
        chip = packaged(29 * BILLION, more=BELOW_3A090 + "designed_for: client\n")
        assert ask(chip, "2025-03-01", "CN", role="osat")["license"]["required"] == "no"


class TestThirtyBillion:
    """Paragraphs b(a) and c(a): a count below 30 billion overcomes it, whatever the memory."""

    @pytest.mark.parametrize("memory", ["HBM3", "GDDR6", None])
    @pytest.mark.parametrize("on", ["2025-01-16", "2026-12-31"])
    @pytest.mark.parametrize(
        ("count", "status"),
        [(30 * BILLION - 1, "not-met"), (30 * BILLION, "met"), (30 * BILLION + 1, "met")],
    )
    def test_before_2027(self, presumed, packaged, memory, on, count, status):
        assert presumed(packaged(count, memory), on)["status"] == status

    @pytest.mark.parametrize("on", ["2027-06-01", "2028-06-01", "2029-06-01", "2035-06-01"])
    @pytest.mark.parametrize(
        ("count", "status"), [(30 * BILLION - 1, "not-met"), (30 * BILLION, "met")]
    )
    def test_with_hbm_in_every_year(self, presumed, packaged, on, count, status):
        assert presumed(packaged(count, "HBM3E"), on)["status"] == status


class TestWithoutHBM:
    """Paragraphs b(b) and c(b): below 35 billion in exports of 2027, below 40 billion from 2029."""

    @pytest.mark.parametrize(
        ("on", "line"),
        [("2027-01-01", 35), ("2027-12-31", 35), ("2029-01-01", 40), ("2040-01-01", 40)],
    )
    def test_the_line_of_the_year(self, presumed, packaged, on, line):
        statuses = [
            presumed(packaged(count), on)["status"]
            for count in (line * BILLION - 1, line * BILLION)
        ]
        assert statuses == ["not-met", "met"]

    @pytest.mark.parametrize("on", ["2026-12-31", "2028-01-01", "2028-12-31"])
    def test_no_line_where_none_is_printed(self, presumed, packaged, on):
        """Not before 2027 and not in 2028, for which no number between 35 and 40 is stated."""
        statuses = [
            presumed(packaged(count), on)["status"]
            for count in (30 * BILLION - 1, 30 * BILLION, 34 * BILLION)
        ]
        assert statuses == ["not-met", "met", "met"]

    def test_the_gap_is_said(self, ask, packaged):
        warnings = ask(packaged(34 * BILLION), "2028-06-01", role="foundry")["warnings"]
        assert any("none for 2028" in warning for warning in warnings)

    def test_memory_that_is_not_known_decides_between_the_lines(self, presumed, packaged):
        found = presumed(packaged(32 * BILLION, None), "2027-06-01")
        assert found["status"] == "undetermined"
        assert [need["figure"] for need in found["needs"]] == ["high_bandwidth_memory"]
        assert presumed(packaged(36 * BILLION, None), "2027-06-01")["status"] == "met"

    def test_what_leaves_it_open_leaves_the_license_open(self, ask, packaged):
        """To China the presumed item needs a license and the figures none: undetermined."""
        chip = packaged(32 * BILLION, None, more=BELOW_3A090 + "designed_for: client\n")
        answer = ask(chip, "2027-06-01", "CN", role="osat")
        assert answer["license"]["required"] == "undetermined"
        assert answer["exit"] == 3

    @pytest.mark.parametrize(
        ("memory", "status"),
        [
            ("HBM2e", "met"),
            ("HiBL 1.0", "undetermined"),
            ("HiZQ 2.0", "undetermined"),
            ("DRAM", "undetermined"),
            ("unknown", "undetermined"),
            ("LPDDR5X", "not-met"),
            ("DDR4", "not-met"),
            ("none", "not-met"),
        ],
    )
    def test_stacks_of_a_maker_are_not_taken_for_other_memory(
        self, presumed, packaged, memory, status
    ):
        """High bandwidth memory is defined by its density, not by the JEDEC standards (3A090.c)."""
        assert presumed(packaged(32 * BILLION, memory), "2027-06-01")["status"] == status


class TestWhoAttests:
    """Paragraphs b and c: who packages, and where; d: a count that is not confirmed is none."""

    @pytest.mark.parametrize(
        ("attested", "b", "c", "status"),
        [
            # b: packaged by the fabricator outside Macau and D:5, which attests
            ("by: fabricator, packaged_in: TW", "open", "closed", "not-met"),
            ("by: fabricator, packaged_in: CN", "closed", "closed", "met"),
            ("by: fabricator, packaged_in: Hong Kong", "closed", "closed", "met"),
            ("by: fabricator, packaged_in: MO", "closed", "closed", "met"),
            ("by: fabricator", "depends", "closed", "met"),
            # c: packaged by an approved OSAT company, wherever it is
            ("by: approved-osat", "closed", "open", "not-met"),
            ("designer: authorized", "depends", "depends", "not-met"),
        ],
    )
    def test_below_30_billion(self, ways, presumed, packaged, attested, b, c, status):
        chip = packaged(29 * BILLION, attested=attested)
        states = ways(chip, "2026-06-01")
        assert (states["b"], states["c"]) == (b, c)
        assert presumed(chip, "2026-06-01")["status"] == status

    def test_no_count(self, ways, presumed, packaged):
        chip = packaged(None)
        assert presumed(chip, "2026-06-01")["status"] == "met"
        assert ways(chip, "2026-06-01")["c"] == "depends"

    def test_the_needs_name_the_attested_count(self, ask, packaged):
        (way,) = [
            entry
            for entry in ask(packaged(None), "2026-06-01", role="osat")["presumption"]["ways_out"]
            if entry["way"] == "c"
        ]
        (need,) = way["needs"]
        assert need["text"] == "not stated: the aggregated approximated transistor count, attested"

    def test_a_place_that_is_no_country(self, ask, packaged):
        with pytest.raises(chipdb.ChipdbError, match="Taiwann"):
            ask(
                packaged(BILLION, attested="by: fabricator, packaged_in: Taiwann"),
                "2026-06-01",
                role="foundry",
            )


class TestDesigners:
    """Paragraph a: approved designers, and authorized ones by the day (2), (3)."""

    @pytest.mark.parametrize(
        "on", ["2025-01-16", "2026-12-31", "2027-06-01", "2028-06-01", "2029-06-01"]
    )
    def test_approved(self, ways, presumed, packaged, on):
        chip = packaged(attested="designer: approved")
        assert ways(chip, on)["a"] == "open"
        assert presumed(chip, on)["status"] == "not-met"

    @pytest.mark.parametrize(
        ("on", "applied", "state", "status"),
        [
            # "prior to December 31, 2026": no application is needed
            ("2026-12-30", None, "open", "not-met"),
            # neither prior to nor after December 31, 2026
            ("2026-12-31", None, "depends", "undetermined"),
            ("2026-12-31", "2026-12-01", "depends", "undetermined"),
            # "after December 31, 2026": has submitted an application
            ("2027-01-01", None, "depends", "met"),
            ("2027-01-01", "2027-01-01", "open", "not-met"),
            ("2027-01-01", "2027-01-02", "closed", "met"),
            # "will cease ... 180 days after the submission": 2027-01-01 and 180 days is 2027-06-30
            ("2027-06-29", "2027-01-01", "open", "not-met"),
            ("2027-06-30", "2027-01-01", "closed", "met"),
            # "after December 31, 2026" has no end: the same in the years of other figures
            ("2028-03-01", None, "depends", "met"),
            ("2028-03-01", "2028-02-01", "open", "not-met"),
            ("2028-08-01", "2028-02-01", "closed", "met"),
            ("2029-03-01", None, "depends", "met"),
            ("2029-03-01", "2029-02-01", "open", "not-met"),
            ("2029-08-01", "2029-02-01", "closed", "met"),
        ],
    )
    def test_authorized(self, ways, presumed, packaged, on, applied, state, status):
        filed = f", applied: {applied}" if applied else ""
        chip = packaged(attested=f"designer: authorized{filed}")
        assert ways(chip, on)["a"] == state
        assert presumed(chip, on)["status"] == status

    @pytest.mark.parametrize(
        ("on", "words"),
        [
            ("2026-12-30", "until 2026-12-30"),
            ("2026-12-31", "undetermined"),
            ("2027-01-01", "180 days"),
        ],
    )
    def test_the_answer_says_who_counts(self, ask, on, words):
        warnings = ask("H100", on, role="foundry")["warnings"]
        assert any("authorized designers" in text and words in text for text in warnings)


YEARS = {
    "2025-01-16": (30, 30),
    "2026-12-30": (30, 30),
    "2026-12-31": (30, 30),
    "2027-01-01": (30, 35),
    "2027-12-31": (30, 35),
    "2028-01-01": (30, 30),
    "2028-12-31": (30, 30),
    "2029-01-01": (30, 40),
}
"""Billions below which a count overcomes the presumption: of any package, and of one without HBM."""


@pytest.mark.parametrize("on", YEARS)
class TestEveryYear:
    """Note 1.a to .c, (b) and (c) with their figures, in each year and on both sides of each."""

    @pytest.mark.parametrize("memory", ["HBM3", "GDDR6"])
    @pytest.mark.parametrize(
        ("attested", "way", "others"),
        [
            ("by: fabricator, packaged_in: TW", "b", {"c"}),
            ("by: approved-osat", "c", {"b"}),
        ],
    )
    def test_counts(self, ways, presumed, packaged, on, memory, attested, way, others):
        """The one that packages and attests has its way; the other way is closed to it."""
        line = YEARS[on][memory == "GDDR6"]
        for count, state in (
            (line * BILLION - 1, "open"),
            (line * BILLION, "closed"),
            (line * BILLION + 1, "closed"),
        ):
            chip = packaged(count, memory, attested=attested)
            found = ways(chip, on)
            assert found[way] == state, count
            assert {found[other] for other in others} == {"closed"}
            assert presumed(chip, on)["status"] == ("not-met" if state == "open" else "met")

    def test_an_approved_designer_needs_no_count(self, ways, presumed, packaged, on):
        chip = packaged(80 * BILLION, "HBM3", attested="designer: approved")
        assert (ways(chip, on)["a"], presumed(chip, on)["status"]) == ("open", "not-met")

    def test_nobody_else_has_a_way(self, ways, presumed, packaged, on):
        """A count that the fabricator attests for a package made in Macau or D:5 overcomes nothing."""
        chip = packaged(BILLION, attested="by: fabricator, packaged_in: MO")
        assert {way: ways(chip, on)[way] for way in "bc"} == {"b": "closed", "c": "closed"}
        assert presumed(chip, on)["status"] == "met"

    def test_nothing_is_attested(self, ways, presumed, adopt, on):
        chip = adopt(f"name: Sample\nkind: processor\n{LOGIC}memory: {{kind: GDDR6}}\n")
        assert ways(chip, on) == {"a": "depends", "b": "depends", "c": "depends"}
        assert presumed(chip, on)["status"] == "met"

    def test_it_is_for_advanced_logic_only(self, presumed, packaged, on):
        """Made above 16/14 nm and with planar transistors, it is no applicable advanced logic IC."""
        planar = packaged(80 * BILLION, dies="dies: [{process: 28 nm, transistors_are: planar}]\n")
        assert presumed(planar, on)["status"] == "not-met"
        assert presumed(packaged(80 * BILLION), on)["status"] == "met"


@pytest.mark.parametrize(
    ("applied", "last"),
    [
        ("2027-01-01", "2027-06-29"),
        ("2027-12-01", "2028-05-28"),
        ("2028-02-01", "2028-07-29"),
        ("2028-12-01", "2029-05-29"),
        ("2029-02-01", "2029-07-30"),
    ],
)
def test_an_application_counts_for_180_days(ways, packaged, applied, last):
    """(3): an authorized designer "will cease to be" one 180 days after the submission."""
    chip = packaged(attested=f"designer: authorized, applied: {applied}")
    day = date.fromisoformat(last)
    assert (day + timedelta(days=1) - date.fromisoformat(applied)).days == 180
    assert ways(chip, last)["a"] == "open"
    assert ways(chip, str(day + timedelta(days=1)))["a"] == "closed"


class TestStatedOnTheCommandLine:
    """``--set attested.FIELD=VALUE`` states it for a chip of the catalog and changes no figure."""

    def test_it_overcomes(self, ask):
        stated = ["attested.by=approved-osat", "attested.transistors=29.9e9"]
        answer = ask("L4", "2026-06-01", role="osat", set=stated)
        assert answer["presumption"]["presumed"] is None
        assert answer["changes"] == []

    @pytest.mark.parametrize(
        ("stated", "message"),
        [
            ("attested.by=osat", "fabricator or approved-osat"),
            ("attested.designer=yes", "approved or authorized"),
            ("attested.applied=soon", "a date such as"),
            ("attested.count=3", "attested.transistors"),
            ("attested.transistors=many", "attested.transistors"),
        ],
    )
    def test_errors(self, ask, stated, message):
        with pytest.raises(chipdb.ChipdbError, match=message):
            ask("L4", "2026-06-01", role="osat", set=[stated])


class TestLogic:
    """Applicable advanced logic: 16/14 nm or below or non-planar, unless known to be neither."""

    @pytest.mark.parametrize(
        ("die", "status"),
        [
            ("process: 28 nm, transistors_are: planar", "not-met"),
            ("process: 12 nm FD-SOI, transistors_are: planar", "met"),
            ("process: 22 nm FD-SOI, transistors_are: planar", "not-met"),
            ("process: 65nm, transistors_are: planar", "not-met"),
            ("process: 22 nm, transistors_are: non-planar", "met"),
            ("process: 28 nm", "met"),
            ("process: TSMC 16FF, transistors_are: non-planar", "met"),
        ],
    )
    def test_node_and_kind(self, presumed, packaged, die, status):
        chip = packaged(31 * BILLION, dies=f"dies: [{{{die}}}]\n")
        assert presumed(chip, "2026-06-01")["status"] == status

    def test_dies_that_are_not_known_are_taken_as_advanced_and_that_is_said(self, ask, packaged):
        answer = ask(packaged(31 * BILLION, dies=""), "2026-06-01", role="foundry")
        assert any("the dies are not known" in warning for warning in answer["warnings"])


class TestWhatIsSaid:
    """The ways out and the consequence go with the answer."""

    def test_each_way_out_names_what_to_state(self):
        """Note 1 (90 FR 5298): (a) a designer attests; (b) the fabricator, or (c) an approved OSAT
        company, packages it and attests a count of transistors.
        """
        asked = ("check", "H100", "--to", "DE", "--on", "2026-06-01", "--role", "foundry")
        out = " ".join(run(*asked).out.split())
        assert "way out (a) needs an attestation by an approved designer" in out
        assert "--set attested.designer=approved or --set attested.designer=authorized" in out
        assert "--set attested.transistors=COUNT --set attested.by=approved-osat" in out
        stated = ("--set", "attested.designer=approved")
        assert "way out (a) is open" in " ".join(run(*asked, *stated).out.split())

    def test_every_license_requirement_holds(self, ask):
        warnings = ask("A100", "2026-06-01", "DE", role="foundry")["warnings"]
        assert any(
            "us-note-1-2025: presumed 3A090.a and for data centers" in warning
            for warning in warnings
        )
        assert any("approved designer" in warning for warning in warnings)

    def test_a_system_is_told_to_ask_of_its_chip(self, ask):
        """The note is about a packaged circuit.

        Of a computer it is not asked, nor reported as missing.
        """
        warnings = ask("DGX H100", "2026-06-01", role="foundry")["warnings"]
        (said,) = [warning for warning in warnings if "foundry" in warning]
        assert said.startswith(
            "us-note-1-2025 binds a foundry and was not asked: it looks at a processor, not at a system"
        )

    def test_before_its_day_there_is_none(self, ask):
        warnings = ask("H100", "2025-01-15", role="foundry")["warnings"]
        assert "no presumption rule of the rulebook binds a foundry on 2025-01-15" in warnings

    def test_rules_asked_by_name_leave_it_out_and_that_is_said(self, ask):
        warnings = ask("H100", "2026-06-01", role="osat", rules=["us-3a090-2023"])["warnings"]
        assert (
            "us-note-1-2025 binds an OSAT company and was not asked: --rule names others"
            in warnings
        )


class TestCautionsOfThePresumedItem:
    """While the presumption stands the license question is that of a 3A090.a item (Note 1)."""

    def test_license_rules_are_answered_of_it(self, ask):
        answer = ask("L20", "2026-11-20", "CN", role="foundry")
        met = {entry["rule"] for entry in answer["answers"] if entry["status"] == "met"}
        assert "us-license-742-6-iii-a-2025" in met
        assert {entry["rule"] for entry in answer["license"]["requirements"]} <= met

    def test_printed_text_not_yet_due(self, ask):
        """742.6(a)(6)(iii)(A) as printed took effect on 2025-01-13, with compliance 2025-05-15."""
        answer = ask("L20", "2025-03-01", "DE", role="foundry")
        assert [entry["kind"] for entry in answer["cautions"]] == ["codified"]
        assert "2025-05-15" in answer["cautions"][0]["text"]

    @pytest.mark.parametrize(
        ("on", "required", "cautioned"), [("2025-01-30", "no", True), ("2025-01-31", "yes", False)]
    )
    def test_the_note_itself_not_yet_due(self, ask, on, required, cautioned):
        """90 FR 5298: effective 2025-01-16, compliance 2025-01-31."""
        answer = ask("L20", on, "CN", role="foundry")
        assert answer["license"]["required"] == required
        assert any("2025-01-31" in entry["text"] for entry in answer["cautions"]) == cautioned
