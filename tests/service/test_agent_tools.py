"""The agent tools as an agent meets them: the SDK's own client over standard input and output."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from running import run

from chipdb.service.agent_tools import TOOLS

DAY = "2026-12-20"
WITHIN = 120


def asked(question: Callable[[Client], Awaitable[Any]]) -> Any:
    """What a client gets that starts the command and asks."""

    async def session() -> Any:
        parameters = StdioServerParameters(command=sys.executable, args=["-m", "chipdb", "mcp"])
        async with Client(stdio_client(parameters)) as client:
            return await asyncio.wait_for(question(client), WITHIN)

    # in a thread of its own, since a browser of other tests keeps a loop running in this one
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(asyncio.run, session()).result()


def test_the_tools_are_the_commands() -> None:
    listed = asked(lambda client: client.list_tools())
    assert [tool.name for tool in listed.tools] == list(TOOLS)
    (check,) = [tool for tool in listed.tools if tool.name == "check"]
    assert {"chip", "to", "on"} <= check.input_schema["properties"].keys()
    assert check.input_schema["additionalProperties"] is False


def test_an_agent_answers_from_tool_results_alone() -> None:
    """May we ship L40S to the UAE? The result has the verdict, the cautions and the hashes."""
    result = asked(
        lambda client: client.call_tool("check", {"chip": ["L40S"], "to": ["AE"], "on": DAY})
    )
    assert not result.is_error
    (answer,) = result.structured_content["answers"]
    (expected,) = run("check", "L40S", "--to", "AE", "--on", DAY, "--format", "json").json
    assert answer == expected
    assert json.loads(result.content[0].text) == [expected]
    assert answer["verdict"]["text"]
    assert answer["cautions"]
    assert answer["data"]
    assert answer["rules"]


def test_a_wrong_call_is_a_tool_error_with_the_line_of_the_command() -> None:
    result = asked(lambda client: client.call_tool("check", {"chip": ["H2o"], "on": DAY}))
    assert result.is_error
    assert result.content[0].text == run("check", "H2o", "--on", DAY).err.strip()


def test_files_cannot_be_reached() -> None:
    for arguments in ({"chip": ["/etc/passwd"]}, {"chip": ["H20"], "rules": "/etc/passwd"}):
        result = asked(lambda client, arguments=arguments: client.call_tool("check", arguments))
        assert result.is_error


def test_a_single_value_needs_no_list() -> None:
    result = asked(lambda client: client.call_tool("identify", {"name": "NVIDIA L4"}))
    (answer,) = result.structured_content["answers"]
    assert answer["chip"] == "nvidia-l4"
