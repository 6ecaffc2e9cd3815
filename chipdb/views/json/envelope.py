"""What every JSON object carries: the schema number, and the hashes of the data and the rules."""

from __future__ import annotations

from typing import Any

from chipdb import data_files

# raised only if a key changes its meaning or is removed; new keys do not change it
SCHEMA = 1


def envelope_json(record: dict[str, Any], data: str | None = None) -> dict[str, Any]:
    """Put a record behind the schema number and the hashes of data and rules.

    ``data`` is the hash of the data that the record was made from, if it is not that of this
    installation: a dated vintage, or a catalog with a user's own chips.
    """
    return {
        "schema": SCHEMA,
        # with these two hashes an answer can be computed again later, on the same data
        "data": data or data_files.data_hash(),
        "rules": data_files.rules_hash(),
        **record,
    }
