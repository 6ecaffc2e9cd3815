"""Strategies for input that breaks programs: texts, numbers, files, words, columns of tables.

Files are made from the corpus next to this module by a few edits each: whatever stays right reaches
the code behind the parser.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

CORPUS = Path(__file__).parent / "corpus"

CONTROLS = (
    "\x00\x07\x08\x0b\x1b\x1b[2J\x1b]0;x\x07\x7f\x9b\u061c\u200f\u202e\u2066\u2028\u2029\ufeff"
)
TEXTS = (
    *("", " ", "~", "null", "true", "no", "NaN", "inf", "-inf", "none", "?", "-", "--", "..", "0"),
    *("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-1+1", "<script>", "](javascript:x)", "|", "`"),
    *("../../etc/passwd", "/dev/null", "con", "H20", "h100 sxm", "DGX H100", "昇腾910B", "é", "💥"),
    *("\ud800", "\x1b[31mred", "\u202eevil", "a\nb", "a\tb", "a,b", 'a"b', "{}", "[]", "&a", "*a"),
    *(
        "!!python/object:os.system",
        "%00",
        "${HOME}",
        "x" * 300,
        "2026-06-01",
        "CN",
        "D:5",
        "𝟙",
        "٣",
    ),
)
NUMBERS = (
    *("0", "-0", "1", "-1", "+1", "01", "1_0", "1e3", "1E400", "1e-400", "0x10", "1.", ".5", "1,5"),
    *(
        "1.234,5",
        "1,234.5",
        "1'234",
        "4800",
        "4799.999999",
        "4800.0000001",
        "1e15",
        "1e16",
        "9" * 40,
    ),
    *(
        "99999999999999999999",
        "1/3",
        "50%",
        "-30%",
        "1e-12",
        "1e-13",
        "٤٨٠٠",
        "４８００",
        "½",
        "1 2",
    ),
)
UNITS = (
    "",
    " TFLOPS",
    " TB/s",
    "GB/s",
    " mm^2",
    " GiB",
    " W",
    " furlong",
    " TB/s/s",
    "*",
    " nm",
    "²",
)
DAYS = (
    "2022-10-07",
    "2024-06-01",
    "2026-06-01",
    "2026-13-01",
    "9999-12-31",
    "0001-01-01",
    "1e4",
    "",
)

hostile_texts = st.one_of(
    st.sampled_from(TEXTS),
    st.text(max_size=20),
    st.text(alphabet=CONTROLS, max_size=6),
    st.integers(1, 3).map(lambda power: "x" * 10 ** (power + 1)),
)
hostile_numbers = st.builds("".join, st.tuples(st.sampled_from(NUMBERS), st.sampled_from(UNITS)))
scalars = st.one_of(
    hostile_texts, hostile_numbers, st.none(), st.booleans(), st.integers(), st.floats()
)


def names_in_corpus(folder: str) -> list[Path]:
    """The files of one kind."""
    return sorted((CORPUS / folder).iterdir())


@st.composite
def edited(draw: st.DrawFn, folder: str) -> tuple[str, bytes]:
    """A file of a kind from the corpus, after a few edits; its ending and its bytes."""
    path = draw(st.sampled_from(names_in_corpus(folder)))
    data = path.read_bytes()
    for _ in range(draw(st.integers(0, 4))):
        data = draw(_edits(data))
    return path.suffix, data


@st.composite
def _edits(draw: st.DrawFn, data: bytes) -> bytes:
    """One edit: of a byte, of a line, or of a word."""
    kind = draw(st.sampled_from(["word", "word", "word", "line", "swap", "byte", "cut", "insert"]))
    if kind == "word":
        return _word_replaced(draw, data)
    lines = data.split(b"\n")
    at = draw(st.integers(0, len(lines) - 1))
    if kind == "line":
        times = draw(st.sampled_from([0, 2, 50]))
        return b"\n".join([*lines[:at], *lines[at : at + 1] * times, *lines[at + 1 :]])
    if kind == "swap":
        other = draw(st.integers(0, len(lines) - 1))
        lines[at], lines[other] = lines[other], lines[at]
        return b"\n".join(lines)
    place = draw(st.integers(0, len(data)))
    if kind == "cut":
        return data[:place]
    if kind == "byte":
        return data[:place] + bytes([draw(st.integers(0, 255))]) + data[place + 1 :]
    return data[:place] + _bytes_of(draw(hostile_texts)) + data[place:]


def _word_replaced(draw: st.DrawFn, data: bytes) -> bytes:
    """The data with one word, number or mark replaced by something hostile or by another word."""
    words = data.replace(b"\n", b" \n ").split(b" ")
    at = draw(st.integers(0, len(words) - 1))
    texts = st.one_of(hostile_texts, hostile_numbers).map(_bytes_of)
    words[at] = draw(st.one_of(texts, st.sampled_from(words)))
    return b" ".join(words).replace(b" \n ", b"\n")


def _bytes_of(text: str) -> bytes:
    """A text as bytes; half a character becomes bytes that are not UTF-8."""
    return text.encode("utf-8", "surrogatepass")


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    """A command with arguments and options of every command, hostile values among them."""
    words = [draw(st.sampled_from(COMMANDS))]
    for _ in range(draw(st.integers(0, 4))):
        option = draw(st.sampled_from(OPTIONS))
        value = draw(st.one_of(st.sampled_from(VALUES), hostile_texts, hostile_numbers))
        words += draw(st.sampled_from([[option, value], [option, value], [value], [option]]))
    # arguments of a process can hold neither a null byte nor half a character
    return [word.replace("\0", "").encode("utf-8", "replace").decode() for word in words]


COMMANDS = (
    *("check", "headroom", "compare", "near", "flips", "timeline", "budget", "estimate", "show"),
    *("equivalents", "envelope", "list", "identify", "rules", "cite", "validate", "audit", "stale"),
    *("conflicts", "sources", "dossier", "new", "completion", "plot", "sweep", "nothing", "-h"),
)
OPTIONS = (
    *("H20", "A100", "--on", "--to", "--from", "--headquarters", "--rule", "--law", "--role"),
    *("--strict", "--set", "--drop", "--derate", "--format", "--explain", "--enact", "--vintage"),
    *("--knob", "--within", "--count", "--model", "--phase", "--precision", "--chips", "--layout"),
    *(
        "--batch",
        "--input",
        "--latency",
        "--price",
        "--vendor",
        "--kind",
        "--sort",
        "--where",
        "--of",
    ),
    *("--area", "--memory-bandwidth", "--quantity", "--catalog", "--rules", "--mapping", "--diff"),
)
VALUES = (
    *("H20", "A100 80GB", "B200", "DGX H100", "2026-06-01", "2024-06-01", "CN", "VN", "Germany"),
    *("us-3a090-2023", "3A090", "enforced", "text", "foundry", "json", "csv", "markdown", "table"),
    *("compute=30%", "tpp=1000", "memory.bandwidth=2TB/s", "fp8", "compute", "8", "llama3.1-8b"),
    *("decode", "prefill", "tp8", "100ms", "NVIDIA", "processor", "tpp", "tpp>1000", "814mm^2"),
)


@st.composite
def columns(draw: st.DrawFn) -> dict[str, list[Any]]:
    """Columns of a table with the names that rules read, and values of any Python kind."""
    rows = draw(st.integers(0, 4))
    names = draw(st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=5, unique=True))
    return {name: draw(st.lists(draw(_kinds), min_size=rows, max_size=rows)) for name in names}


COLUMNS = (
    *("tpp", "performance_density", "applicable_die_area", "datacenter", "memory_bandwidth"),
    *("aggregate_io_bandwidth", "interconnect_bandwidth", "tpp_low", "tpp_high", "digital", "kind"),
    *("throughput.fp16 [TFLOPS]", "die_area [mm^2]", "process_nm", "memory.bandwidth [TB/s]", "id"),
    *("transistors", "status", "x", "tpp [furlong]", ""),
)
plain_numbers = st.one_of(
    st.sampled_from([0.0, -0.0, 1.0, 1600.0, 4800.0, 4799.999999, 1e300, -1.0, 5e-324]),
    st.floats(),
    st.integers(-10, 10_000),
)
_kinds = st.sampled_from(
    [
        plain_numbers,
        st.one_of(plain_numbers, st.none()),
        st.one_of(st.booleans(), st.none()),
        st.decimals(allow_nan=True),
        st.fractions(),
        hostile_texts,
        st.dates(),
        st.datetimes(),
        st.timedeltas(),
        st.lists(st.floats(), max_size=2),
        st.dictionaries(st.just("a"), st.floats(), max_size=1),
        st.complex_numbers(),
        st.binary(max_size=3),
        st.one_of(plain_numbers, hostile_texts, st.none(), st.booleans()),
    ]
)
