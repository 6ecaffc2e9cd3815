"""Write the JSON Schemas with which editors complete chip and rule files: ``make schemas``."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from chipdb.catalog.schema import Chip
from chipdb.rules.schema import Rule

DOCS = Path(__file__).parent.parent / "docs"
MODELS: dict[str, type[BaseModel]] = {"chips.schema.json": Chip, "rules.schema.json": Rule}


def schema_text(model: type[BaseModel]) -> str:
    """The schema of a file: one entry or a list of them."""
    whole = model.model_json_schema(ref_template="#/$defs/{model}")
    shared = whole.pop("$defs", {})
    name = model.__name__
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "anyOf": [
            {"$ref": f"#/$defs/{name}"},
            {"type": "array", "items": {"$ref": f"#/$defs/{name}"}},
        ],
        "$defs": {name: whole, **shared},
    }
    return json.dumps(schema, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write both files."""
    for name, model in MODELS.items():
        (DOCS / name).write_text(schema_text(model), encoding="utf-8")


if __name__ == "__main__":
    main()
