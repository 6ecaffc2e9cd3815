"""Devices in the output of tools, in the forms that the tools print."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from running import run

from chipdb.catalog import inventory
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


T4_NODE = """\
Name:               t4
Labels:             nvidia.com/gpu.product=Tesla-T4
                    nvidia.com/gpu.count=1
"""
OTHER_NODE_LABELS = """\
Name:               other
Labels:             kubernetes.io/os=linux
                    accelerator=nvidia-h100-80gb
                    gpu.nvidia.com/class=H100_NVLINK_80GB
"""
CAPACITY_OF_8 = "Capacity:\n  cpu:              96\n  nvidia.com/gpu:   8\n"
TABLE_HEADING = "NAME     STATUS   ROLES    AGE   VERSION   GPU.PRODUCT   GPU.COUNT\n"
TABLE_T4 = "node-a   Ready    <none>   10d   v1.30.4   Tesla-T4      1\n"


class TestNodesWithoutAProduct:
    """A node with accelerators that no label names as a product is a device of unknown name."""

    @pytest.mark.parametrize(
        ("node", "expected"),
        [
            (OTHER_NODE_LABELS, ["accelerator=nvidia-h100-80gb"]),
            (OTHER_NODE_LABELS + CAPACITY_OF_8, ["accelerator=nvidia-h100-80gb"] * 8),
            ("Name: b\nLabels:  a.example/b=c\n" + CAPACITY_OF_8, ["nvidia.com/gpu"] * 8),
            ("Name: b\nRoles:  x\nLabels:  <none>\n" + CAPACITY_OF_8, ["nvidia.com/gpu"] * 8),
            (
                "Name: b\nLabels: <none>\nCapacity:\n  huawei.com/Ascend910B3:  16\n",
                ["huawei.com/Ascend910B3"] * 16,
            ),
            (
                "Name: b\nLabels: <none>\nCapacity:\n  nvidia.com/mig-1g.5gb:  7\n",
                ["nvidia.com/mig-1g.5gb"],
            ),
            (
                "Name: b\nLabels:  feature.node.kubernetes.io/pci-10de.present=true\n",
                ["feature.node.kubernetes.io/pci-10de.present=true"],
            ),
        ],
    )
    def test_it_is_a_device(self, node: str, expected: list[str]) -> None:
        assert names(T4_NODE + node) == ["Tesla-T4", *expected]

    @pytest.mark.parametrize(
        "node",
        [
            "Name: b\nLabels:  kubernetes.io/os=linux\nCapacity:\n  cpu:  4\n  nvidia.com/gpu:  0\n",
            "Name: b\nLabels:  example.com/gpu=false\n",
            "Name: b\nLabels:  example.com/output=x\nCapacity:\n  example.com/input:  3\n",
        ],
    )
    def test_a_node_without_accelerators_is_none(self, node: str) -> None:
        assert names(T4_NODE + node) == ["Tesla-T4"]

    def test_accelerators_of_two_vendors_are_two_kinds_of_devices(self) -> None:
        node = T4_NODE + "Capacity:\n  nvidia.com/gpu:  1\n  amd.com/gpu:  2\n"
        assert names(node) == ["Tesla-T4", "amd.com/gpu", "amd.com/gpu"]
        labels = (
            "nvidia.com/gpu.product=Tesla-T4,amd.com/gpu.product-name=AMD_Instinct_MI300X_OAM\n"
        )
        assert names(labels) == ["Tesla-T4", "AMD_Instinct_MI300X_OAM"]

    def test_capacity_counts_a_product_that_no_label_counts(self) -> None:
        labels = "Labels:             nvidia.com/gpu.product=Tesla-T4\n"
        assert names(labels + CAPACITY_OF_8) == ["Tesla-T4"] * 8
        # eight offers of GPUs that four users share in time are two GPUs
        shared = labels + "                    nvidia.com/gpu.replicas=4\n"
        assert names(shared + CAPACITY_OF_8) == ["Tesla-T4"] * 2

    def test_yaml_and_json_are_read_alike(self) -> None:
        as_yaml = NODE_YAML.replace("nvidia.com/gpu.product: NVIDIA-L40S", "accelerator: x-h100")
        as_yaml = as_yaml.replace("      node.kubernetes.io/instance-type: g6e.12xlarge\n", "")
        assert names(as_yaml) == ["accelerator=x-h100"] * 2
        as_json = NODE_JSON.replace('"nvidia.com/gpu.product": "NVIDIA-H20"', '"accelerator": "x"')
        assert set(names(as_json)) == {"accelerator=x"}

    def test_a_row_of_a_table_that_counts_no_product(self) -> None:
        row = "node-b   Ready    <none>   10d   v1.30.4                 8\n"
        assert (
            names(TABLE_HEADING + TABLE_T4 + row) == ["Tesla-T4"] + ["nvidia.com/gpu.count=8"] * 8
        )

    def test_a_cell_that_says_none_is_empty(self) -> None:
        heading = TABLE_HEADING.replace("GPU.COUNT", "INSTANCE-TYPE")
        row = "node-b   Ready    <none>   10d   v1.30.4   <none>        p5.48xlarge\n"
        assert names(heading + row) == ["p5.48xlarge"]


LIST_OF_A_PERSON = ["  H20\n", "  - H20\n", "Accelerator: H20\n", "- H20\n", "NVIDIA H20: 8\n"]


@pytest.mark.parametrize("blank", ["", "\n", "\n# the owner's list\n"])
@pytest.mark.parametrize("line", LIST_OF_A_PERSON)
@pytest.mark.parametrize(
    "nodes",
    [
        T4_NODE,
        T4_NODE + CAPACITY_OF_8,
        T4_NODE + "Annotations:        x: y\n",
        T4_NODE + "Events:              <none>\n",
        NODE_YAML.replace("NVIDIA-L40S", "Tesla-T4"),
        NODE_YAML.replace("NVIDIA-L40S", "Tesla-T4") + 'metadata:\n  resourceVersion: ""\n',
        NODE_JSON.replace("NVIDIA-H20", "Tesla-T4"),
        TABLE_HEADING + TABLE_T4,
    ],
    ids=["labels", "capacity", "annotations", "events", "yaml", "list", "json", "table"],
)
def test_a_list_below_nodes_is_not_part_of_them(nodes: str, line: str, blank: str) -> None:
    """Only what `kubectl` prints of a node is around its labels; another list has devices."""
    *first, last = names(nodes + blank + line)
    assert set(first) == {"Tesla-T4"}
    assert "H20" in last


def test_fields_that_look_like_those_of_a_node_are_names_without_one() -> None:
    text = "Name: H100\nName: H200\nLabels: H20\nEvents: L4\n"
    assert names(text) == text.splitlines()


def test_a_whole_node_is_one_device() -> None:
    """The tables, facts and texts of a node name nothing, in a description and in YAML."""
    described = (
        T4_NODE
        + """\
