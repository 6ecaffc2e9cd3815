"""The forms in which a device name may be known, and the text that surrounds it.

Drivers, clusters and clouds write one name in many ways: with a number in front, as the value of a
label, with the ids of the bus, with an ending for a slice or a virtual function. The name is
looked up without these, the most exact form first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_MIG = re.compile(r"([-_ ]MIG[-_ ]|_)\d+g\.\d+gb$", re.IGNORECASE)
"""The end of a slice of a GPU, as ``-MIG-3g.40gb`` or, in Slurm, ``_3g.40gb``."""
_VGPU = re.compile(r"-\d{1,3}[ABCQ]$")
"""The end of a virtual GPU: how much memory it has, and what its license is for."""
_SHARED = re.compile(r"-SHARED$", re.IGNORECASE)
_TIMES = re.compile(r"([1-9]\d{0,8})\s*[x×]\s+(?=\S)|([1-9]\d{0,8})[x×](?=[A-Z])")
"""A number of chips in front of a name, as in ``8 x H100`` or ``8xH100``."""
_GRES = re.compile(r"(?:gres[/:])?gpu:([^:()]+)(?::([1-9]\d{0,8}))?(?:\(.*\))?")
"""A resource of Slurm: ``gpu:TYPE`` or ``gpu:TYPE:COUNT``."""
_LABEL = re.compile(r"[a-z0-9.-]+(?:/[A-Za-z0-9._-]+)?\s*[=:]\s*\"?([^\"]+?)\"?")
"""A label of a node, as ``nvidia.com/gpu.product=NVIDIA-L4``."""
GRES = "gres"
"""How the table of device names writes a type of Slurm."""
_AMD_LABEL = re.compile(r"(?:beta\.)?amd\.com/gpu\.product-name\.([^=]+)=([1-9]\d{0,8})")
"""An AMD label that has the name in its key and the number of devices as its value."""
_ORACLE = re.compile(r"(?:BM|VM)\.GPU\.([A-Z][A-Za-z0-9]*)\.([1-9]\d?)")
"""A shape of Oracle: its accelerator, and how many it has."""
_SAGEMAKER = re.compile(r"^ml\.(?=[a-z]+\d[a-z0-9-]*\.)", re.IGNORECASE)
"""What SageMaker writes in front of the name of an instance of AWS.

Its API reference says that the instance type of a reserved capacity, such as ``ml.p5.48xlarge``, is
the "Amazon EC2 instance type" (SageMaker API Reference, DescribeReservedCapacity).
"""
_PCI = re.compile(
    r"\[?(?:0x)?([0-9a-f]{4}):(?:0x)?([0-9a-f]{4})\]?"
    r"(?:/\[?([0-9a-f]{4}):([0-9a-f]{4})\]?)?(?:\s*\(?rev\s+([0-9a-f]{2})\)?)?",
    re.IGNORECASE,
)
"""A PCI id with the id of its subsystem and its revision, where they are written."""
_GPU_PART = re.compile(r"([0-9A-F]{4})-\d{3}-A\d")
"""NVIDIA's number of a GPU, which begins with its PCI device id."""
_NVIDIA = "10de"
_MAKERS = re.compile(r"^(NVIDIA|GRID|AMD|Intel(?:\(R\))?|HUAWEI|MLU)[\s_-]+", re.IGNORECASE)
_MAKER_NAMES = {"intel(r)": "intel", "mlu": "cambricon", "grid": "nvidia"}
"""How the catalog's name of a vendor begins, if device names spell it differently."""
_ENDINGS = re.compile(
    r"[\s_-]+(VF|HF|HF VF|MxGPU|OAM|Graphics|Accelerator|Dual Slot|nvgpu)$", re.IGNORECASE
)


def forms(name: str) -> Iterator[tuple[str, int]]:
    """The forms in which a name may be known, the most exact first, with a factor of its count.

    >>> list(forms("2 x NVIDIA L4"))
    [('2 x NVIDIA L4', 1), ('NVIDIA L4', 2), ('L4', 2)]
    """
    yield name, 1
    # before labels, which have a colon too
    ids = list(_pci_forms(name))
    if ids:
        for form in ids:
            yield form, 1
        return

    inner, times = _without_surroundings(name)
    if inner != name:
        yield inner, times
    for shorter in _shorter_forms(inner):
        yield shorter, times


