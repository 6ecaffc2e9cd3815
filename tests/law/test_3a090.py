"""ECCN 3A090 of 2022 and of 2023 with its notes, 4A090, and the at-control entry 3A991.p."""

from __future__ import annotations

import subprocess
import sys

import pytest

import chipdb

Y2022, Y2023 = "2023-01-15", "2023-12-01"


class TestEntryOf2022:
    """87 FR 62186, 3A090.a: 600 GB/s or more over all inputs and outputs and a TPP of 4,800."""

    @pytest.mark.parametrize(
        ("io", "tpp", "outcome"),
        [
            ("600 GB/s", "4800", "3A090.a"),
            ("599.999 GB/s", "4800", None),
            ("600 GB/s", "4799.999", None),
            ("599.999 GB/s", "100000", None),
            ("100000 GB/s", "4799.999", None),
        ],
    )
    def test_both_limits(self, ask, made, io, tpp, outcome):
        chip = made(tpp=tpp, aggregate_io_bandwidth=io)
        assert ask(chip, Y2022)["classification"]["outcome"] == outcome

    def test_market_and_die_area_play_no_part(self, ask, made):
        chip = made(datacenter=False, tpp="4800", aggregate_io_bandwidth="600 GB/s")
        assert ask(chip, Y2022)["classification"]["outcome"] == "3A090.a"

    @pytest.mark.parametrize(
        ("on", "outcome"),
        [
            ("2022-10-07", None),
            ("2022-10-20", None),
            ("2022-10-21", "3A090.a"),
            ("2023-11-16", "3A090.a"),
        ],
    )
    def test_first_day_is_2022_10_21(self, ask, made, on, outcome):
        """Point B11: 2022-10-07 was equipment."""
        chip = made(tpp="4900", aggregate_io_bandwidth="650 GB/s")
        assert ask(chip, on)["classification"]["outcome"] == outcome

    def test_all_links_but_volatile_memory_are_added(self, ask, adopt):
        """Point B12: chip-to-chip plus host link; DRAM does not count."""
        text = (
            "throughput: {{fp16: 310 TFLOPS}}\nmemory: {{kind: HBM3, bandwidth: 3000 GB/s}}\n"
            "links: [{{name: Fabric, kind: chip-to-chip, bandwidth: {} GB/s}}, {{name: PCIe 5.0 x16, kind: host}}]\n"
        )
        over, under = (ask(adopt(text.format(rate)), Y2022) for rate in (500, 400))
        assert over["metrics"]["aggregate_io_bandwidth"]["value"] == 626
        assert over["classification"]["outcome"] == "3A090.a"
        assert under["classification"]["outcome"] is None

    @pytest.mark.parametrize(
        ("cap", "outcome"), [("firmware", "3A090.a"), ("fuse", None), ("unknown", None)]
    )
    def test_programmable_to_have(self, ask, adopt, cap, outcome):
        """ "Have or are programmable to have": a cap in firmware does not clear."""
        chip = adopt(
            "throughput: {fp16: 310 TFLOPS}\nlinks: [{name: Fabric, kind: chip-to-chip, bandwidth: 400 GB/s, "
            f"uncapped: 600 GB/s, capped_by: {cap}}}]\n"
        )
        assert ask(chip, Y2022)["classification"]["outcome"] == outcome

    @pytest.mark.parametrize(("tops", "outcome"), [("600 TOPS", "3A090.a"), ("599.999 TOPS", None)])
    def test_analog_units_count_eight_bits(self, ask, made, tops, outcome):
        """a.3: TOPS x 8 of 4800 or more (point B15)."""
        chip = made(more="digital: false\n", tops=tops, aggregate_io_bandwidth="600 GB/s")
        assert ask(chip, Y2022)["classification"]["outcome"] == outcome

    def test_unknown_links(self, ask, made):
        """A missing throughput leaves an answer undetermined only if the answer depends on it."""
        open_, clear = ask(made(tpp="5000"), Y2022), ask(made(tpp="4000"), Y2022)
        assert (open_["classification"]["status"], open_["exit"]) == ("undetermined", 3)
        # digital units are assumed, so that TOPS (a.3) and the die area do not matter
        needs = [need["figure"] for need in open_["classification"]["needs"]]
        assert needs == ["aggregate_io_bandwidth"]
        assert (clear["classification"]["status"], clear["exit"]) == ("not-met", 0)

    def test_nothing_known(self, ask, made):
        """Either figure may clear the chip, whatever the other is."""
        needs = ask(made(), Y2022)["classification"]["needs"]
        assert {need["figure"] for need in needs} == {"tpp", "aggregate_io_bandwidth"}

    @pytest.mark.parametrize(
        ("name", "links", "outcome"),
        [("A100", (660, 665), "3A090.a"), ("A800", (460, 465), None), ("H800", (525, 529), None)],
    )
    def test_chips_built_to_it(self, ask, name, links, outcome):
        """Point B12: A100 600+64, A800 400+64, H800 400+128."""
        answer = ask(name, "2023-11-16")
        assert links[0] <= answer["metrics"]["aggregate_io_bandwidth"]["value"] <= links[1]
        assert answer["classification"]["outcome"] == outcome
        assert ask(name, "2023-11-17")["classification"]["outcome"] == "3A090.a"


