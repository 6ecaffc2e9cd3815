"""Text that goes into a dossier comes out of a Markdown reader as it went in."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from chipdb.views.dossier.document import BlockColumn, DossierCell
from chipdb.views.dossier.markdown import table
from chipdb.views.escaping import escaped, one_line, opening

MARKS = st.text(
    alphabet=st.sampled_from(list("\\`*_{}[]()<>#+-=.!|~&;:/@$ \n\t1aB昇\u00a0\u202e")), max_size=24
)
PIECES = st.lists(
    st.sampled_from(
        [
            "<script>",
            "</td>",
            "](http://x)",
            "![",
            "**",
            "__",
            "&lt;",
            "&#35;",
            "1. ",
            "- ",
            "# ",
            "| ",
            "---",
        ]
    )
)
# without a codec, of which hypothesis would keep a table on disk that runs side by side share
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TEXTS = (MARKS | ANY_TEXT | PIECES.map("".join)).filter(lambda text: bool(one_line(text)))


class Seen(HTMLParser):
    """Tags and text of a document."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert attrs == []

    def handle_data(self, data: str) -> None:
        self.text += data


@given(TEXTS)
def test_an_item_is_its_text(text: str) -> None:
    seen = Seen(f"- {opening(text)}")
    assert seen.tags == ["ul", "li"]
    assert seen.text.strip() == one_line(text)


@given(TEXTS)
def test_a_bold_lead_is_its_text(text: str) -> None:
    seen = Seen(f"- **{escaped(text)}**: rest")
    assert seen.tags == ["ul", "li", "strong"]
    assert seen.text.strip() == f"{one_line(text)}: rest"


@given(TEXTS, TEXTS)
def test_a_cell_is_its_text(one: str, other: str) -> None:
    heads = [BlockColumn("a", "first"), BlockColumn("b", "second")]
    seen = Seen("\n".join(table(heads, [(DossierCell(one, one), DossierCell(other, other))])))
    assert seen.tags == ["table", "thead", "tr", "th", "th", "tbody", "tr", "td", "td"]
    assert seen.text.split("second")[1].strip().split("\n") == [one_line(one), one_line(other)]
