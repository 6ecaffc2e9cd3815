"""What every JSON object carries: the schema number, and the hashes of the data and rules that it rests on."""

from __future__ import annotations

from typing import Any

from chipdb import data_files

SCHEMA = 1


def stamped(record: dict[str, Any], data: str | None = None) -> dict[str, Any]:
    """A record with the schema number and the hashes of data (``data`` where it is not this installation's) and rules."""
    return {
        "schema": SCHEMA,
        "data": data or data_files.data_hash(),
        "rules": data_files.rules_hash(),
        **record,
    }