class TestEntryOf2023:
    """88 FR 73458, 3A090.a and .b: controlled at each threshold, not controlled just below it."""

    @pytest.mark.parametrize(
        ("tpp", "density", "outcome", "provisions"),
        [
            ("4800", "0.001", "3A090.a", ["3A090.a.1"]),
            ("4800", "5.92", "3A090.a", ["3A090.a.1", "3A090.a.2"]),
            ("4799.999", "5.92", "3A090.a", ["3A090.a.2"]),
            ("1600", "5.92", "3A090.a", ["3A090.a.2"]),
            ("1599.999", "5.92", None, []),
            ("4799.999", "5.919999", "3A090.b", ["3A090.b.1", "3A090.b.2"]),
            ("2400", "1.6", "3A090.b", ["3A090.b.1"]),
            ("2400", "1.599999", None, []),
            ("2399.999", "1.6", None, []),
            ("2399.999", "3.2", "3A090.b", ["3A090.b.2"]),
            ("2400", "3.199999", "3A090.b", ["3A090.b.1"]),
            ("1600", "3.2", "3A090.b", ["3A090.b.2"]),
            ("1600", "3.199999", None, []),
            ("1599.999", "3.2", None, []),
            ("1599.999", "1000", None, []),
        ],
    )
    def test_limits(self, ask, made, tpp, density, outcome, provisions):
        answer = ask(made(tpp=tpp, performance_density=density + " TPP/mm^2"), Y2023)[
            "classification"
        ]
        assert (answer["outcome"], answer["provisions"]) == (outcome, provisions)

    def test_b_2_is_not_named_for_an_a_chip(self, ask, made):
        """Point B22.2: b.2 has no upper TPP threshold.

        The order of paragraphs keeps it out of .a.
        """
        answer = ask(made(tpp="6000", performance_density="4 TPP/mm^2"), Y2023)["classification"]
        assert (answer["outcome"], answer["provisions"]) == ("3A090.a", ["3A090.a.1"])

    @pytest.mark.parametrize(
        ("density", "status"), [("0.001", "not-met"), ("0", "undetermined"), ("5.92", "met")]
    )
    def test_a_density_of_zero_is_none(self, ask, made, density, status):
        """Technical Note 4: TPP over an area; no area gives zero, so it is not "below 1.6"."""
        answer = ask(made(tpp="4000", performance_density=f"{density} TPP/mm^2"), Y2023)
        assert answer["classification"]["status"] == status

    def test_links_play_no_part_any_more(self, ask, made):
        chip = made(tpp="4800", aggregate_io_bandwidth="0 GB/s")
        assert ask(chip, "2023-11-16")["classification"]["outcome"] is None
        assert ask(chip, "2023-11-17")["classification"]["outcome"] == "3A090.a"

    def test_digital_units_are_a_precondition(self, ask, made):
        """Point B15: "having one or more digital processing units".

        They are assumed unless stated otherwise.
        """
        density = "10 TPP/mm^2"
        assert (
            ask(made(more="digital: false\n", tpp="9000", performance_density=density), Y2023)[
                "classification"
            ]["outcome"]
            is None
        )
        assert (
            ask(made(tpp="9000", performance_density=density), Y2023)["classification"]["status"]
            == "met"
        )

    @pytest.mark.parametrize("name", ["A100", "H100", "H800", "A800", "L40S", "RTX 4090"])
    def test_parts_named_in_the_filing_are_caught(self, ask, name):
        """NVIDIA's Form 8-K of 2023-10-17 names them as covered."""
        assert ask(name, "2023-11-17")["classification"]["outcome"] == "3A090.a"


