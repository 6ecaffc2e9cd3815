"""A device of an inventory, as the tool that listed it shows it."""

from __future__ import annotations

from chipdb.lazy_dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Device:
    """A device as a tool shows it.

    ``given`` is the name that it prints; ``clues`` are further names of the same device, such as
    its PCI id; ``memory`` is what the tool says of its memory, in MiB. ``sure`` is False for a
    device that may not be an accelerator, such as the display of a server's board.
    """

    given: str
    clues: tuple[str, ...] = ()
    memory: int | None = None
    sure: bool = True
