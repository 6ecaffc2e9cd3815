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
from chipdb.catalog.cluster_nodes import (
    DESCRIBED,
    INSTANCE_LABEL,
    LABEL_HEADING,
    MANIFEST,
    PRODUCT_LABELS,
    Node,
    ReadNodes,
    begins_description,
    described_node,
    manifest_nodes,
    nodes_on,
    table_nodes,
)
from chipdb.catalog.device_names import NameKind, device_names
from chipdb.catalog.listed_device import Device
from chipdb.errors import UsageError
from chipdb.lazy_dataclasses import dataclass

DISPLAY, CONTROLLERS = "0300", ("0302", "0380", "0b40", "1200")
"""PCI classes: displays; and 3D controllers, other displays, co-processors, accelerators."""


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

    def block(self) -> list[str]:
        """Read the lines below a device, which tools indent by a tab or by four blanks.

        A blank line ends them, and so does a line with less before it, which is of another list.
        """
        first = self.position
        while self.position < len(self.lines) and _BELOW.match(self.lines[self.position]):
            self.position += 1
        return self.lines[first : self.position]

    def nodes(self, read: ReadNodes, first: int) -> Iterator[Device]:
        """The accelerators of nodes that begin at a line, and names among their lines."""
        self.position = max(self.position, first + read.lines)
        for node in read.nodes:
            yield from node.devices()
        for line in read.others:
            yield from self.plain(line)

    def plain(self, line: str) -> Iterator[Device]:
        """A name on its own line; comments, rules and headings are not names."""
        if any(pattern.match(line) for pattern in _NO_NAME):
            return
        if self.is_of_tool and (_TOOL_STATES.match(line) or self.is_in_frame()):
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

    def is_in_frame(self) -> bool:
        """Whether the line that was read last is in a frame that a tool draws."""
        return self.position - 1 in self._framed

    @functools.cached_property
    def _framed(self) -> frozenset[int]:
        """The places of the lines in frames of tools; a table that a person drew is in none."""
        framed: set[int] = set()
        run: list[int] = []
        for place, line in enumerate([*self.lines, ""]):
            if line.startswith(("|", "+")):
                run.append(place)
                continue
            if any(_IN_FRAME.search(self.lines[each]) for each in run):
                framed.update(run)
            run = []
        return frozenset(framed)


_BELOW = re.compile(r"(?:\t| {4})\s*\S")
_BULLET = re.compile(r"^\s*[-*\u2022]\s+")
_TOOL = re.compile(r"NVIDIA-SMI|npu-smi|NVSMI LOG|ROCm System Management|ROCm SMI")
"""What a tool prints of itself."""

_COMMENT = re.compile(r"\s*#")
"""``# our fleet``: what a person marked as no name."""
_RULE = re.compile(r"[-=+|*\s{}\[\],]*$")
"""``+-----+``: no letter and no digit, so that it can name nothing."""
_OTHER_PCI = re.compile(r"(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]\s", re.IGNORECASE)
"""``00:1f.0 ISA bridge: Intel``: a device of ``lspci`` of a class that has no accelerators; those
that have some are forms of their own, which are tried first."""
_SLICE = re.compile(r"\s+MIG \S+\s+Device")
"""``  MIG 1g.5gb      Device  0: (UUID: MIG-1)``: a part of the GPU above, which is counted."""
_BELOW_PCI = re.compile(
    r"\s+(?:Kernel (?:driver|modules)|Subsystem: |Flags: |Memory at|Capabilities: |I/O ports"
    r"|Control: |Status: |LnkCap: )"
)
"""``\tKernel driver in use: nvidia``: what ``lspci`` prints below a device that has been read."""
_NODE_HEADING = re.compile(r"NAME\s+STATUS\b")
"""``NAME   STATUS   ROLES``: the heading of a table of nodes, whose lines are read one by one."""
_NO_NAME = (_COMMENT, _RULE, _OTHER_PCI, _SLICE, _BELOW_PCI, _NODE_HEADING)
"""Lines that name no device, whoever wrote them."""

