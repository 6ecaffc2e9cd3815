"""The data of the explorer page and how it is written; a browser tests what the page does."""

from __future__ import annotations

import json
import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import only, refused, run, says

import chipdb
from chipdb import data_files
from chipdb.rules.conditions import Atom
from chipdb.rules.places import places
from chipdb.rules.rule_records import condition_from
from chipdb.rules.scopes import Selection
from chipdb.views.explorer.chips import web_address
from chipdb.views.explorer.exact_text import text_of
from chipdb.views.explorer.page import SCRIPTS, page, page_data
from chipdb.views.explorer.rules import RuleRecords, tree_record

FOLDER = Path(chipdb.__file__).parent / "views" / "explorer"
DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def text() -> str:
    """The page of the whole catalog."""
    return page(chipdb.load(), chipdb.load_rules())


class TestRules:
    """Trees, scopes and dates of the page are those of the rulebook."""

    def test_every_tree_reads_back_as_itself(self) -> None:
        for rule in chipdb.load_rules():
            for condition in rule.deciding():
                assert (
                    condition_from(_written(json.loads(json.dumps(tree_record(condition)))))
                    == condition
                ), rule.id

    def test_every_set_of_places_has_whom_the_rulebook_has(self) -> None:
        records = RuleRecords(chipdb.load_rules())
        records.rules()
        found = records.places()
        codes = [entry[0] for entry in found["countries"]]
        days = [
            date(2022, 9, 1),
            date(2023, 6, 1),
            date(2024, 5, 29),
            date(2024, 5, 30),
            date(2025, 1, 13),
            date(2026, 7, 23),
        ]
        for selection, row in zip(_selections(records), found["selections"], strict=True):
            for code, at in zip(codes, row, strict=True):
                for day in days:
                    assert _held(found["periods"][at], day) == places().selects(
                        selection, code, day
                    ), (selection, code, day)

    def test_no_threshold_of_a_rule_stands_in_a_script(self) -> None:
        leaves = [leaf for rule in chipdb.load_rules() for leaf in rule.leaves()]
        thresholds = {leaf.text for leaf in leaves if isinstance(leaf, Atom)} - {"8", "2"}
        for name in SCRIPTS:
            script = (FOLDER / "js" / f"{name}.js").read_text(encoding="utf-8")
            code = "\n".join(
                line
                for line in script.splitlines()
                if not line.lstrip().startswith(("//", "/**", "*"))
            )
            assert thresholds.isdisjoint(re.findall(r"(?<![\w.#])\d+(?:\.\d+)?(?![\w.])", code)), (
                name
            )


def _written(tree: list[Any]) -> dict[str, Any]:
    """A tree of the page as the rule files have it."""
    kind, *parts = tree
    match kind:
        case "all" | "any":
            return {kind: [_written(part) for part in parts]}
        case "not" | "member":
            return {kind: _written(parts[0])}
        case "metric":
            return {"metric": parts[0], parts[1]: parts[2]}
        case "fact":
            return {"fact": parts[0], "is": str(parts[1]).lower()}
    return {kind: parts[0]}


def _selections(records: RuleRecords) -> list[Selection]:
    scopes = []
    for rule in records.book:
        entries = (rule, *rule.cautions, *rule.exceptions, *rule.review)
        scopes += [entry.scope for entry in entries]
    found: dict[Selection, None] = {}
    while scopes:
        scope = scopes.pop(0)
        found |= {
            side: None for side in (scope.to, scope.headquarters, scope.origin) if side is not None
        }
        scopes[:0] = scope.any
    return list(found)


def _held(periods: list[list[str]], day: date) -> bool | None:
    now = [answer for since, answer in periods if since <= day.isoformat()]
    return {"yes": True, "no": False, "open": None}[now[-1] if now else "no"]


