"""The tools of a toolbox for any client of the Model Context Protocol, by the official SDK, over stdin and stdout.

A call that can't be made or fails is a result marked as an error, as the protocol asks, so that the model can see it.
"""

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    PaginatedRequestParams,
    TextContent,
    Tool,
    ToolAnnotations,
)

from burnish.calls import Call
from burnish.toolbox import Toolbox

NAME = "burnish"


def make_server(toolbox: Toolbox) -> Server:
    """Return the server of a toolbox."""

    async def list_tools(_: object, __: PaginatedRequestParams | None) -> ListToolsResult:
        tools = [Tool(name=told["name"], description=told["description"], input_schema=told["parameters"],
                      annotations=ToolAnnotations(read_only_hint=True)) for told in toolbox.definitions]  # fmt: skip
        return ListToolsResult(tools=tools)

    async def call_tool(_: object, asked: CallToolRequestParams) -> CallToolResult:
        # In a thread: a tool may take seconds, and the client may ask for something else meanwhile.
        call = Call(asked.name, dict(asked.arguments or {}))
        outcome = await anyio.to_thread.run_sync(toolbox.call, call, abandon_on_cancel=True)
        return CallToolResult(content=[TextContent(text=outcome.text)], is_error=outcome.status != "done")

    return Server(NAME, on_list_tools=list_tools, on_call_tool=call_tool)


def serve_stdio(toolbox: Toolbox) -> None:
    """Serve until the client closes stdin."""

    async def serve() -> None:
        server = make_server(toolbox)
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    anyio.run(serve)
