"""Sandboxed: the part of Starlette that a small JSON application and its tests use; answers import it as `starlette`.

`Starlette(routes=[Route("/orders/{id:int}", endpoint, methods=[...])])`, `Request`, `JSONResponse`, `PlainTextResponse`,
`Response` and `TestClient`. Requests are answered in the calling thread; there are no middlewares, streams or cookies.
"""

import asyncio
import inspect
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit


class Headers(dict[str, str]):
    """Headers by name in small letters; read in any case."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        """Keep the values under names in small letters."""
        super().__init__({name.lower(): value for name, value in (values or {}).items()})

    def __getitem__(self, name: str) -> str:
        """Return one header."""
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        """Say whether there is such a header."""
        return super().__contains__(str(name).lower())

    def get(self, name: str, default: Any = None) -> Any:
        """Return one header, or `default`."""
        return super().get(name.lower(), default)


class URL:
    """The address of a request."""

    def __init__(self, path: str, query: str) -> None:
        """Keep the parts."""
        self.path, self.query = path, query


class Request:
    """A request as an endpoint sees it."""

    def __init__(self, method: str, path: str, *, query: str, headers: Mapping[str, str], body: bytes) -> None:
        """Keep the parts."""
        self.method, self.url, self.headers, self._body = method, URL(path, query), Headers(headers), body
        self.query_params = dict(parse_qsl(query, keep_blank_values=True))
        self.path_params: dict[str, Any] = {}

    async def body(self) -> bytes:
        """Return the body."""
        return self._body

    async def json(self) -> Any:
        """Return the body, parsed."""
        return json.loads(self._body)


class Response:
    """A response, as an endpoint returns it and as a test sees it."""

    media_type = ""

    def __init__(self, content: Any = None, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """Render the content."""
        self.status_code, self.content, self.headers = status_code, self.render(content), Headers(headers)
        self.headers["content-length"] = str(len(self.content))
        if self.media_type:
            self.headers.setdefault("content-type", self.media_type)

    def render(self, content: Any) -> bytes:
        """Return the content as bytes."""
        if content is None:
            return b""
        return content if isinstance(content, bytes) else str(content).encode()

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.content.decode()

    @property
    def is_success(self) -> bool:
        """Say whether the status is one of success."""
        return 200 <= self.status_code < 300

    def json(self) -> Any:
        """Return the body, parsed."""
        return json.loads(self.content)


class PlainTextResponse(Response):
    """A response that is text."""

    media_type = "text/plain; charset=utf-8"


class JSONResponse(Response):
    """A response that is JSON."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the content as JSON."""
        return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


KINDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "str": ("[^/]+", str),
    "int": ("[0-9]+", int),
    "path": (".*", str),
}


class Route:
    """A path with the endpoint that answers it."""

    def __init__(self, path: str, endpoint: Callable[..., Any], *, methods: Sequence[str] | None = None) -> None:
        """Compile the path."""
        self.endpoint, self.methods = endpoint, {method.upper() for method in methods or ["GET"]}
        if "GET" in self.methods:
            self.methods.add("HEAD")
        self.types: dict[str, Callable[[str], Any]] = {}
        self.pattern = re.compile("".join(map(self._part, re.split(r"(\{[^}]*\})", path))))

    def _part(self, text: str) -> str:
        if not text.startswith("{"):
            return re.escape(text)
        name, _, kind = text[1:-1].partition(":")
        pattern, self.types[name] = KINDS[kind or "str"]
        return f"(?P<{name}>{pattern})"

    def match(self, path: str) -> dict[str, Any] | None:
        """Return the parameters in `path`, or None where it is another's."""
        found = self.pattern.fullmatch(path)
        return {name: kind(found[name]) for name, kind in self.types.items()} if found else None


class Starlette:
    """An application: its routes, the first that fits answers."""

    def __init__(self, debug: bool = False, routes: Sequence[Route] = ()) -> None:
        """Keep the routes."""
        self.debug, self.routes = debug, list(routes)

    async def answer(self, request: Request) -> Response:
        """Return the response to a request: of a route, 405 where only the method is wrong, else 404."""
        is_known = False
        for route in self.routes:
            params = route.match(request.url.path)
            if params is None:
                continue
            is_known = True
            if request.method in route.methods:
                request.path_params = params
                response: Any = route.endpoint(request)
                return await response if inspect.isawaitable(response) else response  # type: ignore[no-any-return]
        if is_known:
            return PlainTextResponse("Method Not Allowed", 405)
        return PlainTextResponse("Not Found", 404)


class TestClient:
    """Sends requests to an application: `TestClient(app).post("/orders", json={...}).status_code`."""

    __test__ = False

    def __init__(self, app: Starlette, base_url: str = "", headers: Mapping[str, str] | None = None) -> None:
        """Keep the application."""
        self.app, self.headers = app, dict(headers or {})

    def __enter__(self) -> "TestClient":
        """Do nothing: there is nothing to start."""
        return self

    def __exit__(self, *_: Any) -> None:
        """Do nothing: there is nothing to stop."""

    def request(
        self, method: str, url: str, *, params: Mapping[str, Any] | None = None, json: Any = None,
        content: str | bytes | None = None, headers: Mapping[str, str] | None = None,
    ) -> Response:  # fmt: skip
        """Send one request and return its response."""
        parts = urlsplit(url)
        query = urlencode(params) if params else parts.query
        body = content.encode() if isinstance(content, str) else content or b""
        sent = {**self.headers, **(headers or {})}
        if json is not None:
            body = JSONResponse(json).content
            sent.setdefault("content-type", "application/json")
        request = Request(method.upper(), parts.path, query=query, headers=sent, body=body)
        return asyncio.run(self.app.answer(request))

    def get(self, url: str, **kwargs: Any) -> Response:
        """Send a GET."""
        return self.request("GET", url, **kwargs)

    def post(self, url: str, **kwargs: Any) -> Response:
        """Send a POST."""
        return self.request("POST", url, **kwargs)

    def put(self, url: str, **kwargs: Any) -> Response:
        """Send a PUT."""
        return self.request("PUT", url, **kwargs)

    def patch(self, url: str, **kwargs: Any) -> Response:
        """Send a PATCH."""
        return self.request("PATCH", url, **kwargs)

    def delete(self, url: str, **kwargs: Any) -> Response:
        """Send a DELETE."""
        return self.request("DELETE", url, **kwargs)
