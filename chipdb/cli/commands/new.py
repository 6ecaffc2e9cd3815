"""``chipdb new``."""

from __future__ import annotations

from typing import Annotated

from chipdb.cli.options import OUTPUT, Argument, option
from chipdb.whole_files import exists

EXAMPLE = "chipdb new chip -o my-chip.yaml"

Kind = Annotated[str, Argument(metavar="chip|rule|sweep", help="What the file is to hold.")]
NewFile = Annotated[
    str | None,
    option(
        "-o",
        "--output",
        metavar="FILE",
        text="Write to this file, which must not exist, instead of standard output.",
        section=OUTPUT,
    ),
]


def new(kind: Kind, output: NewFile = None) -> None:
    """Write a file to start from: a chip, a rule or a sweep.

    The file can be read as it is, and its comments say what else can be stated.
    """
    from chipdb.cli.output import emit
    from chipdb.errors import UsageError
    from chipdb.views.new_files import KINDS, new_file

    # an argument has no dashes, which a wrong value of a parameter is given
    if kind not in KINDS:
        raise UsageError(f"KIND must be one of {', '.join(KINDS)}, not {kind!r}")
    text = new_file(kind).rstrip("\n")
    # what a user has begun to write must not be lost
    if output is not None and exists(output):
        raise UsageError(f"-o {output}: exists already; choose another name, or remove it first")
    emit(text, output)
