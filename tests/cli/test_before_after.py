"""A bill before and after: the law of the day beside the law with the bill.

AI OVERWATCH (H.R. 6875) covers the H20 by its memory bandwidth of 4,000 GB/s; on 2025-03-01, before
the letters of April 2025, no rule asked for a license for it. The T4 (320 GB/s) is under no limit
of either, and the H100 is 3A090.a already.
"""

from __future__ import annotations

from pathlib import Path

from running import run

import chipdb

BILL = "us-bill-overwatch-hr6875"
ENACT = ("--to", "CN", "--on", "2025-03-01", "--enact", BILL)


def test_the_table_has_both_answers(tmp_path: Path) -> None:
    (tmp_path / "ours.csv").write_text("name,qty\nH20,1\nH100,2\nT4,3\n")
    ran = run("check", "ours.csv", *ENACT, folder=tmp_path)
    rows = {line.split()[0]: line for line in ran.out.splitlines() if " → " in line}
    assert "not required → required" in rows["H20"]
    assert "  required → required" in rows["H100"]
    assert "not required → not required" in rows["T4"]
    assert "before → after" in ran.out.splitlines()[0]
    assert f"{BILL}, if enacted, changes 1 of 3 answers:\n  nvidia-h20-96gb: China" in ran.out
    assert ran.status == 1, "the status is that of the answer as if enacted"


def test_several_places() -> None:
    """Vietnam is no country of concern of the bill."""
    out = run("check", "H20", "T4", "--to", "VN", *ENACT).out
    (row,) = [line for line in out.splitlines() if line.startswith("nvidia-h20-96gb ")]
    assert row.split("  ")[-2:] == ["not required → not required", "not required → required"]


def test_one_chip() -> None:
    out = " ".join(run("check", "H20", *ENACT).out.split())
    assert out.startswith(
        "On 2025-03-01, as if the AI OVERWATCH Act as introduced in the House were"
    )
    assert "Before: On 2025-03-01 no license is required" in out


def test_json_has_what_was_before() -> None:
    (answer,) = run("check", "H20", *ENACT, "--format", "json").json
    assert answer["enacted"] == [BILL]
    assert answer["verdict"]["status"] == "license-required"
    assert answer["before"]["verdict"]["status"] == "license-not-required"
    assert answer["before"]["license"] == {"required": "no", "review": None}
    (plain,) = run("check", "H20", *ENACT[:4], "--format", "json").json
    assert plain["verdict"] == answer["before"]["verdict"]
    assert "before" not in plain


def test_python() -> None:
    answer = chipdb.check("H20", to="CN", on="2025-03-01", enact=BILL)
    assert answer.before is not None
    assert (answer.before.license.required, answer.license.required) == ("no", "yes")
    assert chipdb.check("H20", to="CN", on="2025-03-01").before is None


def test_a_rule_of_ones_own_is_on_both_sides(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "id: mine\nquestion: classification\nprovisions: [{id: m, when: {metric: tpp, ge: 1}}]\n"
    )
    call = ("check", "H20", *ENACT, "--rules", "mine.yaml", "--format", "json")
    (answer,) = run(*call, folder=tmp_path).json
    assert answer["enacted"] == [BILL]
    assert "mine" in answer["before"]["verdict"]["text"]
