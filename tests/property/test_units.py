"""Units: exact conversion there and back, GiB is not GB, bits are not bytes, and wrong kinds are
refused.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from property_chips import answers, chip, decimal

import chipdb
from chipdb.errors import DataError, QuantityError
from chipdb.units import exact, quantity

AMOUNTS = st.integers(0, 10**9).map(lambda thousandths: Fraction(thousandths, 1000))
DECIMAL = {"": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15}
BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40}
GIGA = 10**9


class TestExactNumbers:
    """A number keeps the digits it was written with: rational arithmetic from the
    decimal text.
    """

    @given(
        digits=st.integers(0, 10**18 - 1), places=st.integers(0, 17), exponent=st.integers(-12, 15)
    )
    def test_decimal_text(self, digits: int, places: int, exponent: int) -> None:
        text = f"{digits:018d}"
        text = f"{text[: 18 - places]}.{text[18 - places :]}" if places else text
        assert (
            exact(f"{text}e{exponent}") == Fraction(digits, 10**places) * Fraction(10) ** exponent
        )

    @given(
        value=AMOUNTS,
        unit=st.sampled_from(["GB", "GB/s", "TOPS", "mm^2", "W", "MHz", "USD", "CNY"]),
    )
    def test_round_trip(self, value: Fraction, unit: str) -> None:
        assert quantity(f"{decimal(value)} {unit}", unit).value == value

    @pytest.mark.parametrize(
        "text",
        [
            "nan",
            "inf",
            "-inf",
            "1_000",
            "1,000",
            "1e999",
            "1e16",
            "1e-13",
            "",
            "0x10",
            "1" * 19,
            "٤٨",
        ],
    )
    def test_not_numbers(self, text: str) -> None:
        """At most 18 digits, an exponent from -12 to 15, no nan, inf, underscore or comma."""
        with pytest.raises(QuantityError):
            exact(text)


class TestPrefixes:
    """Decimal prefixes are powers of ten, binary ones powers of two."""

    @given(value=AMOUNTS, prefix=st.sampled_from(sorted(DECIMAL)))
    def test_bytes(self, value: Fraction, prefix: str) -> None:
        assert (
            quantity(f"{decimal(value)} {prefix}B", "GB").value
            == value * 10 ** DECIMAL[prefix] / GIGA
        )
        assert (
            quantity(f"{decimal(value)} {prefix}B/s", "GB/s").value
            == value * 10 ** DECIMAL[prefix] / GIGA
        )

    @given(value=AMOUNTS, prefix=st.sampled_from(sorted(BINARY)))
    def test_gib_is_not_gb(self, value: Fraction, prefix: str) -> None:
        in_gigabytes = value * 2 ** BINARY[prefix] / GIGA
        assert quantity(f"{decimal(value)} {prefix}B", "GB").value == in_gigabytes
        assert quantity(f"{decimal(value)} {prefix}B/s", "GB/s").value == in_gigabytes

    def test_sixty_four_gib(self) -> None:
        assert quantity("64 GiB", "GB").value == Fraction("68.719476736")
        assert quantity("64 GB", "GB").value == 64

    @given(value=AMOUNTS, prefix=st.sampled_from(["k", "M", "G", "T"]))
    def test_eight_bits_a_byte(self, value: Fraction, prefix: str) -> None:
        bits = quantity(f"{decimal(value * 8)} {prefix}b/s", "GB/s").value
        assert bits == quantity(f"{decimal(value)} {prefix}B/s", "GB/s").value

    @given(value=AMOUNTS, prefix=st.sampled_from(["G", "T", "P"]))
    def test_operations(self, value: Fraction, prefix: str) -> None:
        """TOPS and TFLOPS are the same count; 1 PFLOPS is 1000 of them."""
        tera = value * 10 ** DECIMAL[prefix] / 10**12
        assert quantity(f"{decimal(value)} {prefix}OPS", "TOPS").value == tera
        assert quantity(f"{decimal(value)} {prefix}FLOPS", "TOPS").value == tera

    @pytest.mark.parametrize(
        ("text", "unit", "value"),
        [
            ("814 mm2", "mm^2", "814"),
            ("814 mm²", "mm^2", "814"),
            ("0.7 kW", "W", "700"),
            ("1.41 GHz", "MHz", "1410"),
            ("3.35 TB/s", "GB/s", "3350"),
            ("900 GBps", "GB/s", "900"),
        ],
    )
    def test_spellings(self, text: str, unit: str, value: str) -> None:
        assert quantity(text, unit).value == Fraction(value)


WRONG = [
    ("80 Gb", "GB", "bits"),
    ("80", "GB", "no unit"),
    ("80", "GB/s", "no unit"),
    ("3 TB", "GB/s", "3 TB/s"),
    ("80 Gib", "GB", "bits"),
    ("80 GB/s", "GB", "wrong unit"),
    ("312 TOPS", "GB/s", "wrong unit"),
    ("312 W", "TOPS", "wrong unit"),
    ("312 TFLOP", "TOPS", "unknown unit"),
    ("814 mm", "mm^2", "wrong unit"),
    ("700 USD", "CNY", "wrong unit"),
    ("814 acres", "mm^2", "unknown unit"),
    ("3 gilbert", "GB", "unknown unit"),
    ("4800 W", "", "wrong unit"),
    ("-814 mm^2", "mm^2", "negative"),
    ("814", "mm^2", "no unit"),
]


class TestWrongKinds:
    """Wrong units are refused with a message that helps, never read as something else."""

    @pytest.mark.parametrize(("text", "unit", "says"), WRONG)
    def test_refused(self, text: str, unit: str, says: str) -> None:
        with pytest.raises(QuantityError) as caught:
            quantity(text, unit)
        assert says in str(caught.value)
        assert "\n" not in str(caught.value)

    @given(
        value=st.integers(1, 10**6),
        written=st.sampled_from(["GB", "GB/s", "TOPS", "mm^2", "W", "MHz", "USD", "CNY"]),
    )
    def test_kinds_never_mix(self, value: int, written: str) -> None:
        for unit in {"GB", "GB/s", "TOPS", "mm^2", "W", "MHz", "USD", "CNY"} - {written}:
            with pytest.raises(QuantityError):
                quantity(f"{value} {written}", unit)

    @pytest.mark.parametrize(
        "metric",
        [
            "applicable_die_area",
            "memory_bandwidth",
            "aggregate_io_bandwidth",
            "tops",
            "memory_capacity",
        ],
    )
    def test_metrics_need_their_unit(self, metric: str) -> None:
        """Every stated metric but TPP and density needs its unit; the error names file, line and
        path.
        """
        with pytest.raises(DataError) as caught:
            chipdb.load().adopt(f"name: x\nmetrics:\n  {metric}: 1500\n".encode(), "mine.yaml")
        assert f"metrics.{metric}" in str(caught.value)
        assert str(caught.value).startswith("mine.yaml:")

    @pytest.mark.parametrize("metric", ["tpp", "performance_density"])
    def test_bare_numbers(self, metric: str) -> None:
        """`tpp` and `performance_density` may be bare numbers, in a file and under --set."""
        adopted = chipdb.load().adopt(
            f"name: x\nmetrics: {{{metric}: 3.25}}\n".encode(), "mine.yaml"
        )[0]
        changed = chipdb.load()["H20"].set({metric: "3.25"})
        for part in (adopted, changed):
            assert chipdb.check(part, on="2024-06-01").to_dict()["metrics"][metric]["value"] == 3.25


GIVEN = {
    "tpp": Fraction(4736),
    "applicable_die_area": Fraction(800),
    "performance_density": Fraction("5.92"),
}


class TestTwoGiveTheThird:
    """Of TPP, area and density two give the third, exactly; all three must agree."""

    @pytest.mark.parametrize("left_out", sorted(GIVEN))
    def test_derived(self, left_out: str) -> None:
        part = chip(
            {name: value for name, value in GIVEN.items() if name != left_out}, datacenter=True
        )
        metrics = chipdb.check(part, on="2024-06-01").to_dict()["metrics"]
        assert {name: metrics[name]["value"] for name in GIVEN} == {
            name: float(value) for name, value in GIVEN.items()
        }
        assert answers(part, "2024-06-01")["classification"]["outcome"] == "3A090.a"

    def test_all_three(self) -> None:
        assert (
            answers(chip(GIVEN, datacenter=True), "2024-06-01")["classification"]["outcome"]
            == "3A090.a"
        )
        with pytest.raises(DataError):
            chip({**GIVEN, "performance_density": Fraction("5.81")})