_TOOL_STATES = re.compile(
    r"={10,}[^=\d]*={10,}\s*$"
    r"|(?:Timestamp|Driver Version|CUDA Version|Attached GPUs)\s*:"
    r"|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} +\d"
)
"""``==============NVSMI LOG==============``, ``Driver Version : 595.45.04``, ``Mon Nov  2 10:00``:
titles, versions and the date. A title of a tool has no digit, unlike names of products."""
_IN_FRAME = re.compile(
    r"NVIDIA-SMI|npu-smi|\| +(?:Processes:|GPU +Name\b|NPU +(?:Name|Chip)\b|No running processes"
    r"|MIG devices:)"
)
"""``| Processes:    |``: what stands in a frame that a tool draws. Its devices are forms of their
own, which are tried first; its other lines have loads and headings."""


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


def _queried(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """A block of ``nvidia-smi -q``: its name, its PCI ids, its part number and its memory."""
    fields: dict[str, str] = {}
    for line in reader.block():
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


def _amd(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """A GPU of ``amd-smi static``, whose fields are indented below its number."""
    fields: dict[str, str] = {}
    for line in reader.block():
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
    for line in reader.block():
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
    reader.block()
    product = _PRODUCT.search(match[2])
    clues = () if product is None else (product[1],)
    yield Device(given=match[2], clues=clues, sure=not match[1].lower().startswith("vga"))


_SMI = re.compile(r"\|\s+\d+\s+((?=\S*[A-Za-z])\S.*?)\s+\S+\s*\|\s*[0-9A-Fa-f]{8}:")
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


def _described(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """A node of ``kubectl describe node``; a name that a person wrote may look like its first line.

    >>> [device.given for device in devices_in("Name: H100")]
    ['Name: H100']
    """
    first = reader.position - 1
    if not begins_description(reader.lines, first):
        yield from reader.plain(match.string)
        return
    yield from reader.nodes(described_node(reader.lines, first), first)


def _manifest(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """The nodes of ``kubectl get nodes -o yaml`` or ``-o json``."""
    del match
    first = reader.position - 1
    yield from reader.nodes(manifest_nodes(reader.lines, first), first)


def _label_table(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """The nodes of ``kubectl get nodes -L LABEL``."""
    first = reader.position
    yield from reader.nodes(table_nodes(match.string, reader.lines, first), first)


def _labels(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """The labels of a node on one line, as ``--show-labels`` prints them."""
    devices = [device for node in nodes_on(match.string) for device in node.devices()]
    # labels of another form name something that was not read
    yield from devices or reader.plain(match.string)


_LABEL_LINE = re.compile(
    r"(\s*)\"?((?:[\w-]+\.)+[\w-]+/[\w.-]+)\"?\s*([=:])\s*\"?([\w.-]*)\"?,?\s*$"
)
"""A label on a line of its own, as in a part of what `kubectl` prints."""
_LABEL_BELOW = re.compile(r"(\s+)\"?([\w./-]+)\"?\s*([=:])\s*\"?([^\s\",]*)\"?,?\s*$")
"""A further label below the first one, whose key may have no domain."""


def _label_block(reader: _Reader, match: re.Match[str]) -> Iterator[Device]:
    """The labels of a node, each on a line, which are one node as on one line.

    A label that is not indented stands alone, since a list may have one line for each node.
    """
    node = Node(labels={match[2]: match[4]})
    while match[1] and reader.position < len(reader.lines):
        below = _LABEL_BELOW.match(reader.lines[reader.position])
        # a key that is there already begins the labels of another node
        if below is None or below[2] in node.labels:
            break
        # and another form is that of another list
        if (below[1], below[3]) != (match[1], match[3]):
            break
        node.labels[below[2]] = below[4]
        reader.position += 1
    is_node = any(node.labels.get(key) for key in (*PRODUCT_LABELS, INSTANCE_LABEL))
    # a single line without a product may be a name that a person wrote
    if not is_node and len(node.labels) == 1:
        yield from reader.plain(match.string)
        return
    yield from node.devices()


_SEVERAL_LABELS = re.compile(
    rf".*(?:{'|'.join(map(re.escape, (*PRODUCT_LABELS, INSTANCE_LABEL)))})\"?\s*[=:]\s*\"?[^\",\s]"
)


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
    _Form(LABEL_HEADING, _label_table),
    _Form(DESCRIBED, _described),
    _Form(MANIFEST, _manifest),
    _Form(_LABEL_LINE, _label_block),
    _Form(_SEVERAL_LABELS, _labels),
)
"""The forms in which tools print a device."""
