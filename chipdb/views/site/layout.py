"""From Markdown to the HTML page of the site: its head, its navigation, its style.

Pages are opened from a folder as well as from a server, so links are relative, and style and script
are part of the page: a policy allows these by their hashes and nothing else.
"""

from __future__ import annotations

import base64
import re
from html import escape
from pathlib import Path

from markdown_it import MarkdownIt

import chipdb
from chipdb.lazy_dataclasses import dataclass
from chipdb.views.page_policy import allowed_by_hash

_HERE = Path(__file__).parent
_RULE_PAGE = re.compile(r'href="([a-z0-9-]+)\.md"')
_DOCUMENT = re.compile(r'<a href="\.\./[a-z-]+\.md(?:#[^"]*)?">(.*?)</a>', re.DOTALL)


@dataclass(frozen=True)
class Picture:
    """A chart of a page: the heading above it, its SVG, and what it shows in words."""

    heading: str
    svg: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """A page before it has its frame.

    ``up`` leads from its folder to that of the site: ``../`` or nothing. ``json`` is the address of
    the same as JSON, ``script`` what runs in the page.
    """

    title: str
    description: str
    markdown: str
    up: str = ""
    json: str | None = None
    script: str = ""
    picture: Picture | None = None


def html_of(page: Page, data: str) -> str:
    """The HTML of a page; ``data`` names the version and the hashes, at its foot."""
    style = (_HERE / "site.css").read_text(encoding="utf-8")
    policy = f"default-src 'none'; style-src {allowed_by_hash(style)}"
    script = ""
    if page.script:
        policy += f"; script-src {allowed_by_hash(page.script)}"
        script = f"<script>{page.script}</script>\n"
    body = _body(page.markdown)
    if page.picture is not None:
        # the picture is in the page itself, since a page of a folder may load nothing
        policy += "; img-src data:"
        body = _with_picture(body, page.picture)
    alternate = ""
    if page.json is not None:
        alternate = f'<link rel="alternate" type="application/json" href="{page.json}">\n'
    return (
        "<!DOCTYPE html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta name="generator" content="chipdb {chipdb.__version__}">\n'
        f'<meta name="description" content="{escape(page.description)}">\n'
        f"<title>{escape(page.title)} – chipdb</title>\n"
        f"{alternate}<style>{style}</style>\n</head>\n<body>\n"
        f"{_way_around(page.up)}"
        f"<main>\n{body}</main>\n"
        f"<footer><p>{escape(data)}</p></footer>\n{script}</body>\n</html>\n"
    )


def _way_around(up: str) -> str:
    """The links at the top of each page."""
    links = (
        ("index.html", "Chips"),
        ("rules/index.html", "Rules"),
        ("explorer.html", "Explorer"),
    )
    items = "".join(f'<li><a href="{up}{address}">{name}</a></li>' for address, name in links)
    return f'<header><nav aria-label="Site"><ul>{items}</ul></nav></header>\n'


def _body(markdown: str) -> str:
    """The HTML of a text; tags in it are shown as text."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    html = reader.render(markdown)
    html = _RULE_PAGE.sub(r'href="\1.html"', html)
    # pages of the documentation are not part of the site
    html = _DOCUMENT.sub(r"\1", html)
    # what is wide scrolls in its own box, which the keyboard must reach
    html = html.replace("<pre>", '<pre tabindex="0">')
    html = html.replace("<table>", '<div class="table" tabindex="0" role="group"><table>')
    html = html.replace("</table>", "</table></div>")
    return html.replace("<th>", '<th scope="col">')


def _with_picture(body: str, picture: Picture) -> str:
    """The HTML of a text with a picture below the heading that it belongs to."""
    heading = f"<h2>{escape(picture.heading)}</h2>\n"
    encoded = base64.b64encode(picture.svg.encode()).decode()
    image = f'<img src="data:image/svg+xml;base64,{encoded}" alt="{escape(picture.words)}">'
    return body.replace(heading, f"{heading}<figure>{image}</figure>\n", 1)
