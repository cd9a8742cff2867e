"""Brings one source's file to this machine, whatever its scheme: `pypi:`, `npm:`, `https:` or `file:`. Opens nothing.

Repositories on the Hub (`hf:`) are brought by `hub.py`.
Files lie in a download folder under their sha256. A cut download stays there as `<sha256>.part` and is continued by the
next run; a whole one is checked again each time it is used.
"""

import contextlib
import errno
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from burnish.errors import BurnishError
from burnish.progress import Meter
from burnish.sources.clients import Web, find_file, open_web, pack_npm
from burnish.sources.registry import JoinedSource, Source

BLOCK = 1 << 18
SHOWN_BYTES = 5_000_000
MAX_REDIRECTS = 10
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
SCHEMES = ("pypi", "npm", "hf", "https", "file")
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def bring(source: Source, *, downloads: Path, registry: Path, token: str | None) -> Path:
    """Return the path of the verified file of `source`; downloads it unless `downloads` has it.

    `token` is sent to the host of an `https:` source and to no other.
    """
    place = f"{registry}: {source.name}"
    scheme, _, rest = source.origin.partition(":")
    if scheme == "file":
        return verify(registry.parent / rest, source=source, place=place)
    cached = downloads / source.sha256
    if cached.exists() and _sha256(cached) == source.sha256:
        return cached
    downloads.mkdir(parents=True, exist_ok=True)
    part = downloads / f"{source.sha256}.part"
    match scheme:
        case "pypi":
            package, file = split_pypi(rest, place=place)
            with open_web() as web:
                address = find_file(web, package=package, file=file, place=place)
                _download(address, web=web, part=part, source=source, place=place)
        case "https" | "http":
            check_address(source.origin, place=place)
            with open_web() as web:
                if token:
                    web.session.auth = Bearer(token, host=urlsplit(source.origin).netloc)
                _download(source.origin, web=web, part=part, source=source, place=place)
        case "npm":
            pack_npm(check_npm(rest, place=place), to=part, place=place)
            _keep_if_right(part, source=source, place=place)
        case _:
            raise BurnishError(f"{place}.from: unknown scheme {scheme!r}; known: {', '.join(f'{s}:' for s in SCHEMES)}")
    return cached


class Bearer:
    """Authorises requests to one host, as `requests` asks for it; a redirect elsewhere gets no token."""

    def __init__(self, token: str, *, host: str) -> None:
        """Keep both."""
        self._token, self._host = token, host

    def __call__(self, request: Any) -> Any:
        """Add the header."""
        if urlsplit(request.url).netloc == self._host:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def split_pypi(rest: str, *, place: str) -> tuple[str, str]:
    """Split `toolz==1.2.0/toolz-1.2.0.tar.gz` into the package's index name and the file's name."""
    pinned, _, file = rest.partition("/")
    package, _, version = pinned.partition("==")
    if not (package and version and file) or "/" in file:
        raise BurnishError(f"{place}.from: 'pypi:{rest}' isn't of the form pypi:NAME==VERSION/FILE")
    return package.lower().replace("_", "-").replace(".", "-"), file


def check_npm(rest: str, *, place: str) -> str:
    """Return `name@version` when the version is exact: a range could bring another file tomorrow."""
    name, _, version = rest.rpartition("@")
    if not name or not version[:1].isdigit() or not version.replace("-", ".").replace(".", "").isalnum():
        raise BurnishError(f"{place}.from: 'npm:{rest}' isn't of the form npm:NAME@VERSION with an exact version")
    return rest


