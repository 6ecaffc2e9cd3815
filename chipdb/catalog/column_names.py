"""What the name of a column says: ``FP16 TFLOPS``, ``Memory (GB)``, ``memory.bandwidth [TB/s]``.

A column may be named as chipdb names the figure, in any case, or in one of the ways in which
people head such columns. Words that fit several figures (``Bandwidth``) are not read. What the
words mean is language, so it is here and not in ``data/``.
"""

from __future__ import annotations

import re
import unicodedata

from pydantic import ValidationError

from chipdb.catalog.formats import format_table
from chipdb.catalog.table_schema import DATACENTER, IN_CELLS, MappedColumn, is_figure, unit_of
from chipdb.errors import QuantityError, UsageError
from chipdb.lazy_dataclasses import dataclass
from chipdb.units import quantity

_WORDS_FOR = {
    "memory.capacity": (
        "memory",
        "mem",
        "memory size",
        "memory capacity",
        "mem capacity",
        "gpu memory",
        "vram",
        "vram size",
        "hbm",
        "hbm capacity",
        "hbm size",
    ),
    "memory.bandwidth": (
        "memory bandwidth",
        "mem bandwidth",
        "memory bw",
        "mem bw",
        "hbm bandwidth",
        "hbm bw",
        "gpu memory bandwidth",
        "peak memory bandwidth",
    ),
    "memory.bus": (
        "memory bus",
        "memory bus width",
        "bus width",
        "memory interface",
        "memory interface width",
    ),
    "power.tdp": (
        "tdp",
        "thermal design power",
        "power",
        "max power",
        "board power",
        "max tdp",
        "tbp",
        "tgp",
    ),
    "clocks.base": ("base clock", "base frequency"),
    "clocks.boost": ("boost clock", "boost frequency", "max clock", "peak clock"),
    "die_area": ("die area", "die size", "die"),
    "transistors": ("transistors", "transistor count"),
    "process_nm": ("process", "process node", "process size", "node", "technology node"),
    "interconnect_bandwidth": (
        "interconnect bandwidth",
        "interconnect",
        "nvlink bandwidth",
        "nvlink",
        "intranode bandwidth",
    ),
    "tpp": ("tpp", "total processing performance", "total processing performance tpp"),
    "performance_density": ("pd", "performance density"),
    "applicable_die_area": ("applicable die area",),
    DATACENTER: ("datacenter", "data center"),
}
"""The words of a column's name, without its unit, for each figure."""

_FIGURE_OF = {words: figure for figure, phrases in _WORDS_FOR.items() for words in phrases}

_UNIT_WORDS = {
    "flops": "FLOPS",
    "gflops": "GFLOPS",
    "tflops": "TFLOPS",
    "pflops": "PFLOPS",
    "flop/s": "FLOPS",
    "gflop/s": "GFLOPS",
    "tflop/s": "TFLOPS",
    "pflop/s": "PFLOPS",
    "teraflops": "TFLOPS",
    "petaflops": "PFLOPS",
    "tops": "TOPS",
    "pops": "POPS",
    "top/s": "TOPS",
    "mb": "MB",
    "gb": "GB",
    "tb": "TB",
    "mib": "MiB",
    "gib": "GiB",
    "tib": "TiB",
    "gb/s": "GB/s",
    "tb/s": "TB/s",
    "gib/s": "GiB/s",
    "tib/s": "TiB/s",
    "w": "W",
    "watt": "W",
    "watts": "W",
    "kw": "kW",
    "mhz": "MHz",
    "ghz": "GHz",
    "mm2": "mm^2",
    "nm": "nm",
    "bit": "bit",
    "bits": "bit",
    "million": "million",
    "millions": "million",
    "billion": "billion",
    "billions": "billion",
}
"""Units by the words for them in lower case.

A word in lower case says bytes (``memory_gb``). ``Gb`` and ``Gbps`` are bits, and are read as
they are written; ``gbps`` may be either and is not a unit.
"""
_NANOMETERS = "nm"
_COUNTS = {"b": "billion", "bn": "billion", "m": "million", "mn": "million"}
"""What the letters mean after a number of transistors; elsewhere B is bytes."""

