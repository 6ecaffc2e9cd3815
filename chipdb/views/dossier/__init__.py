"""A dossier as Markdown, HTML or JSON: three walks over one tree. All text of data and users is escaped on the way out."""

from __future__ import annotations

from pathlib import Path

from chipdb.errors import UsageError
from chipdb.views.dossier.document import Dossier

FORMATS = {"markdown": ".md", "html": ".html", "json": ".json"}
"""The formats, and the ending of a file that names each."""


def format_of(style: str | None, output: str | None) -> str:
    """The format: as named, else by the file's ending, else Markdown; :class:`UsageError` for any other.

    >>> format_of(None, "h20.html"), format_of("json", "h20.html"), format_of(None, None)
    ('html', 'json', 'markdown')
    """
    if style is not None:
        if style not in FORMATS:
            raise UsageError(f"--format {style}: one of {', '.join(FORMATS)}")
        return style
    if output is None:
        return "markdown"
    suffix = Path(output).suffix.lower()
    named = next((name for name, ending in FORMATS.items() if ending == suffix), None)
    if named is None:
        raise UsageError(
            f"-o {output}: ends in none of {', '.join(FORMATS.values())}; end it so, or add --format"
        )
    return named


def written(sheet: Dossier, style: str) -> str:
    """The dossier as text in one of :data:`FORMATS`, without a newline at its end."""
    if style == "html":
        from chipdb.views.dossier.html import html

        return html(sheet)
    if style == "json":
        import json

        from chipdb.views.dossier.records import records

        return json.dumps(records(sheet), ensure_ascii=False, indent=2)
    from chipdb.views.dossier.markdown import markdown

    return markdown(sheet)
