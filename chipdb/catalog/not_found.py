"""A row of a file that was not checked, which takes the place of an answer."""

from __future__ import annotations

from typing import Any

from chipdb.catalog.row_numbers import place_of
from chipdb.lazy_dataclasses import dataclass
from chipdb.notebook import Framed, views


@dataclass(frozen=True, kw_only=True)
class NotFound(Framed):
    """A row whose name no chip has, or that could not be read, with the reason.

    The error of a name is the one that the name by itself would give.
    """

    given: str
    error: str
    sku: str | None = None
    quantity: int | None = None
    row: int | None = None
    position: int = 1
    is_unread: bool = False
    """Whether the row could not be read, so that it is not known which chip it means."""
    is_ambiguous: bool = False
    """Whether the name means several chips, so that it is not known which."""
    file: str | None = None
    """The file in which the row is, as it was named, where several may have been."""

    @classmethod
    def of_unread_row(cls, number: int, why: str) -> NotFound:
        """Return what takes the place of a row that could not be read.

        >>> NotFound.of_unread_row(2, "it has no name").error
        'row 2 was not read: it has no name'
        """
        error = f"{place_of(number)} was not read: {why}"
        return cls(given=f"row {number}", error=error, row=number, is_unread=True)

    @classmethod
    def of_unread_sheet(cls, address: str, why: str) -> NotFound:
        """Return what takes the place of a sheet of a workbook that was not read.

        >>> NotFound.of_unread_sheet("plan.xlsx#More", "the sheet More was not read").given
        'plan.xlsx#More'
        """
        return cls(given=address, error=why, is_unread=True)

    @property
    def exit_status(self) -> int:
        """3: what was not checked must not look like what is not controlled."""
        return 3

    @property
    def shown(self) -> str:
        """What a table shows for the name: that of the row, or where a row is that was not read."""
        if self.is_unread and self.row is not None:
            return place_of(self.row)
        return self.given

    @property
    def error_with_row(self) -> str:
        """The error, after the row that has the name, or the file of a row that was not read.

        >>> NotFound(given="H2000", error="unknown chip 'H2000'", row=9).error_with_row
        "row 9: unknown chip 'H2000'"
        """
        # the error of a row that was not read begins with its number
        if self.is_unread:
            return self.error if self.file is None else f"{self.file}: {self.error}"
        if self.row is None:
            return self.error
        return f"{place_of(self.row)}: {self.error}"

    def to_dict(self) -> dict[str, Any]:
        """What ``chipdb check --format json`` prints for this row."""
        return dict(views("json.answers").not_found_record(self))