Annotations:        csi.volume.kubernetes.io/nodeid: {"ebs.csi.aws.com":"i-0"}
                    volumes.kubernetes.io/controller-managed-attach-detach: true
CreationTimestamp:  Mon, 01 Jun 2026 10:00:00 +0000
Taints:             nvidia.com/gpu=present:NoSchedule
Unschedulable:      false
Lease:
  HolderIdentity:  t4
  RenewTime:       Mon, 01 Jun 2026 10:00:00 +0000
Conditions:
  Type             Status  LastHeartbeatTime                 Reason              Message
  ----             ------  -----------------                 ------              -------
  Ready            True    Mon, 01 Jun 2026 10:00:00 +0000   KubeletReady        kubelet is ready
Addresses:
  InternalIP:   10.0.0.1
  Hostname:     t4
Capacity:
  hugepages-2Mi:      0
  memory:             32Gi
  nvidia.com/gpu:     1
Allocatable:
  cpu:                3920m
  nvidia.com/gpu:     1
System Info:
  Machine ID:                 ec2
  Kube-Proxy Version:
PodCIDR:                      10.0.0.0/24
Non-terminated Pods:          (1 in total)
  Namespace    Name    CPU Requests  CPU Limits  Memory Requests  Memory Limits  Age
  ---------    ----    ------------  ----------  ---------------  -------------  ---
  kube-system  proxy   100m (2%)     0 (0%)      0 (0%)           0 (0%)         3d
Allocated resources:
  (Total limits may be over 100 percent, i.e., overcommitted.)
  Resource           Requests    Limits
  --------           --------    ------
  nvidia.com/gpu     0           0
Events:
  Type    Reason    Age   From     Message
  ----    ------    ----  ----     -------
  Normal  Starting  10m   kubelet  Starting kubelet.
"""
    )
    assert names(described) == ["Tesla-T4"]
    in_yaml = """\
apiVersion: v1
kind: Node
metadata:
  annotations:
    example.com/last-applied: |
      {"labels":{"nvidia.com/gpu.product":"NVIDIA-H100"}}
  labels:
    nvidia.com/gpu.product: Tesla-T4
  name: t4
spec:
  podCIDRs:
  - 10.0.0.0/24
status:
  addresses:
  - address: 10.0.0.1
    type: InternalIP
  capacity:
    cpu: "4"
    nvidia.com/gpu: "1"
  conditions:
  - lastHeartbeatTime: "2026-06-01T10:00:00Z"
    message: 'Failed to start: the directory of the plugin
      is missing'
    type: Ready
  images:
  - names:
    - nvcr.io/nvidia/k8s-device-plugin@sha256:12
    sizeBytes: 12
