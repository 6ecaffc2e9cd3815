"""A dossier: a dated, cited worksheet of a check, to be filed.

Rule: every sentence of it is an answer, a figure or a text of the data; nothing of the machine, the person or the hour goes
in, so the same inputs give the same bytes. The modules build one tree (``tree``), which ``chipdb.views.dossier`` writes as
Markdown, HTML or JSON.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chipdb import data_files
from chipdb.answers.check import Check
from chipdb.views.dossier.document import Dossier, Part, Section
from chipdb.views.dossier.figures import inputs_section
from chipdb.views.dossier.form import limits_section, notice_section, sign_off_section
from chipdb.views.dossier.matrix import full_name, matrix_section, question_section, result_section
from chipdb.views.dossier.metric_steps import derivation_section
from chipdb.views.dossier.rule_sections import license_section, open_section, rules_section
from chipdb.views.dossier.source_list import Sources

__all__ = ["Pins", "dossier"]

Pins = tuple[tuple[str, str], ...]


def dossier(checks: Sequence[Check], pins: Pins = ()) -> Dossier:
    """The worksheet of some checks of one question, a part for each chip.

    ``pins`` are labels and SHA-256 hashes of a user's own files that the answers rest on beside the chips' own.

    >>> import chipdb
    >>> sheet = dossier([chipdb.check("H20", on="2026-06-01", to="CN")])
    >>> sheet.day, [section.key for section in sheet.parts[0].sections][:4]
    ('2026-06-01', ['question', 'matrix', 'result', 'inputs'])
    """
    from chipdb import __version__

    parts = tuple(_part(check, pins, __version__) for check in checks)
    day = checks[0].question.on.isoformat() if checks else ""
    data = ", ".join(dict.fromkeys(part.data for part in parts))
    return Dossier(
        day=day, version=__version__, data=data, rules=data_files.rules_hash(), parts=parts
    )


def _part(check: Check, pins: Pins, version: str) -> Part:
    sources = Sources()
    sections = (
        question_section(check, pins),
        matrix_section(check, sources),
        result_section(check),
        inputs_section(check, sources),
        derivation_section(check),
        rules_section(check, sources),
        license_section(check, sources),
        open_section(check),
        notice_section(check, sources),
        sign_off_section(),
        limits_section(check, version),
    )
    data = check.chip.data or data_files.data_hash()
    return Part(check.chip.id, full_name(check.chip), data, tuple(_numbered(sections)))


def _numbered(sections: Sequence[Section]) -> list[Section]:
    """The sections with their numbers before their titles; the question is the head of the part and has none."""
    return [
        replace(section, title=f"{index}. {section.title}" if index else section.title)
        for index, section in enumerate(sections)
    ]
