"""``headroom`` where several rules lead to a license, and where formats are dropped."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import Ran, run

import chipdb

ON = "2026-11-20"
CHINA = ("--on", ON, "--to", "CN")


def test_dropping_formats_names_the_provision_that_is_left() -> None:
    """3A090.b.1: TPP of 2,400 to below 4,800 and a density of 1.6 to below 5.92.

    Without its tensor formats the H100 has 66.9 TFLOPS of FP64: 4,281.6 over 814 mm2 is 5.26. It
    leaves 3A090.a there, and 3A090 when that format is dropped, too.
    """
    rows = chipdb.headroom("H100", knob="formats", on="2024-06-01")
    assert [(row.leaves, row.binding) for row in rows] == [
        ("3A090.a", "3A090.a.1"),
        ("3A090", "3A090.b.1"),
    ]


def test_two_rules_need_two_cuts() -> None:
    """3A090 asks for a license to China (742.6(a)(6)(iii)), and so does the letter of April 2025.

    The letter reads memory bandwidth only, so no cut of compute leaves it.
    """
    out = " ".join(run("headroom", "H100", *CHINA).out.split())
    assert "us-3a090-2023 and us-letter-2025 each lead to a license" in out
    assert "Needed together" in out
    assert "compute by 84.84 %" in out
    assert "memory-bandwidth by 79.89 %" in out
    assert "no license is required under the chip rules checked here" in out
    # claims of 3,350 and 3,352 GB/s lie on both sides of a cut to just below the limit
    check = chipdb.check(
        "H100", on=ON, to="CN", derate=["compute=84.85%", "memory-bandwidth=79.893%"]
    )
    assert check.exit_status == 3
    assert "leave that in doubt" in out


def test_the_cuts_are_enough_together_and_not_alone() -> None:
    def required(*derate: str) -> str:
        check = chipdb.check("H100", on=ON, to="CN", derate=list(derate))
        return str(check.license.required)

    assert required("compute=84.85%", "memory-bandwidth=79.9%") == "no"
    assert required("compute=84.85%") == "yes"
    assert required("memory-bandwidth=79.9%") == "yes"


@pytest.mark.parametrize(("name", "to"), [("H100", "DE"), ("H20", "CN"), ("H100", None)])
def test_nothing_is_said_where_one_cut_is_enough_or_none_is_needed(
    name: str, to: str | None
) -> None:
    place = ("--to", to) if to else ()
    assert "Needed together" not in run("headroom", name, "--on", ON, *place).out


def test_the_cautions_of_check_stand_below() -> None:
    out = " ".join(run("headroom", "H20", *CHINA).out.split())
    for caution in chipdb.check("H20", on=ON, to="CN").cautions:
        assert caution.text in out


def test_a_strict_question_marks_every_caution() -> None:
    """A strict question counts every caution; else those about the item that may need a license.

    742.6(a)(6)(iii)(A) as printed is about the item, the law of a country that exports is not.
    """
    for strict, mark in ((False, "-"), (True, "!")):
        asked = ["--on", "2026-06-01", "--to", "BR", "--from", "JP", "--headquarters", "BR"]
        if strict:
            asked.append("--strict")
        lines = [line.strip() for line in run("headroom", "L4", *asked).out.splitlines()]
        assert any(line.startswith("! codified:") for line in lines)
        assert any(line.startswith(f"{mark} exporter-law:") for line in lines)


def test_a_rule_with_several_thresholds_needs_two_knobs() -> None:
    """The letters of April 2025: memory of 1,400 GB/s, I/O of 1,100 GB/s, or 1,700 GB/s together.

    The B200 has 7,700 GB/s of memory and 1,926 GB/s of I/O, 126 GB/s of them to the host.
    With memory just below 1,400 the sum leaves 300 of I/O, 174 of them between chips. With I/O just
    below 1,100 (974 between chips) it leaves 600 of memory.
    """
    rows = [row for row in chipdb.headroom("B200", on="2025-06-01", to="CN") if row.beside]
    pairs = set()
    for row in rows:
        (first,) = row.beside
        assert first.value is not None
        assert row.value is not None
        pairs.add((first.knob, round(first.value), row.knob, round(row.value)))
    assert pairs == {
        ("memory-bandwidth", 1400, "link-bandwidth", 174),
        ("link-bandwidth", 974, "memory-bandwidth", 600),
    }
    assert {row.rule for row in rows} == {"us-letter-2025"}
    assert {row.to_dict()["beside"][0]["unit"] for row in rows} == {"GB/s"}


@pytest.mark.parametrize(
    ("memory", "link", "required"),
    [
        ("memory-bandwidth=1399 GB/s", "link-bandwidth=173 GB/s", "no"),
        ("memory-bandwidth=1399 GB/s", "link-bandwidth=180 GB/s", "yes"),
        ("memory-bandwidth=599 GB/s", "link-bandwidth=973 GB/s", "no"),
        ("memory-bandwidth=610 GB/s", "link-bandwidth=973 GB/s", "yes"),
    ],
)
def test_the_pairs_clear_and_less_does_not(memory: str, link: str, required: str) -> None:
    """The thresholds of the test above, on both sides of the sum of 1,700 GB/s."""
    cuts = [memory, link, "compute=93%"]
    check = chipdb.check("B200", on="2025-06-01", to="CN", derate=cuts)
    assert check.license.required == required


def test_the_text_says_that_no_knob_alone_helps() -> None:
    ran = run("headroom", "b200", "--to", "CN", "--on", "2025-06-01")
    out = " ".join(ran.out.split())
    assert "No knob alone leaves us-letter-2025." in out
    assert "memory-bandwidth by 81.82 % (1,400 GB/s) with link-bandwidth" in out
    assert "With all of them made, no license is required" in out


def test_a_part_that_a_letter_names_is_left_by_no_cut() -> None:
    """The letter to AMD is for the MI308 by its name (Form 8-K of 2025-04-15)."""
    out = " ".join(run("headroom", "MI308X", "--to", "CN", "--on", "2025-06-01").out.split())
    assert "no knob, and no two knobs together, leave us-letter-2025" in out
    assert "named parts" in out


def test_another_provision_binds_a_part_that_is_no_longer_named() -> None:
    """An H20 with less compute is not the H20 of the letter, but has its bandwidth of 4,000 GB/s."""
    rows = chipdb.headroom("H20", on="2026-06-01", to="CN", rule="us-letter-2025", knob="compute")
    (leaving,) = [row for row in rows if row.leaves == "license"]
    assert leaving.factor is None
    assert leaving.binding == "letters of April 2025, memory bandwidth"


OWN_CHIP = """
id: example-x1
name: X1
vendor: ExampleCorp
designed_for: [datacenter]
marketed_for: [datacenter]
us_available: null
metrics:
  tpp: {tpp}
  applicable_die_area: 800 mm^2
  memory_bandwidth: {memory} GB/s
  aggregate_io_bandwidth: 100 GB/s
