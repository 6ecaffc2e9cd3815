"""Every option and argument of the command line, declared once, and the groups they come in.

A declaration is an annotation that holds an :class:`Option` or an :class:`Argument`. It does not
load the option parser, which takes longer to load than a check takes: ``parser`` turns the
declarations into typer's when a call needs them, and ``fast_path`` answers plain calls without.

A parameter of a command whose type is one of the groups below represents all options of the group.
"""

from __future__ import annotations

from typing import Annotated

from chipdb.lazy_dataclasses import dataclass

# The headings under which the help lists options.
TRANSACTION = "Date and places"
RULEBOOK = "Rules"
CHANGES = "Changes to the chip"
DATA = "Data"
OUTPUT = "Output"
OPTIONS = "Options"
WORKLOAD = "Workload"
DESIGN = "Design"


# Declarations and groups of options are not compared, printed or frozen: what these need would be
# made again for each class at every start, and takes longer than reading the call.
@dataclass(kw_only=True, eq=False, repr=False)
class Option:
    """How a parameter is written as an option, and the section of the help that lists it."""

    names: tuple[str, ...]
    help: str
    metavar: str | None = None
    section: str = OPTIONS


@dataclass(kw_only=True, eq=False, repr=False)
class Argument:
    """How a parameter is written as an argument."""

    metavar: str
    help: str


def option(*names: str, text: str, metavar: str | None = None, section: str = OPTIONS) -> Option:
    """Declare an option; ``text`` is its help."""
    return Option(names=names, help=text, metavar=metavar, section=section)


_CHIP = (
    "A name, a file of chips (YAML, JSON), a table (CSV, Parquet, JSON), or - for standard input."
)

Chips = Annotated[list[str] | None, Argument(metavar="CHIP|FILE|-", help=_CHIP)]
WithSources = Annotated[
    bool,
    option("--sources", text="List the sources of its figures, with how each was read."),
]
Quantity = Annotated[
    int | None,
    option(
        "--quantity",
        metavar="N",
        text="How many of a single chip, for the record; it does not change the answer.",
    ),
]
OneChip = Annotated[str, Argument(metavar="CHIP|FILE|-", help=_CHIP)]

