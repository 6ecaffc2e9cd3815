"""``identify``: which chip a system means by the name that it prints.

A name is looked up as it is, then in the forms that tools make of one name, first among the names
that were found in sources, then among those of the catalog. Identification never guesses: a name of
several products has no chip but candidates, and the same holds where two clues contradict.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from chipdb.answers.name_forms import forms, is_slice, is_virtual, key_of, maker_of
from chipdb.catalog.catalog import Catalog, load
from chipdb.catalog.device_names import (
    DeviceName,
    NameKind,
    NameState,
    device_names,
    series_and_size,
)
from chipdb.catalog.listed_device import Device
from chipdb.errors import AmbiguousNameError
from chipdb.lazy_dataclasses import dataclass, replace
from chipdb.notebook import views

if TYPE_CHECKING:
    import pandas

    from chipdb.catalog.chip import Chip

MEBIBYTE = 2**20
GIGABYTES = (10**9, 2**30)
"""What vendors mean by a GB of memory."""
LEAST_SHARE = Fraction(9, 10)
"""The least share of its memory that the driver of a chip shows, of those seen in captures."""
LEAST_CANDIDATES = 2
LEAST_SIZES = 2
"""How many sizes of a series must have the same chip before another size is read by them."""
CONTRADICTION = "its name and its ids contradict each other"
_LABELS_OF_DRIVERS = (
    "nvidia.com/gpu.product",
    "amd.com/gpu.product-name",
    "gpu.intel.com/product",
    "metax-tech.com/gpu.product",
    "node.kubernetes.io/npu.chip.name",
)
"""Labels whose values are made of the names that drivers print."""
RESOURCE = "resource"
"""What the table writes for a name of a resource, which is a key itself."""
UNKNOWN_NOTE = "no source that was read has this name"

_AZURE = re.compile(r"(?:Standard_)?([A-Z]+\d+)([a-z]*)(?:_NDR)?_([A-Z][A-Za-z0-9]*)_v(\d+)")
"""A size of Azure: its family with the number of processors, its accelerator, its version."""
_WITHOUT_NETWORK = str.maketrans("", "", "irsf")
"""Without the letters for an isolated host, RDMA, storage and fabric."""


@dataclass(frozen=True, kw_only=True)
class Identified:
    """What a name means.

    * ``given``: the name as it was written
    * ``chip``: the id of one accelerator; None if the name is unknown or ambiguous
    * ``count``: how many the name stands for: a number, a share such as ``"1/8"``; None if that is
      not known, and for a slice of a GPU, which cannot be added up
    * ``kind``: where such names are written, ``catalog-name`` for names of the catalog itself
    * ``system``: the id of the system that the name means, where it means one
    * ``candidates``: the ids that an ambiguous name may mean, as far as they are known
    * ``note``: why there is no chip, or what told it from others; empty if the name says it all
    """

    given: str
    chip: str | None = None
    count: int | str | None = None
    kind: NameKind | None = None
    system: str | None = None
    candidates: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_ambiguous(self) -> bool:
        """Whether the name is shared by several products: it is known, but not one chip's.

        >>> identify("A100").is_ambiguous, identify("no such name").is_ambiguous
        (True, False)
        """
        return self.chip is None and self.kind is not None

    def to_dict(self) -> dict[str, Any]:
        """The object of ``chipdb identify --format json``."""
        return dict(views("json.commands").identified_record(self))

    def to_frame(self) -> pandas.DataFrame:
        """One row with the values of :meth:`to_dict`."""
        import pandas

        return pandas.DataFrame([self.to_dict()])


def identify(name: str | Iterable[str]) -> Identified | list[Identified]:
    """Say which chip a name means that a driver, a cloud, a cluster or a part list prints.

    One name gives one answer, several a list. An unknown or ambiguous name is not an error: its
    answer has no chip, and its ``note`` says why.

    >>> import chipdb
    >>> chipdb.identify("NVIDIA H100 80GB HBM3").chip
    'nvidia-h100-sxm5-80gb'
    >>> chipdb.identify("p5.48xlarge").count
    8
    """
    if isinstance(name, str):
        return identified(name, load())
    names = list(name)
    for each in names:
        if not isinstance(each, str):
            raise TypeError(f"name must be str or several of them, not {each!r}")
    catalog = load()
    return [identified(each, catalog) for each in names]


def identified(given: str, catalog: Catalog) -> Identified:
    """What one name means.

    Each form of the name is asked of the sources, then of the catalog, then of what follows from
    other instances of a cloud; the first answer counts.

    >>> identified("8 x NVIDIA L4", load()).count
    8
    >>> identified("AMD L4", load()).note
    'its vendor does not make nvidia-l4'
    """
    # tools pad names with blanks, and people copy them with line breaks
    written = " ".join(given.split())
    # the most exact form wins, so a shorter one can never take its place
    for form, times in forms(written):
        answer = (
            _of_table(form, catalog, key_of(written))
            or _of_catalog(form, catalog)
            or _of_series(form, catalog)
            or _of_azure(form, catalog)
        )
        if answer is None:
            continue
        answer = replace(answer, given=given, count=_times(answer.count, times))
        if _names_another_maker(written, answer, catalog):
            return Identified(given=given, note=f"its vendor does not make {answer.chip}")
        # a virtual GPU that a source knows has its share there
        is_derived_vgpu = form != written and is_virtual(written)
        if is_slice(written) or is_derived_vgpu:
            return _as_slice(answer)
        return answer
    return Identified(given=given, note=UNKNOWN_NOTE)


def _names_another_maker(name: str, answer: Identified, catalog: Catalog) -> bool:
    """Whether a name begins with a vendor that is not the chip's.

    The vendor was taken off to find the chip, and another maker's chip may have that name.
    """
    maker = maker_of(name)
    if maker is None or answer.chip is None:
        return False
    vendor = (catalog[answer.chip].vendor or "").casefold()
    return not vendor.startswith(maker)


def _as_slice(answer: Identified) -> Identified:
    """The answer for a slice: which share of the chip it is cannot be added up."""
    if answer.chip is None:
        return answer
    return replace(answer, count=None, note="a slice of this chip")


def identified_device(device: Device, catalog: Catalog) -> Identified | None:
    """Identify a device of an inventory by its name, its other clues and its memory.

    None for a display that is not an accelerator of a known vendor: many servers have one on the
    board. Where name and clues lead to several chips, or to one that has another memory, there is
    no chip and a note says why.
    """
    by_name = identified(device.given, catalog)
    by_clues = [identified(clue, catalog) for clue in device.clues]
    answers = [by_name, *by_clues]
    # A display that nothing knows is that of the board. One that a source knows is reported, even
    # if it is ambiguous.
    if not device.sure and all(answer.kind is None for answer in answers):
        return None

    chips = tuple(dict.fromkeys(answer.chip for answer in answers if answer.chip is not None))
    if not chips:
        return _told_by_memory(_with_most_candidates(answers), device, catalog)
    if len(chips) > 1:
        # Which clue is right cannot be known: a name can be set, an id can be that of a board.
        return replace(by_name, chip=None, system=None, candidates=chips, note=CONTRADICTION)
    answer = by_name
    if by_name.chip is None:
        answer = _told_by_clue(by_name, by_clues)
    return _held_against_memory(answer, device, catalog)


def _told_by_clue(by_name: Identified, by_clues: Iterable[Identified]) -> Identified:
    """The chip that clues name if the name has none, unless the name can only mean others.

    ``by_name`` is the answer for the name, ``by_clues`` are those for the clues; one has a chip.
    """
    by_clue = next(answer for answer in by_clues if answer.chip is not None)
    if by_name.candidates and by_clue.chip not in by_name.candidates:
        candidates = (*by_name.candidates, by_clue.chip or "")
        return replace(by_name, candidates=candidates, note=CONTRADICTION)
    return replace(by_clue, given=by_name.given, note=f"identified by {by_clue.given}")


def _with_most_candidates(answers: Sequence[Identified]) -> Identified:
    """The first answer, with the candidates of the first clue that has any.

    ``answers`` are those for the name and then for the clues; no answer has a chip.
    """
    first = answers[0]
    for answer in answers:
        if answer.candidates:
            return replace(answer, given=first.given)
    return first


def _told_by_memory(answer: Identified, device: Device, catalog: Catalog) -> Identified:
    """The one candidate that has the memory of the device; the answer itself if several have.

    A single candidate is not all that the name can mean, so memory cannot confirm it.
    """
    # There is nothing to choose from, or no memory to choose by.
    if device.memory is None or len(answer.candidates) < LEAST_CANDIDATES:
        return answer
    # a candidate of unknown memory stays possible, so it keeps memory from choosing another
    fitting = [name for name in answer.candidates if _has_memory(catalog[name], device.memory)]
    if len(fitting) != 1:
        return answer
    note = f"identified by its memory of {device.memory:,} MiB"
    return replace(answer, chip=fitting[0], count=1, candidates=(), note=note)


def _held_against_memory(answer: Identified, device: Device, catalog: Catalog) -> Identified:
    """The answer, without its chip if the device has a different amount of memory.

    The chip becomes the only candidate: the name means it, but the name or the memory is wrong.
    """
    if answer.chip is None or device.memory is None:
        return answer
    if _has_memory(catalog[answer.chip], device.memory):
        return answer
    note = f"its memory of {device.memory:,} MiB is not that of {answer.chip}"
    return replace(answer, chip=None, system=None, candidates=(answer.chip,), note=note)


def _has_memory(chip: Chip, mebibytes: int) -> bool:
    """Whether a chip has about this memory; True if its capacity is not known.

    Tools print what the driver can use, which is a few percent less, and vendors write GB for both
    10^9 bytes and GiB.
    """
    stated = chip.metric("memory_capacity").value
    if stated is None:
        return True
    # A GB may be decimal or binary, so only a clearly different size rules a chip out.
    shares = [Fraction(mebibytes * MEBIBYTE) / (Fraction(stated) * unit) for unit in GIGABYTES]
    return any(LEAST_SHARE <= share <= 1 for share in shares)


def _of_table(name: str, catalog: Catalog, key: str = "") -> Identified | None:
    """What the sources say about a name; None if no source has it.

    With the ``key`` of the label that it was the value of, the rows of that label say it.
    """
    rows = [row for row in device_names().named(name) if _counts_for(name, row)]
    if not rows:
        return None

    # the key of its label says which of the line the name means
    of_label = [row for row in rows if key and row.label == key]
    if any(row.chip is not None for row in of_label):
        return _meaning_of(name, of_label, (), catalog)
    siblings = _siblings(name, catalog)
    if of_label:
        return _meaning_of(name, of_label, siblings, catalog)
    # what one site writes under its label says nothing of a product line elsewhere
    if siblings and all(row.chip is None and _needs_its_key(row) for row in rows):
        return None
    return _meaning_of(name, rows, siblings, catalog)


def _meaning_of(
    name: str, rows: Sequence[DeviceName], siblings: tuple[str, ...], catalog: Catalog
) -> Identified:
    """What the rows of a name agree on; ``siblings`` are the other chips of its product line.

    No chip where they disagree, or where a name of the whole line was only read as the value of one
    label: elsewhere it may mean a sibling.
    """
    first = rows[0]
    # one text may be written in several places, and need not mean the same there
    agree = len({(row.chip, row.count) for row in rows}) == 1
    count = None
    if agree:
        count = _count(first.count)
    needs_key = bool(siblings) and _needs_its_key(first)
    if agree and _is_also_a_line(first, siblings):
        note = f"as a SoC name it is {first.chip}, but it is also written for the product line"
        return Identified(given=name, kind=first.kind, count=count, candidates=siblings, note=note)
    if agree and first.chip is not None and not needs_key:
        return _counted(Identified(given=name, kind=first.kind), catalog[first.chip], count)

    candidates = list(_candidates(rows))
    if any(row.state != NameState.ABSENT for row in rows):
        candidates += siblings
    return Identified(
        given=name,
        kind=first.kind,
        count=count,
        candidates=tuple(dict.fromkeys(candidates)),
        note=_why(rows),
    )


def _is_also_a_line(row: DeviceName, siblings: Sequence[str]) -> bool:
    """Whether a SoC name is that of a product line, too, which the catalog takes for another chip.

    Software prints Ascend910B for a part of 2019, and people write it for the family of 2023.
    """
    return row.kind == NameKind.SOC and bool(siblings) and row.chip not in (None, siblings[0])


def _counts_for(name: str, row: DeviceName) -> bool:
    """Whether a row applies to a name; the label of one cloud applies only by its exact text."""
    return row.name == name or not _needs_its_key(row)


def _needs_its_key(row: DeviceName) -> bool:
    """Whether a name means its chip only as the value of one cloud's or site's label.

    What a driver prints means the same everywhere, and a resource is a key itself.
    """
    means_it_anywhere = row.label in _LABELS_OF_DRIVERS or row.label == RESOURCE
    return bool(row.label) and not means_it_anywhere


def _siblings(name: str, catalog: Catalog) -> tuple[str, ...]:
    """The ids of a product line that a name may mean; none if it means one chip or no chip."""
    # `find` would look for names that resemble an unknown one, which takes far longer
    if not catalog.is_name(name):
        return ()
    try:
        entry = catalog.find(name)
    except AmbiguousNameError as error:
        return error.suggestions
    if not entry.siblings:
        return ()
    return (entry.chip.id, *entry.siblings)


def _candidates(rows: Sequence[DeviceName]) -> Iterator[str]:
    """The ids that the rows of a name mention, the same one perhaps several times."""
    for row in rows:
        if row.chip is not None:
            yield row.chip
        yield from row.candidates


def _why(rows: Sequence[DeviceName]) -> str:
    """Why a name has no chip: the notes of its rows, each once.

    If every row says that the catalog lacks it, that comes first.
    """
    reasons = []
    states = {row.state for row in rows}
    if states == {NameState.ABSENT}:
        reasons.append("the catalog does not have it")
    reasons += filter(None, dict.fromkeys(row.note for row in rows))
    return "; ".join(reasons) or "several products have this name"


def _of_series(name: str, catalog: Catalog) -> Identified | None:
    """What an instance of a cloud is by its series, where all known sizes have the same chip.

    None where fewer than two sizes are known, where they differ, and for a size of another kind: a
    bare-metal one may be another machine. How many chips another size has is known only where the
    size itself says it.
    """
    rows = device_names().series(name)
    chips = {row.chip for row in rows}
    if len(rows) < LEAST_SIZES or len(chips) != 1:
        return None
    shapes = {_shape(series_and_size(row.name)[1]) for row in rows}
    (chip,) = chips
    if chip is None or _shape(series_and_size(name)[1]) not in shapes:
        return None
    answer = Identified(given=name, kind=NameKind.INSTANCE, note="by the other sizes of its series")
    count: int | None = None
    if all(row.count == _number_of_size(row.name) for row in rows):
        count = int(_number_of_size(name))
    return _counted(answer, catalog[chip], count)


def _number_of_size(name: str) -> str:
    """The number in an instance's size, which in some clouds is that of its accelerators.

    >>> _number_of_size("a3-highgpu-8g"), _number_of_size("p5.48xlarge")
    ('8', '48')
    """
    return "".join(letter for letter in series_and_size(name)[1] if letter.isdigit())


def _of_azure(name: str, catalog: Catalog) -> Identified | None:
    """Identify an Azure instance by one that differs only in its network and storage.

    None where no such instance is known, or where they differ.
    """
    key = _azure_key(name)
    if key is None:
        return None
    alike = [row for row in device_names() if row.provider == "Azure"]
    alike = [row for row in alike if _azure_key(row.name) == key]
    meanings = {(row.chip, row.count) for row in alike}
    if not meanings:
        return _of_accelerator(key[2], catalog)
    # Sizes that differ only in their network should agree; where two do not, neither is followed.
    if len(meanings) != 1:
        return None
    ((chip, count),) = meanings
    if chip is None:
        return None
    note = f"by {alike[0].name}, which has the same accelerators"
    answer = Identified(given=name, kind=NameKind.INSTANCE, note=note)
    return _counted(answer, catalog[chip], _count(count))


def _of_accelerator(name: str, catalog: Catalog) -> Identified | None:
    """What an instance is by the accelerator in its name, which does not say how many it has.

    None where the catalog has no chip of that name.
    """
    answer = _of_catalog(name, catalog)
    if answer is None:
        return None
    note = answer.note or "by the accelerator in its name"
    return replace(answer, kind=NameKind.INSTANCE, count=None, system=None, note=note)


def _azure_key(name: str) -> tuple[str, ...] | None:
    """What of a size of Azure says the accelerator; None if the name is no such size.

    The family with its number of processors, the letters of processor and memory, the accelerator
    and the version. An m is kept: Standard_ND96amsr_A100_v4 has GPUs with more memory.

    >>> _azure_key("Standard_ND96isr_H100_v5") == _azure_key("Standard_ND96isrf_H100_v5")
    True
    >>> _azure_key("Standard_ND96amsr_A100_v4") == _azure_key("Standard_ND96asr_A100_v4")
    False
    """
    match = _AZURE.fullmatch(name)
    if match is None:
        return None
    family, letters, accelerator, version = match.groups()
    return family, letters.translate(_WITHOUT_NETWORK), accelerator, version


def _shape(size: str) -> str:
    """A size with each number replaced by one digit, so that sizes of one kind are equal.

    AWS writes ``xlarge`` for the first of ``xlarge``, ``2xlarge``, ``4xlarge``.

    >>> _shape("48xlarge") == _shape("8xlarge"), _shape("8g") == _shape("H100")
    (True, False)
    """
    if size == "xlarge":
        size = "1xlarge"
    return re.sub(r"\d+", "0", size)


def _of_catalog(name: str, catalog: Catalog) -> Identified | None:
    """What the catalog says about a name; None if no chip has it.

    The name of a product line has no chip here, though ``check`` resolves it to a representative:
    a list of devices has to say which part there is.
    """
    # As above: looking for names that resemble an unknown one takes far longer than this.
    if not catalog.is_name(name):
        return None
    try:
        entry = catalog.find(name)
    except AmbiguousNameError as error:
        return Identified(
            given=name,
            kind=NameKind.CATALOG,
            candidates=error.suggestions,
            note="chips of several vendors",
        )
    plain = Identified(given=name, kind=NameKind.CATALOG)
    if entry.resolved_from is not None and entry.siblings:
        candidates = (entry.chip.id, *entry.siblings)
        return replace(
            plain, candidates=candidates, note="a product line; the name does not say which part"
        )
    return _counted(plain, entry.chip, 1)


def _counted(answer: Identified, named: Chip, count: int | str | None) -> Identified:
    """The answer for a chip, or for the accelerators of a system with their numbers.

    ``count`` is how many of the chip or system the name means. A system with several kinds of chips
    has candidates instead of one chip.
    """
    # A chip that is sold by itself is counted as the name says.
    if not named.members:
        return replace(answer, chip=named.id, count=count)
    processors = named.processors()
    kinds = {chip.id for chip, _ in processors}
    if len(kinds) > 1:
        return replace(
            answer,
            system=named.id,
            candidates=tuple(sorted(kinds)),
            note="a system with several kinds of chips",
        )
    total = sum(number for _, number in processors)
    return replace(answer, chip=processors[0][0].id, count=_times(count, total), system=named.id)


def _count(text: str) -> int | str | None:
    """A count of the table: a whole number, a share as text, None if it is not known.

    >>> _count("8"), _count("1/8"), _count("")
    (8, '1/8', None)
    """
    if not text:
        return None
    if text.isdigit():
        return int(text)
    return text


def _times(count: int | str | None, factor: int) -> int | str | None:
    """A count times a factor; a share may become a whole number.

    >>> _times("1/8", 4), _times("1/8", 8), _times(None, 2)
    ('1/2', 1, None)
    """
    # An unknown count stays unknown, however often the device is there.
    if count is None or factor == 1:
        return count
    product = Fraction(count) * factor
    if product.denominator == 1:
        return int(product)
    return str(product)
