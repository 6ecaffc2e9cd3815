"""Build a page for each jurisdiction in ``docs/jurisdictions``; ``docs/conf.py`` calls this."""

from __future__ import annotations

from pathlib import Path

import chipdb
from chipdb.views.jurisdiction_pages import pages

FOLDER = Path(__file__).parent.parent / "docs" / "jurisdictions"


def main() -> None:
    """Write the pages that changed and delete the pages of jurisdictions that no longer exist."""
    texts = dict(pages(chipdb.load_rules()))
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.md"):
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        path = FOLDER / name
        # Sphinx reads a page again when its file is newer, so an unchanged page is left alone.
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
