"""Build the pages of rules and of jurisdictions under ``docs``; ``docs/conf.py`` calls this."""

from __future__ import annotations

from pathlib import Path

import chipdb
from chipdb.views import jurisdiction_pages, rule_pages

DOCS = Path(__file__).parent.parent / "docs"


def rules() -> dict[str, str]:
    """Return the text of every page of a rule by file name."""
    return dict(rule_pages.pages(chipdb.load(), chipdb.load_rules()))


def jurisdictions() -> dict[str, str]:
    """Return the text of every page of a jurisdiction by file name."""
    return dict(jurisdiction_pages.pages(chipdb.load_rules()))


def write(folder: Path, texts: dict[str, str]) -> None:
    """Write the pages that changed, and delete those of entries that no longer exist."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        path = folder / name
        # Sphinx reads a page again when its file is newer, so an unchanged page is left alone.
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def main() -> None:
    """Write the pages of rules and of jurisdictions."""
    write(DOCS / "rules", rules())
    write(DOCS / "jurisdictions", jurisdictions())


if __name__ == "__main__":
    main()
