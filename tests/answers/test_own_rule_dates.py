"""A user's own rules apply between their dates, as built-in rules do (specification): "A rule
of --rules applies ...".
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from running import run

import chipdb

LICENSE = """\
id: my-rule
question: license
dates: {effective: 2026-01-01, ends: 2026-04-01}
scope: {to: [NO]}
provisions:
  - {id: p, when: {metric: tpp, ge: 1000}}
"""
# The H20 is far above the threshold of 1,000, and no built-in rule asks for a license to Norway.
DAYS = [("2025-12-31", False), ("2026-01-01", True), ("2026-03-31", True), ("2026-04-01", False)]


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(LICENSE)
    return path


@pytest.mark.parametrize(("on", "applies"), DAYS)
def test_check_on_both_sides_of_each_date(rules: Path, on: str, applies: bool) -> None:
    ran = run("check", "H20", "--on", on, "--to", "NO", "--rules", str(rules), "--format", "json")
    (answer,) = ran.json
    assert ran.status == (1 if applies else 0)
    assert (answer["license"]["required"] == "yes") is applies
    (own,) = [each for each in answer["answers"] if each["rule"] == "my-rule"]
    assert own["status"] == ("met" if applies else "not-covered")
    said = [text for text in answer["warnings"] if "my-rule does not apply" in text]
    assert bool(said) is not applies


@pytest.mark.parametrize(("on", "applies"), DAYS)
def test_frames_on_both_sides_of_each_date(rules: Path, on: str, applies: bool) -> None:
    frame = {"tpp": np.array([1000.0, 999.0]), "applicable_die_area": np.array([800.0, 800.0])}
    frame |= {"datacenter": np.array([True, True]), "memory_bandwidth": np.array([100.0, 100.0])}
    rulebook = chipdb.load_rules().with_file(rules.read_bytes(), str(rules))
    answers = chipdb.check_frame(pd.DataFrame(frame), on=on, to="NO", rulebook=rulebook)
    assert list(answers["license_required"]) == ["yes" if applies else "no", "no"]


def test_the_end_of_enforcement_ends_it_as_enforced(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(LICENSE.replace("ends: 2026-04-01", "enforcement_ends: 2026-03-01"))
    for on, law, status in [
        ("2026-02-28", "enforced", 1),
        ("2026-03-01", "enforced", 0),
        ("2026-03-01", "text", 1),
    ]:
        ran = run(
            *["check", "H20", "--on", on, "--to", "NO", "--law", law, "--rules", str(path)],
        )
        assert ran.status == status, (on, law)


def test_a_rule_without_dates_always_applies(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(LICENSE.replace("dates: {effective: 2026-01-01, ends: 2026-04-01}\n", ""))
    for on in ("2023-12-01", "2030-01-01"):
        assert run("check", "H20", "--on", on, "--to", "NO", "--rules", str(path)).status == 1


@pytest.mark.parametrize("question", ["proposal", "license", "classification"])
@pytest.mark.parametrize(("on", "times"), [("2025-12-31", 0), ("2026-01-01", 1)])
def test_each_rule_answers_once_from_its_day_on(question: str, on: str, times: int) -> None:
    """A proposal of the rulebook is asked by its name only; one's own is asked between its dates."""
    text = LICENSE.replace("question: license", f"question: {question}")
    if question == "classification":
        text = text.replace("scope: {to: [NO]}", "kind: [processor]")
    rulebook = chipdb.load_rules().with_file(text.encode(), "mine.yaml")
    answers = chipdb.check("H20", on=on, to="NO", rulebook=rulebook).answers
    met = [each for each in answers if each.rule.id == "my-rule" and each.status == "met"]
    assert len(met) == times


@pytest.mark.parametrize(("kind", "is_said"), [("processor", True), ("memory-stack", False)])
def test_what_is_not_due_yet_is_said_of_the_items_it_is_for(kind: str, is_said: bool) -> None:
    """Effective on 2026-01-01 with compliance on 2026-03-01, for one kind of item."""
    text = LICENSE.replace("ends: 2026-04-01", "compliance: 2026-03-01")
    text = text.replace("{metric: tpp, ge: 1000}", "{all: []}") + f"kind: [{kind}]\n"
    rulebook = chipdb.load_rules().with_file(text.encode(), "mine.yaml")
    check = chipdb.check("H20", on="2026-02-01", to="NO", rulebook=rulebook)
    said = [each.text for each in check.cautions if "2026-03-01" in each.text]
    assert bool(said) is is_said
    assert check.license.required == "no"


def test_timeline_turns_at_its_dates(rules: Path) -> None:
    ran = run("timeline", "H20", "--to", "NO", "--rules", str(rules), "--format", "json")
    required = [(row["from"], row["license"]) for row in json.loads(ran.out)]
    assert ("2026-01-01", "yes") in required
    assert ("2026-04-01", "no") in required
    # a user's own rule is named as the reason, as a rule of the rulebook is
    because = {row["from"]: row["because"] for row in json.loads(ran.out)}
    assert because["2026-01-01"].startswith("my-rule begins")
    assert because["2026-04-01"] == "my-rule ends"


def test_flips_finds_what_it_turns(rules: Path) -> None:
    ran = run(
        *["flips", "2025-12-31", "2026-01-01", "--to", "NO", "--rules", str(rules)],
        *["--format", "json"],
    )
    assert "nvidia-h20-96gb" in {row["chip"] for row in json.loads(ran.out)}
