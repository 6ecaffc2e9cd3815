"""Devices in the output of tools, in the forms that the tools print."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import run

from chipdb.catalog.inventory import devices_in

SMI_LIST = """\
GPU 0: NVIDIA A100-SXM4-40GB (UUID: GPU-5c89852c-d268-c3f3-1b07-005d5ae1dc3f)
  MIG 1g.5gb      Device  0: (UUID: MIG-c6d4f1ef-42e4-5de3-91c7-45d71c87eb3f)
  MIG 1g.5gb      Device  1: (UUID: MIG-cba663e8-9bed-5b25-b243-5985ef7c9beb)
GPU 1: NVIDIA L4 (UUID: GPU-aaaa852c-d268-c3f3-1b07-005d5ae1dc3f)
"""

SMI_QUERY = """\

==============NVSMI LOG==============

Timestamp                                 : Mon Nov  2 10:00:00 2026
Driver Version                            : 595.45.04
CUDA Version                              : 13.2

Attached GPUs                             : 2
GPU 00000000:01:00.0
    Product Name                          : NVIDIA GeForce RTX 3080
    GPU Part Number                       : N/A
    PCI
        Device Id                         : 0x220610DE
        Bus Id                            : 00000000:01:00.0
        Sub System Id                     : 0x14671462
    FB Memory Usage
        Total                             : 10240 MiB
        Reserved                          : 300 MiB
    BAR1 Memory Usage
        Total                             : 256 MiB
GPU 00000000:02:00.0
    Product Name                          : NVIDIA H20
    PCI
        Device Id                         : 0x232910DE
    FB Memory Usage
        Total                             : 97871 MiB
"""

ROCM = """\

============================ ROCm System Management Interface ============================
====================================== Product Info ======================================
GPU[0]\t\t: Card Series: \t\tAMD Instinct MI300X OAM
GPU[0]\t\t: Card Model: \t\t0x74a1
GPU[0]\t\t: Card Vendor: \t\tAdvanced Micro Devices, Inc. [AMD/ATI]
GPU[1]\t\t: Card Series: \t\tAMD Radeon Graphics
GPU[1]\t\t: Card Model: \t\t0x75a3
==========================================================================================
================================== End of ROCm SMI Log ===================================
"""

NPU = """\
+------------------------------------------------------------------------------------------------+
| npu-smi 24.1.rc2                 Version: 24.1.rc2                                             |
+---------------------------+---------------+----------------------------------------------------+
| NPU   Name                | Health        | Power(W)    Temp(C)           Hugepages-Usage(page)|
| Chip                      | Bus-Id        | AICore(%)   Memory-Usage(MB)  HBM-Usage(MB)        |
+===========================+===============+====================================================+
| 0     910B3               | OK            | 93.6        40                0    / 0             |
| 0                         | 0000:C1:00.0  | 0           0    / 0          3373 / 65536         |
+===========================+===============+====================================================+
| 1     910B3               | OK            | 93.6        40                0    / 0             |
| 0                         | 0000:C2:00.0  | 0           0    / 0          3373 / 65536         |
+---------------------------+---------------+----------------------------------------------------+
| NPU     Chip              | Process id    | Process name             | Process memory(MB)      |
+===========================+===============+====================================================+
| No running processes found in NPU 0                                                            |
+===========================+===============+====================================================+
"""

LSPCI = """\
00:00.0 Host bridge [0600]: Intel Corporation Device [8086:09a2] (rev 04)
03:00.0 VGA compatible controller [0300]: ASPEED Technology, Inc. ASPEED Graphics [1a03:2000] (rev 52)
\tSubsystem: Super Micro Computer Inc Device [15d9:1b95]
\tKernel driver in use: ast
17:00.0 3D controller [0302]: NVIDIA Corporation GH100 [H100 SXM5 80GB] [10de:2330] (rev a1)
\tSubsystem: NVIDIA Corporation Device [10de:16c1]
\tKernel driver in use: nvidia
0000:c1:00.0 Processing accelerators [1200]: AMD/ATI Aqua Vanjaram [Instinct MI300X] [1002:74a1]
"""

LABELS = (
    "node1 Ready <none> 10d v1.29 beta.kubernetes.io/arch=amd64,nvidia.com/gpu.count=8,"
    "nvidia.com/gpu.product=NVIDIA-H100-80GB-HBM3,node.kubernetes.io/instance-type=p5.48xlarge\n"
    "node2 Ready <none> 10d v1.29 node.kubernetes.io/instance-type=g6.xlarge\n"
)


def names(text: str) -> list[str]:
    """The names of the devices in a text."""
    return [device.given for device in devices_in(text)]


def test_a_list_of_gpus_without_their_slices() -> None:
    assert names(SMI_LIST) == ["NVIDIA A100-SXM4-40GB", "NVIDIA L4"]


def test_a_query_gives_ids_and_memory() -> None:
    first, second = devices_in(SMI_QUERY)
    assert first.given == "NVIDIA GeForce RTX 3080"
    assert first.clues == ("10de:2206/1462:1467",)
    assert first.memory == 10_240  # that of the frame buffer, not of BAR1
    assert second.clues == ("10de:2329",)


def test_rocm_gives_the_series_and_the_id_of_each_card() -> None:
    first, second = devices_in(ROCM)
    assert (first.given, first.clues) == ("AMD Instinct MI300X OAM", ("1002:74a1",))
    assert (second.given, second.clues) == ("AMD Radeon Graphics", ("1002:75a3",))


def test_npu_smi_gives_name_and_memory_and_no_headings() -> None:
    assert [(device.given, device.memory) for device in devices_in(NPU)] == [
        ("910B3", 65_536),
        ("910B3", 65_536),
    ]


def test_lspci_gives_displays_and_accelerators_with_their_subsystem() -> None:
    display, gpu, accelerator = devices_in(LSPCI)
    assert not display.sure
    assert gpu.clues == ("10de:2330/10de:16c1 rev a1",)
    assert accelerator.clues == ("1002:74a1",)


def test_labels_count_the_gpus_of_a_node() -> None:
    assert names(LABELS) == ["NVIDIA-H100-80GB-HBM3"] * 8 + ["g6.xlarge"]


NODE_TEXT = """\
Name:               gpu-node-07
Roles:              <none>
Labels:             beta.kubernetes.io/arch=amd64
                    agentpool=gpu
                    node.kubernetes.io/instance-type=p4d.24xlarge
                    nvidia.com/gpu.count=2
                    nvidia.com/gpu.product=NVIDIA-A100-SXM4-40GB
                    nvidia.com/gpu.memory=40960
