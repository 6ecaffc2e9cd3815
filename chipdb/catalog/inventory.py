"""Devices in the output of tools that list them, one for each accelerator that a tool shows.

``nvidia-smi``, also with ``-L``, ``-q`` and ``--query-gpu``, ``rocm-smi``, ``amd-smi static``,
``npu-smi info``, ``lspci`` (best with ``-nn`` and ``-k``) and labels of nodes, as ``kubectl``
prints them in a table, a text, YAML or JSON, are recognized by their lines. The output of several
tools or hosts may be joined. Any other line is a name on its own, such as an instance type or a
line of a list. Only lines that name no device are left out: an unknown line is a device with an
unknown name, since what is not read must not look checked.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator

from chipdb.bounds import MOST_NAME_LETTERS, MOST_NAMES
from chipdb.catalog.device_names import NameKind, device_names
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass, replace

DISPLAY, CONTROLLERS = "0300", ("0302", "0380", "0b40", "1200")
"""PCI classes: displays; and 3D controllers, other displays, co-processors, accelerators."""


@dataclass(frozen=True, kw_only=True)
class Device:
    """A device as a tool shows it.

    ``given`` is the name that it prints; ``clues`` are further names of the same device, such as
    its PCI id; ``memory`` is what the tool says of its memory, in MiB. ``sure`` is False for a
    device that may not be an accelerator, such as the display of a server's board.
    """

    given: str
    clues: tuple[str, ...] = ()
    memory: int | None = None
    sure: bool = True


def devices_in(text: str) -> list[Device]:
    r"""The devices in the output of tools, in the order of the output.

    >>> [device.given for device in devices_in("GPU 0: NVIDIA L4 (UUID: GPU-1)\np5.48xlarge")]
    ['NVIDIA L4', 'p5.48xlarge']
    """
    lines = text.splitlines()
    longest = max(map(len, lines), default=0)
    if longest > MOST_NAME_LETTERS:
        message = f"a line of an inventory has at most {MOST_NAME_LETTERS:,} letters"
        raise UsageError(f"{message}, not {longest:,}")
    reader = _Reader(lines)
    devices: list[Device] = []
    for device in reader.devices():
        devices.append(device)
        if len(devices) > MOST_NAMES:
            raise UsageError(f"an inventory has at most {MOST_NAMES:,} devices; divide it")
    return devices


@dataclass
class _Reader:
    """The lines of an inventory, and how far they have been read."""

    lines: list[str]
    position: int = 0

    def devices(self) -> Iterator[Device]:
        """Each device, by the first form that its line has."""
        while self.position < len(self.lines):
            line = self.lines[self.position]
            self.position += 1
            for form in FORMS:
                match = form.begins.match(line)
                if match is not None:
                    yield from form.read(self, match)
                    break
            else:
                yield from self.plain(line)

    def block(self, ends: re.Pattern[str]) -> list[str]:
        """Read the lines up to the one that ends the block."""
        first = self.position
        while self.position < len(self.lines) and not ends.match(self.lines[self.position]):
            self.position += 1
        return self.lines[first : self.position]

    def plain(self, line: str) -> Iterator[Device]:
        """A name on its own line; comments, rules and headings are not names."""
        if _NO_DEVICE.match(line) or (self.is_of_tool and _AROUND_DEVICES.match(line)):
            return
        if self.is_of_nodes and _AROUND_LABELS.match(line):
            return
        # a bullet of a list, or the first cell of a table that a person wrote
        name = _BULLET.sub("", line).strip("| ").split("|")[0]
        name = " ".join(name.split())
        if name:
            yield Device(given=name)

    @functools.cached_property
    def is_of_tool(self) -> bool:
        """Whether a tool printed the text, so that its frames and headings are not names."""
        return any(_TOOL.search(line) for line in self.lines)

    @functools.cached_property
    def is_of_nodes(self) -> bool:
        """Whether `kubectl` described nodes in it, as a text, as YAML or as JSON."""
        return any(_NODE.match(line) for line in self.lines)


_BULLET = re.compile(r"\s*[-*\u2022]\s+")
_TOOL = re.compile(r"NVIDIA-SMI|npu-smi|NVSMI LOG|ROCm System Management|ROCm SMI")
"""What a tool prints of itself."""
_NO_DEVICE = re.compile(
    r"\s*#"  # a comment
    r"|[-=+|*\s]*$"  # a rule, or nothing
    r"|(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\s"  # another device of lspci
    r"|\s+MIG \S+\s+Device"  # a slice of the GPU above
    r"|\s+(?:Kernel|Subsystem|Flags|Memory at|Capabilities|I/O ports|Control|Status|LnkCap)\b"
    r"|NAME\s+STATUS\b",
    re.IGNORECASE,
)
"""Lines that name no device, whoever wrote them."""
_AROUND_DEVICES = re.compile(
    r"\||=+.*=+\s*$|\+|(?:Timestamp|Driver Version|CUDA Version|Attached GPUs)\b"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) "
)
"""Lines that a tool prints around its devices: frames, headings, the date and versions."""
_NODE = re.compile(r"\s*(?:Labels:\s+\S+=|(?:- )?\"?kind\"?:\s+\"?(?:Node|List|NodeList)\b)")
"""What `kubectl describe node` or `kubectl get nodes -o yaml` or `json` prints of a node."""
_AROUND_LABELS = re.compile(r"\s|[{}\[\],]+$|(?:- )?\"?[A-Za-z][\w -]*\"?:(?:\s|$)|---$")
"""Lines that it prints around the labels: other fields, and what is below a field."""


@dataclass(frozen=True)
class _Form:
    """The first line of a device in the output of a tool, and how to read on from there."""

    begins: re.Pattern[str]
    read: Callable[[_Reader, re.Match[str]], Iterator[Device]]


def _listed(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """A line of ``nvidia-smi -L``; the slices below it are parts of the same device."""
    del reader
    yield Device(given=match[1])


_FIELD = re.compile(r"\s*(.+?)\s+: (.*)$")
_END_OF_GPU = re.compile(r"GPU [0-9A-Fa-f]{8}:|GPU \d+:|\S")


def _queried(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """A block of ``nvidia-smi -q``: its name, its PCI ids, its part number and its memory."""
    fields: dict[str, str] = {}
    for line in reader.block(_END_OF_GPU):
        # the first of each name counts: totals of other memories come later
        if found := _FIELD.match(line):
            fields.setdefault(found[1], found[2].strip())
    # a GPU without a name is unknown, and must not be left out
    name = fields.get("Product Name", match[0])
    clues = _nvidia_ids(fields)
    yield Device(given=name, clues=clues, memory=_mebibytes(fields.get("Total", "")))


def _nvidia_ids(fields: dict[str, str]) -> tuple[str, ...]:
    """The PCI id, with its subsystem if there is one, and the number of the part.

    >>> _nvidia_ids({"Device Id": "0x233010DE", "GPU Part Number": "2330-885-A1"})
    ('10de:2330', '2330-885-A1')
    """
    clues = []
    device = _joined_id(fields.get("Device Id", ""))
    subsystem = _joined_id(fields.get("Sub System Id", ""))
    if device is not None:
        clues.append("/".join(filter(None, (device, subsystem))))
    for name in ("GPU Part Number", "Board Part Number"):
        if fields.get(name, "N/A") != "N/A":
            clues.append(fields[name])
    return tuple(clues)


def _joined_id(text: str) -> str | None:
    """The id that ``nvidia-smi`` prints as one number, device first; None for any other text.

    >>> _joined_id("0x233010DE")
    '10de:2330'
    """
    match = re.fullmatch(r"0x([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})", text)
    if match is None:
        return None
    device, vendor = match.groups()
    return f"{vendor}:{device}".lower()


def _mebibytes(text: str) -> int | None:
    """The size in MiB; None for any other text.

    >>> _mebibytes("81559 MiB"), _mebibytes("N/A")
    (81559, None)
    """
    match = re.fullmatch(r"(\d{1,9}) MiB", text)
    if match is None:
        return None
    return int(match[1])


_ROCM_FIELD = re.compile(r"GPU\[(\d+)\]\s*: (.+?):\s*(.*)$")


def _rocm(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """The lines of one GPU of ``rocm-smi --showproductname``, which follow each other."""
    fields = _rocm_fields(reader, match)
    name = fields.get("card series") or fields.get("device name") or fields.get("card model")
    clues: dict[str, None] = {}
    # Older versions print the device's id as the model of the card.
    for place in ("card model", "device id", "gpu id"):
        device = re.fullmatch(r"0x([0-9a-f]{4})", fields.get(place, ""))
        if device is not None:
            clues[f"1002:{device[1]}"] = None
    # A GPU without a name is still one, and must not be left out.
    yield Device(given=name or match[0], clues=tuple(clues))


def _rocm_fields(reader: _Reader, match: re.Match[str]) -> dict[str, str]:
    """The fields of one GPU by their names in lower case; of several with one name, the first."""
    fields = {match[2].casefold(): match[3].strip()}
    while reader.position < len(reader.lines):
        line = _ROCM_FIELD.match(reader.lines[reader.position])
        # The number of the GPU begins each of its lines.
        if line is None or line[1] != match[1]:
            break
        reader.position += 1
        fields.setdefault(line[2].casefold(), line[3].strip())
    return fields


_AMD_FIELD = re.compile(r"\s+([A-Z_]+): *(.*)$")
_END_OF_AMD_GPU = re.compile(r"GPU: \d+\s*$|\S")


def _amd(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """A GPU of ``amd-smi static``, whose fields are indented below its number."""
    fields: dict[str, str] = {}
    for line in reader.block(_END_OF_AMD_GPU):
        field = _AMD_FIELD.match(line)
        if field is not None:
            fields.setdefault(field[1], field[2].strip())
    ids = [fields.get(name, "") for name in ("VENDOR_ID", "DEVICE_ID")]
    clues: tuple[str, ...] = ()
    if all(re.fullmatch(r"0x[0-9a-fA-F]{4}", each) for each in ids):
        clues = (":".join(each.removeprefix("0x").lower() for each in ids),)
    name = fields.get("MARKET_NAME") or fields.get("PRODUCT_NAME")
    # A GPU without a name is still one, and must not be left out.
    yield Device(given=name or match[0].strip(), clues=clues)


_NPU_MEMORY = re.compile(r".*?(\d+)\s*/\s*(\d{1,9})\s*\|\s*$")


def _npu(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """A chip of ``npu-smi info``, which prints its memory on the line below its name."""
    below = ""
    if reader.position < len(reader.lines):
        below = reader.lines[reader.position]

    memory: int | None = None
    if below.startswith("|") and not _NPU.match(below):
        reader.position += 1
        memory = _npu_memory(below)
    yield Device(given=match[1], memory=memory)


def _npu_memory(line: str) -> int | None:
    """The memory on a line of ``npu-smi info``, in MiB; None if it prints none, or 0.

    >>> _npu_memory("| 0  0  | 0000:C1:00.0  | 0    3130 / 15689    0 / 65536 |")
    65536
    """
    # The last pair of the line is that of the HBM, or of the only memory.
    pair = _NPU_MEMORY.match(line)
    if pair is None:
        return None
    return int(pair[2]) or None


_NPU = re.compile(r"\|\s*\d+\s+((?=\S*[A-Za-z])[\w-]+)\s*\|\s*\S+\s*\|")

_PCI_LINE = re.compile(
    r"(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7] [^\[]*\[([0-9a-f]{4})\]: (.*)"
    r"\[([0-9a-f]{4}:[0-9a-f]{4})\](?: \(rev ([0-9a-f]{2})\))?",
    re.IGNORECASE,
)
_SUBSYSTEM = re.compile(r"\s+Subsystem: .*\[([0-9a-f]{4}:[0-9a-f]{4})\]", re.IGNORECASE)
_UNINDENTED = re.compile(r"\S")


def _lspci(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """A line of ``lspci -nn``, with the subsystem below it where ``-k`` or ``-v`` prints it.

    Devices of other classes, such as bridges and disks, are left out.

    >>> line = "01:00.0 3D controller [0302]: NVIDIA GH100 [10de:2330] (rev a1)"
    >>> [device.clues for device in devices_in(line)]
    [('10de:2330 rev a1',)]
    """
    kind, name, device, revision = match.groups()
    # The lines below are indented; the subsystem tells boards with the same chip apart.
    clue = device
    for line in reader.block(_UNINDENTED):
        if found := _SUBSYSTEM.match(line):
            clue = f"{device}/{found[1]}"
    if revision is not None:
        clue += f" rev {revision}"
    is_known = bool(device_names().named(device.lower()))
    if kind.lower() not in (DISPLAY, *CONTROLLERS) and not is_known:
        return
    clues = [clue]
    product = _PRODUCT.search(name)
    # what lspci calls the product counts only where no source has its id
    if product is not None and not is_known:
        clues.append(product[1])
    is_of_maker = device.partition(":")[0].lower() in _makers()
    sure = kind != DISPLAY or is_of_maker
    yield Device(given=f"{name.strip()} [{device}]", clues=tuple(clues), sure=sure)


@functools.lru_cache(maxsize=1)
def _makers() -> frozenset[str]:
    """The PCI ids of the vendors of the accelerators whose ids are known."""
    ids = [row.name for row in device_names() if row.kind == NameKind.PCI]
    return frozenset(name.partition(":")[0] for name in ids)


_PRODUCT = re.compile(r"\[([^\]]+)\]\s*$")
_PLAIN_PCI = re.compile(
    r"(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7] "
    r"(VGA compatible controller|3D controller|Display controller|Processing accelerators"
    r"|Co-processor): (.+?)(?: \(rev [0-9a-f]{2}\))?$",
    re.IGNORECASE,
)


def _lspci_without_ids(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """A line of ``lspci`` without ``-nn``, which prints only names."""
    reader.block(_UNINDENTED)
    product = _PRODUCT.search(match[2])
    clues = () if product is None else (product[1],)
    yield Device(given=match[2], clues=clues, sure=not match[1].lower().startswith("vga"))


_SMI = re.compile(r"\|\s+\d+\s+((?=\S*[A-Za-z])\S.*?)\s+(?:On|Off|N/A)\s*\|\s*[0-9A-Fa-f]{8}:")
_SMI_MEMORY = re.compile(r".*?\d+MiB\s*/\s*(\d{1,9})MiB")


def _smi(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """A GPU of plain ``nvidia-smi``, which prints its memory on the line below its name."""
    memory = None
    if reader.position < len(reader.lines):
        found = _SMI_MEMORY.match(reader.lines[reader.position])
        memory = int(found[1]) if found else None
    yield Device(given=match[1], memory=memory)


_QUERY = re.compile(r"(?:[\w.]+(?: \[\w+\])?, )*name(?:, [\w.]+(?: \[\w+\])?)+\s*$")


def _query(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """The table of ``nvidia-smi --query-gpu=... --format=csv``: a heading, then a line per GPU."""
    headings = [heading.split(" [")[0] for heading in match[0].strip().split(", ")]
    while reader.position < len(reader.lines):
        cells = reader.lines[reader.position].split(", ")
        if len(cells) != len(headings):
            return
        reader.position += 1
        row = dict(zip(headings, cells, strict=True))
        device = _joined_id(row.get("pci.device_id", ""))
        clues = () if device is None else (device,)
        memory = re.match(r"\d{1,9}(?!\d)", row.get("memory.total", ""))
        yield Device(
            given=row["name"].strip(), clues=clues, memory=int(memory[0]) if memory else None
        )


_PRODUCT_LABEL = re.compile(
    r"(?:nvidia\.com/gpu\.product|amd\.com/gpu\.product-name|gpu\.intel\.com/product"
    r"|metax-tech\.com/gpu\.product|cloud\.google\.com/gke-(?:tpu-)?accelerator"
    r"|node\.kubernetes\.io/npu\.chip\.name|karpenter\.k8s\.aws/instance-(?:gpu|accelerator)-name)"
    r"\s*[=:]\s*\"?([^\",\s]+)"
)
_COUNT_LABEL = re.compile(
    r"(?:nvidia\.com/gpu\.count|amd\.com/gpu\.count)\s*[=:]\s*\"?(\d{1,9})(?!\d)"
)
_INSTANCE_LABEL = re.compile(r"node\.kubernetes\.io/instance-type\s*[=:]\s*\"?([^\",\s]+)")


def _labels(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """The labels of a node on one line."""
    del reader
    yield from _labels_on(match[0])


def _labels_on(line: str) -> Iterator[Device]:
    """The product that the labels of a node have, once for each GPU of the node."""
    product = _PRODUCT_LABEL.search(line)
    if product is not None:
        yield from _repeated(Device(given=product[1]), _COUNT_LABEL.search(line))
        return
    # Without a product, the type of the instance says which chips the node has.
    instance = _INSTANCE_LABEL.search(line)
    if instance is not None:
        yield Device(given=instance[1])


_LABEL_LINE = re.compile(
    r"(?:Labels:)?\s*\"?((?:[\w-]+\.)+[\w-]+/[\w.-]+)\"?\s*[=:]\s*\"?([\w.-]*)\"?,?\s*$"
)
"""A label on a line of its own, as `kubectl` prints it in a text, in YAML and in JSON."""
_LABEL_BELOW = re.compile(r"\s+\"?([\w./-]+)\"?\s*[=:]\s*\"?([^\s\",]*)\"?,?\s*$")
"""A further label below the first one, whose key may have no domain."""


def _label_block(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """The labels of a node, each on a line, which are one node as on one line.

    A label that is not indented stands alone, since a list may have one line for each node.
    """
    labels = {match[1]: match[2]}
    is_indented = match[0][:1].isspace() or match[0].startswith("Labels:")
    while is_indented and reader.position < len(reader.lines):
        below = _LABEL_BELOW.match(reader.lines[reader.position])
        # a key that is there already begins the labels of another node
        if below is None or below[1] in labels:
            break
        labels[below[1]] = below[2]
        reader.position += 1
    joined = ",".join(f"{key}={value}" for key, value in labels.items())
    if _PRODUCT_LABEL.search(joined) or _INSTANCE_LABEL.search(joined):
        yield from _labels_on(joined)
    # other labels name no device, but a single line may be a name that a person wrote
    elif len(labels) == 1:
        yield from reader.plain(match[0])


_LABEL_COLUMNS = {
    "GPU.PRODUCT": "nvidia.com/gpu.product",
    "GPU.PRODUCT-NAME": "amd.com/gpu.product-name",
    "GPU.COUNT": "nvidia.com/gpu.count",
    "GKE-ACCELERATOR": "cloud.google.com/gke-accelerator",
    "INSTANCE-TYPE": "node.kubernetes.io/instance-type",
}
"""The columns of `kubectl get nodes -L LABEL`, which are headed by the last part of the label."""
_LABEL_HEADING = re.compile(
    rf"NAME\s+STATUS\s.*\b(?:{'|'.join(map(re.escape, _LABEL_COLUMNS))})(?:\s|$)"
)


def _label_table(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """The nodes of `kubectl get nodes -L LABEL`, whose cells begin below their heading."""
    heading = match.string
    places = [found.span() for found in re.finditer(r"\S+\s*", heading)]
    for line in reader.block(re.compile(r"\s*$|NAME\s+STATUS\s")):
        labels = []
        for begin, end in places:
            key = _LABEL_COLUMNS.get(heading[begin:end].strip())
            # the last column goes on to the end of its line
            cell = line[begin : None if end == len(heading) else end].strip()
            if key is not None and cell:
                labels.append(f"{key}={cell}")
        yield from _labels_on(",".join(labels))


def _repeated(device: Device, count: re.Match[str] | None) -> Iterator[Device]:
    """A device repeated as often as a label counts it; once where no label does."""
    times = 1
    if count is not None:
        # a node that counts none at the moment still has what its label names
        times = max(1, int(count[1]))
    for _ in range(times):
        yield replace(device)


FORMS = (
    _Form(re.compile(r"GPU \d+: (.+?) \(UUID: [^)]*\)"), _listed),
    _Form(re.compile(r"GPU [0-9A-Fa-f]{8}:[0-9A-Fa-f]{2}:"), _queried),
    _Form(re.compile(r"GPU: \d+\s*$"), _amd),
    _Form(_ROCM_FIELD, _rocm),
    _Form(_SMI, _smi),
    _Form(_QUERY, _query),
    _Form(_NPU, _npu),
    _Form(_PCI_LINE, _lspci),
    _Form(_PLAIN_PCI, _lspci_without_ids),
    _Form(_LABEL_HEADING, _label_table),
    _Form(_LABEL_LINE, _label_block),
    _Form(re.compile(rf".*(?:{_PRODUCT_LABEL.pattern}|{_INSTANCE_LABEL.pattern}).*"), _labels),
)
"""The forms in which tools print a device."""
