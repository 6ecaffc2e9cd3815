"""Tools for agents, over standard input and output, by the Model Context Protocol.

Each tool has the name of a command and takes its options. Its result is the JSON that the command
prints, which carries the verdict, the cautions and the hashes. A wrong call is a tool error with
the line that the command line prints.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

import chipdb
from chipdb.service.calls import COMMANDS, description, is_needed, parameters
from chipdb.service.worker import Answered, Worker

TOOLS = tuple(command for command in COMMANDS if command not in ("sources", "conflicts", "stale"))
"""The commands that agents get; the others review the data."""

INSTRUCTIONS = (
    "Answers about AI chips under export rules. Quote the verdict with its date and places, and "
    "every caution with it: a caution can reverse the answer. An undetermined answer is "
    "not a no. Figures carry their sources. Nothing here is legal advice."
)


def tools() -> list[types.Tool]:
    """The tools with their parameters, one for each command of :data:`TOOLS`."""
    made = []
    for name in TOOLS:
        tool = types.Tool(name=name, description=description(name), input_schema=_schema(name))
        made.append(tool)
    return made


def _schema(command: str) -> dict[str, Any]:
    """The JSON Schema of a tool's arguments: those of the command, with the text of their help."""
    properties = {}
    required = []
    for parameter in parameters(command).values():
        properties[parameter.name] = parameter.schema() | {"description": parameter.help}
        if is_needed(command, parameter):
            required.append(parameter.name)
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        # a misspelt argument that is ignored could change the answer
        "additionalProperties": False,
    }


def called(worker: Worker, name: str, arguments: Mapping[str, Any]) -> types.CallToolResult:
    """The result of a tool: the JSON of the command as text and as a structure.

    ``arguments`` are those that the agent gave, by name. A wrong call is not an exception but a
    result marked as an error, so that the agent reads what to correct.
    """
    if name not in TOOLS:
        answered = Answered(error=f"chipdb: no such tool: {name}; tools are {', '.join(TOOLS)}")
    else:
        answered = worker.answer(name, {key: _texts(value) for key, value in arguments.items()})
    if answered.error is not None:
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=answered.error)], is_error=True
        )
    text = json.dumps(answered.value, ensure_ascii=False)
    # structured content is an object, and most commands answer with a list
    structured = answered.value
    if not isinstance(structured, dict):
        structured = {"answers": structured}
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)], structured_content=structured
    )


def _texts(value: Any) -> list[str]:
    """The texts of an argument, which an agent gives as one value or as a list.

    >>> _texts(["A30", "H20"]), _texts(True), _texts(None)
    (['A30', 'H20'], ['true'], [])
    """
    if value is None:
        return []
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    # as the command line writes a flag, and not as Python does
    if isinstance(value, bool):
        return [str(value).lower()]
    return [str(value)]


def server() -> Server[Any]:
    """The server with its tools; they share one worker, so calls are answered one by one."""
    worker = Worker()

    async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
        """Answer which tools there are; they never change while the server runs."""
        del context, params
        return types.ListToolsResult(tools=tools())

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        """Answer a call, in a thread, so that the server goes on reading meanwhile."""
        del context
        arguments = params.arguments or {}
        return await asyncio.to_thread(called, worker, params.name, arguments)

    return Server(
        "chipdb",
        version=chipdb.__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


def run() -> None:
    """Serve the tools on standard input and output until they are closed."""

    async def main() -> None:
        """Connect the server to the streams."""
        made = server()
        async with stdio_server() as (reading, writing):
            await made.run(reading, writing, made.create_initialization_options())

    asyncio.run(main())
