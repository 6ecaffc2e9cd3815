"""Damaged chip and rule files are refused; every problem of a file is listed with its line."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from running import only, refused, run, says

DAY = ("--on", "2024-01-01")
COMMANDS = [
    ("check", "bad.yaml", *DAY),
    ("show", "./bad.yaml"),
    ("headroom", "bad.yaml", *DAY),
    ("compare", "H100", "bad.yaml"),
    ("check", "H100", *DAY, "--catalog", "bad.yaml"),
    ("list", "--catalog", "bad.yaml"),
    ("check", "H100", *DAY, "--rules", "bad.yaml"),
    ("rules", "--rules", "bad.yaml"),
]
DAMAGED = {
    "binary": bytes(range(256)),
    "picture": b"\x89PNG\r\n\x1a\n" + b"\x00\xff" * 50,
    "zeros": b"\x00" * 100,
    "latin-1": "name: Größe".encode("latin-1"),
    "empty": b"",
    "blank": b"\n  \n# nothing\n",
    "truncated flow": b"id: mine\nthroughput: {fp16: 100 TFLOPS",
    "truncated quote": b'id: mine\nname: "Mi',
    "truncated list": b"- id: mine\n  dies:\n    - {name: A, area: 800 mm^2\n",
    "truncated JSON": b'{"id": "mine",\n "throughput": {"fp16": "100 TFLOPS"',
    "truncated JSON list": b'[{"id": "mine"},\n',
    "duplicate key": b"id: mine\nname: Mine\nid: mine\n",
    "duplicate key in JSON": b'{"id": "mine", "id": "mine"}',
    "anchor": b"id: &it mine\n",
    "anchor and alias": b"- id: &it mine\n- id: *it\n",
    "merge key": b"id: mine\n<<: *it\n",
    "tag": b"id: !!str mine\n",
    "python tag": b"id: !!python/object/apply:os.system [exit]\n",
    "own tag": b"!chip\nid: mine\n",
    "deep lists": b"[" * 5000,
    "deep mappings": b"{a: " * 5000,
    "deep blocks": b"- " * 5000 + b"x",
    "scalar": b"H100\n",
    "list of scalars": b"- H100\n- H20\n",
}
SECOND_CHIP = "- id: two\n  kind: processor\n"
ALL_KINDS = f"""\
- id: one
  kind: processor
  throughput: {{fp16: 100 GB}}
  colour: red
- just a text
- id: two
  kind: processor
  memory: {{bandwidth: 900 TB/s, capacity: *other}}