Annotations:        node.alpha.kubernetes.io/ttl: 0
                    volumes.kubernetes.io/controller-managed-attach-detach: true
CreationTimestamp:  Mon, 01 Jun 2026 10:00:00 +0000
Capacity:
  cpu:                96
  nvidia.com/gpu:     2
Events:              <none>

Name:               gpu-node-09
Labels:             node.kubernetes.io/instance-type=g6.xlarge
NVIDIA L40S
"""
NODE_YAML = """\
apiVersion: v1
items:
- apiVersion: v1
  kind: Node
  metadata:
    annotations:
      node.alpha.kubernetes.io/ttl: "0"
    labels:
      kubernetes.io/os: linux
      node.kubernetes.io/instance-type: g6e.12xlarge
      nvidia.com/gpu.count: "2"
      nvidia.com/gpu.product: NVIDIA-L40S
    name: ip-10-0-1-12.ec2.internal
  status:
    capacity:
      nvidia.com/gpu: "2"
kind: List
"""
NODE_JSON = """\
{
    "apiVersion": "v1",
    "items": [
        {
            "kind": "Node",
            "metadata": {
                "labels": {
                    "kubernetes.io/os": "linux",
                    "nvidia.com/gpu.count": "2",
                    "nvidia.com/gpu.product": "NVIDIA-H20"
                }
            }
        }
    ]
}
"""
NODE_TABLE = """\
NAME     STATUS   ROLES    AGE   VERSION   GPU.PRODUCT             GPU.COUNT   INSTANCE-TYPE
node-a   Ready    <none>   10d   v1.30.4   NVIDIA-H100-80GB-HBM3   2           p5.48xlarge
node-b   Ready    <none>   10d   v1.30.4                                       m5.large
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NODE_TEXT, ["NVIDIA-A100-SXM4-40GB"] * 2 + ["g6.xlarge", "NVIDIA L40S"]),
        (NODE_YAML, ["NVIDIA-L40S"] * 2),
        (NODE_JSON, ["NVIDIA-H20"] * 2),
        (NODE_TABLE, ["NVIDIA-H100-80GB-HBM3"] * 2 + ["m5.large"]),
    ],
    ids=["describe", "yaml", "json", "table"],
)
def test_a_node_is_counted_once_however_kubectl_prints_it(text: str, expected: list[str]) -> None:
    """The product with its count, or the type of the instance; never both, and no other field."""
    assert names(text) == expected


def test_labels_of_a_list_stand_for_a_node_each() -> None:
    text = "nvidia.com/gpu.product=NVIDIA-L4\nnode.kubernetes.io/instance-type=p5.48xlarge\n"
    assert names(text) == ["NVIDIA-L4", "p5.48xlarge"]


def test_a_label_that_is_not_known_is_a_name() -> None:
    """What is not read must not look checked."""
    assert names("nvidia.com/gpu: 8\nsite.example/gpu=H100\n") == [
        "nvidia.com/gpu: 8",
        "site.example/gpu=H100",
    ]


def test_any_other_line_is_a_name() -> None:
    assert names("# our fleet\np5.48xlarge\n\n  NVIDIA   L4 \n") == ["p5.48xlarge", "NVIDIA L4"]


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "+----+\n|  |\n"])
def test_text_without_devices_has_none(text: str) -> None:
    assert devices_in(text) == []


