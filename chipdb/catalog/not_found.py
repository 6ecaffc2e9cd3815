"""A name of a portfolio that no chip has, which takes the place of an answer."""

from __future__ import annotations

from typing import Any

from chipdb.lazy_dataclasses import dataclass
from chipdb.notebook import Framed, views


@dataclass(frozen=True, kw_only=True)
class NotFound(Framed):
    """A row whose name no chip has, with the error that the name by itself would give."""

    given: str
    error: str
    sku: str | None = None
    quantity: int | None = None
    row: int | None = None
    position: int = 1

    @property
    def exit_status(self) -> int:
        """3: what was not checked must not look like what is not controlled."""
        return 3

    @property
    def error_with_row(self) -> str:
        """The error, after the row of the table or list that has the name.

        >>> NotFound(given="H2000", error="unknown chip 'H2000'", row=9).error_with_row
        "row 9: unknown chip 'H2000'"
        """
        # the error of a row that was not read begins with its number
        if self.row is None or self.error.startswith("row "):
            return self.error
        return f"row {self.row}: {self.error}"

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb check --format json`` prints for this row."""
        return dict(views("json.answers").not_found_record(self))
