"""Text wrapped for the narrowest terminal that people use, as paragraphs or behind labels."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from chipdb.views.safe_text import printable_cell

WIDTH = 80
"""Answers are wrapped for the narrowest terminal that people use."""

LABEL_WIDTH = 16
"""The columns of a label, so that those of all answers are the same."""


def wrapped(text: str, *, indent: str = "", hanging: str = "", columns: int = WIDTH) -> list[str]:
    """Return a paragraph as lines for a narrow terminal; ``hanging`` indents all but the first."""
    return textwrap.wrap(
        printable_cell(text),
        # a terminal that has no room for a word behind the indent has it on a line of its own
        max(columns, len(hanging) + 1),
        initial_indent=indent,
        subsequent_indent=hanging,
        # a section, an id or a date is not divided at a hyphen
        break_on_hyphens=False,
    )


def labeled_lines(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return pairs of label and text as lines, with the texts below each other.

    A pair without a label continues the one above it.
    """
    hanging = " " * LABEL_WIDTH
    lines = []
    for label, text in rows:
        # the label is put in front of the wrapped text, so that a long text cannot push it away
        first, *more = wrapped(text, indent=hanging, hanging=hanging) or [""]
        lines += [f"{label:{LABEL_WIDTH}}{first[LABEL_WIDTH:]}".rstrip(), *more]
    return lines
