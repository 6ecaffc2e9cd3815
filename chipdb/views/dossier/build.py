"""Builds the dossier of some checks: one function for each section of the worksheet, in order."""

from __future__ import annotations

from collections.abc import Sequence

from chipdb import data_files
from chipdb.answers.check import Check
from chipdb.lazy_dataclasses import replace
from chipdb.rules.places import places
from chipdb.views.dossier.core import core_section, references_section
from chipdb.views.dossier.document import ChipSheet, Dossier, Section
from chipdb.views.dossier.figures import inputs_section
from chipdb.views.dossier.form import limits_section, notice_section, sign_off_section
from chipdb.views.dossier.matrix import full_name, matrix_section, question_section, result_section
from chipdb.views.dossier.metric_steps import derivation_section
from chipdb.views.dossier.overview import overview
from chipdb.views.dossier.rule_sections import license_section, open_section, rules_section
from chipdb.views.dossier.source_list import Sources

__all__ = ["Pins", "dossier"]

Pins = tuple[tuple[str, str], ...]
"""Labels and SHA-256 hashes of a user's own files."""


def dossier(checks: Sequence[Check], pins: Pins = ()) -> Dossier:
    """The dossier of some checks of one day, with a worksheet for each chip and destination.

    ``pins`` are the user's own files that the answers depend on, besides the chips' own files. The
    day is that of the first check; without checks the dossier is empty.

    >>> import chipdb
    >>> sheet = dossier([chipdb.check("H20", on="2026-06-01", to="CN")])
    >>> sheet.day, [section.key for section in sheet.parts[0].core]
    ('2026-06-01', ['core', 'sign_off', 'references'])
    """
    # The package imports this module on demand, so its version is read only when it is complete.
    from chipdb import __version__

    has_several_places = len({check.question.places_asked.to for check in checks}) > 1
    parts = tuple(
        _sheet(check, pins, __version__, name_the_place=has_several_places) for check in checks
    )
    # Chips may come from several catalogs, such as one vintage each; every hash is filed once.
    catalogs = dict.fromkeys(part.data for part in parts)
    return Dossier(
        day=checks[0].question.on.isoformat() if checks else "",
        version=__version__,
        data=", ".join(catalogs),
        rules=data_files.rules_hash(),
        parts=parts,
        overview=overview(parts, checks),
    )


def _sheet(check: Check, pins: Pins, version: str, *, name_the_place: bool) -> ChipSheet:
    """The worksheet of one chip: every section, in the order in which people read them."""
    # Sources are numbered as the sections first name them, so the order of these calls matters.
    sources = Sources()
    core = (core_section(check, sources), sign_off_section(), references_section(sources))
    appendix = (
        question_section(check, pins),
        matrix_section(check, sources),
        result_section(check),
        inputs_section(check, sources),
        derivation_section(check),
        rules_section(check, sources),
        license_section(check, sources),
        open_section(check),
        notice_section(check, sources),
        limits_section(check, version),
    )

    to = check.question.places_asked.to
    name = full_name(check.chip)
    if name_the_place and to is not None:
        name += f" to {places().name_as_treated(to, check.question.on)}"
    # A chip from a user's file has no catalog; what it is based on is the built-in data.
    data = check.chip.data or data_files.data_hash()
    return ChipSheet(
        chip=check.chip.id,
        name=name,
        data=data,
        core=core,
        appendix=_numbered(appendix),
        to=to,
    )


def _numbered(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """The sections of the appendix with numbers before their titles.

    JSON names sections by their keys, so a new section may change the numbers.
    """
    numbered = []
    for number, section in enumerate(sections, 1):
        numbered.append(replace(section, title=f"A.{number} {section.title}"))
    return tuple(numbered)
