"""A dossier: a dated, cited worksheet of a check, to be filed as Markdown, HTML, Word or JSON.

Everything in it is an answer, a figure or a text of the data. Nothing about the machine, the
person or the time of day goes in, so the same inputs give the same bytes.

* ``document`` is the tree of sections, blocks and cells; ``build`` makes it from checks.
* ``matrix`` makes the question, the row of the classification matrix and the result;
  ``figures`` the inputs; ``metric_steps`` the derivation of each metric; ``rule_sections`` the
  rules, the license and the open points; ``form`` what people fill in; ``source_list`` numbers
  the sources.
* ``core`` makes the two pages that are read first; all other sections are the appendix.
* ``markdown``, ``html``, ``word`` and ``json_records`` write the tree. All text of data and users
  is escaped on the way out.
"""

from __future__ import annotations

from pathlib import Path

from chipdb.errors import ParameterError
from chipdb.views.dossier.build import dossier
from chipdb.views.dossier.document import Dossier

__all__ = ["FILES", "FORMATS", "WORD", "dossier", "file_bytes", "format_of", "written"]

FORMATS = {"markdown": ".md", "html": ".html", "json": ".json"}
"""The formats that are text, each with the file name extension that selects it."""

WORD = "docx"
FILES = {**FORMATS, WORD: ".docx"}
"""All formats; a document for word processors is a file and cannot be printed."""


def format_of(style: str | None, output: str | None) -> str:
    """The format: as named, else by the extension of the output file, else Markdown.

    Raises :class:`~chipdb.errors.ParameterError` for a format or extension that does not exist; it
    names the parameter, so that the command line can name its option.

    >>> format_of(None, "h20.html"), format_of("json", "h20.html"), format_of(None, None)
    ('html', 'json', 'markdown')
    """
    if style is not None:
        if style not in FILES:
            expected = ", ".join(FILES)
            raise ParameterError("format", f"must be one of {expected}, not {style!r}")
        if style == WORD and output is None:
            raise ParameterError("format", "docx is written to a file: name one with -o")
        return style
    if output is None:
        return "markdown"

    extension = Path(output).suffix.lower()
    for name, ending in FILES.items():
        if ending == extension:
            return name

    # A dossier is filed as a record, so a name such as "h20.pdf" is refused, not written as
    # Markdown under a false extension.
    endings = ", ".join(FILES.values())
    raise ParameterError("output", f"{output}: expected a name that ends in {endings}, or a format")


def file_bytes(sheet: Dossier, style: str) -> bytes:
    """The dossier as the bytes of a file in one of :data:`FILES`.

    Raises :class:`~chipdb.errors.UsageError` for Word without the extra ``office``.
    """
    if style == WORD:
        from chipdb.views.dossier.word import word

        return word(sheet)
    return f"{written(sheet, style)}\n".encode()


def written(sheet: Dossier, style: str) -> str:
    """The dossier as text in one of :data:`FORMATS`, without a newline at its end.

    ``style`` must be one of the formats; :func:`format_of` has checked it.
    """
    # Each writer is imported where it is needed: a dossier is written in one format only.
    if style == "html":
        from chipdb.views.dossier.html import html

        return html(sheet)
    if style == "json":
        import json

        from chipdb.views.dossier.json_records import records

        return json.dumps(records(sheet), ensure_ascii=False, indent=2)
    from chipdb.views.dossier.markdown import markdown

    return markdown(sheet)
