"""Bad input: status 2, one clear line that names the place and what was expected, no traceback,
nothing written.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from running import only, refused, says

DAY = ("--on", "2024-01-01")


class TestNamesAndOptions:
    """A wrong call says what was wrong and the nearest valid choice."""

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            ("check h2o", "'h2o' H20"),
            ("check H20O", "'H20O' H20"),
            ("show h2o", "'h2o' H20"),
            ("headroom H20O --on 2024-01-01", "'H20O' H20"),
            ("compare H100 h2o", "'h2o' H20"),
            ("check H20 h2o", "'h2o' H20"),
            ("check H20 --to Atlantis", "'Atlantis' country"),
            ("check H20 --to Chian", "'Chian' China"),
            ("check H20 --to CN --from Germny", "'Germny' Germany"),
            ("check H20 --to SG --headquarters Chian", "'Chian' China"),
            ("check H20 --rule us-3a090-2032", "us-3a090-2032 us-3a090-2023"),
            ("rules us-3a090-2032", "us-3a090-2032 us-3a090-2023"),
            ("check H20 --format nonsense", "nonsense table markdown csv json"),
            ("list --format nonsense", "nonsense table markdown csv json"),
            ("check H20 --law rumored", "rumored enforced text"),
            ("check H20 --role broker", "broker foundry osat"),
            (
                "headroom H20 --knob speed",
                "speed compute memory-bandwidth link-bandwidth die-area formats",
            ),
            ("list --sort size", "size tpp"),
            ("list --vendor Nvidai", "Nvidai NVIDIA"),
            ("list --kind cpu", "cpu processor"),
            ("check H20 --drop fp17", "fp17 fp16"),
            ("check A100 --drop fp4", "fp4 fp16 int8"),
            ("check missing.yaml", "missing.yaml"),
            ("check missing/chip", "missing/chip"),
            ("check H20.json", "H20.json"),
            ("check H20 --rules missing.yaml", "missing.yaml"),
            ("check H20 --catalog missing.yaml", "missing.yaml"),
            ("check", "chip"),
        ],
    )
    def test_nearest(self, tmp_path: Path, call: str, words: str) -> None:
        line = only(refused(tmp_path, *call.split()))
        assert says(line, words), line

    @pytest.mark.parametrize(
        "day", ["2026-02-30", "soon", "20260201", "2026-2-1", "2026-W06-1", "01/02/2026", ""]
    )
    def test_impossible_day(self, tmp_path: Path, day: str) -> None:
        for call in (("check", "H20"), ("headroom", "H20"), ("rules",)):
            line = only(refused(tmp_path, *call, "--on", day))
            assert repr(day) in line
            assert "a date such as" in line

    @pytest.mark.parametrize("command", ["check", "show", "headroom", "compare"])
    def test_folder_as_file(self, tmp_path: Path, command: str) -> None:
        (tmp_path / "folder.yaml").mkdir()
        assert "folder.yaml" in only(refused(tmp_path, command, "folder.yaml"))
        assert "folder.yaml" in only(refused(tmp_path, command, "./folder.yaml/"))

    @pytest.mark.parametrize(
        "output", ["missing/out.txt", "kept.txt/out.txt", "folder", "/proc/out.txt"]
    )
    def test_output_that_cannot_be_written(self, tmp_path: Path, output: str) -> None:
        (tmp_path / "folder").mkdir()
        for call in (("check", "H20", *DAY), ("list",), ("rules", "--format", "json")):
            assert output in only(refused(tmp_path, *call, "-o", output, outputs=False))


class TestDerating:
    """``KNOB=AMOUNT``: a cut of 0 to 100 %, a multiple, or a quantity in the unit of the knob."""

    @pytest.mark.parametrize(
        ("turn", "words"),
        [
            ("compute=150%", "150% 100%"),
            ("compute=-5%", "-5% 0%"),
            ("compute", "compute=30%"),
            ("compute=", "compute=30%"),
            ("=30%", "compute=30%"),
            ("compute=fast", "fast"),
            ("compute=x-1", "x-1"),
            ("compute=xnan", "nan"),
            ("compute=x1e999", "1e999"),
            ("compute=inf%", "inf"),
            ("compute=30", "30%"),
            ("computer=30%", "computer compute"),
            ("speed=30%", "speed compute memory-bandwidth link-bandwidth die-area"),
            ("memory-bandwidth=3 TB", "3 TB/s"),
            ("memory-bandwidth=3000", "3000 GB/s"),
            ("link-bandwidth=600", "600 GB/s"),
            ("die-area=400", "400 mm^2"),
            ("die-area=0 mm^2", "die-area 0"),
            ("die-area=100%", "die-area 100%"),
        ],
    )
    def test_refused(self, tmp_path: Path, turn: str, words: str) -> None:
        line = only(refused(tmp_path, "check", "H20", *DAY, "--derate", turn))
        assert says(line, words), line


class TestSetting:
    """``FIGURE=QUANTITY``: a metric, or a path as ``show`` prints it, in its unit."""

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ("tpp", "tpp=1000"),
            ("tpp=", "tpp=1000"),
            ("=4799", "tpp=1000"),
            ("tppp=4799", "tppp tpp"),
            ("memory.bandwith=3 TB/s", "memory.bandwith memory.bandwidth"),
            ("throughput.fp17=100 TFLOPS", "throughput.fp17 throughput.fp16"),
            ("dies[7].area=800 mm^2", "dies[7].area dies[0].area"),
            ("memory.bandwidth=3 TB", "memory.bandwidth 3 TB/s"),
            ("memory.bandwidth=3000", "memory.bandwidth GB/s"),
            ("memory.capacity=80 Gb", "memory.capacity bits GB"),
            ("memory.capacity=80", "memory.capacity unit GB"),
            ("memory_bandwidth=3000", "memory_bandwidth unit GB/s"),
            ("throughput.fp16=100 parsecs", "throughput.fp16 parsecs TFLOPS"),
            ("applicable_die_area=-5 mm^2", "applicable_die_area negative"),
            ("applicable_die_area=0 mm^2", "applicable_die_area 0"),
            ("dies[0].area=0 mm^2", "dies[0].area 0"),
            ("tpp=-1", "tpp negative"),
            *[
                (f"tpp={number}", "tpp")
                for number in ("1e999", "1" * 19, "nan", "inf", "1_000", "4,800", "４８００")
            ],
        ],
    )
    def test_refused(self, tmp_path: Path, change: str, words: str) -> None:
        line = only(refused(tmp_path, "check", "H20", *DAY, "--set", change))
        assert says(line, words), line


class TestSparseGivenAsDense:
    """A rate of 1.8 times the catalog's dense one or more, for that chip and format, is a sparse
    rate. H100: 989.4 TFLOPS.
    """

    @pytest.mark.parametrize("rate", ["1979 TFLOPS", "1780.92 TFLOPS", "1.979 PFLOPS"])
    @pytest.mark.parametrize(
        "head",
        ["extends: h100", "name: H100", "name: NVIDIA H100 SXM5 80GB", "id: nvidia-h100-sxm5-80gb"],
    )
    def test_in_a_file(self, tmp_path: Path, head: str, rate: str) -> None:
        (tmp_path / "bad.yaml").write_text(f"{head}\nthroughput:\n  fp16: {rate}\n")
        line = only(refused(tmp_path, "check", "bad.yaml", *DAY))
        assert "bad.yaml:3: throughput.fp16: " in line
        assert says(line, "sparse 989.4 fp16_sparse"), line

    @pytest.mark.parametrize("rate", ["1979 TFLOPS", "1780.92 TFLOPS"])
    def test_set(self, tmp_path: Path, rate: str) -> None:
        line = only(refused(tmp_path, "check", "H100", *DAY, "--set", f"throughput.fp16={rate}"))
        assert says(line, "throughput.fp16 sparse 989.4"), line

    def test_beside_a_dense_claim(self, tmp_path: Path) -> None:
        (tmp_path / "bad.yaml").write_text(
            "- name: Other\n- extends: h100\n  throughput: {fp16: [989 TFLOPS, 1979 TFLOPS]}\n"
        )
        line = only(refused(tmp_path, "show", "bad.yaml"))
        assert says(line, "bad.yaml:3: [1].throughput.fp16: 1979 sparse"), line


NUMBERS = (
    "1e999",
    "1" * 19,
    "nan",
    ".nan",
    "inf",
    "-.inf",
    "1_000",
    "0x12",
    "1e16",
    "1e-13",
    "4,800",
)
ONE_FIGURE = "name: Mine\nmemory:\n  {}\n"


class TestFigures:
    """``FILE:LINE: path: message``, and what was expected there."""

    @pytest.mark.parametrize(
        ("text", "where", "words"),
        [
            (ONE_FIGURE.format("bandwidth: 900 parsecs"), "3: memory.bandwidth: ", "parsecs GB/s"),
            (ONE_FIGURE.format("bandwidth: 900"), "3: memory.bandwidth: ", "900 unit GB/s"),
            (ONE_FIGURE.format("bandwidth: 3 TB"), "3: memory.bandwidth: ", "3 TB/s GB/s"),
            (
                ONE_FIGURE.format("bandwidth: {value: 3 TB, basis: official}"),
                "3: memory.bandwidth: ",
                "3 TB/s",
            ),
            (ONE_FIGURE.format("capacity: 80 Gb"), "3: memory.capacity: ", "80 Gb bits GB"),
            (ONE_FIGURE.format("capacity: 80 gb"), "3: memory.capacity: ", "80 gb GB"),
            (ONE_FIGURE.format("capacity: 80"), "3: memory.capacity: ", "80 unit GB"),
            (ONE_FIGURE.format("bandwith: 3 TB/s"), "3: memory.bandwith: ", "bandwidth"),
            (
                "dies:\n  - {name: A, area: 9 mm^2}\n  - {name: B, area: -814 mm^2}",
                "3: dies[1].area: ",
                "negative",
            ),
            ("dies:\n  - {name: A, area: 0 mm^2}", "2: dies[0].area: ", "0"),
            (
                "dies:\n  - {name: A, transistors_are: finfet}",
                "2: dies[0].transistors_are: ",
                "finfet non-planar planar",
            ),
            (
                "metrics:\n  tpp: 4799\n  memory_bandwidth: 4000",
                "3: metrics.memory_bandwidth: ",
                "unit GB/s",
            ),
            ("metrics:\n  tpp: 4799\n  tops: 600", "3: metrics.tops: ", "unit TOPS"),
            ("metrics:\n  tppp: 4799", "2: metrics.tppp: ", "tpp"),
            (
                "metrics:\n  tpp: 4800\n  applicable_die_area: 1000 mm^2\n  performance_density: 5.92",
                "4: metrics.performance_density: ",
                "4.8 agree",
            ),
            (
                "throughput:\n  fp16: {value: 9 TFLOPS, sparse: true}",
                "2: throughput.fp16: ",
                "sparse fp16_sparse",
            ),
            ("throughput:\n  fp17: 9 TFLOPS", "2: throughput.fp17: ", "fp16"),
            ("name: Mine\nmemroy: {}", "2: memroy: ", "memory"),
            ("name: Mine\nextends: h2o", "2: extends: ", "h2o H20"),
            ("name: Mine\nkind: prozessor", "2: kind: ", "processor"),
            (
                "name: Mine\ndesigned_for: [datacentre]",
                "2: designed_for[0]: ",
                "datacentre datacenter",
            ),
            (
                "name: Mine\nkind: system\nmembers: [{chip: h2o, count: 8}]",
                "3: members[0].chip: ",
                "h2o H20",
            ),
            *[
                (f"name: Mine\nannounced: {day}", "2: announced: ", day)
                for day in ("2026-02-30", "soon", "20260201")
            ],
            *[
                (f"name: Mine\nmetrics:\n  tpp: {number}", "3: metrics.tpp: ", "")
                for number in NUMBERS
            ],
            *[
                (f"name: Mine\nthroughput:\n  fp8: {number} TFLOPS", "3: throughput.fp8: ", "")
                for number in NUMBERS
            ],
        ],
    )
    def test_refused(self, tmp_path: Path, text: str, where: str, words: str) -> None:
        (tmp_path / "bad.yaml").write_text(text)
        line = only(refused(tmp_path, "check", "bad.yaml", *DAY))
        assert f"bad.yaml:{where}" in line
        assert says(line.partition(where)[2], words), line

    @pytest.mark.parametrize(
        "text",
        [
            *(
                "throughput: fast",
                "memory: 80 GB",
                "dies: 2",
                "links: NVLink",
                "metrics: 4800",
                "members: [H100]",
            ),
            *(
                "readings: cube-only",
                "name: [Mine]",
                "declared: 4A090",
                "us_available: yes",
                "units: [npu]",
                "power: 700 W",
            ),
            *(
                "sources: none",
                "prices: []",
                "throughput: {fp8: []}",
                "throughput: {fp8: {basis: official}}",
            ),
            *("represents: maybe", "aliases: Mine"),
        ],
    )
    def test_wrong_shape(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "bad.yaml").write_text(f"architecture: None\n{text}\n")
        assert f"bad.yaml:2: {text.partition(':')[0]}" in only(
            refused(tmp_path, "check", "bad.yaml", *DAY)
        )
