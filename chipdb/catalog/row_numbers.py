"""Where a row of a user's file is, as an editor or a spreadsheet shows it.

Programs count the rows of a table from 1, below the line of column names: that is the ``row`` of
JSON. A person looks for the line in the file, so messages name that.
"""

from __future__ import annotations

LINE = "line"
SHEET_ROW = "sheet row"
"""What the place of a row is called in a text file and in a sheet of a workbook."""


class RowNumber(int):
    """The number of a row of a table, which also knows its place in the file: ``line 10``.

    It is equal to the plain number, so it can be looked up by it.

    >>> number = RowNumber(9, "line 10")
    >>> number == 9, place_of(number)
    (True, 'line 10')
    """

    place: str

    def __new__(cls, number: int, place: str) -> RowNumber:
        """The number of the row, counted from 1, with its place."""
        made = super().__new__(cls, number)
        made.place = place
        return made

    def __getnewargs__(self) -> tuple[int, str]:  # type: ignore[override]
        """What makes a copy in another process."""
        return int(self), self.place


def place_of(number: int) -> str:
    """Where a row is, for a message; its number where the file has no lines, as in JSON.

    >>> place_of(RowNumber(4, "sheet row 6")), place_of(4)
    ('sheet row 6', 'row 4')
    """
    if isinstance(number, RowNumber):
        return number.place
    return f"row {number}"