SMI = """\
Mon Nov  2 10:00:00 2026
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 595.45.04              Driver Version: 595.45.04      CUDA Version: 13.2     |
|-----------------------------------------+------------------------+----------------------+
| GPU  Name                 Persistence-M | Bus-Id          Disp.A | Volatile Uncorr. ECC |
| Fan  Temp   Perf          Pwr:Usage/Cap |           Memory-Usage | GPU-Util  Compute M. |
|=========================================+========================+======================|
|   0  NVIDIA H100 80GB HBM3          On  |   00000000:18:00.0 Off |                    0 |
| N/A   30C    P0             70W /  700W |       1MiB /  81559MiB |      0%      Default |
+-----------------------------------------+------------------------+----------------------+
| Processes:                                                                              |
|    0   N/A  N/A            1234      C   python                                1000MiB  |
+-----------------------------------------------------------------------------------------+
"""


def test_plain_nvidia_smi_is_read() -> None:
    assert [(each.given, each.memory) for each in devices_in(SMI)] == [
        ("NVIDIA H100 80GB HBM3", 81_559)
    ]


def test_a_query_as_csv_is_read_by_its_heading() -> None:
    text = "index, name, memory.total [MiB]\n0, NVIDIA L40S, 46068 MiB\n1, NVIDIA L4, 23034 MiB\n"
    assert [(each.given, each.memory) for each in devices_in(text)] == [
        ("NVIDIA L40S", 46_068),
        ("NVIDIA L4", 23_034),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "- NVIDIA H100 80GB HBM3",
        "* NVIDIA H100 80GB HBM3",
        "| NVIDIA H100 80GB HBM3 | 8 |",
        "=== H100 ===",
        "17:00.0 3D controller: NVIDIA Corporation GH100 [H100 SXM5 80GB] (rev a1)",
        "17:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:9999]",
        "17:00.0 Multimedia controller [0400]: NVIDIA Corporation GH100 [10de:2330] (rev a1)",
        "GPU[0]\t\t: GPU ID: \t\t0x74a1",
        "nvidia.com/gpu.product=NVIDIA-H100-80GB-HBM3,nvidia.com/gpu.count=0",
    ],
)
def test_no_line_that_names_a_device_is_left_out(line: str) -> None:
    """What is left out would look checked."""
    assert len(devices_in(f"{line}\nTesla T4\n")) == 2


class TestCheck:
    """``check --inventory``."""

    def test_each_product_once_with_its_number(self, tmp_path: Path) -> None:
        path = tmp_path / "fleet.txt"
        path.write_text(NPU + LABELS + LSPCI + "Banana 9000\n")
        ran = run(
            "check",
            "--inventory",
            str(path),
            "--to",
            "CN",
            "--on",
            "2026-06-01",
            "--format",
            "json",
        )
        found = {each["given"]: (each["chip"], each["quantity"]) for each in ran.json}
        assert found["910B3"] == ("huawei-ascend-910b3", 2)
        assert found["NVIDIA-H100-80GB-HBM3"] == ("nvidia-h100-sxm5-80gb", 8)
        assert found["Banana 9000"] == (None, None)
        assert "ASPEED" not in str(found)
        assert ran.status == 1  # a license is required for the H100

    def test_a_name_that_is_not_found_keeps_the_call_from_looking_clear(
        self, tmp_path: Path
    ) -> None:
        path = tmp_path / "fleet.txt"
        path.write_text("Banana 9000\n")
        assert run("check", "--inventory", str(path), "--on", "2026-06-01").status == 3

    def test_an_inventory_without_devices_is_an_error(self, tmp_path: Path) -> None:
        path = tmp_path / "fleet.txt"
        path.write_text("# nothing\n")
        ran = run("check", "--inventory", str(path), "--on", "2026-06-01")
        assert ran.status == 2
        assert "no device was found" in ran.err

    @pytest.mark.parametrize(
        "system", ["nvidia-dgx-h100", "nvidia-gb200-nvl72", "nvidia-hgx-h100-8-gpu"]
    )
    def test_a_system_is_asked_about_itself(self, tmp_path: Path, system: str) -> None:
        """A computer can be in 4A003.b where none of its chips is."""
        path = tmp_path / "fleet.txt"
        path.write_text(f"{system}\n")
        asked = ("--to", "DE", "--on", "2026-06-01", "--format", "json")
        (listed,) = run("check", "--inventory", str(path), *asked).json
        (named,) = run("check", system, *asked).json
        assert listed["chip"] == system
        assert listed["quantity"] == 1
        assert listed["verdict"] == named["verdict"]
        assert listed["cautions"] == named["cautions"]


def test_amd_smi_static() -> None:
    """The fields of ``amd-smi static --asic --board``, in the form of its documentation."""
    text = """
GPU: 0
    ASIC:
        MARKET_NAME: AMD Instinct MI300X
        VENDOR_ID: 0x1002
        VENDOR_NAME: Advanced Micro Devices Inc. [AMD/ATI]
        SUBVENDOR_ID: 0x1002
        DEVICE_ID: 0x74a1
    BOARD:
        PRODUCT_NAME: AMD Instinct MI300X OAM

GPU: 1
    ASIC:
        MARKET_NAME: N/A
"""
    first, second = devices_in(text)
    assert (first.given, first.clues) == ("AMD Instinct MI300X", ("1002:74a1",))
    # a device without a name must not be left out
    assert second.given == "N/A"
