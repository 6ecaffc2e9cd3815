"""The JSON of ``check``: keys, types, units, states and nulls as the contract has them."""

from __future__ import annotations

from typing import Any

import pytest
from running import METRICS, STAMP, Record, check_metric, has, run

import chipdb

QUESTIONS = {
    "classification",
    "at-control",
    "license",
    "review",
    "duty",
    "presumption",
    "proposal",
    "destination-measure",
}
STATUSES = {"met", "not-met", "undetermined", "not-covered"}
REVIEWS = {
    "presumption-of-denial",
    "policy-of-denial",
    "case-by-case",
    "presumption-of-approval",
    None,
}
NOT_CHECKED = (
    "jurisdiction parties ownership end-use embargo-detail eccn-of-product other-reasons-for-control"
    " technology-and-software unpublished-letters other-law"
)
UNKNOWN_AREA = "name: Mine\ndesigned_for: [datacenter]\nmetrics: {tpp: 4799}\n"
CALLS = [
    "check H20 A100 910B4 MLU370-X8 --on 2024-01-01",
    "check Blackwell H200 Gaudi3 --on 2026-02-01 --to CN",
    "check H200 910C H20 --on 2026-02-01 --to US",
    "check H100 --on 2024-01-01 --to RU --headquarters CN --headquarters RU --from TW",
    "check V100 A800 --on 2022-10-01 --to MO",
]


def checked(call: str, stdin: str = "") -> list[Record]:
    """The answers of a call of ``check``."""
    answers: list[Record] = run(*call.split(), "--format", "json", stdin=stdin).json
    return answers


def one(text: str, **asked: Any) -> Record:
    """The answer to a chip of a user's file."""
    (chip,) = chipdb.load().adopt(text.encode(), "mine.yaml")
    return chipdb.check(chip, **{"on": "2024-01-01", **asked}).to_dict()


TEXT = (str, type(None))


def check_verdict(record: Record) -> None:
    """Status, outcome, sides, provisions and needs."""
    has(record, outcome=TEXT, status=str, contested=bool, sides=list, provisions=list, needs=list)
    assert record["status"] in STATUSES
    assert record["outcome"] is not None or record["status"] != "met"
    assert record["outcome"] is None or record["status"] == "met"
    assert bool(record["provisions"]) <= (record["status"] == "met")
    assert (
        bool(record["needs"]) == (record["status"] == "undetermined") or record["status"] == "met"
    )
    assert bool(record["sides"]) == record["contested"]
    for side in record["sides"]:
        assert set(side) == {"because", "status", "outcome"}
    for need in record["needs"]:
        assert set(need) == {"figure", "unit", "break_evens", "answers", "text"}
        has(need, figure=str, unit=TEXT, break_evens=list, answers=(list, type(None)), text=str)


