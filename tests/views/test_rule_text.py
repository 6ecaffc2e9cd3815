"""``rules ID`` and the trace: everything that a rule's record says, with sources."""

from __future__ import annotations

import pytest
from running import run

import chipdb
from chipdb.catalog.bibliography import bibliography
from chipdb.rules.wording import scope_text
from chipdb.views.rule_text import rule_text

RULES = [rule.id for rule in chipdb.load_rules()]


def squeezed(text: str) -> str:
    """Return a text without its line breaks and indents."""
    return " ".join(text.split())


@pytest.mark.parametrize("name", RULES)
def test_everything_of_the_record_is_printed(name: str) -> None:
    rule = chipdb.load_rules()[name]
    lines = rule_text(rule).splitlines()
    text = squeezed(rule_text(rule))
    source = bibliography()[rule.citation["source"]]
    expected = [rule.title, scope_text(rule.scope), source.title, *rule.conditions]
    expected += [entry.id for entry in rule.provisions]
    expected += [f"{entry.name} ({entry.section})" for entry in rule.exceptions]
    for exception in rule.exceptions:
        expected += exception.conditions
    expected += [caution.text for caution in rule.cautions]
    for part in expected:
        assert squeezed(part) in text, part
    if source.url:
        assert source.url in lines
    assert all(len(line) <= 80 for line in lines if line != source.url)


def test_how_far_a_rule_was_read() -> None:
    """The review rule of January 2026 was read in fragments, up to 2026-09-24."""
    out = squeezed(run("rules", "us-review-2026").out)
    assert "evidence to 2026-09-24" in out
    assert "summary and quoted fragments read" in out


class TestTrace:
    """``check --explain``."""

    def test_sources_have_their_addresses_in_full(self) -> None:
        out = run("check", "L40S", "--on", "2026-11-20", "--to", "AE", "--explain").out
        for key in ("fr-2025-01-15", "nvidia-ada-whitepaper", "pci-sig-specifications"):
            url = bibliography()[key].url
            assert f"    {url}" in out.splitlines()

    def test_each_requirement_has_its_scope_and_policy(self) -> None:
        """742.6(b)(10): presumption of denial to D:5, where China is."""
        out = squeezed(run("check", "L40S", "--on", "2026-11-20", "--to", "CN", "--explain").out)
        start = out.index("us-license-742-6-iii-a-2025 (license)")
        rule = out[start : out.index("us-license-742-6-iii-b-2025 (license)")]
        assert "scope: to United Arab Emirates or (country group D:1, D:4 or D:5" in rule
        assert "review: case-by-case if certified, otherwise presumption of denial" in rule