_WITH_UNIT = re.compile(r"(?P<words>.*?)\s*[\[(](?P<unit>[^\[\]()]*)[\])](?P<more>.*)")
"""A name with its unit in brackets, such as ``memory.bandwidth [TB/s]``."""

_FORMAT = re.compile(r"\b(nvfp|mxfp|fp|bf|bfloat|tf|tensorfloat|int)[ -]?(\d{1,2})\b")
_FORMAT_NAMES = {
    "nvfp": "fp",
    "mxfp": "fp",
    "bfloat": "bf",
    "tensorfloat": "tf",
}
_THROUGHPUT_WORDS = frozenset({"flops", "tflops", "pflops", "gflops", "tops", "pops", "ops"})
_SPARSE_WORDS = frozenset({"sparse", "sparsity", "structured"})
_VECTOR_WORDS = frozenset({"vector", "shader", "shaders", "cuda", "simd", "nontensor"})
_FILLERS = frozenset(
    {
        "tensor",
        "matrix",
        "core",
        "cores",
        "dense",
        "peak",
        "performance",
        "perf",
        "compute",
        "throughput",
        "rate",
        "max",
        "theoretical",
        "with",
        "no",
        "without",
    }
)
"""Words that say nothing about which figure a throughput is."""

_ABOUT_SOMETHING_ELSE = frozenset(
    {"per", "price", "cost", "usd", "efficiency", "support", "supported"}
)
"""Words of columns that name a throughput and do not state one, such as TFLOPS per watt."""
_PER_SOMETHING = re.compile(r"ops ?/ ?(w|watt|\$|mm2|mm\^2|chip|gpu|node)\b|/\$")


@dataclass(frozen=True)
class UnclearColumn:
    """A column that seems to state throughput, but not which."""

    column: str


def named_after_figure(column: str) -> MappedColumn | None:
    """The column of a figure that is named as chipdb names it, in any case; None for any other.

    A unit in brackets after the name replaces chipdb's.

    >>> named_after_figure("Memory.Bandwidth [TB/s]").unit
    'TB/s'
    """
    path, unit = _path_and_unit(column)
    figure = path.casefold()
    if not is_figure(figure):
        return None
    # "TOPS" heads a throughput of unstated format, and "App" a program.
    if figure in ("tops", "app") and figure != path:
        return None

    if figure == "tpp" and _is_unit_of_tpp(unit):
        unit = None
    elif unit is not None:
        unit = _spelled(figure, unit)
    try:
        return MappedColumn(column=column, figure=[figure], unit=unit)
    except ValidationError as error:
        # whoever names a figure means it, so a unit that cannot be read is an error of the table
        reason = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise UsageError(f"the column {column!r}: {reason}") from None


def _path_and_unit(column: str) -> tuple[str, str | None]:
    """A column's name without a unit in brackets at its end, and that unit; None if it has none.

    >>> _path_and_unit("memory.bandwidth [TB/s]"), _path_and_unit("tpp []")
    (('memory.bandwidth', 'TB/s'), ('tpp', None))
    """
    path = " ".join(column.split())
    match = _WITH_UNIT.fullmatch(path)
    if match is None or match["more"].strip():
        return path, None
    # Empty brackets say that there is no unit.
    return match["words"], match["unit"].strip() or None


def described(column: str) -> MappedColumn | UnclearColumn | None:
    """The column of a figure that is named in words.

    None for a column about something else; :class:`UnclearColumn` for a throughput whose words
    leave the format or the unit open.

    >>> described("FP16 Tensor TFLOPS").figure, described("FP16 Tensor TFLOPS").unit
    (['throughput.fp16'], 'TFLOPS')
    >>> described("Memory (GB)").figure, described("Price") is None
    (['memory.capacity'], True)
    """
    # Throughput comes first: its columns are named in too many ways to list them.
    words, unit = _words_and_unit(column)
    if _is_throughput(words, unit):
        return _throughput_column(column, words, unit)

    figure = _FIGURE_OF.get(words)
    if figure is None:
        return None
    # A unit of another kind means that the words were not meant so.
    try:
        return MappedColumn(column=column, figure=[figure], unit=_unit_for(figure, unit))
    except QuantityError:
        return None