class TestPage:
    """One text, the same every time, with nothing from elsewhere."""

    def test_it_is_the_same_every_time(self, text: str) -> None:
        assert page(chipdb.load(), chipdb.load_rules()) == text

    def test_its_data_reads_back(self, text: str) -> None:
        found = DATA.search(text)
        assert found
        assert "<" not in found[1]
        data = json.loads(found[1])
        assert data == json.loads(json.dumps(page_data(chipdb.load(), chipdb.load_rules())))
        assert [chip["id"] for chip in data["chips"]] == chipdb.load().ids
        assert (data["data"], data["rulesHash"]) == (
            data_files.data_hash(),
            data_files.rules_hash(),
        )

    def test_nothing_is_loaded_from_elsewhere(self, text: str) -> None:
        shell = DATA.sub("", text)
        assert not re.search(
            r"\b(src|href)\s*=\s*[\"'](?!#)|@import|url\(|\bimport\s*\("
            r"|fetch\(|XMLHttpRequest|WebSocket",
            shell,
        )
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", shell
        )

    def test_every_address_is_one_of_the_web(self, text: str) -> None:
        found = DATA.search(text)
        assert found
        addresses = [entry[3] for entry in json.loads(found[1])["sources"].values() if entry[3]]
        assert len(addresses) > 300
        assert all(address.startswith(("https://", "http://")) for address in addresses)

    @pytest.mark.parametrize(
        "address",
        [
            "javascript:alert(1)",
            "data:text/html,x",
            "JaVaScRiPt:x",
            " https://example.org",
            "//x",
            "",
        ],
    )
    def test_other_addresses_are_left_out(self, address: str) -> None:
        assert web_address(address) is None

    @given(st.fractions())
    def test_numbers_read_back_exactly(self, value: Fraction) -> None:
        written = text_of(value)
        assert written is not None
        assert Fraction(written) == value


class TestCommand:
    """``chipdb explore``."""

    def test_it_writes_the_page_and_says_so(self, tmp_path: Path) -> None:
        ran = run(
            "explore",
            "-o",
            "chips.html",
            "--on",
            "2024-06-01",
            "--to",
            "Hong Kong",
            folder=tmp_path,
        )
        assert (ran.status, ran.out) == (0, "")
        assert says(
            only(ran.lines),
            f"chips.html {len(chipdb.load())} chips {len(chipdb.load_rules())} rules no network",
        )
        data = DATA.search((tmp_path / "chips.html").read_text(encoding="utf-8"))
        assert data
        assert json.loads(data[1])["starts"] == {"on": "2024-06-01", "to": "CN"}

    def test_own_rules_stand_in_it(self, tmp_path: Path) -> None:
        provision = "{id: a, when: {metric: tpp, ge: 9000}}"
        rule = f"- {{id: my-line, question: proposal, provisions: [{provision}]}}\n"
        (tmp_path / "mine.yaml").write_text(rule, encoding="utf-8")
        ran = run("explore", "-o", "chips.html", "--rules", "mine.yaml", folder=tmp_path)
        assert ran.status == 0, ran.err
        data = DATA.search((tmp_path / "chips.html").read_text(encoding="utf-8"))
        assert data
        assert [(entry["id"], entry["own"]) for entry in json.loads(data[1])["rules"]][-1] == (
            "my-line",
            True,
        )

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["--on", "2024-02-30"], "2024-02-30"),
            (["--to", "Chna"], "unknown country 'Chna' 'China'"),
            (["--catalog", "absent.yaml"], "absent.yaml"),
            (["--vintage", "1999.01"], "1999.01"),
        ],
    )
    def test_wrong_calls_leave_no_file(
        self, tmp_path: Path, arguments: list[str], words: str
    ) -> None:
        said = refused(tmp_path, "explore", "-o", "page.html", *arguments, outputs=False)
        assert says(only(said), words)
        assert not (tmp_path / "page.html").exists()

    def test_a_folder_is_no_page(self, tmp_path: Path) -> None:
        assert says(
            only(refused(tmp_path, "explore", "-o", ".", outputs=False)), "is a folder; name a file"
        )

    def test_a_page_has_to_be_named(self, tmp_path: Path) -> None:
        ran = run("explore", folder=tmp_path)
        assert ran.status == 2
        assert "-o" in ran.err