"""
    assert names(in_yaml) == ["Tesla-T4"]


@pytest.mark.parametrize(
    "line", ["| NVIDIA H20 | 8 |\n", "=== H20 ===\n", "+ H20\n", "Sun H20\n", "  Status H20\n"]
)
def test_a_list_below_the_frame_of_a_tool_is_not_part_of_it(line: str) -> None:
    """A table that a person drew has no heading of a tool in it."""
    assert names(f"{SMI}\n{line}")[:1] == ["NVIDIA H100 80GB HBM3"]
    assert "H20" in names(f"{SMI}\n{line}")[1]


AMD_SMI = "GPU: 0\n    ASIC:\n        MARKET_NAME: AMD Instinct MI300X\n"


@pytest.mark.parametrize("line", ["  H20\n", "H20\n", "- H20\n", "| H20 | 8 |\n", "\n    H20\n"])
@pytest.mark.parametrize(
    "shown",
    [SMI_LIST, SMI_QUERY, ROCM, NPU + "\n", LSPCI, AMD_SMI, SMI + "\n"],
    ids=["-L", "-q", "rocm", "npu", "lspci", "amd", "table"],
)
def test_a_list_below_the_output_of_a_tool_is_not_part_of_it(shown: str, line: str) -> None:
    """What a tool prints below a device is indented by four, and ends at a blank line."""
    assert names(shown + line) == [*names(shown), *names(line)]
    assert len(names(line)) == 1


def test_only_a_bullet_before_a_name_is_taken_off() -> None:
    assert names("- H100 - 80GB\n") == ["H100 - 80GB"]


@pytest.mark.parametrize("before", ["", "apiVersion: v1\n", T4_NODE])
def test_a_line_of_blanks_takes_no_square_of_time(before: str) -> None:
    """Two hundred such lines took more than three minutes."""
    begin = time.process_time()
    assert len(names(before + (" " * 9_000 + "H20\n") * 200)) >= 200
    assert time.process_time() - begin < 10


def test_a_gpu_of_windows_is_read() -> None:
    """The driver's model stands there in the place of the persistence mode."""
    assert names(SMI.replace("HBM3          On", "HBM3        WDDM")) == ["NVIDIA H100 80GB HBM3"]


IGNORED = {
    "comment": (inventory._COMMENT, "# our fleet"),
    "rule": (inventory._RULE, "+-----+------+"),
    "other PCI device": (inventory._OTHER_PCI, "00:1f.0 ISA bridge: Intel Corporation"),
    "slice": (inventory._SLICE, "  MIG 1g.5gb      Device  0: (UUID: MIG-1)"),
    "below a PCI device": (inventory._BELOW_PCI, "\tKernel driver in use: nvidia"),
    "heading of nodes": (inventory._NODE_HEADING, "NAME   STATUS   ROLES   AGE   VERSION"),
    "title": (inventory._TOOL_STATES, "==============NVSMI LOG=============="),
    "version": (inventory._TOOL_STATES, "Driver Version     : 595.45.04"),
    "date": (inventory._TOOL_STATES, "Mon Nov  2 10:00:00 2026"),
    "frame": (inventory._IN_FRAME, "| Processes:                 |"),
}
"""Each pattern of lines that are ignored, with a line that a tool prints."""


@pytest.mark.parametrize("kind", IGNORED)
def test_what_is_ignored_is_what_a_tool_prints_and_no_name(kind: str) -> None:
    pattern, line = IGNORED[kind]
    assert pattern.match(line)
    for name in ("NVIDIA H100 80GB HBM3", "  H20", "- H20", "| H100 | 8 |", "Accelerator: H100"):
        assert not pattern.match(name)


@pytest.mark.parametrize(
    "text",
    [
        T4_NODE + OTHER_NODE_LABELS + CAPACITY_OF_8,
        T4_NODE + "\nAccelerator: H100 SXM5\n",
        TABLE_HEADING + TABLE_T4 + "node-b   Ready    <none>   10d   v1.30.4                 8\n",
    ],
)
def test_what_was_not_read_does_not_look_checked(tmp_path: Path, text: str) -> None:
    """The T4 alone needs no license for China (3A090 not met), which would be status 0."""
    (tmp_path / "fleet.txt").write_text(text)
    call = ("check", "--to", "CN", "--on", "2026-06-01", "--inventory", "fleet.txt")
    assert run(*call, folder=tmp_path).status == 3


def test_the_device_id_that_amd_labels_identifies_the_chip(tmp_path: Path) -> None:
    """74a1 is the MI300X in the list of PCI ids; it meets 3A090.a: TPP of 20,918 by the vendor."""
    amd = "Name: a\nLabels:   amd.com/gpu.device-id=74a1\n          amd.com/gpu.family=AI\n"
    (tmp_path / "fleet.txt").write_text(amd + "Capacity:\n  amd.com/gpu:  8\n" + T4_NODE)
    call = ("check", "--to", "CN", "--on", "2026-06-01", "--inventory", "fleet.txt")
    ran = run(*call, "--format", "json", folder=tmp_path)
    assert [(row["chip"], row["quantity"]) for row in ran.json] == [
        ("amd-mi300x", 8),
        ("nvidia-t4", 1),
    ]
    assert ran.status == 1
