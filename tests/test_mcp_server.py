"""Any client of the Model Context Protocol can list and call the tools: here the SDK's own, over stdio."""

import sys
from pathlib import Path
from typing import Any

import anyio
from mcp import Client, StdioServerParameters
from mcp_types import TextContent

import burnish


def run_client(folder: Path) -> dict[str, Any]:
    """Start `burnish mcp` on a folder and return what a client sees."""
    source = str(Path(burnish.__file__).parents[1])
    server = StdioServerParameters(command=sys.executable, args=["-m", "burnish.cli", "mcp", "--folder", str(folder)],
                                   env={"PYTHONPATH": source})  # fmt: skip
    seen: dict[str, Any] = {}

    async def talk() -> None:
        with anyio.fail_after(120):
            async with Client(server) as client:
                seen["tools"] = {tool.name: tool.input_schema for tool in (await client.list_tools()).tools}
                for name, arguments in (("read_file", {"path": "a.txt"}), ("read_file", {"path": "../b.txt"}),
                                        ("read_file", {}), ("erase", {})):  # fmt: skip
                    result = await client.call_tool(name, arguments)
                    (content,) = result.content
                    assert isinstance(content, TextContent)
                    seen[f"{name} {arguments}"] = (content.text, result.is_error)

    anyio.run(talk)
    return seen


def test_the_sdk_client_lists_calls_and_is_told_of_errors(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p/a.txt").write_text("hello")
    (tmp_path / "b.txt").write_text("secret")
    seen = run_client(tmp_path / "p")
    assert sorted(seen["tools"]) == ["http_get", "list_paths", "read_file", "run_tests", "search_files"]
    assert seen["tools"]["read_file"]["required"] == ["path"]
    assert seen["read_file {'path': 'a.txt'}"] == ("hello", False)
    assert seen["read_file {'path': '../b.txt'}"] == ("error: ../b.txt lies outside the project", True)
    assert seen["read_file {}"] == ("error: read_file: lacks path", True)
    text, is_error = seen["erase {}"]
    assert is_error and "there is no function 'erase'" in text