On = Annotated[
    str | None,
    option(
        "--on",
        metavar="DATE",
        text="The date, such as 2026-06-01 or +30d; today by default.",
        section=TRANSACTION,
    ),
]
Since = Annotated[
    str | None,
    option(
        "--since",
        metavar="DATE",
        text="Leave out periods that end before this date, such as -1y.",
        section=TRANSACTION,
    ),
]
Until = Annotated[
    str | None,
    option(
        "--until",
        metavar="DATE",
        text="Leave out periods that begin after this date, such as +1y.",
        section=TRANSACTION,
    ),
]
To = Annotated[
    str | None,
    option(
        "--to",
        metavar="COUNTRY",
        text="The destination: a country's name or ISO code.",
        section=TRANSACTION,
    ),
]
# Commands that answer for several places have this one instead; the others refuse a repeated --to.
Destinations = Annotated[
    list[str] | None,
    option(
        "--to",
        metavar="COUNTRY",
        text="The destination: a country's name or ISO code. Repeatable.",
        section=TRANSACTION,
    ),
]
From = Annotated[
    str | None,
    option(
        "--from",
        metavar="COUNTRY",
        text="The exporter's country; the United States by default.",
        section=TRANSACTION,
    ),
]
Headquarters = Annotated[
    list[str] | None,
    option(
        "--headquarters",
        metavar="COUNTRY",
        text="Where the recipient or its ultimate parent is headquartered; the destination by "
        "default. Repeatable.",
        section=TRANSACTION,
    ),
]
Strict = Annotated[
    bool,
    option(
        "--strict",
        text='Assume no place, and count every caution: a "no" with any caution ends with 3, even '
        "with one that only states the day up to which the rules were read.",
        section=TRANSACTION,
    ),
]
Rules = Annotated[
    list[str] | None,
    option(
        "--rule",
        metavar="ID",
        text="Evaluate only this rule, which may be a proposal. Repeatable.",
        section=RULEBOOK,
    ),
]
RulesFile = Annotated[
    str | None,
    option("--rules", metavar="FILE", text="Add your own rules to the rulebook.", section=RULEBOOK),
]
Enact = Annotated[
    list[str] | None,
    option(
        "--enact",
        metavar="PROPOSAL",
        text="Treat a proposal as if it were in force. Repeatable.",
        section=RULEBOOK,
    ),
]
Law = Annotated[
    str,
    option(
        "--law",
        metavar="enforced|text",
        text="Apply the rules as enforced, or as printed (also: codified).",
        section=RULEBOOK,
    ),
]
Role = Annotated[
    str | None,
    option(
        "--role",
        metavar="foundry|osat",
        text="Add the presumptions that apply to this kind of exporter.",
        section=RULEBOOK,
    ),
]
Set = Annotated[
    list[str] | None,
    option(
        "--set",
        metavar="[CHIP:]FIGURE=QUANTITY",
        text="Replace a metric, or a figure by its path in `show`. CHIP: in front changes one of "
        "several chips. Repeatable.",
        section=CHANGES,
    ),
]
Drop = Annotated[
    list[str] | None,
    option(
        "--drop",
        metavar="[CHIP:]FORMAT",
        text="Remove a number format, such as fp8. Repeatable.",
        section=CHANGES,
    ),
]
Derate = Annotated[
    list[str] | None,
    option(
        "--derate",
        metavar="[CHIP:]KNOB=AMOUNT",
        text="Cut compute, memory-bandwidth, link-bandwidth or die-area by 30%, scale it by x0.7, "
        "or set it to a quantity. Repeatable.",
        section=CHANGES,
    ),
]
CatalogFile = Annotated[
    str | None,
    option("--catalog", metavar="FILE", text="Add your own chips to the catalog.", section=DATA),
]
Vintage = Annotated[
    str | None,
    option(
        "--vintage",
        metavar="YYYY.MM",
        text="Use the catalog as it was released then.",
        section=DATA,
    ),
]
Mapping = Annotated[
    str | None,
    option(
        "--mapping",
        metavar="FILE",
        text="Say what the columns of a table mean.",
        section=DATA,
    ),
]
Format = Annotated[
    str,
    option(
        "--format",
        metavar="table|markdown|csv|json",
        text="The output format; those of tabulate work too.",
        section=OUTPUT,
    ),
]
Wide = Annotated[
    bool,
    option("--wide", text="Do not fit tables to the width of the terminal.", section=OUTPUT),
]
NoPager = Annotated[
    bool,
    option("--no-pager", text="Print long output without a pager.", section=OUTPUT),
]
# Where a workload is asked about, --output counts tokens, so that only -o names a file there.
OutputFile = Annotated[
    str | None,
    option(
        "-o",
        metavar="FILE",
        text="Write to a file instead of standard output.",
        section=OUTPUT,
    ),
]
Output = Annotated[
    str | None,
    option(
        "-o",
        "--output",
        metavar="FILE",
        text="Write to a file instead of standard output, in the format of its ending: .txt, .csv, "
        ".json, .md or .xlsx.",
        section=OUTPUT,
    ),
]


