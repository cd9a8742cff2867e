"""Stage `screenshot_pages`: 24 still pages of the project's own as a benchmark of pictures to pages. Asks no model.

References, which must earn every point, and controls, which mustn't, are judged in a browser for as many pages as the
parameters say, and pictures are taken of these; with none of them no browser is needed.
"""

import base64
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from burnish import shards, stage
from burnish.benchmarks.lovable.pages import open_page
from burnish.benchmarks.lovable.serving import PageHost
from burnish.benchmarks.screenshots.controls import MOST_POINTS, write_controls
from burnish.benchmarks.screenshots.judging import grade_pages
from burnish.benchmarks.screenshots.made_pages import LICENCE, WIDTH, Shown, digest_pages, make_pages
from burnish.chromium import open_browser
from burnish.errors import BurnishError
from burnish.params import Section

SHOWN = pa.schema([
    ("id", pa.string()), ("kind", pa.string()), ("prompt", pa.string()), ("page", pa.string()),
    ("picture", pa.binary()), ("licence", pa.string()),
])  # fmt: skip


class ScreenshotPagesParams(Section):
    """`screenshot_pages`: the key of all draws, the benchmark's own, and of how many pages pictures are taken and judged."""

    key: int
    judged_pages: int


def run(params: ScreenshotPagesParams, *, out: Path) -> stage.Metrics:
    """Write the pages as a table and return their numbers."""
    pages = make_pages(key=params.key)
    judged = pages[: params.judged_pages]
    controls = admit(judged, others=pages)
    pictures = dict(zip([one.id for one in judged], take_pictures(judged), strict=True))
    rows = [{"id": one.id, "kind": one.kind, "prompt": one.prompt, "page": one.page, "picture": pictures.get(one.id),
             "licence": LICENCE} for one in pages]  # fmt: skip
    shards.write_rows(out, rows, schema=SHOWN)
    return {
        "data": digest_pages(pages), "pages": len(pages), "kinds": len({one.template for one in pages}),
        "not_asked": "no model that reads pictures is in the pipeline; `burnish grade screenshot-pages` scores answers",
        "gate": {"references": len(judged), "pictures": len(pictures), "controls": controls},
    }  # fmt: skip


def read_pages(folder: Path) -> list[Shown]:
    """Return the pages of a table that `run` wrote."""
    return [
        Shown(id=row["id"], kind=row["kind"], prompt=row["prompt"], page=row["page"])
        for row in shards.read_rows(folder)
    ]


def admit(pages: Sequence[Shown], *, others: Sequence[Shown]) -> dict[str, float]:
    """Judge references and controls; return the most that each control earned.

    Raises:
        BurnishError: a reference doesn't earn every point, or a control earns too many.
    """
    tried = [(page, "reference", page.page) for page in pages]
    tried += [(page, *control) for page in pages for control in write_controls(page, others=others).items()]
    most: dict[str, float] = {}
    grades = grade_pages([(page, html) for page, _, html in tried]) if tried else []
    for (page, name, _), grade in zip(tried, grades, strict=True):
        if name == "reference" and grade.points < 1:
            raise BurnishError(f"screenshot pages: the reference of {page.id} has {grade.points:g} of 1; correct it")
        if grade.points > MOST_POINTS.get(name, 1):
            raise BurnishError(f"screenshot pages: {name!r} has {grade.points:g} on {page.id}; correct the matching")
        if name != "reference":
            most[name] = max(most.get(name, 0.0), grade.points)
    return most


def take_pictures(pages: Sequence[Shown]) -> list[bytes]:
    """Return a PNG of each page, as wide as the benchmark says and as high as a window."""
    if not pages:
        return []
    taken = []
    with open_browser() as browser:
        for one in pages:
            with open_page(browser, host=PageHost(one.page)) as page:
                page.set_width(WIDTH)
                page.open()
                said = browser.call("Page.captureScreenshot", target=page.target, format="png")
                taken.append(base64.b64decode(said["data"]))
    return taken


if __name__ == "__main__":
    stage.main(run)
