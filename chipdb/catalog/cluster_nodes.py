"""The accelerators of the nodes of a cluster, by what ``kubectl`` prints of their labels.

A node has labels, and a capacity of each resource that a plugin offers on it. The label of a
product says which accelerators a node has. A node that has some by another label, or by its
capacity, and no product is a device with an unknown name: left out, it would look checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from chipdb.catalog.listed_device import Device
from chipdb.lazy_dataclasses import dataclass, field

PRODUCT_LABELS = (
    "nvidia.com/gpu.product",
    "amd.com/gpu.product-name",
    "gpu.intel.com/product",
    "metax-tech.com/gpu.product",
    "node.kubernetes.io/npu.chip.name",
    "cloud.google.com/gke-accelerator",
    "cloud.google.com/gke-tpu-accelerator",
    "karpenter.k8s.aws/instance-gpu-name",
    "karpenter.k8s.aws/instance-accelerator-name",
)
"""Labels that name a product; those that a driver makes first, since clouds name whole lines."""
VENDOR_LABELS = PRODUCT_LABELS[:4]
"""Labels of products that the software of one vendor sets, for its own devices alone."""
COUNT_LABELS = ("nvidia.com/gpu.count", "amd.com/gpu.count")
INSTANCE_LABEL = "node.kubernetes.io/instance-type"
REPLICAS_LABEL = "nvidia.com/gpu.replicas"
"""As how many a GPU is offered that its users share in time."""

_NOTHING = ("", "false", "no", "none", "<none>", "0")
"""Values by which a label or a cell of a table says that there is no such thing."""
_KIND_OF_ACCELERATOR = r"gpu|npu|tpu|xpu|dcu|mlu|gcu|gaudi|neuron|ascend"
_OF_ACCELERATOR = re.compile(
    rf"(?<![a-z])(?:v?(?:{_KIND_OF_ACCELERATOR}|vpu)|accelerator|inferentia|trainium|mig-)"
    # what the discovery of features finds on the PCI bus: classes of accelerators, or NVIDIA
    r"|/pci-(?:0302|0b40|1200)_|/pci-10de\b",
    re.IGNORECASE,
)
"""Keys of labels and resources that only a node with accelerators has."""
_COUNTED_RESOURCE = re.compile(
    rf"[\w.-]+/(?:{_KIND_OF_ACCELERATOR})(?:\d\w*)?(?:-\d+)?", re.IGNORECASE
)
"""Resources that count whole devices, such as ``amd.com/gpu`` and ``huawei.com/Ascend910B3``."""

LABEL_PAIR = re.compile(r"([\w./-]+)\"?\s*[=:]\s*\"?([^\",\s{}]*)")
"""A label in a line that has several."""


@dataclass(kw_only=True)
class Node:
    """The labels of a node, and how many of each resource it has."""

    labels: dict[str, str] = field(default_factory=dict)
    capacity: dict[str, int] = field(default_factory=dict)

    def devices(self) -> Iterator[Device]:
        """The accelerators of the node, each once; without any, the type of its instance."""
        named = [key for key in PRODUCT_LABELS if self._has(key)]
        if named:
            yield from self._products(named)
        elif self._has(INSTANCE_LABEL):
            # the type of an instance says which accelerators it has, or is unknown itself
            yield Device(given=self.labels[INSTANCE_LABEL])
        else:
            yield from self._unnamed()

    def _has(self, key: str) -> bool:
        """Whether the node has a label, with a value that does not deny it."""
        return self.labels.get(key, "").lower() not in _NOTHING

    def _products(self, named: Sequence[str]) -> Iterator[Device]:
        """The product of each vendor; labels of clouds name the same devices once more."""
        of_vendors = [key for key in named if key in VENDOR_LABELS] or named[:1]
        for key in of_vendors:
            yield from self._repeated(Device(given=self.labels[key]), self._count(key))
        # the resource of the product counts the product, that of another vendor another device
        vendors = {_domain(key) for key in of_vendors}
        counted = self._counted_resources()
        if not vendors.intersection(map(_domain, counted)):
            vendors.update(map(_domain, list(counted)[:1]))
        for key, number in counted.items():
            if _domain(key) not in vendors:
                yield from self._repeated(Device(given=key), number)

    def _count(self, product: str) -> int:
        """How many devices a node has of the product of a label: by labels, else by capacity."""
        vendor = _domain(product)
        own = [key for key in COUNT_LABELS if _domain(key) == vendor]
        for key in own or COUNT_LABELS:
            if (number := _whole(self.labels.get(key, ""))) is not None:
                return number
        counted = self._counted_resources()
        of_vendor = [number for key, number in counted.items() if _domain(key) == vendor]
        number_offered = [*of_vendor, *counted.values(), 1][0]
        return number_offered // (_whole(self.labels.get(REPLICAS_LABEL, "")) or 1)

    def _counted_resources(self) -> dict[str, int]:
        """The resources that count whole devices, if the node has any of them."""
        return {
            key: number
            for key, number in self.capacity.items()
            if number and _COUNTED_RESOURCE.fullmatch(key)
        }

    def _unnamed(self) -> Iterator[Device]:
        """The devices of a node without a product, by other labels or by its resources."""
        hints = self._hints()
        # a label that only says yes, or how many, names nothing
        telling = [hint for hint in hints if not re.search(r"=(?:true|yes|\d+)$", hint)]
        if telling:
            given, *clues = telling
            yield from self._repeated(Device(given=given, clues=tuple(clues)), self._count(""))
            return
        resources = self._counted_resources() or self._uncounted_resources()
        for key, number in resources.items():
            yield from self._repeated(Device(given=key), number)
        if hints and not resources:
            yield from self._repeated(Device(given=hints[0]), self._count(""))

    def _hints(self) -> list[str]:
        """The labels that only a node with accelerators has."""
        keys = [key for key in self.labels if _OF_ACCELERATOR.search(key) and self._has(key)]
        return [f"{key}={self.labels[key]}" for key in keys]

    def _uncounted_resources(self) -> dict[str, int]:
        """The resources that are shares of devices, each as one device, if the node has any."""
        has = [key for key, number in self.capacity.items() if number and "/" in key]
        return {key: 1 for key in has if _OF_ACCELERATOR.search(key)}

    @staticmethod
    def _repeated(device: Device, count: int) -> Iterator[Device]:
        """A device as often as it is counted; a node that counts none now still has it."""
        for _ in range(max(1, count)):
            yield device


def _whole(text: str) -> int | None:
    """The number in the value of a label; None for any other text, and for one of many digits."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def _domain(key: str) -> str:
    """The domain of a label or resource, which is that of a vendor or a cloud.

    >>> _domain("beta.amd.com/gpu.device-id"), _domain("accelerator")
    ('amd.com', '')
    """
    return key.rpartition("/")[0].removeprefix("beta.")