def check_address(address: str, *, place: str) -> None:
    """Refuse what isn't encrypted, but for servers on this machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise BurnishError(f"{place}.from: {address} isn't https:; plain http is taken from this machine only")


def verify(path: Path, *, source: Source | JoinedSource, place: str) -> Path:
    """Return `path` if its length and sha256 are as pinned."""
    if not path.is_file():
        raise BurnishError(f"{place}: {path} is missing or no file")
    if (size := path.stat().st_size) < source.size:
        raise BurnishError(f"{place}: {path.name} is cut off: {size:,} of {source.size:,} bytes; bring it again")
    if (got := _sha256(path)) != source.sha256:
        sizes = "" if size == source.size else f" ({size:,} bytes, not {source.size:,})"
        reason = f"wrong sha256: expected {source.sha256}, got {got}{sizes}"
        raise BurnishError(f"{place}: {reason}; the file was changed, or the entry is wrong")
    return path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _download(address: str, *, web: Web, part: Path, source: Source, place: str) -> None:
    """Continue `part` until it is whole, trying again after a cut; then keep it if its hash is right."""
    resumed = part.exists()
    trouble = "the server sent nothing"
    with _shown(source) as advance:
        for _ in range(web.tries):
            try:
                for amount in _receive(address, web=web, part=part, source=source, place=place):
                    advance(amount / 1e6)
            except web.failures as error:
                if isinstance(error, OSError) and error.errno in NO_ROOM:
                    reason = f"no room for {part} ({source.size:,} bytes)"
                    raise BurnishError(f"{place}: {reason}; free some space, the same command resumes") from None
                trouble = " ".join(str(error).split())[:200]
            if _length(part) >= source.size:
                break
        else:
            reason = f"the connection was cut after {_length(part):,} of {source.size:,} bytes ({trouble})"
            raise BurnishError(f"{place}: {reason}; running the same command again resumes there")
    if resumed and _sha256(part) != source.sha256:
        part.unlink()
        _download(address, web=web, part=part, source=source, place=place)
    else:
        _keep_if_right(part, source=source, place=place)


@contextlib.contextmanager
def _shown(source: Source) -> Iterator[Callable[[float], None]]:
    """Show the progress of a large download; a small one is over before anyone could read it."""
    if source.size < SHOWN_BYTES:
        yield lambda _: None
        return
    with Meter(f"download {source.name} (MB)", total=round(source.size / 1e6, 1)) as meter:
        yield lambda amount: meter.advance(amount)


def _length(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _receive(address: str, *, web: Web, part: Path, source: Source, place: str) -> Iterator[int]:
    """Append what the server sends to `part`; yield how many bytes are new to this run."""
    start = _length(part)
    if start >= source.size:
        yield source.size
        return
    headers = {"Accept-Encoding": "identity", "User-Agent": "burnish"} | ({"Range": f"bytes={start}-"} if start else {})
    with _open(address, web=web, headers=headers, source=source, place=place) as response:
        goes_on = response.status_code == 206 and response.headers.get("Content-Range", "").startswith(
            f"bytes {start}-"
        )
        with part.open("ab" if goes_on else "wb") as file:
            if goes_on:
                yield start
            for block in response.iter_content(BLOCK):
                file.write(block)
                yield len(block)
                if file.tell() > source.size:
                    break
            file.flush()
            os.fsync(file.fileno())


@contextlib.contextmanager
def _open(address: str, *, web: Web, headers: Mapping[str, str], source: Source, place: str) -> Iterator[Any]:
    """Open `address`, wherever it redirects; each address on the way of an `https:` source must be encrypted."""
    for _ in range(MAX_REDIRECTS):
        if not source.origin.startswith("pypi:"):
            check_address(address, place=place)
        with web.session.get(address, headers=headers, stream=True, allow_redirects=False) as response:
            if response.is_redirect:
                address = urljoin(address, response.headers["Location"])
                continue
            if 400 <= response.status_code < 500:
                said = f"{response.status_code} {response.reason}"
                raise BurnishError(f"{place}: {address} answers {said}; correct the entry or the credentials")
            response.raise_for_status()
            yield response
            return
    raise BurnishError(
        f"{place}: {source.origin} redirects more than {MAX_REDIRECTS} times; take the last address instead"
    )


def _keep_if_right(part: Path, *, source: Source, place: str) -> None:
    """Give a whole download its final name; one with another hash is deleted, since continuing it can't help."""
    try:
        verify(part, source=source, place=f"{place} ({source.origin})")
    except BurnishError:
        part.unlink(missing_ok=True)
        raise
    part.replace(part.with_suffix(""))
