"""The pages of jurisdictions: each with its instruments, what was read, and what models them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

import chipdb
from chipdb.catalog.bibliography import bibliography
from chipdb.catalog.yaml_lists import read_list
from chipdb.errors import DataError
from chipdb.rules.jurisdictions import Jurisdiction, jurisdictions
from chipdb.views.jurisdiction_pages import pages

WITH_CONTROLS = {"us", "eu", "gb", "jp", "kr", "tw", "nl", "ca", "sg", "my", "cn"}
"""The jurisdictions with controls on advanced computing or the chips' way around them."""


@cache
def built() -> dict[str, str]:
    """Every page by file name."""
    return dict(pages(chipdb.load_rules()))


class TestPages:
    """Every jurisdiction has a page, and the list has each of them."""

    def test_every_jurisdiction_has_a_page_and_a_line(self) -> None:
        assert set(built()) == {f"{code}.md" for code in WITH_CONTROLS} | {"index.md"}
        for code in WITH_CONTROLS:
            assert f"({code}.md)" in built()["index.md"]

    def test_what_is_not_modeled_says_why_and_what_was_read(self) -> None:
        japan = built()["jp.md"]
        assert "Not modeled: The order was not read" in japan
        assert bibliography()["nib-japan-list-2025"].title in japan

    def test_a_modeled_instrument_links_its_rule(self) -> None:
        assert "[eu-3a501-2025](../rules/eu-3a501-2025.md)" in built()["eu.md"]

    def test_every_rule_linked_exists(self) -> None:
        rules = {rule.id for rule in chipdb.load_rules()}
        linked = re.findall(r"\(\.\./rules/([a-z0-9-]+)\.md\)", "".join(built().values()))
        assert linked
        assert set(linked) <= rules

    def test_every_exporter_side_rule_stands_on_a_page(self) -> None:
        """A rule of another country than the United States is on the page of its jurisdiction."""
        named: set[str] = set()
        for jurisdiction in jurisdictions().values():
            for instrument in jurisdiction.instruments:
                named.update(instrument.modeled)
        foreign = {rule.id for rule in chipdb.load_rules() if not rule.id.startswith("us-")}
        assert foreign <= named


class TestForm:
    """An instrument is modeled, or says why not and what was read."""

    @pytest.mark.parametrize(
        ("instrument", "problem"),
        [
            ("{title: A law}", "needs `modeled`, or `why_not` with `sources`"),
            ("{title: A law, why_not: not read}", "needs `modeled`, or `why_not` with `sources`"),
            ("{title: A law, modeled: [x], why_not: y, sources: [z]}", "keep one"),
            ("{title: A law, from: 2025, modeled: [x]}", "from"),
        ],
    )
    def test_an_unexplained_instrument_is_an_error(
        self, tmp_path: Path, instrument: str, problem: str
    ) -> None:
        path = tmp_path / "jurisdictions.yaml"
        path.write_text(f"- {{id: xx, name: X, summary: S, instruments: [{instrument}]}}\n")
        with pytest.raises(DataError, match=problem):
            read_list(path, Jurisdiction)


class TestJapan:
    """The list of 2025 is reported to have advanced IC chips; no text of it was read."""

    def test_an_export_from_japan_says_so(self) -> None:
        check = chipdb.check("A100", on="2026-06-01", to="DE", from_="JP")
        texts = [caution.text for caution in check.cautions if caution.kind == "exporter-law"]
        assert len(texts) == 1
        assert "Japan" in texts[0]
        assert "advanced IC chips" in texts[0]
