"""Bandwidths: memory, links of each kind, the sums that rules name, and what is unknown."""

from __future__ import annotations

import pytest

import chipdb
from chipdb.metrics import measure

CATALOG = chipdb.load()
IO = ("aggregate_io_bandwidth", "interconnect_bandwidth", "letter_io_bandwidth")


def chip(links: str, rest: str = "memory: {kind: HBM3, bandwidth: 1000 GB/s}") -> chipdb.Chip:
    """A hypothetical chip with some links."""
    (found,) = CATALOG.adopt(
        f"{{name: Test, {rest}{', ' if links else ''}{links}}}".encode(), "test.yaml"
    )
    return found


def spread(item: chipdb.Chip | str, name: str) -> tuple[float | None, float | None, float | None]:
    """Low, value and high of a metric."""
    found = measure(CATALOG[item] if isinstance(item, str) else item, name)
    low, value, high = (
        None if end is None else float(end) for end in (found.low, found.value, found.high)
    )
    return low, value, high


def only(link: str) -> str:
    return f"links: [{{name: L, kind: chip-to-chip, {link}}}]"


class TestPcie:
    """A PCI Express generation and width is a figure, both directions together."""

    @pytest.mark.parametrize(
        ("name", "rate"),
        [
            ("PCIe 4.0 x16", 63),
            ("PCIe 5.0 x16", 126),
            ("PCIe 4.0 x8", 31.5),
            ("PCIe 5.0 x8", 63),
            ("PCIe 3.0 x16", 31.5),
            ("PCI Express 4.0 x16", 63),
            ("PCIe Gen5 x16", 126),
        ],
    )
    def test_rate(self, name: str, rate: float) -> None:
        made = chip(f"links: [{{name: {name}, kind: host}}]")
        assert spread(made, "aggregate_io_bandwidth") == (rate, rate, rate)
        assert spread(made, "interconnect_bandwidth") == (0, 0, 0)

    def test_a_stated_rate_comes_first(self) -> None:
        made = chip("links: [{name: PCIe 4.0 x16, kind: host, bandwidth: 64 GB/s}]")
        assert spread(made, "aggregate_io_bandwidth")[1] == 64

    @pytest.mark.parametrize("name", ["PCIe", "PCIe x16", "PCIe 9.0 x16", "NVLink 4"])
    def test_a_link_without_generation_and_width_is_unknown(self, name: str) -> None:
        made = chip(f"links: [{{name: {name}, kind: host}}]")
        assert measure(made, "aggregate_io_bandwidth").state == "unknown"


