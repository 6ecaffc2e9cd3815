"""The duty of Section 232, an import question."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

CUSTOMS_TERRITORY = [
    ("US", True),
    ("Puerto Rico", True),
    ("Guam", False),
    ("American Samoa", False),
    ("U.S. Virgin Islands", False),
    ("Northern Mariana Islands", False),
    ("UM", False),
]


class TestSection232:
    """HTSUS 9903.79.01: two bands with strict bounds; never "owed", never the exit status (B19)."""

    RULE = "us-section-232-2026"

    @pytest.mark.parametrize(
        ("tpp", "bandwidth", "status"),
        [
            ("14000", "4800", "not-met"),
            ("14000.001", "4800", "met"),
            ("17499.999", "4800", "met"),
            ("17500", "4800", "not-met"),
            ("15832", "4500", "not-met"),
            ("15832", "4500.001", "met"),
            ("15832", "4999.999", "met"),
            ("15832", "5000", "not-met"),
            ("20800", "6000", "not-met"),
            ("20800.001", "6000", "met"),
            ("21099.999", "6000", "met"),
            ("21100", "6000", "not-met"),
            ("20919", "5800", "not-met"),
            ("20919", "5800.001", "met"),
            ("20919", "6199.999", "met"),
            ("20919", "6200", "not-met"),
            ("15832", "6000", "not-met"),
            ("20919", "4800", "not-met"),
        ],
    )
    def test_bands(self, ask, made, verdict, tpp, bandwidth, status):
        answer = ask(made(tpp=tpp, memory_bandwidth=bandwidth + " GB/s"), "2026-02-01", "US")
        assert verdict(answer, self.RULE)["status"] == status
        assert (answer["license"]["required"], answer["exit"]) == ("no", 0)

    @pytest.mark.parametrize(
        ("name", "status"),
        [
            ("H200", "met"),
            ("MI325X", "met"),
            ("H20", "not-met"),
            ("B200", "not-met"),
            ("MI300X", "not-met"),
        ],
    )
    def test_parts(self, ask, verdict, name, status):
        """Band 1 is drawn around the H200, band 2 around the MI325X (point B3)."""
        assert verdict(ask(name, "2026-02-01", "US"), self.RULE)["status"] == status

    def test_days_and_places(self, ask, verdict):
        """From 2026-01-15; an import question, asked only for the United States."""
        assert verdict(ask("H200", "2026-01-14", "US"), self.RULE) is None
        assert verdict(ask("H200", "2026-01-15", "US"), self.RULE)["status"] == "met"
        assert verdict(ask("H200", "2026-02-01", "CN"), self.RULE) is None

    @pytest.mark.parametrize(("place", "is_inside"), CUSTOMS_TERRITORY)
    def test_the_customs_territory(self, ask, verdict, place, is_inside):
        """It is the States, the District of Columbia and Puerto Rico only (19 CFR 101.1).

        General Note 2 of the tariff schedule has the same. The export rules have a wider United
        States, with all territories and possessions (15 CFR 772.1), and still treat them as one.
        """
        answer = ask("H200", "2026-06-01", place)
        assert (verdict(answer, self.RULE) is not None) is is_inside
        assert "duty of 25 %" in json.dumps(answer) or not is_inside
        assert answer["license"]["required"] == "no"

    def test_words(self, ask, verdict):
        """What else the answer says.

        "a duty of 25 % may be due ...; none under an end-use heading; classification, origin, FTZ and
        drawback not checked".
        """
        text = json.dumps(verdict(ask("H200", "2026-02-01", "US"), self.RULE)["conditions"]).lower()
        assert all(
            words in text
            for words in (
                "25 % may be due",
                "under an end-use heading",
                "origin",
                "drawback",
                "8473.30",
            )
        )

    def test_what_is_printed(self):
        """ "Within the parameters", "25 % may be due", never "owed"."""
        command = [
            sys.executable,
            "-m",
            "chipdb",
            "check",
            "H200",
            "--on",
            "2026-02-01",
            "--to",
            "US",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        printed = " ".join((done.stdout + done.stderr).lower().split())
        assert all(words in printed for words in ("parameters", "may be due"))
        assert "owed" not in printed

    def test_a_declared_value_contests(self, ask, verdict):
        """H200 NVL: computed outside the band, inside at NVIDIA's declared 14,144 (B18).

        The exit status is still 0.
        """
        answer = ask("H200 NVL", "2026-02-01", "US")
        entry = verdict(answer, self.RULE)
        assert (entry["status"], entry["contested"], answer["exit"]) == ("not-met", True, 0)
        assert any(
            "declares" in side["because"] and side["status"] == "met" for side in entry["sides"]
        )
