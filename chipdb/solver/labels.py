"""Findings and needs in words, the same for tables, traces and JSON texts."""

from __future__ import annotations

from chipdb.solver.missing import Need, text_of
from chipdb.solver.verdict import Finding, Verdict
from chipdb.vocabulary import Status

NAMES = {
    "tpp": "TPP",
    "performance_density": "performance density",
    "applicable_die_area": "applicable die area",
    "memory_bandwidth": "memory bandwidth",
    "aggregate_io_bandwidth": "I/O bandwidth, all links",
    "interconnect_bandwidth": "chip-to-chip bandwidth",
}
"""The metrics that every answer shows, by their names for people."""

HOLDS = {True: "met", False: "not met", None: "open"}
"""Whether a provision is met, in words."""

_OTHER_NAMES = {"tops": "aggregated rate", "app": "APP"}


def metric_text(name: str) -> str:
    """A metric's name for people.

    >>> metric_text("aggregate_io_bandwidth"), metric_text("letter_io_bandwidth")
    ('I/O bandwidth, all links', 'letter I/O bandwidth')
    """
    named = NAMES.get(name) or _OTHER_NAMES.get(name)
    return named or name.replace("_", " ").replace("io bandwidth", "I/O bandwidth")


def finding_text(finding: object) -> str:
    """A finding in a word or two.

    >>> finding_text(Finding(Status.MET, "3A090.a")), finding_text(Finding(Status.NOT_MET))
    ('3A090.a', 'outside')
    """
    assert isinstance(finding, Finding)
    if finding.status == Status.MET:
        return finding.outcome or "met"
    return {Status.UNDETERMINED: "undetermined", Status.NOT_COVERED: "not covered"}.get(
        finding.status, "outside"
    )


def need_text(need: Need) -> str:
    """A need in a sentence."""
    return text_of(need, finding_text)


def verdict_text(verdict: Verdict) -> str:
    """A verdict in one line: outcome, provisions, contested."""
    text = finding_text(verdict.finding)
    if (
        verdict.status == Status.MET
        and verdict.provisions
        and verdict.provisions != (verdict.finding.outcome,)
    ):
        joint = "; " if any("," in name for name in verdict.provisions) else " and "
        text += f" by {joint.join(verdict.provisions)}"
    if verdict.contested:
        text += "; contested"
    return text
