"""The scale-up domain and the network of a chip: from the catalog, from a user, or a default."""

from __future__ import annotations

from pathlib import Path

import pytest

import chipdb
from chipdb.errors import ChipdbError
from chipdb.workloads.surroundings import domain_text, network_text, surroundings_of

GIGA = 10**9


def test_the_catalog_states_them_with_a_source() -> None:
    """A GB200 NVL72 has 72 GPUs in one domain."""
    chip = chipdb.load()["GB200 GPU"]
    around = surroundings_of(chip)
    assert (around.domain, around.node) == (72, 72)
    assert all(claim.source for figure in chip.scaling.values() for claim in figure.claims)
    assert domain_text(around) == "scale-up domain of 72 chips, as published"


def test_what_is_not_known_is_a_default() -> None:
    """The specification: domain 8 and 50 GB/s for each chip, said in the answer."""
    around = surroundings_of(chipdb.load()["RTX 4090"])
    assert (around.domain, around.network) == (8, 50 * GIGA)
    assert network_text(around).endswith("a default without a source")


def test_a_vintage_without_them_has_those_of_today() -> None:
    """The data of November 2026 had them in a file of the workload model."""
    around = surroundings_of(chipdb.load("2026.11")["GB200 GPU"])
    assert (around.domain, around.domain_origin) == (72, "as published")


def test_the_members_of_a_system_are_its_domain() -> None:
    assert surroundings_of(chipdb.load()["H100"], members=72).domain == 72


@pytest.mark.parametrize(
    ("setting", "domain", "network"),
    [
        ({"scaling.domain": "16"}, (16, "as you stated"), (50, "as published")),
        ({"scaling.network": "800 Gb/s"}, (8, "as published"), (100, "as you stated")),
    ],
)
def test_a_user_sets_them(
    setting: dict[str, str], domain: tuple[int, str], network: tuple[int, str]
) -> None:
    """800 gigabits a second are 100 gigabytes; the H100 has 8 chips and 50 GB/s."""
    around = surroundings_of(chipdb.load()["H100"].set(setting))
    assert (around.domain, around.domain_origin) == domain
    assert (around.network / GIGA, around.network_origin) == network


def user_chip(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "mine.yaml"
    path.write_text(f"name: Mine\nextends: H100\n{text}\n", "utf-8")
    return path


def test_a_chip_that_extends_another_keeps_them(tmp_path: Path) -> None:
    path = user_chip(tmp_path, "scaling: {domain: 32}")
    (estimate,) = chipdb.estimate(path, model="llama3.1-8b", phase="decode")
    assert "scale-up domain of 32 chips, as you stated" in estimate.assumptions
    assert "network of 50 GB/s one way for each chip, as published" in estimate.assumptions


@pytest.mark.parametrize(
    ("links", "said"),
    [
        (
            "{name: nic, kind: network, bandwidth: 400 GB/s}",
            "network of 200 GB/s one way for each chip, as you stated",
        ),
        (
            "{name: fabric, kind: chip-to-chip, bandwidth: 900 GB/s, domain: 256}",
            "scale-up domain of 256 chips, as you stated",
        ),
        (
            "{name: PCIe 5.0 x16, kind: chip-to-chip, domain: 2}",
            "scale-up domain of 2 chips, as its link states",
        ),
    ],
)
def test_a_link_of_a_user_comes_first(tmp_path: Path, links: str, said: str) -> None:
    """A link states both directions unless it says otherwise: 400 GB/s are 200 one way.

    Nobody states the bandwidth of the last: it follows from the name of the link.
    """
    path = user_chip(tmp_path, f"links: [{links}]")
    (estimate,) = chipdb.estimate(path, model="llama3.1-8b", phase="decode")
    assert said in estimate.assumptions


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"scaling.domain": "7.5"}, "whole number of chips, not 7.5"),
        ({"scaling.domain": "0"}, "whole number of chips, not 0"),
        ({"scaling.network": "0 GB/s"}, "above 0 GB/s"),
        ({"scaling.network": "50 GB"}, "50 GB"),
        ({"scaling.rack": "9"}, "scaling.rack"),
    ],
)
def test_what_is_no_size_is_one_clear_error(setting: dict[str, str], message: str) -> None:
    with pytest.raises(ChipdbError, match=message):
        chipdb.estimate(chipdb.load()["H100"].set(setting), model="llama3.1-8b", phase="decode")


def test_no_metric_counts_them() -> None:
    """The network is a card of the machine, which 3A090 does not measure."""
    chip = chipdb.load()["H100"]
    changed = chip.set({"scaling.network": "10 TB/s", "scaling.domain": "9999"})
    around = surroundings_of(changed)
    assert (around.network, around.domain) == (10_000 * GIGA, 9999)
    for metric in ("aggregate_io_bandwidth", "interconnect_bandwidth", "letter_io_bandwidth"):
        assert changed.metric(metric).value == chip.metric(metric).value
