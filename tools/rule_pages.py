"""Write a page for each rule and the list of them into ``docs/rules``: ``make pages``."""

from __future__ import annotations

from pathlib import Path

import chipdb
from chipdb.views.rule_page import pages

FOLDER = Path(__file__).parent.parent / "docs" / "rules"


def wanted() -> dict[str, str]:
    """The pages by file name."""
    return dict(pages(chipdb.load(), chipdb.load_rules()))


def main() -> None:
    """Write them; a page of a rule that is gone goes too."""
    found = wanted()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for path in FOLDER.glob("*.md"):
        if path.name not in found:
            path.unlink()
    for name, text in found.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
