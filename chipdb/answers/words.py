"""Findings and needs in words, the same for tables, traces and JSON texts."""

from __future__ import annotations

from chipdb.answers.needs import Need, text_of
from chipdb.answers.verdict import MET, NOT_COVERED, UNDETERMINED, Finding, Verdict


def finding_text(finding: object) -> str:
    """A finding in a word or two.

    >>> finding_text(Finding("met", "3A090.a")), finding_text(Finding("not-met"))
    ('3A090.a', 'outside')
    """
    assert isinstance(finding, Finding)
    if finding.status == MET:
        return finding.outcome or "met"
    return {UNDETERMINED: "undetermined", NOT_COVERED: "not covered"}.get(finding.status, "outside")


def need_text(need: Need) -> str:
    """A need in a sentence."""
    return text_of(need, finding_text)


def verdict_text(verdict: Verdict) -> str:
    """A verdict in one line: outcome, provisions, contested."""
    text = finding_text(verdict.finding)
    if verdict.status == MET and verdict.provisions and verdict.provisions != (verdict.finding.outcome,):
        joint = "; " if any("," in name for name in verdict.provisions) else " and "
        text += f" by {joint.join(verdict.provisions)}"
    if verdict.contested:
        text += "; contested"
    return text
