"""The first pages of a dossier.

Verdict on top, question with parties and quantity, figures with sources, each requirement,
cautions, what was not checked; the rest is an appendix. Also as a document for word processors.
"""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import docx
import pytest
from dossiers import CHINA, HYPOTHETICAL, sheet, sheets
from running import only, run, says

import chipdb

COUNSEL = ("L40S", "--on", "2026-12-20", "--to", "AE", "--headquarters", "CN", "--quantity", "200")


@pytest.fixture(scope="module")
def l40s() -> dict[str, Any]:
    """200 L40S to a customer in the UAE with a Chinese parent."""
    return sheet(*COUNSEL)


class TestCore:
    """What counsel reads first."""

    def test_the_verdict_is_that_of_check_and_comes_first(self, l40s: dict[str, Any]) -> None:
        verdict = chipdb.check("L40S", on="2026-12-20", to="AE", headquarters=["CN"]).to_dict()
        assert l40s["core"]["verdict"] == verdict["verdict"]["text"]
        assert l40s["core"]["status"] == "license-required"
        text = run("dossier", *COUNSEL).out
        assert text.index("a license is required") < text.index("| item")

    def test_parties_are_blank_and_the_quantity_is_given(self, l40s: dict[str, Any]) -> None:
        core = l40s["core"]
        parties = ("exporter", "consignee", "end_user", "ultimate_parent", "end_use")
        assert [core[party] for party in parties] == [None] * 5
        assert core["quantity"] == 200
        assert sheet("L40S", *CHINA)["core"]["quantity"] is None

    @pytest.mark.parametrize(("quantity", "words"), [("0", "1 or more"), ("-5", "negative")])
    def test_no_quantity_below_one(self, quantity: str, words: str) -> None:
        ran = run("dossier", "L40S", *CHINA, f"--quantity={quantity}")
        assert (ran.status, ran.out) == (2, "")
        assert says(only(ran.lines), f"--quantity {words}")

    def test_each_requirement_with_policy_and_reason(self, l40s: dict[str, Any]) -> None:
        """742.6(a)(6)(iii)(A) reaches the L40S; the letters ask from 1,400 GB/s, it has 864."""
        rows = {row["section"]: row for row in l40s["core"]["requirements"]}
        asking = rows["742.6(a)(6)(iii)(A)"]
        assert (asking["answer"], asking["review"]) == ("required", "presumption-of-denial")
        assert "classified under 3A090.a" in asking["reason"]
        assert rows["letters of April 2025"]["answer"] == "not required"

    def test_every_figure_names_its_sources(self, l40s: dict[str, Any]) -> None:
        listed = {row["key"] for row in l40s["references"]["sources"]}
        for row in l40s["core"]["figures"]:
            # chip-to-chip bandwidth is 0 because no such link is listed
            assert row["sources"] or row["figure"] == "interconnect_bandwidth"
            named = row["sources"] or []
            assert listed.issuperset([named] if isinstance(named, str) else named)

    def test_what_contests_the_answer_is_named(self) -> None:
        """The 910B4 is 3A090.b where only its cube units count; A100 to India by the printed text."""
        contested = sheet("910B4", *CHINA)["core"]["contested_by"]
        assert "classification: 3A090.b if interpretation cube-only is chosen" in contested
        (side,) = sheet("A100", "--on", "2026-11-20", "--to", "IN")["core"]["contested_by"]
        assert says(side, "license required 742.6(a)(6)(iii)(A) as printed not enforced")
        assert "contested_by" not in sheet(*COUNSEL)["core"]

    def test_what_is_missing_is_named_with_its_break_evens(self, tmp_path: Path) -> None:
        """4,799 / 5.92 is 810.6 mm2, the density of 3A090.a.2."""
        (tmp_path / "part.yaml").write_text(HYPOTHETICAL)
        missing = sheet("part.yaml", *CHINA, folder=tmp_path)["core"]["missing"]
        assert says(" ".join(missing), "missing: applicable die area 3A090.a up to 810.6 mm^2")

    def test_cautions_are_those_of_check(self, l40s: dict[str, Any]) -> None:
        check = chipdb.check("L40S", on="2026-12-20", to="AE", headquarters=["CN"])
        for caution, text in zip(check.cautions, l40s["core"]["cautions"], strict=True):
            assert caution.text in text

    def test_a_bill_says_if_enacted_and_what_it_does(self) -> None:
        """A proposal that is asked as law must not look like law in a row that is quoted alone."""
        places = ["--on", "2026-11-20", "--to", "CN"]
        bill = ["--enact", "us-bill-overwatch-hr6875"]
        text = run("dossier", "H20", *places, *bill).out
        assert "1758A(a)(4)(A)(ii)**: required if enacted" in text
        assert "letters of April 2025, named parts**: required\n" in text

        (answer,) = run("check", "H20", *places, *bill, "--format", "json").json
        by_rule = {each["rule"]: each for each in answer["license"]["requirements"]}
        denial = by_rule["us-bill-overwatch-hr6875"]["policy_text"]
        assert says(denial, "denies every license")
        assert answer["license"]["review_texts"] == [denial]
        assert by_rule["us-letter-2025"]["policy_text"] is None

    def test_rules_that_are_not_met_are_called_by_their_question(self) -> None:
        """Only an entry of the control list controls an item; a letter asks for a license."""
        asked = sheet("L20", "--on", "2024-06-01", "--to", "CN")["rules_asked"]["asked"]
        told = {each["rule"]: each["question"] for each in asked}
        text = run("dossier", "L20", "--on", "2024-06-01", "--to", "CN").out
        appendix = text.partition("Rules asked")[2]
        assert told["us-license-742-6-iii-2023"] == "license"
        assert "no license required by this rule" in appendix
        # 3A090 itself
        assert appendix.count("not controlled") == 1

    def test_the_appendix_follows_on_a_page_of_its_own(self) -> None:
        page = run("dossier", *COUNSEL, "--format", "html").out
        core, appendix = page.split('<h2 class="appendix">')
        assert "Requirement by requirement" in core
        assert "Derivation of the metrics" in appendix
        assert "break-before: page" in page

    def test_addresses_stand_in_full(self, l40s: dict[str, Any]) -> None:
        page = run("dossier", *COUNSEL, "--format", "html").out
        for row in l40s["references"]["sources"]:
            assert f">{row['url']}</a>".replace("&", "&amp;") in page


