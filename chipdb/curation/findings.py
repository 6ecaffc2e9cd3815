"""What an audit finds wrong with a figure of a third-party table."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from chipdb.catalog.row_numbers import place_of
from chipdb.lazy_dataclasses import dataclass
from chipdb.notebook import Framed, views
from chipdb.vocabulary import FindingKind


@dataclass(frozen=True)
class Difference:
    """What is wrong with a figure: the kind of finding, the reason, the catalog's value."""

    kind: FindingKind
    why: str
    ours: Fraction | None


@dataclass(frozen=True, kw_only=True)
class AuditFinding(Framed):
    """One thing that a table states differently.

    ``matters_for`` names the rules whose answer depends on it.
    """

    row: int
    name: str
    chip: str | None
    figure: str
    # Floats, since JSON and tables have no fractions; the comparison itself was exact.
    theirs: float | str | None
    ours: float | str | None
    unit: str
    kind: FindingKind
    why: str
    sources: tuple[str, ...] = ()
    matters_for: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """The row, the figure and the kind of the finding."""
        return f"<AuditFinding {place_of(self.row)} {self.figure}: {self.kind}>"

    def to_dict(self) -> dict[str, Any]:
        """One entry of ``findings`` in ``chipdb audit --format json``."""
        return dict(views("json.curation").audit_finding_record(self))