def nodes_on(line: str) -> Iterator[Node]:
    """The nodes whose labels are on one line; a key that is there already begins another node."""
    node = Node()
    for key, value in LABEL_PAIR.findall(line):
        if key in node.labels:
            yield node
            node = Node()
        node.labels[key] = value
    yield node


def _lines_from(lines: Sequence[str], position: int) -> Iterator[str]:
    """The lines from a position on; a copy of them for each node would take the square of time."""
    for place in range(position, len(lines)):
        yield lines[place]


@dataclass(kw_only=True)
class ReadNodes:
    """What the lines of some nodes say, and how many lines these are.

    ``others`` are lines among them that ``kubectl`` does not print of a node, so that they have to
    be read as names.
    """

    nodes: list[Node] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    lines: int = 0


# -- kubectl describe node ---------------------------------------------------------------------

_LISTS = ("Labels", "Annotations", "Taints")
_QUANTITIES = ("Capacity", "Allocatable")
_TABLES = ("Conditions", "Non-terminated Pods", "Allocated resources", "Events")
_FACTS = ("Lease", "Addresses", "System Info")
_SINGLE = (
    "Name", "Roles", "CreationTimestamp", "Unschedulable", "PodCIDR", "PodCIDRs", "ProviderID",
)  # fmt: skip
DESCRIBED = re.compile(
    rf"({'|'.join((*_LISTS, *_QUANTITIES, *_TABLES, *_FACTS, *_SINGLE))}):(\s+|$)"
)
"""A field of a described node, which is not indented: ``Roles:              <none>``."""
_FIRST_LABEL = re.compile(r"Labels:\s+(?:[\w./-]+=\S*|<none>)\s*$")
_LABEL = re.compile(r"(?:Labels:)?\s+([\w./-]+)=(\S*)\s*$")
_QUANTITY = re.compile(r"\s+([\w./-]+):\s+(\d{1,9})\w*\s*$")
_TABLE_LINE = re.compile(r"\s+(?:(?:\S+ )*\S+\s{2,}(?:\S+ )*\S+\s{2,}\S|\()")
"""A line of a table of three columns or more, or a remark on it; a name has no such gaps."""
_FACT = re.compile(
    r"\s+(?:HolderIdentity|AcquireTime|RenewTime|InternalIP|ExternalIP|InternalDNS|ExternalDNS"
    r"|Hostname|Machine ID|System UUID|Boot ID|Kernel Version|OS Image|Operating System"
    r"|Architecture|Container Runtime Version|Kubelet Version|Kube-Proxy Version|Swap\w*)"
    r"(?::|\s*$)"
)