class TestCheck:
    """A list with an object per chip."""

    @pytest.mark.parametrize("call", CALLS)
    def test_types(self, call: str) -> None:
        for answer in checked(call):
            has(
                answer,
                chip=str,
                resolved_from=TEXT,
                derate=dict,
                on=str,
                to=TEXT,
                headquarters=list,
                metrics=dict,
            )
            has(answer, classification=dict, license=dict, answers=list, warnings=list)
            assert STAMP | {"from"} <= set(answer)
            assert set(answer["metrics"]) == set(METRICS)
            for name, metric in answer["metrics"].items():
                check_metric(name, metric)
            check_verdict(answer["classification"])
            for entry in answer["answers"]:
                has(entry, rule=str, question=str, citation=str, trace=list)
                assert entry["question"] in QUESTIONS
                check_verdict(entry)

    @pytest.mark.parametrize("call", CALLS)
    def test_license(self, call: str) -> None:
        placed = "--to" in call
        for answer in checked(call):
            found = answer["license"]
            assert found["required"] in ({"yes", "no", "undetermined"} if placed else {None})
            assert found["review"] in REVIEWS
            has(
                found,
                contested=bool,
                review_conditions=list,
                exceptions=list,
                requirements=list,
                assumptions=list,
            )
            assert found["not_checked"] == (NOT_CHECKED.split() if placed else [])
            assert found["codified"] is None or set(found["codified"]) == {"required", "review"}
            # only a question about the printed text has what is enforced beside it
            assert found["enforced"] is None
            for exception in found["exceptions"]:
                has(exception, name=str, section=str, conditions=list)
            for requirement in found["requirements"]:
                has(requirement, rule=str, section=str, exceptions=list)
                assert requirement["review"] in REVIEWS

    def test_the_question_stands_in_the_answer(self) -> None:
        (answer,) = checked("check Blackwell --derate compute=30% --to China --on 2026-06-01")
        asked = {
            key: answer[key]
            for key in ("chip", "resolved_from", "derate", "on", "to", "from", "headquarters")
        }
        assert asked == {
            "chip": "nvidia-b200-sxm6-180gb",
            "resolved_from": "Blackwell",
            "derate": {"compute": "30%"},
            "on": "2026-06-01",
            "to": "CN",
            "from": "US",
            "headquarters": ["CN"],
        }
        assert answer["metrics"]["tpp"] == {
            "value": 25200.0,
            "low": 25200.0,
            "high": 25200.0,
            "unit": "",
            "state": "known",
        }
        assert answer["classification"]["outcome"] == "3A090.a"
        assert answer["classification"]["provisions"] == ["3A090.a.1", "3A090.a.2"]
        assert answer["license"]["review"] == "presumption-of-denial"

    def test_an_exact_id_is_not_resolved(self) -> None:
        (answer,) = checked("check nvidia-h20-96gb --on 2024-01-01")
        assert [answer[key] for key in ("resolved_from", "to", "derate")] == [None, None, {}]

    def test_hong_kong_is_china(self) -> None:
        (answer,) = checked(
            "check H20 --to HK --headquarters Taiwan --headquarters hk --from DE --on 2024-01-01"
        )
        assert [answer["to"], answer["headquarters"], answer["from"]] == ["HK", ["TW", "HK"], "DE"]
        assert answer["treated_as"] == "CN"

    def test_planar_only_is_undefined(self) -> None:
        answer = one(
            "metrics: {tpp: 100}\ndies: [{name: A, transistors_are: planar, area: 400 mm^2}]"
        )
        density = answer["metrics"]["performance_density"]
        assert (density["value"], density["state"]) == (None, "undefined")

    def test_answers_are_every_rule_in_force(self) -> None:
        """Without ``--to`` rules with a scope are left out; with it, those whose scope takes in the
        place stand there.
        """
        plain = {entry["question"] for entry in checked("check H20 --on 2026-02-01")[0]["answers"]}
        assert plain == {"classification", "at-control"}
        placed = {
            entry["rule"]: entry
            for entry in checked("check H20 --on 2026-02-01 --to CN")[0]["answers"]
        }
        assert {entry["question"] for entry in placed.values()} == {
            "classification",
            "at-control",
            "license",
            "review",
            "destination-measure",
        }
        assert placed["us-3a090-2023"]["status"] == "not-met"
        in_force = {
            rule["id"] for rule in run("rules", "--on", "2026-02-01", "--format", "json").json
        }
        assert set(placed) < in_force
        home = {
            entry["question"]
            for entry in checked("check H200 --on 2026-02-01 --to US")[0]["answers"]
        }
        assert "duty" in home
        assert "license" not in home

    def test_codified(self) -> None:
        """The printed worldwide requirement for .a, not enforced; Germany is in Supplement No. 5:
        approval.
        """
        enforced = chipdb.check("H100", on="2026-06-01", to="DE").to_dict()["license"]
        assert (enforced["required"], enforced["review"]) == ("no", None)
        assert enforced["codified"] == {"required": "yes", "review": "presumption-of-approval"}
        assert (
            chipdb.check("H100", on="2024-06-01", to="DE").to_dict()["license"]["codified"] is None
        )
        printed = chipdb.check("H100", on="2026-06-01", to="DE", law="text").to_dict()["license"]
        # the specification: codified holds what the unenforced text answers, never the reverse
        assert (printed["required"], printed["codified"]) == ("yes", None)
        assert printed["enforced"] == {"required": "no", "review": None}
        assert enforced["enforced"] is None

    @pytest.mark.parametrize(
        ("asked", "law"), [("enforced", "enforced"), ("text", "text"), ("codified", "text")]
    )
    def test_the_law_that_was_asked(self, asked: str, law: str) -> None:
        """Codified is another name for the text; the specification has `law` in every check."""
        assert chipdb.check("H100", on="2026-06-01", to="DE", law=asked).to_dict()["law"] == law

    def test_sides(self) -> None:
        """910B4: the cube-only reading has 245.8 TFLOPS and no INT8."""
        (answer,) = checked("check 910B4 --on 2024-01-01")
        assert answer["classification"]["outcome"] == "3A090.a"
        assert {"because": "reading cube-only", "status": "met", "outcome": "3A090.b"} in answer[
            "classification"
        ]["sides"]