class TestNote2:
    """Note 2: 3A090 excludes what is not for datacenters and has a TPP below 4,800 (point B14)."""

    DENSE = "8 TPP/mm^2"

    @pytest.mark.parametrize(
        ("markets", "status"),
        [
            ("designed_for: client\nmarketed_for: [client, workstation]\n", "not-met"),
            ("designed_for: datacenter\nmarketed_for: client\n", "met"),
            ("designed_for: client\nmarketed_for: [client, datacenter]\n", "met"),
            ("marketed_for: datacenter\n", "met"),
            ("designed_for: client\n", "undetermined"),
            ("marketed_for: client\n", "undetermined"),
            ("", "undetermined"),
        ],
    )
    def test_designed_or_marketed(self, ask, made, markets, status):
        chip = made(datacenter=None, more=markets, tpp="4799", performance_density=self.DENSE)
        assert ask(chip, Y2023)["classification"]["status"] == status

    @pytest.mark.parametrize("datacenter", [True, False, None])
    def test_from_4800_the_market_does_not_matter(self, ask, made, datacenter):
        answer = ask(
            made(datacenter=datacenter, tpp="4800", performance_density=self.DENSE), Y2023
        )["classification"]
        assert (answer["status"], answer["outcome"], answer["needs"]) == ("met", "3A090.a", [])

    def test_unknown_market_is_the_need(self, ask, made):
        answer = ask(made(datacenter=None, tpp="4799", performance_density=self.DENSE), Y2023)
        [missing] = answer["classification"]["needs"]
        assert (missing["figure"], missing["unit"], missing["break_evens"]) == (
            "datacenter",
            None,
            [],
        )
        assert {entry["is"]: entry["status"] for entry in missing["answers"]} == {
            True: "met",
            False: "not-met",
        }
        assert answer["exit"] == 3

    def test_below_every_limit_the_market_is_not_asked(self, ask, made):
        answer = ask(made(datacenter=None, tpp="1500"), Y2023)["classification"]
        assert (answer["status"], answer["needs"]) == ("not-met", [])

    @pytest.mark.parametrize("on", ["2023-11-17", "2025-06-01"])
    def test_rewording_changed_nothing_for_a_and_b(self, ask, made, on):
        """ "3A090 does not apply" (2023) and "3A090.a and 3A090.b do not apply" (2025) have the
        same effect.
        """
        assert (
            ask(made(datacenter=False, tpp="4799", performance_density=self.DENSE), on)[
                "classification"
            ]["status"]
            == "not-met"
        )

    def test_rtx_4090_and_4090d(self, ask):
        assert ask("RTX 4090D", "2024-02-01")["classification"]["outcome"] is None
        assert ask("RTX 4090", "2024-02-01")["classification"]["outcome"] == "3A090.a"


