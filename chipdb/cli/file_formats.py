"""The format of the file that ``-o`` names: its ending determines it, unless ``--format`` does."""

from __future__ import annotations

from pathlib import Path

from chipdb.errors import UsageError

TEXT = "table"
"""The format that the command line has by default."""
WORKBOOK = "xlsx"
"""A workbook, which is only written to a file and is not a name for --format."""
PARQUET = ".parquet"
"""Tables that `check` and `sweep` write themselves."""
FORMAT_OF_ENDING = {
    ".txt": TEXT,
    ".csv": "csv",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".xlsx": WORKBOOK,
}
READ_BY_PROGRAMS = (".csv", ".json", ".xlsx")
"""A file with one of these endings that holds anything else fails where it is opened."""


def style_of_file(output: str, style: str) -> str:
    """Return the format in which a file is written; ``style`` is the format that was asked for.

    Raises :class:`~chipdb.errors.UsageError` for an ending that chipdb does not know, and for one
    that contradicts the format.

    >>> style_of_file("answers.csv", "table"), style_of_file("answers.txt", "json")
    ('csv', 'json')
    """
    ending = Path(output).suffix.lower()
    by_ending = FORMAT_OF_ENDING.get(ending)
    if style != TEXT:
        if ending in READ_BY_PROGRAMS and style != by_ending:
            raise UsageError(
                f"-o {output}: the file's ending says {by_ending}, and --format {style}; "
                "leave out one of them"
            )
        return style
    if by_ending is not None:
        return by_ending
    # a device or a pipe has no ending
    if ending in ("", PARQUET):
        return style
    raise UsageError(
        f"-o {output}: {ending} files are not written; name a .txt, .csv, .json, .md or .xlsx file"
    )


def refuse_parquet(output: str) -> None:
    """Raise :class:`~chipdb.errors.UsageError` if an answer would be written as Parquet."""
    if Path(output).suffix.lower() == PARQUET:
        raise UsageError(
            f"-o {output}: Parquet is written by `check TABLE` and by `sweep`; "
            "name a .txt, .csv, .json, .md or .xlsx file"
        )