- id: four
  kind: !!str processor
  throughput: {{fp16: 1 TFLOPS, fp16: 2 TFLOPS}}
{SECOND_CHIP}"""


class TestDamagedFiles:
    """Every command that reads a file refuses one it cannot read, and names it."""

    @pytest.mark.parametrize("kind", DAMAGED)
    @pytest.mark.parametrize("call", COMMANDS, ids=" ".join)
    def test_refused(self, tmp_path: Path, call: tuple[str, ...], kind: str) -> None:
        (tmp_path / "bad.yaml").write_bytes(DAMAGED[kind])
        lines = refused(tmp_path, *call)
        assert lines
        assert all("bad.yaml" in line for line in lines)
        assert len(set(lines)) == len(lines)

    @pytest.mark.parametrize(
        ("kind", "where"),
        [
            ("duplicate key", "bad.yaml:3: id: "),
            ("anchor", "bad.yaml:1: id: "),
            ("tag", "bad.yaml:1: id: "),
            ("truncated JSON", "bad.yaml:2: "),
            ("scalar", "bad.yaml:1: "),
        ],
    )
    def test_line(self, tmp_path: Path, kind: str, where: str) -> None:
        (tmp_path / "bad.yaml").write_bytes(DAMAGED[kind])
        assert where in only(refused(tmp_path, "check", "bad.yaml", *DAY))

    def test_every_kind_of_problem_is_listed_at_once(self, tmp_path: Path) -> None:
        """A wrong unit, a field, an entry, a reference, a tag, a key and an id, each on its line."""
        (tmp_path / "bad.yaml").write_text(ALL_KINDS)
        lines = refused(tmp_path, "check", "bad.yaml", *DAY)
        wanted = [
            *("bad.yaml:3: [0].throughput.fp16: ", "bad.yaml:4: [0].colour: "),
            *("bad.yaml:5: [1]: ", "bad.yaml:8: [2].memory.capacity: "),
            *("bad.yaml:10: [3].kind: ", "bad.yaml:11: [3].throughput.fp16: "),
            "bad.yaml:12: [4].id: ",
        ]
        assert [line for line, start in zip(lines, wanted, strict=True) if start in line] == lines

    def test_gates_are_listed_beside_what_cannot_be_read(self, tmp_path: Path) -> None:
        """900 TB/s is no memory bandwidth of a chip; the tag before it does not hide that."""
        (tmp_path / "bad.yaml").write_text(ALL_KINDS.removesuffix(SECOND_CHIP))
        ran = run("validate", "bad.yaml", folder=tmp_path)
        assert (ran.status, ran.out) == (2, "")
        for start in ("bad.yaml:8: [2].memory.bandwidth: range: ", "bad.yaml:10: [3].kind: "):
            assert start in ran.err

    def test_rules_are_listed_at_once(self, tmp_path: Path) -> None:
        (tmp_path / "bad.yaml").write_text(
            "- id: mine\n  question: nonsense\n  question: duty\n- text\n- id: !!str other\n"
        )
        lines = refused(tmp_path, "check", "H100", *DAY, "--rules", "bad.yaml")
        for start in ("[0].question: 'nonsense'", "[0].question: dup", "[1]: exp", "[2].id: tags"):
            assert sum(start in line for line in lines) == 1

    @pytest.mark.parametrize("kind", DAMAGED)
    def test_standard_input(self, tmp_path: Path, kind: str) -> None:
        lines = refused(tmp_path, "check", "-", *DAY, stdin=DAMAGED[kind])
        assert lines
        assert all("standard input" in line for line in lines)

    @pytest.mark.parametrize("call", COMMANDS, ids=" ".join)
    def test_too_large_is_refused_unread(self, tmp_path: Path, call: tuple[str, ...]) -> None:
        (tmp_path / "bad.yaml").write_bytes(b"name: Mine\n")
        os.truncate(tmp_path / "bad.yaml", 100_000_000)
        start = time.perf_counter()
        assert says(only(refused(tmp_path, *call)), "bad.yaml 100,000,000")
        assert time.perf_counter() - start < 2

    def test_too_large_on_standard_input(self, tmp_path: Path) -> None:
        assert "standard input" in only(
            refused(tmp_path, "check", "-", *DAY, stdin=b" " * (16 * 1024 * 1024 + 1))
        )

    def test_a_good_chip_beside_a_bad_one_is_not_answered(self, tmp_path: Path) -> None:
        (tmp_path / "bad.yaml").write_bytes(b"name: Mine\n---\nname: [\n")
        assert "bad.yaml:" in only(refused(tmp_path, "check", "H100", "bad.yaml", *DAY))


class TestTakenNames:
    """A name of two chips is refused when ``--catalog`` is read."""

    @pytest.mark.parametrize(
        ("text", "where"),
        [
            ("id: mine\nname: Mine\naliases: [Eigen, H100 SXM]", "bad.yaml:3: aliases"),
            ("id: mine\nname: Mine\naliases: [h-100 sxm]", "bad.yaml:3: aliases"),
            ("id: mine\nname: NVIDIA H100 SXM5 80GB", "bad.yaml:2: name"),
            ("name: Mine\nid: nvidia-h100-sxm5-80gb", "bad.yaml:2: id"),
            (
                "- {id: mine, aliases: [Eigen]}\n- id: other\n  aliases: [eigen]",
                "bad.yaml:3: [1].aliases",
            ),
            ("- {id: mine, name: One}\n- id: mine\n  name: Two", "bad.yaml:2: [1].id"),
        ],
    )
    def test_refused(self, tmp_path: Path, text: str, where: str) -> None:
        (tmp_path / "bad.yaml").write_text(text)
        assert where in only(refused(tmp_path, "check", "H100", *DAY, "--catalog", "bad.yaml"))


class TestAllProblemsInOneGo:
    """All problems of a file are reported together, each with its line."""

    CHIPS = """\
name: Mine
anounced: 2024-01-01
announced: 2026-02-30
memory:
  bandwidth: 3 TB
throughput:
  fp17: 100 TFLOPS
  fp8: {value: 100 TFLOPS, sparse: true}
metrics:
  tppp: 4800
