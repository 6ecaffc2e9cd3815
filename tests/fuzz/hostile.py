"""Input that breaks programs: texts, numbers, files, words, columns of tables.

Every function makes one input from a stream of random numbers, so that the number of an input is
enough to make it again. Files are made from the corpus next to this module by a few edits each:
whatever stays right reaches the code behind the parser.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

CORPUS = Path(__file__).parent / "corpus"

CONTROLS = (
    "\x00\x07\x08\x0b\x1b\x1b[2J\x1b]0;x\x07\x7f\x9b\u061c\u200f\u202e\u2066\u2028\u2029\ufeff"
)
TEXTS = (
    *("", " ", "~", "null", "true", "no", "NaN", "inf", "-inf", "none", "?", "-", "--", "..", "0"),
    *("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-1+1", "<script>", "](javascript:x)", "|", "`"),
    *("../../etc/passwd", "/dev/null", "con", "H20", "h100 sxm", "DGX H100", "昇腾910B", "é", "💥"),
    *("\ud800", "\x1b[31mred", "\u202eevil", "a\nb", "a\tb", "a,b", 'a"b', "{}", "[]", "&a", "*a"),
    *("!!python/object:os.system", "%00", "${HOME}", "x" * 300, "2026-06-01", "CN", "D:5"),
    *(
        "𝟙",
        "٣",
        "@/etc/passwd",
        "file:///etc/passwd",
        "\\\\host\\share",
        "a\r\nb",
        "\x85",
        "'",
        "#",
    ),
)
NUMBERS = (
    *("0", "-0", "1", "-1", "+1", "01", "1_0", "1e3", "1E400", "1e-400", "0x10", "1.", ".5", "1,5"),
    *("1.234,5", "1,234.5", "1'234", "4800", "4799.999999", "4800.0000001", "1e15", "1e16"),
    *("9" * 40, "99999999999999999999", "1/3", "50%", "-30%", "1e-12", "1e-13", "٤٨٠٠", "４８００"),
    *(
        "½",
        "1 2",
        "1e999999999",
        "0" * 50 + "1",
        "1." + "0" * 50,
        "--1",
        "1e",
        "١e٣",
        "2400",
        "1.6",
    ),
)
UNITS = (
    *(
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
    ),
    *(" PFLOPS", " TFLOPS sparse", " kW", "K", " GB", "%", " 1/s", " Tbit/s"),
)
ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "".join(map(chr, range(0x20, 0x7F))),
    "".join(map(chr, range(0xA0, 0x250))),
    "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u2000\u2028\u3000\ufeff",
    CONTROLS,
)
LAST_CHARACTER = 0x10FFFF
HALVES = range(0xD800, 0xE000)
"""Code points that are half a character each."""


def hostile_text(random: Random) -> str:
    """A text that is read wrongly somewhere, a random one, or a long one."""
    kind = random.randrange(20)
    if kind < 10:
        return random.choice(TEXTS)
    if kind < 16:
        alphabet = random.choice(ALPHABETS)
        return "".join(random.choices(alphabet, k=random.randrange(1, 20)))
    if kind < 19:
        points = [random.randrange(1, LAST_CHARACTER + 1) for _ in range(random.randrange(1, 9))]
        return "".join(chr(point) for point in points if point not in HALVES)
    return random.choice("x9-€") * 10 ** random.randrange(2, 5)


def hostile_number(random: Random) -> str:
    """A number in some notation, with or without a unit."""
    return random.choice(NUMBERS) + random.choice(UNITS)


@cache
def corpus(folder: str) -> list[tuple[str, bytes]]:
    """The ending and the bytes of each file of one kind."""
    return [(path.suffix, path.read_bytes()) for path in sorted((CORPUS / folder).iterdir())]


def edited(folder: str) -> Callable[[Random], tuple[str, bytes]]:
    """What makes a file of a kind from the corpus by a few edits: its ending and its bytes."""

    def make(random: Random) -> tuple[str, bytes]:
        suffix, data = random.choice(corpus(folder))
        for _ in range(random.randrange(5)):
            data = _edit(random, data)
        return suffix, data

    return make


def _edit(random: Random, data: bytes) -> bytes:
    """One edit: of a byte, of a line, or of a word."""
    kind = random.choice(["word", "word", "word", "line", "swap", "byte", "cut", "insert"])
    if kind == "word":
        return _word_replaced(random, data)
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    if kind == "line":
        times = random.choice([0, 2, 50])
        return b"\n".join([*lines[:at], *lines[at : at + 1] * times, *lines[at + 1 :]])
    if kind == "swap":
        other = random.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
        return b"\n".join(lines)
    place = random.randrange(len(data) + 1)
    if kind == "cut":
        return data[:place]
    if kind == "byte":
        return data[:place] + bytes([random.randrange(256)]) + data[place + 1 :]
    return data[:place] + _bytes_of(hostile_text(random)) + data[place:]


def _word_replaced(random: Random, data: bytes) -> bytes:
    """The data with one word, number or mark replaced by something hostile or by another word."""
    words = data.replace(b"\n", b" \n ").split(b" ")
    at = random.randrange(len(words))
    makers: list[Callable[[], bytes]] = [
        lambda: _bytes_of(hostile_text(random)),
        lambda: _bytes_of(hostile_number(random)),
        lambda: random.choice(words),
    ]
    words[at] = random.choice(makers)()
    return b" ".join(words).replace(b" \n ", b"\n")


def _bytes_of(text: str) -> bytes:
    """A text as bytes; half a character becomes bytes that are not UTF-8."""
    return text.encode("utf-8", "surrogatepass")


def command_line(random: Random) -> list[str]:
    """A command with arguments and options of every command, hostile values among them."""
    words = [random.choice(COMMANDS)]
    for _ in range(random.randrange(5)):
        option = random.choice(OPTIONS)
        value = option_value(random)
        words += random.choice([[option, value], [option, value], [value], [option]])
    # arguments of a process can hold neither a null byte nor half a character
    return [word.replace("\0", "").encode("utf-8", "replace").decode() for word in words]


def option_value(random: Random) -> str:
    """The value of an option: one that some option takes, or a hostile one."""
    kind = random.randrange(3)
    if kind == 0:
        return random.choice(VALUES)
    return hostile_text(random) if kind == 1 else hostile_number(random)


COMMANDS = (
    *("check", "headroom", "compare", "near", "flips", "timeline", "budget", "estimate", "show"),
    *("equivalents", "envelope", "list", "identify", "rules", "cite", "validate", "audit", "stale"),
    *("conflicts", "sources", "dossier", "new", "completion", "plot", "sweep", "nothing", "-h"),
)
OPTIONS = (
    *("H20", "A100", "--on", "--to", "--from", "--headquarters", "--rule", "--law", "--role"),
    *("--strict", "--set", "--drop", "--derate", "--format", "--explain", "--enact", "--vintage"),
    *("--knob", "--within", "--count", "--model", "--phase", "--precision", "--chips", "--layout"),
    *("--batch", "--input", "--latency", "--price", "--vendor", "--kind", "--sort", "--where"),
    *("--of", "--area", "--memory-bandwidth", "--quantity", "--catalog", "--rules", "--mapping"),
    *("--diff", "--draft", "--accepted", "--since", "--until", "--before", "--after"),
)
VALUES = (
    *("H20", "A100 80GB", "B200", "DGX H100", "2026-06-01", "2024-06-01", "CN", "VN", "Germany"),
    *("us-3a090-2023", "3A090", "enforced", "text", "foundry", "json", "csv", "markdown", "table"),
    *("compute=30%", "tpp=1000", "memory.bandwidth=2TB/s", "fp8", "compute", "8", "llama3.1-8b"),
    *("decode", "prefill", "tp8", "100ms", "NVIDIA", "processor", "tpp", "tpp>1000", "814mm^2"),
)


def call(random: Random) -> dict[str, list[str]]:
    """The named values of a call of the service, some of them as often as nobody needs."""
    names = [name.lstrip("-") for name in OPTIONS]
    values: dict[str, list[str]] = {}
    for _ in range(random.randrange(5)):
        name = random.choice([*names, "chip", "chip", "name", "id", "to", "on"])
        times = random.choice([0, 1, 1, 1, 1, 2, 60])
        values[name] = [option_value(random) for _ in range(times)]
    return values


def columns(random: Random) -> dict[str, list[Any]]:
    """Columns of a table with the names that rules read, and values of any Python kind.

    Most tables have every column that the rules of the day need, or all would be refused for that.
    """
    rows = random.randrange(5)
    names = random.sample(COLUMNS, random.randrange(1, 4))
    if random.randrange(10):
        names = [*NEEDED, *(name for name in names if name not in NEEDED)]
    made = {}
    for name in names:
        # one column of a table is hostile, or two, so that a refusal of one hides no other
        value = random.choice(_VALUES_OF_COLUMNS if random.randrange(2) else _PLAIN_COLUMNS)
        made[name] = [value(random) for _ in range(rows)]
    return made


NEEDED = ("tpp", "performance_density", "datacenter")
"""What the entries of 2024-06-01 read; ``frame`` in ``attacks`` asks about that day."""
COLUMNS = (
    *("tpp", "performance_density", "applicable_die_area", "datacenter", "memory_bandwidth"),
    *("aggregate_io_bandwidth", "interconnect_bandwidth", "tpp_low", "tpp_high", "digital", "kind"),
    *("throughput.fp16 [TFLOPS]", "die_area [mm^2]", "process_nm", "memory.bandwidth [TB/s]", "id"),
    *("transistors", "status", "x", "tpp [furlong]", ""),
)
FLOATS = (
    *(0.0, -0.0, 1.0, -1.0, 1600.0, 2400.0, 4800.0, 4799.999999, 1e300, 5e-324, 0.1, 1e16),
    *(float("nan"), float("inf"), float("-inf")),
)
FRACTIONS = (Fraction(1, 3), Fraction(-1, 3), Fraction(4800), Fraction(10**400), Fraction(0))
DECIMALS = ("NaN", "sNaN", "Infinity", "-0", "4800", "4799.9999", "1E+400", "1E-400", "0.10")


def a_float(random: Random) -> float:
    """A number beside a threshold, one at an end of the range, or any bits."""
    if random.randrange(3):
        return random.choice(FLOATS)
    (value,) = struct.unpack("d", random.randbytes(8))
    return float(value)


def _number(random: Random) -> float | int:
    if random.randrange(2):
        return a_float(random)
    return random.choice([random.randrange(-10, 10_000), 2**63, -(2**63), 2**64, 10**30])


def _day(random: Random) -> date:
    return date.fromordinal(random.randrange(1, date.max.toordinal() + 1))


def _moment(random: Random) -> datetime:
    return datetime.fromordinal(_day(random).toordinal()) + timedelta(
        seconds=random.randrange(86_400)
    )


def _unless_missing(value: Callable[[Random], Any]) -> Callable[[Random], Any]:
    """A value, or None in a third of the rows."""
    return lambda random: value(random) if random.randrange(3) else None


def _truth(random: Random) -> bool:
    return random.random() < 1 / 2


def _mixed(random: Random) -> Any:
    """Numbers, texts, truths and nothing in one column."""
    return random.choice([_number, hostile_text, _truth, lambda _: None])(random)


_PLAIN_COLUMNS: tuple[Callable[[Random], Any], ...] = (
    _unless_missing(a_float),
    _unless_missing(_truth),
)
_VALUES_OF_COLUMNS: tuple[Callable[[Random], Any], ...] = (
    _number,
    a_float,
    _unless_missing(_number),
    _unless_missing(_truth),
    _unless_missing(lambda random: Decimal(random.choice(DECIMALS))),
    lambda random: random.choice(FRACTIONS),
    hostile_text,
    hostile_number,
    _day,
    _unless_missing(_moment),
    lambda random: timedelta(seconds=random.randrange(10**6)),
    _unless_missing(lambda random: [a_float(random) for _ in range(random.randrange(3))]),
    _unless_missing(lambda random: {"a": a_float(random)}),
    lambda random: complex(a_float(random), a_float(random)),
    lambda random: random.randbytes(random.randrange(4)),
    _mixed,
)
