"""Brings the files of a Hub repository at one commit, by the Hub's own client `huggingface_hub`. Opens nothing.

The client finds, authorises, waits out 429 and 503 and goes on after a cut. Kept here: a part survives the process
(`<sha256>.part` in the download folder, continued by the next run), every file has the sha256 of `sources.yaml`, and the
Hub must answer for the very commit and licence that were pinned. The address of the Hub is the client's: built in, or
`HF_ENDPOINT`. A token goes only to a source whose entry names its variable, and never to another host.
"""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from burnish.errors import BurnishError
from burnish.licensing import Matrix, spdx_of
from burnish.progress import Meter
from burnish.sources.registry import UNPINNED, HubSource, Pin
from burnish.sources.schemes import LOOPBACK, NO_ROOM, SHOWN_BYTES

TRIES = 5  # as often as the client itself tries, with its waits of 1, 2, 4, 8 and 8 seconds
LONGEST_WAIT_SECONDS = 8
BUSY = (408, 429, 500, 502, 503, 504)
UNSTATED = ("other", "unknown", "")
T = TypeVar("T")


class Repository(NamedTuple):
    """A repository as the client is asked for it."""

    source: HubSource
    token: str | None
    place: str

    @property
    def given_token(self) -> str | bool:
        """The token for the client; False keeps it from sending a stored one."""
        return self.token or False


def bring_files(repository: Repository, *, downloads: Path, matrix: Matrix) -> dict[str, Path]:
    """Return the verified files of a pinned source by their names in the repository; downloads what `downloads` lacks."""
    files = check_pinned(repository.source, place=repository.place)
    held = {name: downloads / pin.sha256 for name, pin in files.items()}
    missing = [name for name, pin in files.items() if not held[name].is_file() or _sha256(held[name]) != pin.sha256]
    if missing:
        downloads.mkdir(parents=True, exist_ok=True)
        check_stated(repository, info=ask_info(repository, revision=repository.source.version), matrix=matrix)
    for name in missing:
        part = downloads / f"{files[name].sha256}.part"
        with _shown(repository.source, name=name, size=files[name].size) as bar:
            download(repository, name=name, part=part, pin=files[name], bar=bar)
        part.replace(held[name])
    return held


def check_pinned(source: HubSource, *, place: str) -> dict[str, Pin]:
    """Return the pinned files of `source`, or say how to pin them: nothing is fetched by a branch's name."""
    if source.version == UNPINNED or source.files is None:
        what = "no commit" if source.version == UNPINNED else "no hashes of its files"
        raise BurnishError(f"{place} has {what} yet, so nothing of it is fetched; with the network on, run "
                           f"`burnish pin sources {source.name}` and look at what it wrote, or take it out of "
                           "params.yaml: fetch")  # fmt: skip
    for name in source.files:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise BurnishError(f"{place}.files: {name} leads out of its folder; take it away")
    return source.files


def ask_info(repository: Repository, *, revision: str | None) -> Any:
    """Ask the Hub what the repository is at `revision` (None: the head of its main branch)."""
    from huggingface_hub import HfApi

    api = HfApi(endpoint=endpoint(place=repository.place), token=repository.given_token)
    return patiently(lambda: api.repo_info(repository.source.repository, repo_type=repository.source.repository_type,
                                           revision=revision), repository=repository)  # fmt: skip


def check_stated(repository: Repository, *, info: Any, matrix: Matrix) -> None:
    """Raise if the Hub answers for another commit than asked, or states another licence than the registry."""
    source, place = repository.source, repository.place
    if info.sha != source.version != UNPINNED:
        raise BurnishError(f"{place}: asked for commit {source.version}, the Hub answers for {info.sha}: the revision moved; "
                           f"see what changed, then `burnish pin sources {source.name}`")  # fmt: skip
    card = info.card_data
    stated = (card.get("license") if card is not None else None) or ()
    for name in [stated] if isinstance(stated, str) else stated:
        if name.lower() not in UNSTATED and spdx_of(name, matrix=matrix) != source.licence:
            raise BurnishError(f"{place}: the licence changed: its card states {name!r}, sources.yaml says {source.licence}; "
                               "read the card, then correct the entry (and its acceptance) or turn the source off")  # fmt: skip


def download(repository: Repository, *, name: str, part: Path, pin: Pin, bar: Any) -> None:
    """Make `part` the whole file `name`, going on where an earlier run was cut; keep nothing with another hash."""
    resumed = part.exists()
    fetch = partial(_receive, repository, name=name, part=part, pin=pin, bar=bar)
    try:
        patiently(fetch, repository=repository)
        if resumed and _sha256(part) != pin.sha256:
            part.unlink()
            patiently(fetch, repository=repository)
    except OSError as error:
        if error.errno in NO_ROOM:
            reason = f"no room for {part} ({pin.size:,} bytes)"
            raise BurnishError(
                f"{repository.place}: {reason}; free some space, the same command resumes there"
            ) from None
        raise
    if (got := _sha256(part)) != pin.sha256:
        part.unlink()
        raise BurnishError(f"{repository.place}: {name} has the wrong sha256: expected {pin.sha256}, got {got}; the file was "
                           "changed on its way, or the entry is wrong")  # fmt: skip