def begins_description(lines: Sequence[str], position: int) -> bool:
    """Whether a line begins a described node: its labels, or its name with labels below it."""
    # the roles of a node may stand between its name and its labels
    following = [line for line in lines[position : position + 3] if not line.startswith("Roles:")]
    if following[0].startswith("Name:"):
        del following[0]
    return bool(following) and _FIRST_LABEL.match(following[0]) is not None


def described_node(lines: Sequence[str], position: int) -> ReadNodes:
    """Read one node of ``kubectl describe node``, which begins at a position.

    It ends at a blank line and at a line that is not indented and no field, or has a field again.
    """
    node = Node()
    read = ReadNodes(nodes=[node])
    columns: dict[str, int] = {}
    section = ""
    for line in _lines_from(lines, position):
        heading = DESCRIBED.match(line)
        if heading is None and not line[:1].isspace():
            break
        if heading is not None:
            section = heading[1]
            if section in columns:
                break
            # what goes on below the value of a field begins under it
            columns[section] = heading.end()
        elif not line.strip():
            break
        elif not _is_below(line, section, columns[section]):
            read.others.append(line)
        read.lines += 1
        _note(node, section, line)
    return read


def _note(node: Node, section: str, line: str) -> None:
    """Note the label or the quantity that a line of a described node states, if it states one."""
    label = _LABEL.match(line)
    quantity = _QUANTITY.match(line)
    if section == "Labels" and label is not None:
        node.labels[label[1]] = label[2]
    elif section == "Capacity" and quantity is not None:
        node.capacity[quantity[1]] = int(quantity[2])


def _is_below(line: str, section: str, column: int) -> bool:
    """Whether a line is what a field of a described node has below it.

    >>> _is_below("  nvidia.com/gpu:  8", "Capacity", 9), _is_below("  H20", "Capacity", 9)
    (True, False)
    """
    if section in _QUANTITIES:
        return _QUANTITY.match(line) is not None
    if section in _TABLES:
        return _TABLE_LINE.match(line) is not None
    if section in _FACTS:
        return _FACT.match(line) is not None
    if section == "Labels" and _LABEL.match(line) is None:
        return False
    # labels, notes and taints stand below the first one
    return section in _LISTS and not line[:column].strip()


# -- kubectl get nodes -o yaml, -o json ----------------------------------------------------------

MANIFEST = re.compile(
    r"\s*(?:- )?(?:\"?apiVersion\"?:\s+\"?v1\b|\"?kind\"?:\s+\"?(?:Node|List|NodeList)\b"
    r"|\"?(?:metadata|labels)\"?:\s*\{?$)"
)
"""A line with which nodes begin in YAML or JSON: ``- apiVersion: v1``."""
_TOP = re.compile(r"(?:- )?(?:apiVersion|items|kind|metadata|spec|status):|-{3}$|[{}\[\],]+$")
"""What is not indented in YAML and JSON of nodes."""
_KEY = re.compile(r"(\s*(?:- )*)\"?((?:[a-z_.]|\w+[./])[\w./:-]*)\"?:(?:\s+(.*))?$")
"""A key of YAML or JSON and its value: ``    nvidia.com/gpu.count: "2"``."""
_MANAGED = re.compile(r"\s+\"?[kv]:\S+:")
"""What `kubectl` keeps of who set an item: ``k:{"type":"Ready"}:``."""
_LEAST_FOLDED = 70
"""A text without quotes goes on below a line only if the line is at least this long."""
_FOLDED = re.compile(r"[|>]|([\"'])(?:(?!\1$).)*$")
"""A value whose text goes on below: a block, or a quotation that is not closed."""
_ITEM = re.compile(r"\s*(?:- \S|\"[^\"]*\",?$|[{}\[\],]+$)")


def manifest_nodes(lines: Sequence[str], position: int) -> ReadNodes:
    """Read nodes in YAML or JSON; they end at a blank line and at one that no manifest has."""
    reading = _Manifest()
    for line in _lines_from(lines, position):
        if not line.strip() or not (line[0].isspace() or _TOP.match(line)):
            break
        reading.read.lines += 1
        reading.add(line)
    return reading.read