def _without_surroundings(name: str) -> tuple[str, int]:
    """A name without the count, label key or resource that surround it, and that count.

    >>> _without_surroundings("8 x NVIDIA L4"), _without_surroundings("gpu:nvidia_l40s:4")
    (('NVIDIA L4', 8), ('nvidia_l40s', 4))
    """
    times = 1
    match = _TIMES.match(name)
    if match is not None:
        times = int(match[1] or match[2])
        name = name[match.end() :]
    match = _AMD_LABEL.fullmatch(name)
    if match is not None:
        return match[1], times * int(match[2])
    match = _ORACLE.fullmatch(name)
    if match is not None:
        return match[1], times * int(match[2])
    match = _GRES.fullmatch(name)
    if match is not None:
        return match[1], times * int(match[2] or 1)
    match = _LABEL.fullmatch(name)
    if match is not None:
        name = match[1]
    # nodes of SageMaker have it in the value of their label, too
    return _SAGEMAKER.sub("", name, count=1), times


def _shorter_forms(name: str) -> Iterator[str]:
    """A name without what tools append to it, and then without its vendor, one after the other.

    >>> list(_shorter_forms("AMD Instinct MI308X HF VF"))[-1]
    'Instinct MI308X'
    """
    # Two endings can follow each other, as in "MI308X HF VF".
    for pattern in (_SHARED, _MIG, _VGPU, _ENDINGS, _ENDINGS, _MAKERS):
        shorter = pattern.sub("", name)
        if shorter != name:
            name = shorter
            yield name


def _pci_forms(name: str) -> Iterator[str]:
    """A PCI id as the table writes it: with its subsystem, with its revision, and bare.

    Nothing for a name that is no PCI id.

    >>> list(_pci_forms("[10de:2330] (rev a1)"))
    ['10de:2330 rev a1', '10de:2330']
    """
    # NVIDIA's number of a GPU identifies it as well as a PCI id, because it begins with one.
    if match := _GPU_PART.fullmatch(name):
        yield f"{_NVIDIA}:{match[1].lower()}"
        return
    match = _PCI.fullmatch(name)
    if match is None:
        return
    vendor, device, its_vendor, its_device, revision = (
        None if part is None else part.lower() for part in match.groups()
    )
    alone = f"{vendor}:{device}"
    if its_device is not None:
        yield f"{alone}/{its_vendor}:{its_device}"
    if revision is not None:
        yield f"{alone} rev {revision}"
    yield alone


def key_of(name: str) -> str:
    """The key of a label or resource that stands before a name; empty without one.

    >>> key_of("karpenter.k8s.aws/instance-gpu-name=h100"), key_of("gpu:h100:8"), key_of("h100")
    ('karpenter.k8s.aws/instance-gpu-name', 'gres', '')
    """
    if _GRES.fullmatch(name):
        return GRES
    if _LABEL.fullmatch(name) is None:
        return ""
    return re.split(r"\s*[=:]", name, maxsplit=1)[0]


def is_slice(name: str) -> bool:
    """Whether a name is that of a slice of a GPU.

    >>> is_slice("NVIDIA-A100-SXM4-40GB-MIG-3g.20gb"), is_slice("NVIDIA-A100-SXM4-40GB")
    (True, False)
    """
    return _MIG.search(_SHARED.sub("", name)) is not None


def maker_of(name: str) -> str | None:
    """The vendor that a name begins with, spelled as the catalog's vendors begin.

    None if the name begins with no known spelling of a vendor.

    >>> maker_of("Intel(R) Data Center GPU Max 1550"), maker_of("H100")
    ('intel', None)
    """
    match = _MAKERS.match(name)
    if match is None:
        return None
    named = match[1].casefold()
    return _MAKER_NAMES.get(named, named)


def is_virtual(name: str) -> bool:
    """Whether a name ends like that of a virtual GPU, which has a share of the chip.

    >>> is_virtual("GRID A100-4C"), is_virtual("NVIDIA A100-SXM4-40GB")
    (True, False)
    """
    return _VGPU.search(name) is not None
