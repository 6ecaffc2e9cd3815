"""The dossier of some checks: a section maker for each part of the worksheet, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from chipdb import data_files
from chipdb.answers.check import Check
from chipdb.views.dossier.document import ChipSheet, Dossier, Section
from chipdb.views.dossier.figures import inputs_section
from chipdb.views.dossier.form import limits_section, notice_section, sign_off_section
from chipdb.views.dossier.matrix import full_name, matrix_section, question_section, result_section
from chipdb.views.dossier.metric_steps import derivation_section
from chipdb.views.dossier.rule_sections import license_section, open_section, rules_section
from chipdb.views.dossier.source_list import Sources

__all__ = ["Pins", "dossier"]

Pins = tuple[tuple[str, str], ...]
"""Labels and SHA-256 hashes of a user's own files."""


def dossier(checks: Sequence[Check], pins: Pins = ()) -> Dossier:
    """The dossier of some checks of one question, with a worksheet for each chip.

    ``pins`` are the user's own files that the answers depend on, besides the chips' own files. All
    checks must be of one day, which is taken from the first; without checks it is empty.

    >>> import chipdb
    >>> sheet = dossier([chipdb.check("H20", on="2026-06-01", to="CN")])
    >>> sheet.day, [section.key for section in sheet.parts[0].sections][:4]
    ('2026-06-01', ['question', 'matrix', 'result', 'inputs'])
    """
    # The package imports this module on demand, so its version is read only when it is complete.
    from chipdb import __version__

    parts = tuple(_sheet(check, pins, __version__) for check in checks)
    # Chips may come from several catalogs, such as one vintage each; every hash is filed once.
    catalogs = dict.fromkeys(part.data for part in parts)
    return Dossier(
        day=checks[0].question.on.isoformat() if checks else "",
        version=__version__,
        data=", ".join(catalogs),
        rules=data_files.rules_hash(),
        parts=parts,
    )


def _sheet(check: Check, pins: Pins, version: str) -> ChipSheet:
    """The worksheet of one chip: every section, in the order in which people read them."""
    # Sources are numbered as the sections first name them, so the order of these calls matters.
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

    # A chip from a user's file has no catalog; what it is based on is the built-in data.
    data = check.chip.data or data_files.data_hash()
    return ChipSheet(check.chip.id, full_name(check.chip), data, _numbered(sections))


def _numbered(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """The sections with numbers before their titles; the first is the head and has none.

    JSON names sections by their keys, so a new section may change the numbers.
    """
    first, *rest = sections
    numbered = [first]
    for number, section in enumerate(rest, 1):
        numbered.append(replace(section, title=f"{number}. {section.title}"))
    return tuple(numbered)
