"""Which chip a name means: names as tools print them, their forms, and names that mean none.

The names come from the table of NVIDIA's open kernel modules 595.45.04, pci.ids 2026.08.22, the
AWS instance reference of Karpenter, torch_npu's SoC names and the other sources that
``data/device-name-sources.csv`` lists.
"""

from __future__ import annotations

import pytest
from running import run

import chipdb
from chipdb.answers.identify import Identified, identified, identified_device
from chipdb.catalog.catalog import load
from chipdb.catalog.device_names import NameKind, NameState, device_names
from chipdb.catalog.listed_device import Device


def one(name: str) -> Identified:
    """What one name means."""
    return identified(name, load())


@pytest.mark.parametrize(
    ("name", "chip", "count"),
    [
        ("NVIDIA H100 80GB HBM3", "nvidia-h100-sxm5-80gb", 1),
        ("NVIDIA-H100-80GB-HBM3", "nvidia-h100-sxm5-80gb", 1),
        ("nvidia_h100_80gb_hbm3", "nvidia-h100-sxm5-80gb", 1),
        ("p5.48xlarge", "nvidia-h100-sxm5-80gb", 8),
        ("10de:2335", "nvidia-h200-sxm-141gb", 1),
        ("[10DE:2335]", "nvidia-h200-sxm-141gb", 1),
        ("20B2-896-A1", "nvidia-a100-sxm4-80gb", 1),
        ("nvidia.com/gpu.product=NVIDIA-L4", "nvidia-l4", 1),
        ("gpu:nvidia_l40s:4", "nvidia-l40s", 4),
        ("8 x NVIDIA H100 80GB HBM3", "nvidia-h100-sxm5-80gb", 8),
        ("Intel(R) Data Center GPU Max 1550", "intel-max-1550", 1),
        ("AMD Instinct MI300X OAM", "amd-mi300x", 1),
        ("Ascend910B3", "huawei-ascend-910b3", 1),
        ("v5p-8", "google-tpu-v5p", 4),  # the number counts cores, two a chip
    ],
)
def test_a_name_of_one_chip(name: str, chip: str, count: int) -> None:
    answer = one(name)
    assert (answer.chip, answer.count) == (chip, count)
    assert answer.candidates == ()


def test_a_share_of_a_chip_is_text() -> None:
    """Google's g4-standard-6 has an eighth of a GPU, Azure's NV6ads_A10_v5 a sixth."""
    assert one("g4-standard-6").count == "1/8"
    assert one("Standard_NV6ads_A10_v5").count == "1/6"


@pytest.mark.parametrize(
    "name", ["Ascend910B", "ascend910b", "Ascend 910B", "910B", "HUAWEI Ascend910B"]
)
def test_every_spelling_of_the_910b_has_the_same_candidates(name: str) -> None:
    """torch_npu's SoC name ``Ascend910B`` is a bin of 2019, and people write it for the family of
    2023, for which ``check`` takes it, so the name alone does not say which.
    """
    answer = one(name)
    line = chipdb.load().find("Ascend 910B")
    assert answer.chip is None
    assert set(answer.candidates) == {line.chip.id, *line.siblings}
    assert "huawei-ascend-910-bin-b" in answer.candidates


def test_the_soc_name_says_what_it_means_to_software() -> None:
    assert "as a SoC name it is huawei-ascend-910-bin-b" in one("Ascend910B").note


@pytest.mark.parametrize("name", ["GRID A100-10C", "A100"])
def test_the_label_of_one_site_is_not_quoted_for_another_name(name: str) -> None:
    """Only as a type of Slurm (``gpu:A100``) is A100 what one provider wrote by hand."""
    answer = one(name)
    assert answer.kind == NameKind.CATALOG
    assert "Slurm" not in answer.note
    assert "nvidia-a100-sxm4-40gb" in answer.candidates
    assert "Slurm" in one("gpu:A100:4").note
    assert one("gpu:A100:4").candidates == one("A100").candidates


def test_an_instance_of_sagemaker_is_the_one_of_its_name() -> None:
    """SageMaker writes ``ml.`` in front of the EC2 instance that it runs on.

    SageMaker API Reference, DescribeReservedCapacity: the instance type is "the Amazon EC2 instance
    type used in the reserved capacity", and its values are ``ml.p5.48xlarge`` and others.
    """
    answer, plain = one("ml.p4de.24xlarge"), one("p4de.24xlarge")
    assert (answer.chip, answer.count) == (plain.chip, plain.count)
    assert (answer.chip, answer.count) == ("nvidia-a100-sxm4-80gb", 8)
    assert one("ml.nothing").kind is None


@pytest.mark.parametrize(
    "name",
    [
        "ml.p5.48xlarge",
        "ML.P5.48XLARGE",
        "node.kubernetes.io/instance-type=ml.p5.48xlarge",
        'beta.kubernetes.io/instance-type: "ml.p5.48xlarge"',
    ],
)
def test_sagemaker_is_read_in_every_spelling(name: str) -> None:
    """Eight H100 SXM5 (Karpenter's list of instance types, in the table of device names)."""
    assert (one(name).chip, one(name).count) == ("nvidia-h100-sxm5-80gb", 8)
    assert one(f"3 x {name}").count == 24


