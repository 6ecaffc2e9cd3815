"""How a chip, a rule and chipdb itself are cited, in each form."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from running import run

import chipdb
from chipdb import data_files
from chipdb.catalog.vintages import open_vintage, vintage_names
from chipdb.catalog.yaml_text import parse
from chipdb.errors import ParameterError, UnknownNameError
from chipdb.views.reports.cite import STYLES, citation_text

LATEST = vintage_names()[-1]
ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 30)


def test_a_chip_is_cited_with_its_name_its_id_and_the_state_of_the_data() -> None:
    text = chipdb.cite("H20").text
    for part in ('"NVIDIA H20 96GB"', "nvidia-h20-96gb", chipdb.__version__):
        assert part in text
    assert data_files.data_hash() in text
    assert f"vintage {LATEST}" in text


def test_a_dated_catalog_is_cited_by_its_own_hash_and_date() -> None:
    citation = chipdb.cite("H20", vintage=LATEST)
    assert citation.data == open_vintage(LATEST).header["hash"]
    assert citation.exact
    assert f", vintage {LATEST}, data {citation.data}" in citation.text
    citation = replace(citation, on=date(2030, 1, 1))
    year, month = (int(part) for part in LATEST.split("."))
    assert citation.csl()["issued"] == {"date-parts": [[year, month]]}
    assert f"  year = {{{year}}}" in citation.bibtex()


def test_nothing_is_issued_after_the_day_on_which_it_was_read() -> None:
    """A vintage bears the month of its release, which may lie ahead."""
    citation = replace(chipdb.cite("H20", vintage=LATEST), on=date(2026, 10, 5))
    assert citation.csl()["issued"] == {"date-parts": [[2026, 10, 5]]}


def test_data_that_was_changed_after_a_vintage_is_of_the_day_on_which_it_was_read() -> None:
    citation = replace(chipdb.cite("H20"), on=DAY)
    is_vintage = open_vintage(LATEST).header["hash"] == data_files.data_hash()
    assert citation.exact == is_vintage
    year, month = (int(part) for part in LATEST.split("."))
    is_of_vintage = is_vintage and (year, month) <= (2026, 11)
    issued = [year, month] if is_of_vintage else [2026, 11, 30]
    assert citation.csl()["issued"] == {"date-parts": [issued]}
    assert ("changed after vintage" in citation.text) == (not is_vintage)


@pytest.mark.parametrize("name", [None, "H20", "us-3a090-2023"])
def test_every_citation_has_vintage_hashes_and_date(name: str | None) -> None:
    """An entry of a chip rests on no rule, so that it alone has no hash of the rules."""
    citation = replace(chipdb.cite(name), on=DAY)
    rules = f"rules {data_files.rules_hash()}"
    for text in (citation.text, citation.bibtex(), json.dumps(citation.csl())):
        assert f"vintage {LATEST}" in text
        assert f"data {data_files.data_hash()}" in text
        assert (rules in text) == (name != "H20")
    assert citation.text.endswith(", read on 2026-11-30.")
    assert "  urldate = {2026-11-30}" in citation.bibtex()
    assert re.search(r"  year = \{20\d\d\}", citation.bibtex())
    assert citation.csl()["accessed"] == {"date-parts": [[2026, 11, 30]]}
    assert citation.to_dict()["date"] == "2026-11-30"


def test_a_citation_is_of_today() -> None:
    assert chipdb.cite("H20").on == date.today()


def test_the_address_is_that_of_the_citation_file() -> None:
    """No address is invented: as long as CITATION.cff has none, no citation has one."""
    (document,) = parse((ROOT / "CITATION.cff").read_bytes(), "CITATION.cff")
    stated = document.value
    address = stated.get("repository-code", stated.get("url"))
    citation = chipdb.cite("H20")
    assert citation.to_dict()["address"] == address
    assert citation.csl().get("URL") == address
    assert ("  url = " in citation.bibtex()) == (address is not None)


def test_a_rule_is_cited_with_its_legal_document_and_the_hash_of_the_rulebook() -> None:
    """The control of 2023 was published as 88 FR 73458."""
    citation = chipdb.cite("us-3a090-2023")
    assert citation.kind == "rule"
    assert "88 FR 73458" in citation.text
    assert "88 FR 73458" in citation.bibtex()
    assert f"rules {data_files.rules_hash()}" in citation.text


@pytest.mark.parametrize("vintage", [LATEST, "nonsense"])
def test_a_rule_has_no_vintages(vintage: str) -> None:
    with pytest.raises(ParameterError, match="vintage is for chips: the rule us-3a090-2023 has no"):
        chipdb.cite("us-3a090-2023", vintage=vintage)
    result = run("cite", "us-3a090-2023", "--vintage", vintage)
    assert result.status == 2
    assert "--vintage is for chips" in result.err


def test_without_a_name_chipdb_itself_is_cited() -> None:
    citation = chipdb.cite()
    assert citation.key == "chipdb"
    assert citation.csl()["type"] == "software"


def test_an_unknown_name_suggests_chips_and_rules() -> None:
    with pytest.raises(UnknownNameError, match=r"chip or rule .us-3a090-2033..*us-3a090-2023"):
        chipdb.cite("us-3a090-2033")
    with pytest.raises(UnknownNameError, match="did you mean 'H20'"):
        chipdb.cite("H2o")


@pytest.mark.parametrize(
    ("paragraph", "rule"),
    [
        ("3A090.a", "us-3a090-2023"),
        ("3a090", "us-3a090-2023"),
        ("742.6(a)(6)(iii)(A)", "us-license-742-6-iii-a-2025"),
    ],
)
def test_a_paragraph_suggests_the_rules_that_have_it(paragraph: str, rule: str) -> None:
    """A reader has the number of a paragraph; rules are cited by their ids."""
    with pytest.raises(UnknownNameError) as raised:
        chipdb.cite(paragraph)
    assert rule in raised.value.suggestions
    book = chipdb.load_rules()
    assert all(name in [each.id for each in book] for name in raised.value.suggestions)


def test_a_name_near_nothing_is_told_where_the_rules_are() -> None:
    with pytest.raises(UnknownNameError, match="`chipdb rules` lists the ids of rules"):
        chipdb.cite("15 CFR 999.99")


@pytest.mark.parametrize(
    "name", [None, "H20", "Gaudi 3", "us-3a090-2023", "cn-reported-2026-08-26"]
)
def test_bibtex_is_one_balanced_entry_with_a_plain_key(name: str | None) -> None:
    text = chipdb.cite(name).bibtex()
    assert re.match(r"@misc\{[a-z0-9-]+,\n", text)
    unescaped = re.sub(r"\\[{}]", "", text)
    assert unescaped.count("{") == unescaped.count("}")


def test_characters_that_tex_reads_as_commands_are_escaped() -> None:
    from chipdb.views.citation import Citation

    title = "50% & #1 {x}_y"
    text = Citation(kind="chip", id="a", title=title, data="0", on=date(2026, 11, 30)).bibtex()
    assert r"title = {{50\% \& \#1 \{x\}\_y}}" in text


def test_csl_json_is_a_list_that_a_reference_manager_imports() -> None:
    (item,) = json.loads(citation_text(chipdb.cite("H20"), "csl-json"))
    assert {"id", "type", "title", "author"} <= item.keys()


@pytest.mark.parametrize("style", STYLES)
def test_the_same_data_is_cited_by_the_same_bytes(style: str) -> None:
    assert citation_text(chipdb.cite("H20"), style) == citation_text(chipdb.cite("H20"), style)


def test_the_json_of_the_command_is_the_dict_of_the_object() -> None:
    citation = chipdb.cite("H20")
    assert json.loads(citation_text(citation, "json")) == citation.to_dict()
    frame = citation.to_frame()
    assert list(frame.columns) == list(citation.to_dict())
    assert frame.loc[0, "id"] == "nvidia-h20-96gb"


def test_the_command_writes_a_file(tmp_path: Path) -> None:
    target = tmp_path / "h20.bib"
    assert run("cite", "H20", "--format", "bibtex", "-o", str(target)).status == 0
    assert target.read_text() == chipdb.cite("H20").bibtex() + "\n"