def test_several_places_have_a_part_each() -> None:
    made = sheets("L40S", "--on", "2026-12-20", "--to", "AE", "--to", "DE")
    assert [part["to"] for part in made] == ["AE", "DE"]
    assert [part["name"] for part in made] == [
        "NVIDIA L40S to United Arab Emirates",
        "NVIDIA L40S to Germany",
    ]


class TestOverview:
    """Several worksheets begin with a table of them: what is answered for which, at a glance."""

    CALL = ("dossier", "H100", "T4", "--on", "2026-06-01", "--to", "VN", "--to", "DE")
    NAMES = (
        "NVIDIA H100 SXM5 80GB to Vietnam",
        "NVIDIA H100 SXM5 80GB to Germany",
        "NVIDIA T4 to Vietnam",
        "NVIDIA T4 to Germany",
    )

    def results(self) -> list[str]:
        """What check answers, in the words of the table; contested where the text differs."""
        call = ("check", *self.CALL[1:], "--format", "json")
        words = []
        for record in run(*call).json:
            verdict = record["verdict"]
            text = verdict["status"].replace("-", " ")
            words.append(f"{text}; contested" if verdict["contested"] else text)
        return words

    def test_markdown(self) -> None:
        lines = run(*self.CALL).out.splitlines()
        rows = [line for line in lines[: lines.index("### Answer")] if line.startswith("| ")][2:]
        cells = [[cell.strip() for cell in row.strip("| ").split(" | ")] for row in rows]
        assert [row[1] for row in cells] == list(self.NAMES)
        assert [row[4] for row in cells] == self.results()
        assert self.results()[0] == "license required"

    def test_html(self) -> None:
        page = run(*self.CALL, "--format", "html").out
        first = page[: page.index('<div class="core">')]
        assert [name for name in self.NAMES if f"<td>{name}</td>" in first] == list(self.NAMES)

    def test_word(self, tmp_path: Path) -> None:
        assert run(*self.CALL, "-o", "memo.docx", folder=tmp_path).status == 0
        memo = docx.Document(str(tmp_path / "memo.docx"))
        rows = [[cell.text for cell in row.cells] for row in memo.tables[0].rows][1:]
        assert [row[1] for row in rows] == list(self.NAMES)
        assert [row[4] for row in rows] == self.results()
        parts = [each.text for each in memo.paragraphs if each.style.name == "Heading 2"]
        assert [name for name in self.NAMES if name in parts] == list(self.NAMES)

    def test_quantities_of_a_portfolio(self, tmp_path: Path) -> None:
        (tmp_path / "ours.csv").write_text("name,qty\nH100,1200\nT4,\n")
        out = run("dossier", "ours.csv", "--on", "2026-06-01", "--to", "VN", folder=tmp_path).out
        first = out[: out.index("### Answer")]
        assert "1,200" in first

    def test_a_single_worksheet_has_none(self) -> None:
        out = run("dossier", "H100", "--on", "2026-06-01", "--to", "VN").out
        assert "Worksheets" not in out


