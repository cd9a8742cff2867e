"""A tool that gets a page of a service on this machine: loopback alone, no redirect, no proxy, bounded time and size."""

import http.client
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from burnish.toolbox import Tool, ToolError, parameters

HOSTS = ("127.0.0.1", "localhost", "::1")
SECONDS = 5.0
MOST_BYTES = 100_000
CHUNK = 8_192


def request_tool(routes: Mapping[int, int]) -> Tool:
    """Return the tool; `routes` maps a port that is asked for to the one where that service is."""

    def http_get(*, url: str) -> str:
        return get(url, routes=routes)

    told = parameters(url=("string", "Address such as http://127.0.0.1:8000/health."))
    return Tool("http_get", "Send a GET request to a service on this machine.", told, http_get)


def get(url: str, *, routes: Mapping[int, int]) -> str:
    """Return status, type and body of what `url` answers."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or 80
    except ValueError as error:
        raise ToolError(f"{url!r} isn't an address ({error})") from None
    if parts.scheme != "http" or host not in HOSTS:
        raise ToolError(f"only http to {', '.join(HOSTS)} is allowed, not {url!r}")
    if parts.username is not None or any(letter <= " " or letter > "~" for letter in url):
        raise ToolError("the address holds a name, a space or a letter that isn't ASCII; encode or drop it")
    # An address, not a name: what `localhost` means is the machine's choice.
    connection = http.client.HTTPConnection("::1" if host == "::1" else "127.0.0.1", routes.get(port, port),
                                            timeout=SECONDS)  # fmt: skip
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers={"Host": parts.netloc, "Accept-Encoding": "identity"})
        response = connection.getresponse()
        body = _read(response, until=time.monotonic() + SECONDS)
    except (OSError, http.client.HTTPException) as error:
        raise ToolError(f"{url}: no answer ({type(error).__name__})") from None
    finally:
        connection.close()
    kind = response.headers.get_content_type()
    if kind.startswith("text/") or kind.endswith("json") or kind.endswith("xml"):
        return f"{response.status} {kind}\n{body.decode(errors='replace')}"
    return f"{response.status} {kind}\n[{len(body)} bytes]"


def _read(response: http.client.HTTPResponse, *, until: float) -> bytes:
    """Read at most MOST_BYTES until a moment: a socket's own limit is for each piece, and pieces may come for ever."""
    body = bytearray()
    while len(body) < MOST_BYTES:
        if time.monotonic() > until:
            raise ToolError(f"the answer took longer than {SECONDS:g} s")
        piece = response.read1(CHUNK)
        if not piece:
            break
        body += piece
    return bytes(body[:MOST_BYTES])