ModelName = Annotated[
    str | None,
    option(
        "--model",
        metavar="ID|FILE",
        text="The model: an id such as llama3.1-70b, a model file, or a Hugging Face config.json.",
        section=WORKLOAD,
    ),
]
PhaseName = Annotated[
    str | None,
    option(
        "--phase",
        metavar="prefill|decode|serve|train",
        text="What the chip does with the model.",
        section=WORKLOAD,
    ),
]
PrecisionName = Annotated[
    str | None,
    option(
        "--precision",
        metavar="FORMAT",
        text="fp16, bf16, fp8, int8, nvfp4, w4a16 or mxfp4; fp8 by default, or the next wider "
        "format of the chip.",
        section=WORKLOAD,
    ),
]
GroupSize = Annotated[
    int | None,
    option(
        "--chips",
        metavar="N",
        text="How many chips; the best group of 1 to 128 by default.",
        section=WORKLOAD,
    ),
]
LayoutText = Annotated[
    str | None,
    option(
        "--layout",
        metavar="LAYOUT",
        text="Tensor, pipeline and expert parallelism such as TP8 or PP16EP64; the best by "
        "default.",
        section=WORKLOAD,
    ),
]
Batch = Annotated[
    int | None,
    option(
        "--batch",
        metavar="B",
        text="Sequences in flight in one group (with EP: on each chip), in prefill the prompt "
        "tokens in one pass; the largest that fits by default.",
        section=WORKLOAD,
    ),
]
InputTokens = Annotated[
    int | None,
    option(
        "--input",
        metavar="N",
        text="Tokens of a prompt; 2,048 by default.",
        section=WORKLOAD,
    ),
]
OutputTokens = Annotated[
    int | None,
    option(
        "--output",
        metavar="N",
        text="Tokens that are generated after a prompt; 256 by default in serve, else none.",
        section=WORKLOAD,
    ),
]
LatencyText = Annotated[
    str | None,
    option(
        "--latency",
        metavar="TIME",
        text="The longest time between two tokens, such as 50ms.",
        section=WORKLOAD,
    ),
]
DraftTokens = Annotated[
    int | None,
    option("--draft", metavar="N", text="Tokens that are drafted for each step.", section=WORKLOAD),
]
AcceptedTokens = Annotated[
    float | None,
    option(
        "--accepted",
        metavar="A",
        text="Tokens that a step yields with drafts, such as 1.8.",
        section=WORKLOAD,
    ),
]
Price = Annotated[
    float | None,
    option("--price", metavar="USD", text="The price of a chip in USD an hour.", section=WORKLOAD),
]


@dataclass(eq=False, repr=False)
class PlaceOptions:
    """The places of a transaction."""

    to: To = None
    origin: From = None
    headquarters: Headquarters = None


@dataclass(eq=False, repr=False)
class DestinationOptions:
    """The places of a transaction, where the same is asked for several destinations."""

    to: Destinations = None
    origin: From = None
    headquarters: Headquarters = None


@dataclass(eq=False, repr=False)
class RuleOptions:
    """Which rules apply: your own, proposals treated as law, the law as enforced or as printed."""

    rules: RulesFile = None
    enact: Enact = None
    law: Law = "enforced"


@dataclass(eq=False, repr=False)
class ScopeOptions:
    """Which rules answer, for whom, and whether defaults may decide."""

    rule: Rules = None
    role: Role = None
    strict: Strict = False


@dataclass(eq=False, repr=False)
class ModifyOptions:
    """Changes to a chip as they were written: knobs turned, figures replaced, formats removed."""

    derates: Derate = None
    sets: Set = None
    drops: Drop = None


@dataclass(eq=False, repr=False)
class CatalogOptions:
    """The catalog in which names are looked up."""

    catalog: CatalogFile = None
    vintage: Vintage = None


@dataclass(eq=False, repr=False)
class PlainWorkloadOptions:
    """A workload as it was written, where ``--chips`` and ``--output`` mean something else."""

    model: ModelName = None
    phase: PhaseName = None
    precision: PrecisionName = None
    layout: LayoutText = None
    batch: Batch = None
    prompt: InputTokens = None
    latency: LatencyText = None
    draft: DraftTokens = None
    accepted: AcceptedTokens = None


@dataclass(eq=False, repr=False)
class WorkloadOptions(PlainWorkloadOptions):
    """A workload as it was written, with the number of chips and the tokens that are generated."""

    group: GroupSize = None
    generated: OutputTokens = None
    price: Price = None


@dataclass(eq=False, repr=False)
class FormatOptions:
    """The format of the output; raises :class:`~chipdb.errors.UsageError` for an unknown one."""

    style: Format = "table"
    wide: Wide = False
    no_pager: NoPager = False

    def __post_init__(self) -> None:
        """Refuse an unknown format before any work is done."""
        from chipdb.views.tables import check_format

        check_format(self.style)


@dataclass(eq=False, repr=False)
class OutputOptions(FormatOptions):
    """The format of the output, and the file to write."""

    output: Output = None

    def __post_init__(self) -> None:
        """Take the format from the ending of the file, or refuse it before any work is done."""
        FormatOptions.__post_init__(self)
        if self.output is not None:
            from chipdb.cli.file_formats import style_of_file

            self.style = style_of_file(self.output, self.style)


@dataclass(eq=False, repr=False)
class FileOptions(OutputOptions):
    """The same where ``--output`` counts tokens, so that only ``-o`` names a file."""

    output: OutputFile = None