class TestLinks:
    """Point B12: all links with the host's in both directions, or only the
    chip-to-chip links.
    """

    @pytest.mark.parametrize(
        ("name", "links", "host"),
        [
            ("A100", 600, 63),  # NVLink and PCIe 4.0 x16: 663
            ("A800", 400, 63),
            ("H100", 900, 126),  # and PCIe 5.0 x16: 1,026
            ("H800", 400, 126),
            ("H20", 900, 126),
            ("MI250X", 800, 63),
            ("MI300X", 896, 126),
        ],
    )
    def test_published(self, name: str, links: float, host: float) -> None:
        assert spread(name, "interconnect_bandwidth") == (links, links, links)
        assert spread(name, "aggregate_io_bandwidth")[1] == links + host

    def test_every_kind_is_in_the_sum(self) -> None:
        rows = "{name: A, kind: chip-to-chip, bandwidth: 400 GB/s}, {name: B, kind: network, bandwidth: 400 Gb/s}"
        made = chip(f"links: [{rows}, {{name: PCIe 4.0 x16, kind: host}}]")
        assert spread(made, "aggregate_io_bandwidth")[1] == 400 + 50 + 63
        assert spread(made, "interconnect_bandwidth")[1] == 400

    def test_none(self) -> None:
        """`links: []` says that there are none."""
        assert [spread(chip("links: []"), name) for name in IO] == [(0, 0, 0)] * 3

    def test_missing(self) -> None:
        """No `links` key: not stated."""
        for name in (*IO, "memory_and_io_bandwidth"):
            assert measure(chip(""), name).state == "unknown"
            assert spread(chip(""), name) == (None, None, None)

    def test_one_unknown_link_makes_the_sum_unknown(self) -> None:
        made = chip(
            "links: [{name: A, kind: network}, {name: B, kind: chip-to-chip, bandwidth: 900 GB/s}]"
        )
        assert measure(made, "aggregate_io_bandwidth").state == "unknown"
        assert spread(made, "interconnect_bandwidth")[1] == 900

    @pytest.mark.parametrize(
        ("counts", "total"), [("both-directions", 450), ("one-direction", 900)]
    )
    def test_one_direction_is_doubled(self, counts: str, total: float) -> None:
        assert (
            spread(chip(only(f"bandwidth: 450 GB/s, counts: {counts}")), "interconnect_bandwidth")
            == (total,) * 3
        )

    @pytest.mark.parametrize(
        ("cap", "total"),
        [("fuse", 400), ("unknown", 400), ("firmware", 600)],
        ids=["fuse", "unknown", "firmware"],
    )
    def test_cap(self, cap: str, total: float) -> None:
        """ "Have or are programmable to have": only a firmware cap leaves the uncapped
        bandwidth.
        """
        made = chip(only(f"bandwidth: 400 GB/s, uncapped: 600 GB/s, capped_by: {cap}"))
        assert spread(made, "interconnect_bandwidth")[1] == total

    def test_no_cap_stated(self) -> None:
        assert (
            spread(chip(only("bandwidth: 400 GB/s, uncapped: 600 GB/s")), "interconnect_bandwidth")[
                1
            ]
            == 400
        )


class TestLetters:
    """Point B12: the letters' "input-output bandwidth" is between chip-to-chip links and all
    links.
    """

    def test_h20(self) -> None:
        """900 of NVLink, 126 of PCIe 5.0 x16, 4,000 of memory: 4,900 to 5,026.

        The value is 5,026.
        """
        assert spread("H20", "letter_io_bandwidth") == (900, 1026, 1026)
        assert spread("H20", "memory_and_io_bandwidth") == (4900, 5026, 5026)

    def test_no_chip_to_chip_link(self) -> None:
        made = chip("links: [{name: PCIe 4.0 x16, kind: host}]")
        assert spread(made, "letter_io_bandwidth") == (0, 63, 63)
        assert spread(made, "memory_and_io_bandwidth") == (1000, 1063, 1063)


class TestMemory:
    """Total DRAM bandwidth: zero without DRAM, unknown if not stated."""

    def test_hanguang_has_none(self) -> None:
        """192 MB on the chip, no DRAM; with PCIe 4.0 x16 the sum is 63."""
        assert spread("Hanguang 800", "memory_bandwidth") == (0, 0, 0)
        assert spread("Hanguang 800", "memory_capacity") == (0, 0, 0)
        assert spread("Hanguang 800", "memory_and_io_bandwidth")[1] == 63

    def test_kind_none(self) -> None:
        assert spread(chip("links: []", "memory: {kind: none}"), "memory_and_io_bandwidth") == (
            0,
            0,
            0,
        )

    @pytest.mark.parametrize("memory", ["vendor: Acme", "memory: {kind: HBM3, capacity: 80 GB}"])
    def test_unknown(self, memory: str) -> None:
        assert measure(chip("links: []", memory), "memory_bandwidth").state == "unknown"
        assert measure(chip("links: []", memory), "memory_and_io_bandwidth").state == "unknown"

    @pytest.mark.parametrize(
        ("text", "bandwidth"),
        [("3.35 TB/s", 3350), ("8 Gb/s", 1), ("1 GiB/s", 1.073741824), ("1555 GB/s", 1555)],
    )
    def test_units(self, text: str, bandwidth: float) -> None:
        assert spread(chip("", f"memory: {{bandwidth: {text}}}"), "memory_bandwidth")[
            1
        ] == pytest.approx(bandwidth, rel=1e-12)
