"""A page for each jurisdiction, and the list of them: its instruments, and what was read."""

from __future__ import annotations

from collections.abc import Iterator

from chipdb.catalog.bibliography import Source, bibliography
from chipdb.rules.jurisdictions import Instrument, Jurisdiction, jurisdictions
from chipdb.rules.rulebook import Rulebook
from chipdb.views.page_parts import pipe_table
from chipdb.vocabulary import ReadAs

# a page that is edited by hand would be overwritten silently
MADE = "<!-- built by `make docs` from data/jurisdictions.yaml; do not edit -->"
INTRODUCTION = (
    "Which jurisdictions control advanced computing items, by which instruments, what was read of "
    "each, and whether chipdb models it. An export from a jurisdiction whose law is not modeled "
    "carries a caution. [What chipdb does not tell you](../limits.md) lists the limits of answers."
)


def pages(book: Rulebook) -> Iterator[tuple[str, str]]:
    """The pages by file name, ending with the list of them."""
    listed = list(jurisdictions().values())
    for jurisdiction in listed:
        yield f"{jurisdiction.id}.md", page(jurisdiction, book)
    yield "index.md", index(listed)


def index(listed: list[Jurisdiction]) -> str:
    """The list of jurisdictions with the number of their instruments, and of those modeled."""
    rows = []
    for jurisdiction in listed:
        modeled = sum(bool(instrument.modeled) for instrument in jurisdiction.instruments)
        link = f"[{jurisdiction.name}]({jurisdiction.id}.md)"
        count = len(jurisdiction.instruments)
        rows.append([link, str(count), str(modeled), jurisdiction.summary])
    table = pipe_table(["jurisdiction", "instruments", "modeled", "in short"], rows)
    return "\n\n".join([MADE, "# Jurisdictions", INTRODUCTION, table]) + "\n"


def page(jurisdiction: Jurisdiction, book: Rulebook) -> str:
    """The page of one jurisdiction as Markdown, with a newline at its end."""
    parts = [MADE, f"# {jurisdiction.name}", jurisdiction.summary]
    for instrument in jurisdiction.instruments:
        parts += [f"## {instrument.title}", _instrument(instrument, book)]
    return "\n\n".join(parts) + "\n"


def _instrument(instrument: Instrument, book: Rulebook) -> str:
    """What an instrument controls, whether it is modeled, and which parts were read."""
    lines = []
    if instrument.start:
        lines.append(f"* Applies from {instrument.start}.")
    if instrument.controls:
        lines.append(f"* Controls: {instrument.controls}")
    if instrument.modeled:
        links = [f"[{book[rule].id}](../rules/{rule}.md)" for rule in instrument.modeled]
        lines.append(f"* Modeled by {', '.join(links)}.")
    if instrument.why_not:
        lines.append(f"* Not modeled: {instrument.why_not}")

    # a modeled instrument names no sources: the page of its rule has them
    for key in instrument.sources:
        lines.append(f"* Read: {_reference(bibliography()[key])}")
    return "\n".join(lines)


def _reference(source: Source) -> str:
    """A source with its address, how it was read, and when."""
    title = source.title
    if source.url:
        title = f"[{title}]({source.url})"
    reading = str(source.read_as)
    if source.read_as == ReadAs.ORIGINAL:
        reading = "an original"
    text = f"{title}, {source.publisher}, {source.date}; read as {reading} on {source.read}"
    if source.note:
        text += f" ({source.note})"
    return f"{text}."