_DENSITY_UNITS = frozenset({"tpp/mm2", "tpp/mm^2"})


def _words_and_unit(column: str) -> tuple[str, str | None]:
    """The words of a name in lower case, and its unit as written; None if the name has no unit.

    >>> _words_and_unit("FP16 TFLOPS"), _words_and_unit("memory_bandwidth_gb_s")
    (('fp16', 'TFLOPS'), ('memory bandwidth', 'gb/s'))
    """
    # NFKC turns mm² into mm2; names of data frames have memory_bandwidth_gb_s.
    text = unicodedata.normalize("NFKC", column).replace("_", " ").replace("w/ ", "with ")
    text = re.sub(r"\b([GTgt]i?[Bb]) s$", r"\1/s", text.strip())
    match = _WITH_UNIT.fullmatch(text)
    if match is not None and _is_unit(match["unit"]):
        words = f"{match['words']} {match['more']}"
        return _folded(words), match["unit"].replace(" ", "")

    first, _, last = text.rpartition(" ")
    if first and _is_unit(last):
        return _folded(first), last
    return _folded(text), None


def _folded(words: str) -> str:
    """Words in lower case with single spaces, without brackets and other marks between them.

    >>> _folded("Memory [GB]: (HBM)")
    'memory gb hbm'
    """
    return " ".join(re.sub(r"[()\[\],:]", " ", words).casefold().split())


def _is_unit(text: str) -> bool:
    """Whether a text is a unit, in any case.

    >>> _is_unit("Tflops"), _is_unit("Gbps"), _is_unit("gbps")
    (True, True, False)
    """
    plain = text.replace(" ", "")
    folded = plain.casefold()
    return folded in _UNIT_WORDS or folded in _DENSITY_UNITS or plain in _BITS


_BITS = frozenset({"Gb", "Tb", "Gb/s", "Tb/s", "Gbps", "GBps", "TBps", "mm^2"})
"""Units whose meaning depends on the case of a letter; they are read as they are written."""


def _unit_for(figure: str, written: str | None) -> str | None:
    """The unit of a column in the spelling of :mod:`chipdb.units`.

    Raises :class:`QuantityError` if the name has no unit and the figure needs one, and for a unit
    of another kind: "Memory (GB/s)" has the words of a capacity and the unit of a bandwidth.
    """
    kept = unit_of(figure)
    if written is None:
        return _unit_if_unwritten(figure, kept)
    if figure == "process_nm" and written == _NANOMETERS:
        return None
    if written.casefold() in _DENSITY_UNITS:
        quantity("1", kept)
        return None

    unit = _spelled(figure, written)
    quantity(f"1 {unit}", kept)
    return unit


def _unit_if_unwritten(figure: str, kept: str) -> str | None:
    """The unit of a column whose name has none; ``kept`` is chipdb's unit of the figure.

    Raises :class:`QuantityError` where a number without a unit could be in several.

    >>> _unit_if_unwritten("power.tdp", "W"), _unit_if_unwritten("memory.capacity", "GB")
    (None, 'cell')
    """
    # A column "Process" has names such as TSMC 4N, one of transistors millions or billions.
    if figure in ("process_nm", "transistors"):
        raise QuantityError(f"{figure} needs a unit")
    # Without a unit a bare number would be a guess, except where figures have none, and for
    # the power of a chip, which nobody states in anything but watts.
    if kept in ("", DATACENTER, "TPP/mm^2", "W"):
        return None
    return IN_CELLS


def _spelled(figure: str, unit: str) -> str:
    """A unit in the spelling of :mod:`chipdb.units`, such as billion for billions or B.

    >>> _spelled("transistors", "B"), _spelled("memory.capacity", "gib")
    ('billion', 'GiB')
    """
    # NFKC turns mm² into mm2; B means billions only after a number of transistors.
    plain = unicodedata.normalize("NFKC", unit)
    if figure == "transistors" and plain.casefold() in _COUNTS:
        return _COUNTS[plain.casefold()]
    if plain in _BITS:
        return plain
    return _UNIT_WORDS.get(plain.casefold(), plain)


