"""The tools of one project: its files, its tests, its database, the services of this machine. Starts none of them.

What they do is in `tool_files`, `tool_programs` and `tool_requests`; `toolbox` bounds each call.
"""

from collections.abc import Mapping
from pathlib import Path

from burnish.errors import BurnishError
from burnish.tool_files import file_tools
from burnish.tool_programs import query_tool, test_tool
from burnish.tool_requests import request_tool
from burnish.toolbox import Toolbox


def open_toolbox(*, folder: Path, database: Path | None, routes: Mapping[int, int]) -> Toolbox:
    """Return the tools on a folder, on an SQLite file if there is one, and on services of this machine.

    `routes` says at which port a service really is that is asked for at another.

    Raises:
        BurnishError: folder or file isn't there.
    """
    if not folder.is_dir():
        raise BurnishError(f"--folder {folder} isn't a folder; name the project that the tools may read")
    tools = [*file_tools(folder), test_tool(folder), request_tool(routes)]
    if database is not None:
        if not database.is_file():
            raise BurnishError(f"--database {database} isn't a file; name an SQLite database, or leave it out")
        tools.append(query_tool(database))
    return Toolbox(tools)