def test_a_name_of_several_products_has_candidates_and_no_chip() -> None:
    """One driver name for the RTX 3080 with 10 GB (2206) and with 12 GB (220A)."""
    answer = one("NVIDIA GeForce RTX 3080")
    assert answer.chip is None
    assert set(answer.candidates) == {"nvidia-rtx-3080", "nvidia-rtx-3080-12gb"}
    assert answer.is_ambiguous


def test_a_product_line_of_the_catalog_is_ambiguous() -> None:
    answer = one("Gaudi 3")
    assert answer.chip is None
    assert len(answer.candidates) > 1


def test_a_name_that_the_catalog_does_not_have_says_so() -> None:
    answer = one("NVIDIA A100-SXM-64GB")
    assert answer.chip is None
    assert answer.candidates == ()
    assert "the catalog does not have it" in answer.note


def test_an_unknown_name_has_no_kind() -> None:
    answer = one("Banana 9000")
    assert (answer.chip, answer.kind, answer.count) == (None, None, None)


def test_a_system_counts_its_accelerators() -> None:
    """NVIDIA's DGX H100 has eight GPUs; the A16 shows four devices."""
    answer = one("DGX H100")
    assert (answer.chip, answer.count, answer.system) == (
        "nvidia-h100-sxm5-80gb",
        8,
        "nvidia-dgx-h100",
    )


def test_another_size_of_a_series_has_its_chip_but_no_count() -> None:
    """Every known g6e has L40S; how many another size has, no source says."""
    answer = one("g6e.3xlarge")
    assert (answer.chip, answer.count) == ("nvidia-l40s", None)
    assert "series" in answer.note


@pytest.mark.parametrize("name", ["g6e-H100", "p5.foo", "g5-H100", "v6e-H100"])
def test_another_ending_is_no_size_of_a_series(name: str) -> None:
    assert one(name).chip is None


@pytest.mark.parametrize("name", ["AMD H100 80GB HBM3", "NVIDIA MI300X", "Intel T4"])
def test_the_chip_of_another_maker_is_not_meant(name: str) -> None:
    assert one(name).chip is None


@pytest.mark.parametrize("name", ["H100", "h200", "A100"])
def test_a_product_line_is_no_chip_though_one_cloud_uses_it_as_a_label(name: str) -> None:
    """Each is sold as several parts: H100 as SXM, PCIe and NVL."""
    answer = one(name)
    assert answer.chip is None
    assert len(answer.candidates) > 1


@pytest.mark.parametrize(
    "name", ["NVIDIA-H100-80GB-HBM3-MIG-1g.10gb", "nvidia_h100_80gb_hbm3_3g.40gb"]
)
def test_a_slice_is_of_a_chip_but_counts_none(name: str) -> None:
    answer = one(name)
    assert (answer.chip, answer.count) == ("nvidia-h100-sxm5-80gb", None)
    assert "slice" in answer.note


class TestDevices:
    """Several clues of one device."""

    def test_memory_tells_two_cards_of_one_name(self) -> None:
        for memory, chip in ((10_240, "nvidia-rtx-3080"), (12_288, "nvidia-rtx-3080-12gb")):
            answer = identified_device(
                Device(given="NVIDIA GeForce RTX 3080", memory=memory), load()
            )
            assert answer is not None
            assert answer.chip == chip
            assert "memory" in answer.note

    def test_a_pci_id_tells_what_the_name_does_not(self) -> None:
        """libdrm prints ``AMD Radeon Graphics`` for every GPU that it does not know."""
        device = Device(given="AMD Radeon Graphics", clues=("1002:74a1",))
        answer = identified_device(device, load())
        assert answer is not None
        assert answer.chip == "amd-mi300x"
        assert answer.given == "AMD Radeon Graphics"

    def test_clues_that_contradict_each_other_name_no_chip(self) -> None:
        device = Device(given="NVIDIA H100 80GB HBM3", clues=("10de:2335",))
        answer = identified_device(device, load())
        assert answer is not None
        assert answer.chip is None
        assert set(answer.candidates) == {"nvidia-h100-sxm5-80gb", "nvidia-h200-sxm-141gb"}

    def test_memory_that_is_not_the_chips_names_no_chip(self) -> None:
        """An H20 has 96 or 141 GB; one name and one id are printed for the first alone."""
        device = Device(given="NVIDIA H20", clues=("10de:2329",), memory=143_771)
        answer = identified_device(device, load())
        assert answer is not None
        assert answer.chip is None
        assert "memory" in answer.note

    def test_a_display_of_another_maker_is_no_device(self) -> None:
        device = Device(
            given="ASPEED Graphics Family [1a03:2000]", clues=("1a03:2000",), sure=False
        )
        assert identified_device(device, load()) is None