class TestEntry4A090:
    """4A090: computers with ICs "any of which" meets 3A090; .b was reserved until 2024-04-04."""

    @staticmethod
    def system(chip: str, count: int) -> str:
        return f"name: Rack\nkind: system\nmembers: [{{chip: {chip}, count: {count}}}]\n"

    @pytest.mark.parametrize(
        ("chip", "on", "outcome"),
        [
            ("nvidia-a100-sxm4-80gb", "2022-10-20", None),
            ("nvidia-a100-sxm4-80gb", "2022-10-21", "4A090.a"),
            ("nvidia-a100-sxm4-80gb", "2023-11-17", "4A090.a"),
            ("nvidia-a30", "2024-04-03", None),
            ("nvidia-a30", "2024-04-04", "4A090.b"),
        ],
    )
    def test_days(self, ask, adopt, chip, on, outcome):
        assert ask(adopt(self.system(chip, 8)), on)["classification"]["outcome"] == outcome

    def test_chips_are_not_added_up(self, ask, adopt):
        """Point B15: the best single IC decides; 72 chips outside 3A090 do not add up to 4A090."""
        assert (
            ask(adopt(self.system("nvidia-h20-96gb", 72)), "2024-06-01")["classification"]["status"]
            == "not-met"
        )

    def test_any_of_which(self, ask, adopt):
        text = "name: Mixed\nkind: system\nmembers: [{chip: nvidia-h20-96gb, count: 8}, {chip: nvidia-a100-sxm4-80gb}]\n"
        assert ask(adopt(text), "2024-06-01")["classification"]["outcome"] == "4A090.a"

    def test_one_package_of_two_dies_is_one_circuit(self, ask):
        """MI250X: TPP of both dies summed (6,128), areas summed (2 x 724 mm2)."""
        metrics = ask("MI250X", "2024-06-01")["metrics"]
        assert metrics["tpp"]["value"] == pytest.approx(6128)
        assert metrics["applicable_die_area"]["value"] == pytest.approx(1448)

    def test_modules_and_servers_are_pointed_to_their_entries(self):
        """Point B15.

        "Meets the parameters of 3A090.a; as a module or server: 4A090.a or a .z entry".
        """
        command = [sys.executable, "-m", "chipdb", "check", "A100", "--on", "2024-06-01"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert all(words in done.stdout + done.stderr for words in ("4A090.a", ".z"))


class TestEntry3A991p:
    """3A991.p: 8 TOPS at any bit length, or 150 GB/s; only if no other entry applies (B22.1)."""

    RULE = "us-3a991-p"

    @pytest.mark.parametrize(
        ("tops", "io", "provisions"),
        [
            ("8 TOPS", "0 GB/s", ["3A991.p.1"]),
            ("7.999 TOPS", "149.999 GB/s", []),
            ("7.999 TOPS", "150 GB/s", ["3A991.p.2"]),
            ("8 TOPS", "150 GB/s", ["3A991.p.1", "3A991.p.2"]),
        ],
    )
    def test_limits(self, ask, made, verdict, tops, io, provisions):
        answer = ask(made(tpp="64", tops=tops, aggregate_io_bandwidth=io), Y2023)
        assert verdict(answer, self.RULE)["provisions"] == provisions
        assert (answer["classification"]["outcome"], answer["exit"]) == (None, 0)

    def test_tops_are_added_over_units_without_bit_length(self, ask, adopt, verdict):
        """TOPS there is 2 x MacTOPS aggregated: 5 + 4 is 9, whatever the formats."""
        text = "throughput: {{fp16: 5 TOPS}}\nunits: [{{name: npu, throughput: {{int8: {} TOPS}}}}]\nlinks: []\n"
        over, under = (verdict(ask(adopt(text.format(rate)), Y2023), self.RULE) for rate in (4, 2))
        assert (over["status"], under["status"]) == ("met", "not-met")

    def test_not_what_3a090_specifies(self, ask, verdict):
        assert verdict(ask("A100", Y2023), self.RULE)["status"] == "not-met"
        assert verdict(ask("H20", Y2023), self.RULE)["status"] == "met"

    def test_first_day(self, ask, verdict):
        assert verdict(ask("T4", "2022-10-20"), self.RULE) is None
        assert verdict(ask("T4", "2022-10-21"), self.RULE)["status"] == "met"


def test_classification_speaks_of_one_rule_a_day(ask):
    """Contract 2: on any day at most one classification rule per kind of item is in force."""
    for on in ("2022-10-21", "2023-11-16", "2023-11-17", "2024-04-04", "2025-01-13", "2026-07-10"):
        asked = [
            entry
            for entry in ask(chipdb.load()["A100"], on)["answers"]
            if entry["question"] == "classification"
        ]
        assert len(asked) == 1
