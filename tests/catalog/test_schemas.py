"""The JSON Schemas in docs/ match the models, and the data of this repository is valid."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).parents[2]
TOOL = runpy.run_path(str(ROOT / "tools" / "schemas.py"))
FILES = [("chips.schema.json", ROOT / "data" / "chips.yaml")]
FILES += [("rules.schema.json", path) for path in sorted((ROOT / "data" / "rules").rglob("*.yaml"))]


class Plain(yaml.SafeLoader):
    """YAML as an editor reads it, dates left as text."""


Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("name", TOOL["MODELS"])
def test_current(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == TOOL["schema_text"](
        TOOL["MODELS"][name]
    ), "run make schemas"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "path"), FILES, ids=lambda value: getattr(value, "name", value))
def test_data_is_valid(name: str, path: Path) -> None:
    schema = json.loads((ROOT / "docs" / name).read_text(encoding="utf-8"))
    entries: list[Any] = Plain(path.read_text(encoding="utf-8")).get_single_data()
    checker = jsonschema.Draft202012Validator(schema)
    assert [error.message for error in checker.iter_errors(entries)][:3] == []


def test_a_misspelled_field_is_not() -> None:
    schema = json.loads((ROOT / "docs" / "chips.schema.json").read_text(encoding="utf-8"))
    assert not jsonschema.Draft202012Validator(schema).is_valid([{"id": "a", "vendro": "NVIDIA"}])
