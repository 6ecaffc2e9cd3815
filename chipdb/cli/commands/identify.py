"""``chipdb identify``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import Argument
from chipdb.whole_files import is_file

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb identify 'NVIDIA H100 80GB HBM3' p5.48xlarge 10de:2335"

Names = Annotated[
    list[str] | None,
    Argument(
        metavar="NAME...|-",
        help="Names that systems print, or - to read an inventory from standard input.",
    ),
]


def identify(names: Names = None) -> Report:
    """Find the chip that a system means by a name.

    A name is that of a driver, a PCI id, a part number, a cloud instance, or a label of a node.
    With -, standard input is the output of nvidia-smi, rocm-smi, npu-smi info
    or lspci -nn, or a list of names. An ambiguous name has candidates instead of a chip.
    The exit status is 0 if each name has a chip, and 3 otherwise.
    """
    from chipdb.answers.identify import identified, identified_device
    from chipdb.catalog.catalog import load
    from chipdb.catalog.inventory import devices_in
    from chipdb.cli.inputs import text_of
    from chipdb.errors import UsageError
    from chipdb.lazy_dataclasses import replace
    from chipdb.views.reports.identify import identify_report

    if not names:
        raise UsageError("missing NAME: name a device, or use - for standard input")
    catalog = load()
    answers = []
    for name in names:
        if name == "-":
            found = [identified_device(device, catalog) for device in devices_in(text_of("-"))]
            # None is a display on the board of a server, which is nothing to identify
            answers += [answer for answer in found if answer is not None]
            continue
        answer = identified(name, catalog)
        # arguments are always names; the user may have meant the file
        if answer.kind is None and is_file(name):
            note = f"a file of this name exists: chipdb identify - < {name}"
            answer = replace(answer, note=note)
        answers.append(answer)
    if not answers:
        raise UsageError("standard input: no device was found in it")
    return identify_report(answers)
