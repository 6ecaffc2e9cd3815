"""The OpenAPI document as an engineer reads it who writes a client from it alone."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from chipdb.errors import ChipdbError
from chipdb.service.answer_schemas import ANSWERS
from chipdb.service.calls import COMMANDS, answer, is_needed, parameters
from chipdb.service.http import application

MODEL = {"model": ["llama3.1-70b"], "phase": ["serve"]}
CHIPS = ["H20", "L40S", "Ascend 910C", "MI300X", "TPU v5p", "GB200 NVL72", "micron-hbm3e-24gb"]
CHIPS += ["A16", "RTX 4090"]
# calls that answer with values of every kind: nulls, ranges, systems, stacks of memory, changes
CALLS: list[tuple[str, dict[str, list[str]]]] = [
    ("check", {"chip": CHIPS, "on": ["2026-06-01"]}),
    ("check", {"chip": CHIPS, "to": ["CN", "AE", "DE", "HK"], "on": ["2026-06-01"]}),
    ("check", {"chip": ["A800"], "to": ["CN"], "on": ["2022-09-15"], "law": ["text"]}),
    ("check", {"chip": ["H20"], "role": ["foundry"], "quantity": ["3"], "drop": ["fp8"]}),
    ("check", {"chip": ["H200"], "to": ["US"], "rule": ["us-3a090-2023"]}),
    ("headroom", {"chip": ["H20"], "to": ["CN"]}),
    ("headroom", {"chip": ["L40S"]}),
    ("compare", {"chip": ["H20", "GB200 NVL72", "910C"]}),
    ("near", {"within": ["50%"], "on": ["2026-06-01"]}),
    ("flips", {"before": ["us-3a090-2022"], "after": ["us-3a090-2023"]}),
    ("flips", {"before": ["2022-11-01"], "after": ["2024-01-01"], "to": ["CN"]}),
    ("timeline", {"chip": ["A100", "H20"], "to": ["CN", "AE"]}),
    ("timeline", {"chip": ["H20"]}),
    ("budget", {"chip": ["H20", "910C"], "count": ["10"], "on": ["2025-04-01"]}),
    ("list", {}),
    ("show", {"chip": ["H20"]}),
    ("show", {"chip": ["GB200 NVL72"]}),
    ("show", {"chip": ["samsung-hbm2e-flashbolt-16gb"]}),
    ("identify", {"name": ["L40S", "10de:2335", "g4-standard-6", "A100", "nothing"]}),
    ("rules", {}),
    ("conflicts", {}),
    ("sources", {"chip": ["H20"]}),
    ("sources", {}),
    ("stale", {"on": ["2028-01-01"]}),
    ("estimate", {"chip": CHIPS[:5], "price": ["2"], **MODEL}),
    ("estimate", {"chip": ["L40S"], "layout": ["TP1"], **MODEL}),
    ("equivalents", {"chip": ["H20", "910C"], "of": ["B200"], **MODEL}),
    ("envelope", {"to": ["CN"], "on": ["2026-06-01"], **MODEL}),
    ("envelope", {"rule": ["us-3a090-2023"], "area": ["814mm^2"]}),
]


def test_every_command_has_a_schema_and_a_call() -> None:
    assert list(ANSWERS) == list(COMMANDS) == list(dict.fromkeys(name for name, _ in CALLS))


@pytest.mark.parametrize(("command", "values"), CALLS)
def test_answers_hold_to_their_schema(command: str, values: dict[str, list[str]]) -> None:
    schema = ANSWERS[command]
    jsonschema.Draft202012Validator.check_schema(schema)
    got = answer(command, values)
    jsonschema.Draft202012Validator(schema).validate(got)
    assert got


@pytest.mark.parametrize("command", COMMANDS)
def test_what_is_needed_is_said_and_nothing_else(command: str) -> None:
    """Each needed parameter is refused to be missing; with all of them there is an answer."""
    needed = [each for each in parameters(command).values() if is_needed(command, each)]
    values: dict[str, list[str]] = {}
    for name, given in CALLS:
        if name == command and {each.name for each in needed} <= given.keys():
            values = {each.name: given[each.name] for each in needed}
    for each in needed:
        without = {name: given for name, given in values.items() if name != each.name}
        with pytest.raises(ChipdbError, match=f"missing {each.written}|two or more chips"):
            answer(command, without)
    # which of its parameters an envelope needs, a rule or a destination, is left to the caller
    if command != "envelope":
        assert answer(command, values)


def document() -> dict[str, Any]:
    """The OpenAPI document."""
    written: dict[str, Any] = application().openapi()
    return written


def test_the_document_names_answers_errors_and_choices() -> None:
    written = document()
    validate(written)
    check = written["paths"]["/api/check"]["get"]
    assert set(check["responses"]) == {"200", "422", "500", "503"}
    answered = check["responses"]["200"]["content"]["application/json"]["schema"]
    status = answered["items"]["properties"]["verdict"]["properties"]["status"]
    assert "license-required" in status["enum"]
    by_name = {each["name"]: each for each in check["parameters"]}
    assert by_name["chip"]["required"]
    assert not by_name["to"]["required"]
    assert by_name["law"]["schema"]["enum"] == ["enforced", "text"]
    operations = [path["get"]["operationId"] for path in written["paths"].values()]
    assert sorted(operations) == sorted([*COMMANDS, "version"])