class TestNeeds:
    """A missing figure with its break-evens, the line cut where the answer changes; a fact with its
    two values.
    """

    def test_missing_area(self) -> None:
        found = one(UNKNOWN_AREA)["classification"]
        assert (found["status"], found["outcome"], found["provisions"]) == (
            "undetermined",
            None,
            [],
        )
        (need,) = found["needs"]
        assert (need["figure"], need["unit"], need["break_evens"]) == (
            "applicable_die_area",
            "mm^2",
            [810.64, 2999.38],
        )
        pieces = [
            [piece[key] for key in ("from", "to", "status", "outcome")] for piece in need["answers"]
        ]
        assert pieces == [
            [None, 810.64, "met", "3A090.a"],
            [810.64, 2999.38, "met", "3A090.b"],
            [2999.38, None, "not-met", None],
        ]
        assert [piece["closed"] for piece in need["answers"]][:2] == [True, True]
        assert "810.6" in need["text"]
        assert "2999.4" in need["text"].replace(",", "")

    def test_missing_tpp(self) -> None:
        """Non-planar 800 mm^2: nothing below 2400, .b from there (2400 / 800 = 3), .a from 5.92 x
        800 = 4736.
        """
        (need,) = one("designed_for: [datacenter]\nmetrics: {applicable_die_area: 800 mm^2}")[
            "classification"
        ]["needs"]
        assert (need["figure"], need["unit"], need["break_evens"]) == ("tpp", "", [2400, 4736])
        assert [piece["outcome"] for piece in need["answers"]] == [None, "3A090.b", "3A090.a"]
        assert [piece["closed"] for piece in need["answers"]][:2] == [False, False]

    def test_missing_fact(self) -> None:
        (need,) = one("metrics: {tpp: 4799, applicable_die_area: 1000 mm^2}")["classification"][
            "needs"
        ]
        assert [need[key] for key in ("figure", "unit", "break_evens")] == ["datacenter", None, []]
        assert sorted(need["answers"], key=lambda answer: answer["is"]) == [
            {"is": False, "status": "not-met", "outcome": None},
            {"is": True, "status": "met", "outcome": "3A090.b"},
        ]

    def test_two_missing(self) -> None:
        needs = {
            need["figure"]: need
            for need in one("designed_for: [datacenter]\nname: Mine")["classification"]["needs"]
        }
        assert set(needs) == {"tpp", "applicable_die_area"}
        assert [need["answers"] for need in needs.values()] == [None, None]

    def test_nothing_needed_where_nothing_matters(self) -> None:
        found = one("name: Mine\nmetrics: {tpp: 5000}")["classification"]
        assert (found["status"], found["outcome"], found["needs"]) == ("met", "3A090.a", [])
