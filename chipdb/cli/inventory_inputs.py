"""From an inventory to chips that can be checked: each product once, with how many there are."""

from __future__ import annotations

from chipdb.answers.identify import Identified, identified_device
from chipdb.catalog.catalog import Catalog, Entry
from chipdb.catalog.inventory import devices_in
from chipdb.catalog.not_found import NotFound
from chipdb.cli.inputs import text_of
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import replace


def inventory_rows(argument: str, catalog: Catalog) -> list[Entry | NotFound]:
    """Return the chips of an inventory in a file, or on standard input for ``-``.

    Devices of the same name and chip are one row with their number, in the order in which they
    first appear. A name that has no chip is a row with the reason. Raises :class:`UsageError` for
    an inventory without devices.
    """
    answers = []
    for device in devices_in(text_of(argument)):
        answer = identified_device(device, catalog)
        if answer is not None:
            answers.append(answer)
    if not answers:
        raise UsageError(f"--inventory {argument}: no device was found in it")
    numbers: dict[Identified, int | None] = {}
    for answer in answers:
        # how many one name stands for depends only on its text, so equal answers add up
        numbers[answer] = _sum(numbers.get(answer, 0), answer.count)
    return [_row(answer, number, catalog) for answer, number in numbers.items()]


def _sum(total: int | None, count: int | str | None) -> int | None:
    """A number of chips; None once it is not known, or a share of a chip is among them."""
    if total is None or not isinstance(count, int):
        return None
    return total + count


def _row(answer: Identified, quantity: int | None, catalog: Catalog) -> Entry | NotFound:
    """The chip or the system of an answer, or the reason why there is none."""
    # A system is controlled by other entries than its chips, so it is asked about itself.
    name = answer.system or answer.chip
    if name is None:
        reason = answer.note
        if answer.candidates:
            reason = f"could be {', '.join(answer.candidates)}; {reason}"
        return NotFound(
            given=answer.given,
            error=f"{answer.given!r}: {reason}",
            quantity=quantity,
            is_ambiguous=answer.is_ambiguous,
        )
    entry = catalog.find(name)
    if answer.system is not None and quantity is not None:
        in_one = sum(count for _, count in entry.chip.processors())
        quantity //= in_one
    remarks: tuple[str, ...] = ()
    if answer.note:
        remarks = (f"{answer.given}: {answer.note}",)
    return replace(entry, given=answer.given, siblings=(), quantity=quantity, remarks=remarks)
