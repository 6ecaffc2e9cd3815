"""Systems: classified by any chip in them (4A090), with totals; and the traps of several chips."""

from __future__ import annotations

import pytest

import chipdb
from chipdb import Chip

ON = "2024-06-01"
LETTER = "us-letter-nvidia-2023"
"""Asked alone: whether a server is in 4A003.b depends on a rate that its chips do not state."""


def system(*members: str, extra: str = "") -> Chip:
    """A user's system of these catalog chips, one each."""
    listed = ", ".join(f"{{chip: {member}, count: 1}}" for member in members)
    return chipdb.load().adopt(
        f"kind: system\n{extra}members: [{listed}]\n".encode(), "system.yaml"
    )[0]


class TestAnyOf:
    """4A090: computers containing integrated circuits, any of which meets the thresholds of
    3A090.
    """

    @pytest.mark.parametrize(
        ("members", "outcome"),
        [
            (["nvidia-h100-sxm5-80gb", "nvidia-h20-96gb"], "4A090.a"),
            (["nvidia-a30", "nvidia-h20-96gb"], "4A090.b"),
            (["nvidia-h20-96gb", "nvidia-t4"], None),
        ],
    )
    def test_outcome(self, members: list[str], outcome: str | None) -> None:
        assert chipdb.check(system(*members), on=ON).classification.finding.outcome == outcome

    def test_systems_in_systems(self) -> None:
        answer = chipdb.check(system("nvidia-gb200-superchip", "nvidia-gb200-superchip"), on=ON)
        assert answer.classification.finding.outcome == "4A090.a"

    def test_two_unknown_members_are_answered_at_once(self) -> None:
        """Members are independent: their unknowns must not multiply until a check never ends."""
        assert (
            chipdb.check(
                system("nvidia-rtx-pro-6000d", "amd-mi308x"), on=ON, to="CN"
            ).classification.status
            == "undetermined"
        )

    @pytest.mark.parametrize(("market", "status"), [("datacenter", "met"), ("client", "not-met")])
    def test_its_own_market_decides(self, market: str, status: str) -> None:
        """The letter of October 2023 (8-K of 2023-10-24) asks whether the item is for
        datacenters.
        """
        box = system(
            "nvidia-rtx-4090", extra=f"designed_for: [{market}]\nmarketed_for: [{market}]\n"
        )
        (letter,) = chipdb.check(box, on="2023-10-30", to="CN", rule=LETTER).answers
        assert letter.status == status

    def test_its_own_market_is_asked_for(self) -> None:
        """A chip that is not for datacenters does not make its server one that is not."""
        box = system("nvidia-rtx-4090")
        record = chipdb.check(box, on="2023-10-30", to="CN", rule=LETTER).to_dict()
        assert record["license"]["required"] == "undetermined"
        needs = [
            need
            for answer in record["answers"]
            if answer["question"] == "license"
            for need in answer["needs"]
        ]
        assert [need["figure"] for need in needs] == ["datacenter"]
        assert [(said["is"], said["status"]) for said in needs[0]["answers"]] == [
            (True, "met"),
            (False, "not-met"),
        ]

    def test_own_chips_as_members(self) -> None:
        text = "- {id: mine, metrics: {tpp: 5000}}\n- {id: box, kind: system, members: [{chip: mine, count: 4}]}\n"
        box = chipdb.load().adopt(text.encode(), "own.yaml")[1]
        assert chipdb.check(box, on=ON).classification.finding.outcome == "4A090.a"


class TestTotals:
    """The contract: a system is classified by its best chip, with totals."""

    def test_superchip(self) -> None:
        """Two GPUs of 10,000 TFLOPS at 4 bits: 40,000 each, 80,000 together."""
        record = chipdb.check("GB200 Superchip", on=ON).to_dict()
        assert record["metrics"]["tpp"]["value"] == 40_000
        assert record["totals"]["tpp"]["value"] == 80_000

    def test_a_chip_has_none(self) -> None:
        assert "totals" not in chipdb.check("H100", on=ON).to_dict()


class TestParties:
    def test_one_maker_of_an_embargoed_place_leaves_jurisdiction_open(self) -> None:
        """A license is undetermined for chips designed by companies of D:5 places."""
        answer = chipdb.check(system("nvidia-h100-sxm5-80gb", "huawei-ascend-310p"), on=ON, to="DE")
        assert answer.license.required == "undetermined"

    @pytest.mark.parametrize(("extra", "names"), [("designed_for: datacenter\n", []), ("", [])])
    def test_a_server_of_client_chips_is_not_nac_by_its_chips(
        self, extra: str, names: list[str]
    ) -> None:
        """740.8 excludes datacenter items of 3A090.a.

        The item is the server, whose market may be unknown.
        """
        answer = chipdb.check(system("nvidia-rtx-4090", extra=extra), on=ON, to="CN")
        assert [entry.name for entry in answer.license.exceptions] == names


class TestKnobs:
    def test_derating_turns_every_chip(self) -> None:
        half = chipdb.load()["GB200 Superchip"].derate(compute="50%")
        assert chipdb.check(half, on=ON).to_dict()["metrics"]["tpp"]["value"] == 20_000

    def test_headroom(self) -> None:
        """40,000 to 4800 is a cut of 88 %."""
        row = chipdb.headroom("GB200 Superchip", knob="compute", on=ON)[0]
        assert (row.leaves, row.value, row.attained) == ("4A090.a", 4800, False)
        assert row.cut_percent == 88


class TestNeverNo:
    """Places under part 746 are never "no", whatever the item.

    Trap 10: not covered is not "no".
    """

    STACK = b"kind: memory-stack\nvendor: SK hynix\nmemory: {bandwidth: 1 TB/s}\n"

    @pytest.mark.parametrize("place", ["CU", "IR", "KP", "SY", "Crimea", "CN"])
    def test_memory_stack_of_unknown_area(self, place: str) -> None:
        stack = chipdb.load().adopt(self.STACK, "stack.yaml")[0]
        assert chipdb.check(stack, on="2025-06-01", to=place).license.required != "no"

    def test_before_the_rulebook(self) -> None:
        answer = chipdb.check("H20", on="2021-01-01", to="CN")
        assert (answer.license.required, answer.exit_status) == ("undetermined", 3)

    def test_between_the_first_letter_and_the_first_entry(self) -> None:
        """From August to October 2022 there were letters and no entry: an A30 met none of them."""
        assert chipdb.check("A30", on="2022-09-01", to="CN").exit_status == 0
