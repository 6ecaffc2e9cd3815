"""The answer of ``check`` on a terminal.

Verdict first, reasons and cautions visible on 80 columns by 24 lines, nothing said twice.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from running import run

import chipdb
from chipdb.answers.check import Check
from chipdb.views.text import check_text

CHIPS = ("H100", "A100", "H20", "L40S", "RTX 5090", "DGX H200", "T4")
PLACES = ("CN", "DE", "IN", "BR", "AE")
ON = "2026-11-20"


@pytest.fixture(scope="module", params=CHIPS)
def of_each_place(request: pytest.FixtureRequest) -> list[Check]:
    return [chipdb.check(request.param, on=ON, to=place) for place in PLACES]


def squeezed(text: str) -> str:
    """Return a text without its line breaks and indents."""
    return " ".join(text.split())


def test_it_fits_a_terminal_of_80_columns_and_24_lines(of_each_place: list[Check]) -> None:
    """Reasons and cautions are whole, so two requirements and five cautions may take a line more.

    Only the line that says where the rest is stands below them then.
    """
    for check in of_each_place:
        lines = check_text(check).splitlines()
        assert max(map(len, lines)) <= 80, check
        if (check.chip.id, check.question.to) == ("nvidia-dgx-h200", "CN"):
            assert lines[-1].endswith("figures and assumptions: --explain")
            assert len(lines) <= 26
        else:
            assert len(lines) <= 24, check


@pytest.mark.parametrize("most_lines", [5, 23])
def test_every_caution_is_shown_whole(of_each_place: list[Check], most_lines: int) -> None:
    """Half a caution can read like another one; the screen gives way, not the text."""
    for check in of_each_place:
        text = squeezed(check_text(check, most_lines=most_lines))
        for caution in check.cautions:
            assert text.count(squeezed(caution.text)) == 1, (check, caution)


def test_an_estimate_is_cautioned_in_full() -> None:
    """The TPP of the Titan RTX is an estimate of 2,088; 2.1 times as much may be controlled."""
    text = squeezed(check_text(chipdb.check("Titan RTX", on=ON, to="VN")))
    assert "is an estimate; some value up to 2.1 times higher or lower" in text
    assert "would need a license here" in text


def test_verdict_reasons_and_cautions_come_in_this_order(of_each_place: list[Check]) -> None:
    for check in of_each_place:
        text = check_text(check)
        places = [text.index(word) for word in ("On 2026", "classification", "license  ")]
        places += [text.index("cautions"), text.index(f"{check.chip.id}: TPP")]
        assert places == sorted(places)


@pytest.mark.parametrize("to", PLACES)
def test_notes_are_few_and_short(to: str) -> None:
    """A note cannot change an answer: with the answer, they stay on one screen."""
    ran = run("check", "H100", "--on", ON, "--to", to)
    assert len(ran.lines) <= 2
    assert len(ran.out.splitlines()) + len(ran.lines) <= 24


def test_the_conditions_of_a_review_are_counted_and_explained() -> None:
    """91 FR 1684: the certifications of the review of January 2026 are in the trace."""
    conditions = chipdb.check("H200", on=ON, to="CN").license.review_conditions
    short = run("check", "H200", "--on", ON, "--to", "CN")
    long = run("check", "H200", "--on", ON, "--to", "CN", "--explain")
    assert f"{len(conditions)} conditions: --explain" in squeezed(short.out)
    for condition in conditions:
        assert condition not in squeezed(short.out)
        assert squeezed(long.out).count(condition) == 1


@pytest.mark.parametrize(("more", "status", "mark"), [((), 0, "  - "), (["--strict"], 3, "  ! ")])
def test_the_mark_follows_what_counted(more: list[str], status: int, mark: str) -> None:
    """A caution marked ``!`` changes the exit status; ``--strict`` counts every caution."""
    places = ["--to", "FR", "--from", "US", "--headquarters", "FR"]
    ran = run("check", "A2", "--on", ON, *places, *more)
    lines = ran.out.splitlines()
    below = lines[next(at for at, line in enumerate(lines) if line.startswith("cautions")) + 1 :]
    marked = [line for line in below if line.startswith(("  - ", "  ! "))]
    assert ran.status == status
    assert marked
    assert all(line.startswith(mark) for line in marked)


@pytest.mark.parametrize(("name", "to"), [("H100", "CN"), ("DGX H200", "BR"), ("910B4", "CN")])
def test_the_trace_says_nothing_twice(name: str, to: str) -> None:
    ran = run("check", name, "--on", ON, "--to", to, "--explain")
    check = chipdb.check(name, on=ON, to=to)
    for text in check.warnings:
        assert squeezed(ran.out + ran.err).count(squeezed(text)) == 1, text
    # that "no" covers chip rules alone is said under a "no"
    assert len(ran.lines) == 0


def test_what_an_answer_rests_on_gives_way_step_by_step() -> None:
    """Remarks on figures go first, then most figures, then assumptions that the verdict states."""
    check = chipdb.check("RTX 5080", on=ON, to="VN")
    full = check_text(check, most_lines=99)
    assert "chip-to-chip" in full
    assert "assumed: exported from the United States" in full
    texts = [check_text(check, most_lines=lines) for lines in range(99, 5, -1)]
    # a shortened list says that it goes on with what the verdict assumes
    (shortened,) = {line for line in "\n".join(texts).splitlines() if line.startswith("also")}
    assert shortened == (
        "also assumed: direct export, no military end use or user, subject to the EAR"
    )
    gone: list[str] = []
    for text in texts:
        for part in ("(credible", "chip-to-chip", "assumed: exported", "assumed: "):
            if part not in text and part not in gone:
                gone.append(part)
    assert gone == ["(credible", "chip-to-chip", "assumed: exported", "assumed: "]
    assert "figures and assumptions: --explain" in check_text(check, most_lines=5)
    assert "figures and assumptions: --explain" not in check_text(check, in_full=True)


def test_why_exceptions_are_closed_is_in_the_trace() -> None:
    """740.8(a): NAC is not for items of 3A090.a that are designed or marketed for data centers."""
    # before 89 FR 23876, 744.23(c) let no exception overcome the headquarters limb
    asked = ("check", "L40S", "--on", "2024-04-03", "--to", "DE", "--headquarters", "CN")
    earlier = run(*asked).out
    assert "none of those modeled; why each is closed: --explain" in earlier
    short = run("check", "L40S", "--on", ON, "--to", "CN").out
    assert "RPL, GOV, TMP depend on what is not stated: --explain" in short
    long = squeezed(run("check", "L40S", "--on", ON, "--to", "CN", "--explain").out)
    assert "RPL, GOV, TMP depend on what is not stated: see below" in long
    assert "on what is not stated: --explain" not in long
    assert "exception: NAC (740.8): closed, not for items designed or marketed" in long


def test_further_instruments_that_may_ask_have_a_line() -> None:
    """742.6(a)(6)(iii): (A) for 3A090.a, (B) for 3A090.b; no source has a throughput of the MI308X.

    It is named in the letter to AMD, so that a license is required by that anyway.
    """
    text = squeezed(run("check", "MI308X", "--on", ON, "--to", "CN").out)
    both = "742.6(a)(6)(iii)(A) and 742.6(a)(6)(iii)(B)"
    assert f"policy not public undetermined whether also by {both} exceptions" in text
    # the H20 is below 3A090 by figures that are all known
    assert "whether also by" not in run("check", "H20", "--on", ON, "--to", "CN").out


def test_what_is_missing_together_is_one_line() -> None:
    """3A090.a.2 compares TPP and density, which needs the die area: neither decides alone."""
    text = run("check", "MI308X", "--on", ON, "--to", "CN").out
    assert "missing, among others: TPP and applicable die area" in squeezed(text)
    assert text.count("missing, among others") == 1


def test_a_letter_that_may_ask_besides_is_named_with_what_decides(tmp_path: Path) -> None:
    """A letter binds whom it is addressed to, which is not known of the vendor of an own chip.

    6,000 TPP is 3A090.a.1, so a license is required anyway; 2,000 GB/s is above the 1,400 GB/s of
    memory bandwidth that the press reports of the letters of April 2025, and no named part.
    """
    own = tmp_path / "own.yaml"
    own.write_text(
        "name: Mine\nvendor: Acme\ndesigned_for: [datacenter]\n"
        "metrics: {tpp: 6000, performance_density: 7, memory_bandwidth: 2000GB/s,"
        " aggregate_io_bandwidth: 800GB/s}\n"
    )
    text = squeezed(run("check", str(own), "--on", "2025-06-01", "--to", "CN").out)
    assert "required by 742.6(a)(6)(iii)(A)" in text
    assert "undetermined whether also by letters of April 2025, memory bandwidth" in text
    assert "not known: whether the vendor received this letter" in text


def test_named_parts_are_not_what_may_reach_another_chip(tmp_path: Path) -> None:
    """NVIDIA's filing of 2025-04-15: the letter names the H20 and "any other circuits" by bandwidth.

    A chip of one's own without a known bandwidth is none of the named parts.
    """
    own = tmp_path / "own.yaml"
    own.write_text(
        "name: Mine\nvendor: AMD\ndesigned_for: [datacenter]\n"
        "metrics: {tpp: 6000, performance_density: 7}\n"
    )
    text = squeezed(run("check", str(own), "--on", "2025-06-01", "--to", "CN").out)
    assert "undetermined whether also by letters of April 2025, memory bandwidth" in text
    assert "named parts" not in text