class TestWord:
    """``-o memo.docx``, with python-docx."""

    def test_it_holds_what_the_other_formats_hold(self, tmp_path: Path) -> None:
        ran = run("dossier", *COUNSEL, "-o", "memo.docx", folder=tmp_path)
        assert (ran.status, ran.out) == (0, "")
        memo = docx.Document(str(tmp_path / "memo.docx"))
        texts = [paragraph.text for paragraph in memo.paragraphs]
        verdict = chipdb.check("L40S", on="2026-12-20", to="AE", headquarters=["CN"])
        assert verdict.to_dict()["verdict"]["text"] in texts
        cells = [[cell.text for cell in row.cells] for row in memo.tables[0].rows]
        assert ["quantity", "200"] in cells
        assert any(text.startswith("Appendix: NVIDIA L40S") for text in texts)

    def test_the_same_inputs_give_the_same_bytes(self, tmp_path: Path) -> None:
        for name in ("one.docx", "two.docx"):
            run("dossier", "H20", *CHINA, "-o", name, folder=tmp_path)
        assert (tmp_path / "one.docx").read_bytes() == (tmp_path / "two.docx").read_bytes()

    def test_it_is_a_file(self) -> None:
        ran = run("dossier", "H20", *CHINA, "--format", "docx")
        assert (ran.status, ran.out) == (2, "")
        assert says(only(ran.lines), "--format docx -o")

    def test_without_the_extra_it_is_named(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        real = builtins.__import__

        def without_docx(name: str, *arguments: Any, **options: Any) -> Any:
            if name.partition(".")[0] == "docx":
                raise ModuleNotFoundError(name)
            return real(name, *arguments, **options)

        monkeypatch.setattr(builtins, "__import__", without_docx)
        ran = run("dossier", "H20", *CHINA, "-o", "memo.docx", folder=tmp_path)
        assert ran.status == 2
        assert says(only(ran.lines), "office pip install")
        assert not list(tmp_path.iterdir())

    def test_python_writes_it_with_the_quantity(self, tmp_path: Path) -> None:
        memo = tmp_path / "memo.docx"
        chipdb.dossier("L40S", on="2026-12-20", to="AE", quantity=200, output=memo)
        cells = [
            [cell.text for cell in row.cells] for row in docx.Document(str(memo)).tables[0].rows
        ]
        assert ["quantity", "200"] in cells
        with pytest.raises(chipdb.ChipdbError, match="single chip"):
            chipdb.dossier(["L40S", "H20"], on="2026-12-20", to="AE", quantity=200)
