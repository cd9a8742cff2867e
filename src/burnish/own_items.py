"""Reads the items of the project's own benchmarks as texts and programs, for telling which training rows overlap them.

    data/{fullstack_eval,lovable_bench,screenshot_pages,replicas,safety_items} -> [Item]

Left out are the head that any page opens with and the one request that all pictures share: they are no item's own. Of the
safety items only those that evaluation asks are read. Scores nothing.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from burnish import shards
from burnish.benchmark_items import Item
from burnish.errors import BurnishError
from burnish.manifests import MANIFEST, Folder, read_folder

FULLSTACK, LOVABLE, PAGES, REPLICAS, SAFETY = (
    "fullstack_eval", "lovable_bench", "screenshot_pages", "replicas", "safety_items",
)  # fmt: skip
SOLUTIONS = ("reference.", "second.")
PAGE, HEAD_ENDS = ".html", "<title"


def read_own_items(*, fullstack_tasks: Path, apps: Path, pages: Path, replicas: Path, safety_items: Path) -> list[Item]:
    """Return the items of all five, each named `benchmark/its id`, where an id begins with its template or family."""
    return [
        *_read_tasks(fullstack_tasks), *_read_apps(apps), *_read_pages(pages), *_read_replicas(replicas),
        *_read_requests(safety_items),
    ]  # fmt: skip


def _read_tasks(place: Path) -> Iterator[Item]:
    """Read question and both solutions of each task of FullstackEval."""
    for about, texts in _read_folders(place, keys=("id", "language"), stage=FULLSTACK):
        solutions = [_cut_head(text, name=name) for name, text in texts.items() if name.startswith(SOLUTIONS)]
        program = texts["reference.py"] if about["language"] == "python" else ""
        yield Item(f"{FULLSTACK}/{about['id']}", (texts["prompt.md"], *solutions), program)


def _read_apps(place: Path) -> Iterator[Item]:
    """Read question and reference of each app of LovableBench."""
    for about, texts in _read_folders(place, keys=("id", "files"), stage=LOVABLE):
        files = [_cut_head(texts[f"reference/{name}"], name=name) for name in about["files"]]
        yield Item(f"{LOVABLE}/{about['id']}", (texts["prompt.md"], *files), "")


def _read_pages(place: Path) -> Iterator[Item]:
    for row in shards.read_rows(place):
        yield Item(f"{PAGES}/{row['id']}", (_cut_head(row["page"], name=PAGE),), "")


def _read_replicas(place: Path) -> Iterator[Item]:
    programs = {"humaneval": "{prompt}{reference}", "mbpp": "{reference}"}
    for row in shards.read_rows(place):
        program = programs.get(row["benchmark"], "").format_map(row)
        yield Item(f"{REPLICAS}/{row['id']}", (row["prompt"], row["reference"]), program)


def _read_requests(place: Path) -> Iterator[Item]:
    for row in shards.read_rows(place):
        if row["split"] != "train":
            yield Item(f"{SAFETY}/{row['id']}", (row["prompt"],), "")


def _read_folders(place: Path, *, keys: Sequence[str], stage: str) -> Iterator[Folder]:
    made_by = f"`dvc repro {stage}` makes it, `dvc checkout` restores it"
    folders = sorted(path.parent for path in place.rglob(MANIFEST))
    if not folders:
        raise BurnishError(f"{place} holds no item, so none could be looked for in training rows; {made_by}")
    for folder in folders:
        yield read_folder(folder, keys=keys, made_by=made_by)


def _cut_head(text: str, *, name: str) -> str:
    """Return a page from its title on, and the text of any other file whole."""
    return text[max(text.find(HEAD_ENDS), 0) :] if name.endswith(PAGE) else text
