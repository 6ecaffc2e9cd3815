"""``chipdb envelope``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from chipdb.cli.options import (
    DESIGN,
    FileOptions,
    Law,
    On,
    Rules,
    RulesFile,
    To,
    WorkloadOptions,
    option,
)

if TYPE_CHECKING:
    from chipdb.views.report import Report

EXAMPLE = "chipdb envelope --rule us-3a090-2023 --area 814mm^2"

Area = Annotated[
    str | None,
    option(
        "--area",
        metavar="AREA",
        text="The applicable die area, such as 814mm^2; free by default.",
        section=DESIGN,
    ),
]
MemoryBandwidth = Annotated[
    str | None,
    option(
        "--memory-bandwidth",
        metavar="RATE",
        text="The memory bandwidth, such as 4.8TB/s; free by default.",
        section=DESIGN,
    ),
]
Capacity = Annotated[
    str | None,
    option(
        "--capacity",
        metavar="SIZE",
        text="The memory capacity; that of an H200 by default.",
        section=DESIGN,
    ),
]
IoBandwidth = Annotated[
    str | None,
    option(
        "--io-bandwidth",
        metavar="RATE",
        text="The I/O bandwidth, both directions added; free by default.",
        section=DESIGN,
    ),
]
# A design has no figures that could be replaced, so --set states facts about it here.
Settings = Annotated[
    list[str] | None,
    option(
        "--set",
        metavar="FACT=VALUE",
        text="Set a fact that rules ask about, such as datacenter=false, or tpp=4000. Repeatable.",
        section=DESIGN,
    ),
]


def envelope(
    on: On = None,
    to: To = None,
    rule: Rules = None,
    rules: RulesFile = None,
    law: Law = "enforced",
    area: Area = None,
    memory_bandwidth: MemoryBandwidth = None,
    capacity: Capacity = None,
    io_bandwidth: IoBandwidth = None,
    settings: Settings = None,
    *,
    workload: WorkloadOptions,
    output: FileOptions,  # noqa: ARG001 - the parser writes the report
) -> Report:
    """Find the largest figures that stay outside rules.

    There is one exact answer for each region that cannot grow. Named rules apply together and
    without their scope; otherwise the license rules of the day and destination apply. With --model
    and --phase, each region has its best design for that workload.
    """
    from chipdb.answers.envelope import asked_of, envelopes, rules_asked
    from chipdb.cli.inputs import optional_request, pairs, question_of
    from chipdb.cli.options import PlaceOptions, RuleOptions
    from chipdb.views.reports.envelope import envelope_report

    request = optional_request(workload)
    question = question_of(on, PlaceOptions(to=to), RuleOptions(rules=rules, law=law))
    # named rules apply as they are; without any, the day and the destination choose
    named = rule or []
    asked = asked_of(
        rules_asked(question, named),
        question,
        named=named,
        figures={
            "area": area,
            "memory_bandwidth": memory_bandwidth,
            "capacity": capacity,
            "io_bandwidth": io_bandwidth,
        },
        settings=pairs(settings or (), "--set", "datacenter=false"),
        request=request,
    )
    return envelope_report(envelopes(asked), question.on, asked.assumptions, to=asked.to)
