"""The report of ``cite``: one citation as text, BibTeX, CSL JSON, or in all forms as JSON."""

from __future__ import annotations

import json

from chipdb.errors import ParameterError
from chipdb.views.citation import Citation

TEXT = "text"
STYLES = (TEXT, "bibtex", "csl-json", "json")
"""The formats of a citation, that of a footnote first."""


def check_style(name: str) -> str:
    """Return the name of a format of citations; raises ParameterError for another one."""
    if name not in STYLES:
        raise ParameterError("format", f"must be one of {', '.join(STYLES)}, not {name!r}")
    return name


def citation_text(citation: Citation, style: str) -> str:
    """Write a citation in one of :data:`STYLES`."""
    if style == "bibtex":
        return citation.bibtex()
    if style == "csl-json":
        # reference managers import a list of items
        return json.dumps([citation.csl()], ensure_ascii=False, indent=2)
    if style == "json":
        return json.dumps(citation.to_dict(), ensure_ascii=False, indent=2)
    return citation.text
