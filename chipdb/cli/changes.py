"""What the options turn a chip into."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Changes:
    """Values set, formats dropped, knobs turned, as they were written."""

    sets: list[str] = field(default_factory=list)
    drops: list[str] = field(default_factory=list)
    derates: list[str] = field(default_factory=list)