---
extends: h2o
---
extends: h100
dies: [{name: A, area: 0 mm^2}]
throughput: {fp16: 1979 TFLOPS}
"""
    RULES = """\
- id: one
  question: licence
  provsions: []
  scope: {to: [Atlantis]}
  dates: {effective: 2026-02-30}
  provisions:
    - {id: a, when: {metric: tpps, ge: 4800}}
    - {id: b, when: {metric: tpp, over: 4800}}
- id: two
  question: license
  provisions: [{id: a, when: {metric: tpp, ge: nan}}]
"""

    @pytest.mark.parametrize(
        ("option", "text", "expected"),
        [("", CHIPS, {2, 3, 5, 7, 8, 10, 12, 15, 16}), ("--rules", RULES, {2, 3, 4, 5, 7, 8, 11})],
    )
    def test_reported(self, tmp_path: Path, option: str, text: str, expected: set[int]) -> None:
        (tmp_path / "bad.yaml").write_text(text)
        call = (
            ("check", "H100", *DAY, option, "bad.yaml") if option else ("check", "bad.yaml", *DAY)
        )
        lines = refused(tmp_path, *call)
        assert {
            int(found[1]) for line in lines if (found := re.search(r"bad\.yaml:(\d+): ", line))
        } == expected
        assert len(lines) == len(expected)


RULE = "id: mine\nquestion: license\n{}\nprovisions: [{{id: a, when: {{metric: tpp, ge: 4800}}}}]\n"
WHEN = "id: mine\nquestion: license\nprovisions:\n  - id: a\n    when: {}\n"


class TestRuleFiles:
    """``FILE:LINE: path: message`` for whatever a rule may not say."""

    @pytest.mark.parametrize(
        ("text", "where", "words"),
        [
            (WHEN.format("{metric: tpp, over: 4800}"), "5: provisions[0].when", "over ge gt le lt"),
            (WHEN.format("{metric: tpp, ge: 1, lt: 2}"), "5: provisions[0].when", "ge gt le lt"),
            (WHEN.format("{metric: tpp}"), "5: provisions[0].when", "ge gt le lt"),
            (WHEN.format("{metric: tppp, ge: 4800}"), "5: provisions[0].when.metric: ", "tppp tpp"),
            (
                WHEN.format("{all: [{metric: tpp, ge: 1}, {metric: die, ge: 1}]}"),
                "5: provisions[0].when.all[1].metric: ",
                "die",
            ),
            *[
                (WHEN.format(f"{{metric: tpp, ge: {number}}}"), "5: provisions[0].when.ge: ", "")
                for number in ("nan", "inf", "1e999", "1_000", "4800 TPP", "1" * 19, "[4800]")
            ],
            (
                WHEN.format("{fact: data-center, is: true}"),
                "5: provisions[0].when.fact: ",
                "datacenter",
            ),
            (WHEN.format("{fact: datacenter, is: maybe}"), "5: provisions[0].when", "true false"),
            (WHEN.format("{every: []}"), "5: provisions[0].when", "every all any not"),
            (WHEN.format("tpp >= 4800"), "5: provisions[0].when", "metric"),
            (RULE.format("scope: {to: [Atlantis]}"), "3: scope", "Atlantis country"),
            (RULE.format("scope: {to: ['D:9']}"), "3: scope", "D:9"),
            (
                RULE.format("scope: {destination: [CN]}"),
                "3: scope",
                "destination to headquarters from",
            ),
            (RULE.format("scope: CN"), "3: scope", ""),
            (RULE.format("scope: {to: {not: [{not: [CN]}]}}"), "3: scope", "not inside"),
            *[
                (
                    RULE.format(f"dates: {{effective: {day}}}"),
                    "3: dates.effective: ",
                    f"{day} YYYY-MM-DD",
                )
                for day in ("2026-02-30", "today", "20260201", "2026-W06-1")
            ],
            (RULE.format("dates: {efective: 2026-02-01}"), "3: dates.efective: ", "effective"),
            (RULE.format("dates: 2026-02-01"), "3: dates: ", ""),
            (RULE.format("exeptions: []"), "3: exeptions: ", "exceptions"),
            (RULE.format("exceptions: [{section: '740.8'}]"), "3: exceptions[0]", "name"),
            (
                RULE.format("exceptions: [{name: NAC, section: '740.8', wen: 1}]"),
                "3: exceptions[0].wen: ",
                "when",
            ),
            (
                RULE.format("review: [{policy: denial}]"),
                "3: review[0].policy: ",
                "denial presumption-of-denial",
            ),
            (RULE.format("review: [{polcy: case-by-case}]"), "3: review[0].polcy: ", "policy"),
            (RULE.format("review: case-by-case"), "3: review", ""),
            (RULE.format("kind: [chip]"), "3: kind", "chip processor"),
            (RULE.format("unless: never"), "3: unless: ", "metric"),
            (RULE.format("title: [a]"), "3: title: ", ""),
            (
                WHEN.replace("license", "licence").format("{metric: tpp, ge: 1}"),
                "2: question: ",
                "licence license",
            ),
            ("id: mine\nquestion: license", "1: provisions: ", "missing"),
            ("id: mine\nquestion: license\nprovisions: []", "3: provisions: ", ""),
            ("id: mine\nquestion: license\nprovisions: [{id: a}]", "3: provisions[0]", "when"),
            ("id: mine\nquestion: license\nprovisions: [a]", "3: provisions[0]", "when"),
            (WHEN.format("{metric: tpp, ge: 1}\n    wen: 1"), "6: provisions[0].wen: ", "when"),
            (
                "question: license\nid: [mine]\nprovisions: [{id: a, when: {metric: tpp, ge: 1}}]",
                "2: id: ",
                "",
            ),
            (
                RULE.replace("id: mine", "id: us-3a090-2023", 1).format("title: Taken"),
                "1: id: ",
                "us-3a090-2023",
            ),
            (RULE.format("title: One") + "---\n" + RULE.format("title: Two"), "6: id: ", "mine"),
        ],
    )
    def test_refused(self, tmp_path: Path, text: str, where: str, words: str) -> None:
        (tmp_path / "bad.yaml").write_text(text)
        line = only(refused(tmp_path, "check", "H100", *DAY, "--rules", "bad.yaml", outputs=False))
        assert f"bad.yaml:{where}" in line
        assert says(line.partition("bad.yaml:")[2], words), line

    def test_the_template_is_good(self, tmp_path: Path) -> None:
        (tmp_path / "good.yaml").write_text(WHEN.format("{metric: tpp, ge: 4800}"))
        assert run("check", "H100", *DAY, "--rules", "good.yaml", folder=tmp_path).status == 1


class TestRulesThatNameNothing:
    """A typo in a name that a rule refers to must not turn into a rule that never applies."""

    @pytest.mark.parametrize(
        ("condition", "words"),
        [
            ("{outcome: [3A090.A]}", "3A090.A 3A090.a"),
            ("{part: [nvidia-l4s]}", "nvidia-l4s nvidia-l40s"),
        ],
    )
    def test_refused(self, tmp_path: Path, condition: str, words: str) -> None:
        text = f"id: mine\nquestion: proposal\nprovisions: [{{id: a, when: {condition}}}]\n"
        (tmp_path / "bad.yaml").write_text(text)
        line = only(refused(tmp_path, "check", "H100", *DAY, "--rules", "bad.yaml", outputs=False))
        assert says(line, words), line


def test_a_name_that_a_chip_of_the_catalog_has(tmp_path: Path) -> None:
    """The card of two Colossus GC2 is called C2; the message is about the name that the user wrote."""
    own = tmp_path / "own.yaml"
    own.write_text("- {name: C2, metrics: {tpp: 100}}\n")
    ran = run("check", "H20", "--catalog", str(own), *DAY)
    (line,) = ran.err.splitlines()
    assert line.endswith(
        "own.yaml:1: [0].name: c2 is called 'C2', which already stands for graphcore-c2-card; "
        "give it another name"
    )
    assert ran.status == 2


def test_an_alias_that_a_chip_of_the_catalog_has(tmp_path: Path) -> None:
    """Not the name is at fault but the alias, and the message says where that stands."""
    own = tmp_path / "own.yaml"
    own.write_text("- name: Foo\n  aliases: [Bar, c-2]\n  metrics: {tpp: 100}\n")
    ran = run("check", "H20", "--catalog", str(own), *DAY)
    (line,) = ran.err.splitlines()
    assert "own.yaml:2: [0].aliases: foo is called 'C2'" in line
    assert line.endswith("leave this alias out")
    assert ran.status == 2
