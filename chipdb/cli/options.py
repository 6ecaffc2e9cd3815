"""The options that commands share, each with its help once."""

from __future__ import annotations

from typing import Annotated

import typer

_NAMED = (
    "A name, a file of chips (YAML, JSON) or a table (CSV, Parquet, JSON), or - for standard input."
)
_PARTIES = "Of the recipient and its ultimate parent; repeatable; the destination if left out."
_KNOBS = "compute, memory-bandwidth, link-bandwidth or die-area by 30%, x0.7 or to a quantity; repeatable."
_FIGURES = "Replace a metric, or a figure by its path; repeatable."

Chips = Annotated[list[str] | None, typer.Argument(metavar="CHIP|FILE|-", help=_NAMED)]
OneChip = Annotated[str, typer.Argument(metavar="CHIP|FILE|-", help=_NAMED)]
On = Annotated[
    str | None, typer.Option("--on", metavar="DATE", help="The day, YYYY-MM-DD; today if left out.")
]
To = Annotated[
    str | None, typer.Option("--to", metavar="COUNTRY", help="Destination: a name or ISO code.")
]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="COUNTRY", help="The exporter's place; US if left out."),
]
Headquarters = Annotated[
    list[str] | None, typer.Option("--headquarters", metavar="COUNTRY", help=_PARTIES)
]
Rules = Annotated[
    list[str] | None,
    typer.Option("--rule", metavar="ID", help="Only this rule; repeatable; proposals only so."),
]
RulesFile = Annotated[
    str | None, typer.Option("--rules", metavar="FILE", help="Your own rules beside the rulebook.")
]
Enact = Annotated[
    list[str] | None,
    typer.Option("--enact", metavar="ID", help="Set a proposal among the law; repeatable."),
]
Law = Annotated[
    str, typer.Option("--law", metavar="enforced|text", help="The law as enforced, or as printed.")
]
Role = Annotated[
    str | None,
    typer.Option(
        "--role", metavar="foundry|osat", help="Ask the presumptions that bind this role."
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Assume no place: what a default decides is undetermined.")
]
Derate = Annotated[list[str] | None, typer.Option("--derate", metavar="KNOB=AMOUNT", help=_KNOBS)]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="FIGURE=QUANTITY", help=_FIGURES)]
Drop = Annotated[
    list[str] | None,
    typer.Option("--drop", metavar="FORMAT", help="Leave a number format out; repeatable."),
]
CatalogFile = Annotated[
    str | None, typer.Option("--catalog", metavar="FILE", help="Your own chips beside the catalog.")
]
Vintage = Annotated[
    str | None, typer.Option("--vintage", metavar="YYYY.MM", help="The catalog as released then.")
]
Mapping = Annotated[
    str | None, typer.Option("--mapping", metavar="FILE", help="What the columns of a table mean.")
]
Format = Annotated[
    str,
    typer.Option(
        "--format", metavar="table|markdown|csv|json", help="Also any format of tabulate."
    ),
]
Output = Annotated[
    str | None,
    typer.Option("-o", "--output", metavar="FILE", help="Write to a file, not standard output."),
]