class TestEveryNameOfTheTable:
    """The data: names resolve as their rows say, and no row leads to another chip."""

    def test_known_names_have_their_chip(self) -> None:
        for row in device_names():
            if row.state == NameState.KNOWN:
                answer = one(row.name)
                assert row.chip in {answer.chip, answer.system, *answer.candidates}, row.name

    def test_at_least_95_percent_are_told(self) -> None:
        known = [row for row in device_names() if row.state == NameState.KNOWN]
        told = [row for row in known if row.chip in (one(row.name).chip, one(row.name).system)]
        assert len(told) >= 0.95 * len(known)

    def test_ambiguous_and_absent_names_have_no_chip(self) -> None:
        for row in device_names():
            if row.state != NameState.KNOWN:
                assert one(row.name).chip is None, row.name


class TestCommand:
    """``chipdb identify``."""

    def test_one_object_a_name_never_merged(self) -> None:
        ran = run("identify", "H200 NVL", "H200 NVL", "--format", "json")
        assert [each["chip"] for each in ran.json] == ["nvidia-h200-nvl"] * 2
        assert {"given", "chip", "count", "kind", "system", "candidates"} <= ran.json[0].keys()

    def test_the_status_is_0_only_if_each_name_has_a_chip(self) -> None:
        assert run("identify", "NVIDIA L4").status == 0
        assert run("identify", "NVIDIA L4", "Banana 9000").status == 3

    def test_python_gives_the_same(self) -> None:
        answer = chipdb.identify("NVIDIA L4")
        assert isinstance(answer, Identified)
        assert answer.kind == NameKind.DRIVER
        (record,) = run("identify", "NVIDIA L4", "--format", "json").json
        assert record == answer.to_dict()
        answers = chipdb.identify(["NVIDIA L4", "A100"])
        assert isinstance(answers, list)
        assert len(answers) == 2
        with pytest.raises(TypeError, match="name must be"):
            chipdb.identify([1])  # type: ignore[list-item]

    def test_no_name_is_an_error(self) -> None:
        assert run("identify").status == 2


class TestKeysAndSizes:
    """Names whose surroundings say what they mean."""

    @pytest.mark.parametrize(
        ("name", "chip", "count"),
        [
            # the tables of the two label makers name the SXM parts, which their nodes have
            ("cloud.google.com/gke-accelerator=nvidia-h100-80gb", "nvidia-h100-sxm5-80gb", 1),
            ("karpenter.k8s.aws/instance-gpu-name=h200", "nvidia-h200-sxm-141gb", 1),
            ("karpenter.k8s.aws/instance-gpu-name: h100", "nvidia-h100-sxm5-80gb", 1),
            # AMD's node labeler has the name in the key and the number of devices as the value
            ("beta.amd.com/gpu.product-name.AMD_Instinct_MI300X=8", "amd-mi300x", 8),
            # eight H100 SXM: Azure's ND H100 v5 series
            ("Standard_ND96isr_H100_v5", "nvidia-h100-sxm5-80gb", 8),
            ("ND96isr_H100_v5", "nvidia-h100-sxm5-80gb", 8),
            # Google's sizes end with the number of their accelerators; the series is known by others
            ("a3-highgpu-1g", "nvidia-h100-sxm5-80gb", 1),
            ("a2-ultragpu-4g", "nvidia-a100-sxm4-80gb", 4),
            # Oracle's shapes have the accelerator and its number; the B200 is one product
            ("BM.GPU.B200.8", "nvidia-b200-sxm6-180gb", 8),
            # Azure's size names the accelerator, not how many there are
            ("Standard_ND128isr_NDR_GB200_v6", "nvidia-gb200-gpu", None),
            # a virtual GPU is a part of one, unless a source says which
            ("NVIDIA A40-48Q", "nvidia-a40", None),
            ("GRID T4-16Q", "nvidia-t4", None),
            ("NVIDIA L20-48C", "nvidia-l20", 1),
            # sizes of a known series that are in no list, as a later one would be
            ("g5.32xlarge", "nvidia-a10g", None),
            ("inf2.96xlarge", "aws-inferentia2", None),
            # four L40S and the half of an L4 (Karpenter's list of 2026-08-21)
            ("g6e.12xlarge", "nvidia-l40s", 4),
            ("g6f.4xlarge", "nvidia-l4", "1/2"),
        ],
    )
    def test_known(self, name: str, chip: str, count: int | str | None) -> None:
        answer = chipdb.identify(name)
        assert (answer.chip, answer.count) == (chip, count)

    @pytest.mark.parametrize(
        "name",
        [
            # without its label, the name may be that of any H100
            "h100",
            "nvidia-h100-80gb",
            "gpu:h100:8",
            # an m more or less is another memory: A100 of 80 and of 40 GB
            "Standard_ND96asr_A100_v4",
            # of 40 GB or of 80, and with either connector
            "BM.GPU.A100.8",
            "GRID A100-20C",
            "Standard_NX24s_H100_v9",
            "BM.GPU.X9.2",
            # no accelerators
            "BM.Standard.E4.128",
            "Standard_D4s_v5",
            "m5.xlarge",
        ],
    )
    def test_not_known(self, name: str) -> None:
        assert chipdb.identify(name).chip is None