def _receive(repository: Repository, *, name: str, part: Path, pin: Pin, bar: Any) -> None:
    """Ask where `name` is at the pinned commit, and append what `part` lacks."""
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    source, place = repository.source, repository.place
    url = hf_hub_url(source.repository, name, repo_type=source.repository_type, revision=source.version,
                     endpoint=endpoint(place=place))  # fmt: skip
    found = get_hf_file_metadata(url, token=repository.given_token, retry_on_errors=True)
    if found.commit_hash != source.version:
        raise BurnishError(f"{place}: asked for {name} at commit {source.version}, the Hub answers for {found.commit_hash}: "
                           f"the revision moved; see what changed, then `burnish pin sources {source.name}`")  # fmt: skip
    etag = found.etag or ""
    if len(etag) == len(pin.sha256) and etag != pin.sha256:
        raise BurnishError(f"{place}: {name} has the wrong sha256: expected {pin.sha256}, the Hub has {etag}; nothing was "
                           "downloaded; see what changed, then pin again")  # fmt: skip
    same_host = urlsplit(found.location).netloc == urlsplit(url).netloc
    headers = build_hf_headers(token=repository.given_token if same_host else False)
    headers["Accept-Encoding"] = "identity"
    if _length(part) > pin.size:
        part.unlink()
    with part.open("ab") as file:
        http_get(
            found.location, file, resume_size=_length(part), headers=headers, expected_size=found.size, tqdm_class=bar
        )
        file.flush()
        os.fsync(file.fileno())


def patiently(call: Callable[[], T], *, repository: Repository) -> T:
    """Return what `call` returns, trying again while the Hub is busy or the connection breaks; explain what stays."""
    from httpx2 import HTTPError
    from huggingface_hub import errors

    trouble: Exception | None = None
    for number in range(TRIES):
        if number:
            time.sleep(min(2 ** (number - 1), LONGEST_WAIT_SECONDS))
        try:
            return call()
        except errors.HfHubHTTPError as error:
            if error.response.status_code not in BUSY:
                raise BurnishError(explain(error, repository=repository)) from None
            trouble = error
        except json.JSONDecodeError as error:
            raise BurnishError(f"{repository.place}: what answered for {repository.source.name} is no Hub ({error}); check "
                               "$HF_ENDPOINT and the proxy") from None  # fmt: skip
        except HTTPError as error:
            trouble = error
        except OSError as error:
            if error.errno in NO_ROOM:
                raise
            trouble = error
    said = " ".join(str(trouble).split())[:200]
    raise BurnishError(f"{repository.place}: {repository.source.name} is on, but the Hub can't be had ({said}); the same "
                       "command resumes; check the network, the proxy and $HF_ENDPOINT, or take the source out of "
                       "params.yaml: fetch") from None  # fmt: skip


def explain(error: Any, *, repository: Repository) -> str:
    """Say what an answer of the Hub means for `repository` and what to do."""
    from huggingface_hub import errors

    source, status = repository.source, error.response.status_code
    token = f"${source.credential}" if source.credential else "no credential (write one into the entry)"
    if isinstance(error, errors.GatedRepoError) and status == 401:
        what = f"is gated and {token} isn't a valid token for it; set it to a token of an account that has access"
    elif isinstance(error, errors.GatedRepoError) or status == 403:
        what = f"is gated and the owner of {token} has no access; accept its terms on its page, or ask its owners"
    elif isinstance(error, errors.RepositoryNotFoundError):
        what = f"isn't on the Hub, or is private; check the name, or use a token that may see it ({token})"
    elif isinstance(error, errors.RevisionNotFoundError):
        what = (f"has no commit {source.version} any more: its history was rewritten; see what changed, then "
                f"`burnish pin sources {source.name}`")  # fmt: skip
    elif isinstance(error, errors.RemoteEntryNotFoundError):
        what = f"lacks a file at commit {source.version}: {urlsplit(str(error.response.url)).path}; pin it again"
    else:
        what = f"can't be had: {' '.join(str(error).split())[:200]}; correct the entry or take it out of params.yaml: fetch"
    return f"{repository.place}: {source.repository} {what} (the Hub answered {status})"


def endpoint(*, place: str) -> str | None:
    """Return `HF_ENDPOINT`, None for the client's own; plain http is taken from this machine only."""
    address = os.environ.get("HF_ENDPOINT", "").rstrip("/")
    parts = urlsplit(address)
    if address and parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise BurnishError(
            f"{place}: $HF_ENDPOINT = {address} isn't https:; plain http is taken from this machine only"
        )
    return address or None


@contextlib.contextmanager
def _shown(source: HubSource, *, name: str, size: int) -> Iterator[type[Any]]:
    """Give the client's progress a place to go: our meter for a large file, nowhere for a small one."""
    from huggingface_hub.utils.tqdm import tqdm

    class Silent(tqdm):
        def __init__(self, *args: Any, **settings: Any) -> None:
            super().__init__(*args, **{**settings, "disable": True})  # type: ignore[no-untyped-call]

    if size < SHOWN_BYTES:
        yield Silent
        return
    with Meter(f"download {source.name}/{name} (MB)", total=round(size / 1e6, 1)) as meter:

        class Counted(Silent):
            def update(self, n: float | None = 1) -> bool | None:
                meter.advance((n or 0) / 1e6)
                return None

        yield Counted


def _length(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