def _is_unit_of_tpp(unit: str | None) -> bool:
    """Whether a unit is TOPS times bits, which people write out and chipdb does not.

    >>> _is_unit_of_tpp("TOPS x bit"), _is_unit_of_tpp("TOPS")
    (True, False)
    """
    if unit is None:
        return False
    words = set(re.split(r"[^a-z]+", unit.casefold()))
    has_throughput = not words.isdisjoint({"tops", "tflops"})
    has_bits = not words.isdisjoint({"bit", "bits"})
    return has_throughput and has_bits


def _is_throughput(words: str, unit: str | None) -> bool:
    """Whether a name is about throughput: it has a number format, or a word such as TFLOPS.

    >>> _is_throughput("fp16 tensor", "TFLOPS"), _is_throughput("tflops per watt", None)
    (True, False)
    """
    parts = set(re.split(r"[ /]", words))
    if not parts.isdisjoint(_ABOUT_SOMETHING_ELSE) or _PER_SOMETHING.search(words):
        return False
    if _FORMAT.search(words) or not parts.isdisjoint(_THROUGHPUT_WORDS):
        return True
    return unit is not None and unit.casefold() in _THROUGHPUT_UNITS


_THROUGHPUT_UNITS = frozenset(
    word for word, unit in _UNIT_WORDS.items() if unit.endswith(("FLOPS", "OPS"))
)


def _throughput_column(column: str, words: str, unit: str | None) -> MappedColumn | UnclearColumn:
    """The column of a throughput, or an unclear one if a word of it is not understood."""
    if unit is None:
        words, unit = _without_throughput_unit(words)
    formats = _formats_in(words)
    # The other words say how the throughput is counted.
    suffix = _suffix_of(re.split(r"[ /+-]+", _FORMAT.sub(" ", words)))
    if not formats or suffix is None:
        return UnclearColumn(column)

    figures = [f"throughput.{name}{suffix}" for name in formats]
    try:
        return MappedColumn(column=column, figure=figures, unit=_unit_for(figures[0], unit))
    except QuantityError:
        return UnclearColumn(column)


def _formats_in(words: str) -> list[str]:
    """The number formats that a name has; none if they differ in length or are unknown.

    A number for two formats of the same length is the throughput of either; for others it would be
    a guess.

    >>> _formats_in("fp16 / bf16"), _formats_in("fp16 / fp8")
    (['fp16', 'bf16'], [])
    """
    formats = dict.fromkeys(map(_format_name, _FORMAT.finditer(words)))
    lengths = {format_table().bits.get(name) for name in formats}
    if len(lengths) != 1 or None in lengths:
        return []
    return list(formats)


def _suffix_of(words: list[str]) -> str | None:
    """What the words next to its format make of a figure: ``_sparse``, ``_vector`` or nothing.

    None for a word that is not understood.

    >>> _suffix_of(["tensor", "with", "sparsity"]), _suffix_of(["cuda", "cores"])
    ('_sparse', '_vector')
    """
    left = set(words) - _FILLERS - {""}
    if left - _SPARSE_WORDS - _VECTOR_WORDS:
        return None
    # "no sparsity" and "without sparsity" are the dense throughput.
    without_sparsity = "no" in words or "without" in words
    if left & _SPARSE_WORDS and not without_sparsity:
        return "_sparse"
    if left & _VECTOR_WORDS:
        return "_vector"
    return ""


def _without_throughput_unit(words: str) -> tuple[str, str | None]:
    """The words without a unit among them, as in "fp8 tflops with sparsity", and that unit.

    >>> _without_throughput_unit("fp8 tflops with sparsity")
    ('fp8   with sparsity', 'tflops')
    """
    for word in words.split():
        if word in _THROUGHPUT_UNITS:
            return words.replace(word, " ", 1), word
    return words, None


def _format_name(match: re.Match[str]) -> str:
    """The name that chipdb has for a number format, such as fp4 for NVFP4 and bf16 for BFloat16.

    >>> _format_name(_FORMAT.search("nvfp4"))
    'fp4'
    """
    kind, bits = match.groups()
    return f"{_FORMAT_NAMES.get(kind, kind)}{bits}"