@dataclass(kw_only=True)
class _Manifest:
    """Nodes in YAML or JSON that are being read line by line.

    No YAML parser reads them, because what people paste is cut off, or has other lists below it.

    ``section`` is the key of the mapping that is read, if it is of interest, and ``depth`` how far
    its key is indented. ``above`` is how far the last key is indented, ``is_open`` whether it has
    a text that may go on below, and ``has_items`` whether it has no value of its own.
    """

    read: ReadNodes = field(default_factory=ReadNodes)
    section: str = ""
    depth: int = 0
    above: int = 0
    is_open: bool = False
    has_items: bool = False

    def add(self, line: str) -> None:
        """Read one more line."""
        indentation = len(line) - len(line.lstrip())
        if self.is_open and indentation > self.above:
            return
        found = _KEY.match(line)
        if found is None:
            if not self._is_around_keys(line, indentation):
                self.read.others.append(line)
            return
        value = (found[3] or "").rstrip(",")
        self.above = len(found[1])
        self.has_items = value in ("", "[", "{")
        self.is_open = len(line) >= _LEAST_FOLDED or _FOLDED.match(value) is not None
        self._key(found[2], value)

    def _is_around_keys(self, line: str, indentation: int) -> bool:
        """Whether a line without a key is a bracket, a separator, or an item of the last key."""
        if _TOP.match(line.strip()) or _MANAGED.match(line):
            return True
        return self.has_items and indentation >= self.above and _ITEM.match(line) is not None

    def _key(self, key: str, value: str) -> None:
        """Read a key with its value."""
        if self.section and self.above <= self.depth:
            self.section = ""
        if self.section:
            self._entry(key, value.strip("\"' "))
        elif key == "kind" and value.strip('"') == "Node":
            self.read.nodes.append(Node())
        elif key in ("labels", "capacity") and self.has_items:
            self._begin(key)

    def _begin(self, section: str) -> None:
        """Begin the labels or the capacity of a node; further labels are those of another node."""
        self.section, self.depth = section, self.above
        nodes = self.read.nodes
        if not nodes or (section == "labels" and nodes[-1].labels):
            nodes.append(Node())

    def _entry(self, key: str, value: str) -> None:
        """Read a label, or the quantity of a resource."""
        node = self.read.nodes[-1]
        quantity = re.match(r"\d{1,9}(?!\d)", value)
        if self.section == "labels":
            node.labels[key] = value
        elif quantity is not None:
            node.capacity[key] = int(quantity[0])


# -- kubectl get nodes -L LABEL ------------------------------------------------------------------

_LABEL_COLUMNS = {
    "GPU.PRODUCT": "nvidia.com/gpu.product",
    "GPU.PRODUCT-NAME": "amd.com/gpu.product-name",
    "GPU.COUNT": "nvidia.com/gpu.count",
    "GKE-ACCELERATOR": "cloud.google.com/gke-accelerator",
    "INSTANCE-TYPE": INSTANCE_LABEL,
}
"""Columns of `kubectl get nodes -L LABEL`, which are headed by the last part of the label."""
LABEL_HEADING = re.compile(
    rf"NAME\s+STATUS\s.*\b(?:{'|'.join(map(re.escape, _LABEL_COLUMNS))})(?:\s|$)"
)
_COLUMN = re.compile(r"(\S+)\s*")
_STATUS = re.compile(r"(?:(?:Not)?Ready|Unknown)(?:,\w+)*\s")


def table_nodes(heading: str, lines: Sequence[str], position: int) -> ReadNodes:
    """Read the nodes below the heading of a table, whose cells begin below their heading.

    The table ends at a line that has no status of a node in the place of one.
    """
    places = [(found[1], found.start(), found.end()) for found in _COLUMN.finditer(heading)]
    status = places[1][1]
    read = ReadNodes()
    for line in _lines_from(lines, position):
        if line[status - 1 : status].strip() or not _STATUS.match(f"{line[status:]} "):
            break
        read.lines += 1
        node = Node()
        for name, begin, end in places:
            # the last column goes on to the end of its line
            cell = line[begin : None if end == len(heading) else end].strip()
            # a column that is not known may still be that of an accelerator
            key = _LABEL_COLUMNS.get(name, name.lower())
            if cell.lower() not in _NOTHING:
                node.labels[key] = cell
        read.nodes.append(node)
    return read
