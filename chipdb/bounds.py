"""How much chipdb reads: the bounds on files, tables, names, messages and calls, in one place.

A file or a call may come from anybody. Each bound is checked before what it bounds is read or
unfolded, so that a refusal takes seconds and less than a gigabyte. ``docs/specification.md`` states
the numbers.
"""

from __future__ import annotations

MOST_BYTES = 16 * 1024 * 1024
"""The size of a text file, of standard input, and of a table that is read row by row."""
MOST_UNFOLDED = 200_000_000
"""What a compressed file may unfold to, in bytes."""
MOST_VALUES = 500_000
"""The values in a YAML or JSON text; the whole catalog has a seventh of them."""
MOST_DEPTH = 30
"""How many lists and mappings may be around a value."""
MOST_PARENTHESES = 50
"""How deep parentheses may be nested in a condition of ``list --where``."""
MOST_ENTRIES = 10_000
"""The chips or rules in one file."""
MOST_LEVELS = 8
"""Systems may consist of systems, this many levels deep; chips on boards in nodes in racks in pods
are four."""
MOST_MEMBERS = 256
"""How many members a system may list, those of its members included; a ``count`` counts once."""
MOST_KNOB_VALUES = 10_000_000
"""How many values a knob of a grid may have."""
MOST_TOKENS = 10_000_000
"""How many sequences or tokens a workload in a grid may name."""
MOST_ROWS = 200_000
"""The rows of a table that is read row by row; ``check TABLE -o FILE.parquet`` has no bound."""
MOST_SHEET_ROWS = 50_000
"""The rows of a sheet of a workbook, which are read slowly."""
MOST_SHEET_CELLS = 1_000_000
"""The cells of a sheet, and the texts that the cells of a workbook share."""
MOST_COLUMNS = 500
MOST_CELLS = 4_000_000
MOST_NAMES = 100_000
"""The lines of a list of names or of an inventory."""
MOST_NAME_LETTERS = 10_000
"""The longest line of a list of names or of an inventory."""
MOST_CELL_BYTES = 100_000
"""The longest text in a table of any size."""
MOST_UNFOLDED_COLUMN = 1_000_000_000
"""What the values of one column may take in one row group of a Parquet file, in bytes."""
MOST_LETTERS = 400
"""The length of a message; of a longer one the middle is left out."""
MOST_MESSAGES = 50
"""How many messages are printed before a line that counts the others."""
MOST_NOTE_LETTERS = 2_000
"""The length of a note, which may list all chips that a name could mean."""
MOST_OPTION_VALUES = 50
"""How many values an option of a call of the service may have, and how many chips or names."""
MOST_VALUE_LETTERS = 200
"""The length of a value in such a call; the longest name of a chip has a quarter of it."""
MOST_ANSWERS = 200
"""How many answers a call of the service may ask for: its chips times its places."""


def bounded_message(text: str, most: int = MOST_LETTERS) -> str:
    """A message of at most ``MOST_LETTERS`` letters, or of another number.

    A value that was echoed may be as long as a file. It is in the middle: the beginning says
    where the problem is, and the end what to write instead.

    >>> bounded_message("short")
    'short'
    >>> len(bounded_message("x" * 10_000)) == MOST_LETTERS
    True
    """
    if len(text) <= most:
        return text
    gap = " ... "
    ending = most // 3
    return f"{text[: most - ending - len(gap)]}{gap}{text[-ending:]}"