"""


class TestLetterToUnknownAddressees:
    """The letters of April 2025 went to NVIDIA, AMD and Intel as far as is known (memory bandwidth
    of 1,400 GB/s); whether another vendor received one is not public.
    """

    def headroom(self, folder: Path, tpp: int, memory: int, *more: str) -> Ran:
        text = OWN_CHIP.replace("{tpp}", str(tpp)).replace("{memory}", str(memory))
        (folder / "own.yaml").write_text(text, encoding="utf-8")
        return run("headroom", "own.yaml", *CHINA, *more, folder=folder)

    def test_cuts_of_a_letter_are_conditional(self, tmp_path: Path) -> None:
        out = " ".join(self.headroom(tmp_path, 8000, 3000).out.split())
        assert "each lead to a license" not in out
        assert (
            "us-3a090-2023 leads to a license, and us-letter-2025 leads to one if the vendor "
            "received the letter"
        ) in out

    def test_entering_a_letter_is_conditional(self, tmp_path: Path) -> None:
        """From 1,000 to 1,400 GB/s is 40 % more."""
        rows = self.headroom(tmp_path, 900, 1000, "--format", "json").json
        entered = [row for row in rows if row["enters"] == "license" and row["factor"]]
        found = [(row["rule"], row["cut_percent"], row["if"]) for row in entered]
        assert found == [("us-letter-2025", -40.0, "the vendor received the letter")]

    def test_a_known_addressee_has_no_condition(self) -> None:
        rows = run("headroom", "L40S", *CHINA, "--format", "json").json
        assert not [row for row in rows if "if" in row]
