"""``chipdb cite``."""

from __future__ import annotations

from typing import Annotated

from chipdb.cli.options import OUTPUT, Argument, Output, Vintage, option

EXAMPLE = "chipdb cite H20 --format bibtex"

Cited = Annotated[
    str | None,
    Argument(metavar="[CHIP|RULE]", help="A chip, or a rule by its id; chipdb itself by default."),
]
CitationFormat = Annotated[
    str,
    option(
        "--format",
        metavar="text|bibtex|csl-json|json",
        text="The format of the citation.",
        section=OUTPUT,
    ),
]


def cite(
    name: Cited = None,
    vintage: Vintage = None,
    style: CitationFormat = "text",
    output: Output = None,
) -> None:
    """Cite a chip, a rule or chipdb itself.

    The citation names the version, the vintage and the hash of the data, so that a reader can find
    the same figures.
    """
    from chipdb.cli.output import emit
    from chipdb.views.citation import cite as citation_of
    from chipdb.views.reports.cite import check_style, citation_text

    # a wrong format is refused before the catalog is loaded
    check_style(style)
    emit(citation_text(citation_of(name, vintage=vintage), style), output)
