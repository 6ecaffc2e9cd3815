"""Note 1 to 3A090.a: what a foundry or OSAT company must presume (90 FR 5298, 2026-07-23)."""

from __future__ import annotations

import pytest

import chipdb

BILLION = 1_000_000_000
LOGIC = "dies: [{transistors_are: non-planar}]\n"


@pytest.fixture
def packaged(adopt):
    """A package of so many transistors, with or without HBM."""

    def make(count: int | None, memory: str | None = "GDDR6", dies: str = LOGIC) -> chipdb.Chip:
        kind = f"memory: {{kind: {memory}}}\n" if memory else ""
        return adopt(
            f"name: Sample\nkind: processor\n{dies}{kind}"
            + (f"transistors: {count}\n" if count else "")
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


class TestWhomItBinds:
    """It does not apply to any entity other than the fabricator or the OSAT company."""

    def test_nobody_without_a_role(self, ask):
        assert not any(
            entry["question"] == "presumption"
            for entry in ask("H100", "2026-06-01", "CN")["answers"]
        )

    @pytest.mark.parametrize("role", ["foundry", "osat"])
    def test_either_role(self, presumed, role):
        assert presumed("H100", "2026-06-01", role)["status"] == "met"

    def test_it_never_sets_the_exit_status(self, ask, packaged):
        """The classification by figures is a separate question."""
        chip = packaged(80 * BILLION).set({"tpp": "1000", "applicable_die_area": "800 mm^2"})
        assert ask(chip, "2026-06-01", role="foundry")["exit"] == 0

    @pytest.mark.parametrize(("on", "asked"), [("2025-01-15", 0), ("2025-01-16", 1)])
    def test_from_its_day(self, ask, on, asked):
        assert (
            sum(
                entry["question"] == "presumption"
                for entry in ask("H100", on, role="foundry")["answers"]
            )
            == asked
        )


class TestThirtyBillion:
    """Paragraphs b(a) and c(a): a count below 30 billion overcomes the presumption, whatever
    the memory.
    """

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
        """Not before 2027 and not in 2028, for which the text states no number between 35 and
        40.
        """
        assert [
            presumed(packaged(count), on)["status"]
            for count in (30 * BILLION - 1, 30 * BILLION, 34 * BILLION)
        ] == [
            "not-met",
            "met",
            "met",
        ]

    def test_the_gap_is_said(self, ask, packaged):
        warnings = ask(packaged(34 * BILLION), "2028-06-01", role="foundry")["warnings"]
        assert any("none for 2028" in warning for warning in warnings)

    def test_memory_that_is_not_known_decides_between_the_lines(self, presumed, packaged):
        found = presumed(packaged(32 * BILLION, None), "2027-06-01")
        assert found["status"] == "undetermined"
        assert [need["figure"] for need in found["needs"]] == ["high_bandwidth_memory"]
        assert presumed(packaged(36 * BILLION, None), "2027-06-01")["status"] == "met"

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


class TestCount:
    """Paragraph d: a count that cannot be confirmed does not overcome the presumption."""

    def test_no_count(self, presumed, packaged):
        found = presumed(packaged(None), "2026-06-01")
        assert (found["status"], found["provisions"]) == (
            "met",
            ["Note 1 to 3A090.a (count not stated)"],
        )

    def test_counts_of_dies_are_added(self, presumed, adopt):
        dies = "dies: [{count: 2, transistors_are: non-planar, transistors: 15000000000}]\n"
        assert (
            presumed(adopt(f"name: Two\nkind: processor\n{dies}"), "2026-06-01")["status"] == "met"
        )


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
