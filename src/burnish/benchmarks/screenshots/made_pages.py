"""Kinds of apps and themes to the pages of the benchmark, each a still page with drawn entries. Runs nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from burnish.benchmarks.lovable.entries import draw_entries, shown_texts, summarise
from burnish.benchmarks.lovable.kinds import KINDS, Kind
from burnish.benchmarks.lovable.reference_texts import STYLE
from burnish.benchmarks.lovable.references import write_page
from burnish.seeds import fingerprint, rng

LICENCE = "Apache-2.0"
ENTRIES = 4
LEVEL = 3  # the level whose page has every part: form, search, status, list
# Each theme changes what a score measures: colours, places and widths.
THEMES: Mapping[str, str] = {
    "light": "",
    "dark": """
:root { color-scheme: dark; font-size: 112%; }
body { background: #14181f; color: #e6e9ef; }
main { max-width: 60rem; display: grid; grid-template-columns: 1fr 2fr; gap: 0 2rem; }
h1, [role=alert], [role=status] { grid-column: 1 / -1; }
h1 { color: #ffb454; text-align: center; }
form { flex-direction: column; align-items: stretch; }
button { background: #2f7d4f; border-color: #2f7d4f; }
li { background: #1d232d; border-color: #39414f; }
""",
}
PROMPT = (
    "The picture shows a web page, {width} pixels wide. Write this page: the same texts in the same places, sizes and colours. "
    "Answer with one complete HTML page in one code block: styles inside it, nothing loaded from elsewhere, no picture of it."
)
WIDTH = 1280


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One task: the page that the picture shows. Intervals go by `template`, its kind of app."""

    id: str
    kind: str
    prompt: str
    page: str
    level: int = 1

    @property
    def template(self) -> str:
        """What succeeds and fails together."""
        return self.id.partition("/")[0]


def make_pages(*, key: int, kinds: Sequence[Kind] = KINDS) -> list[Shown]:
    """Return the pages of all kinds and themes, sorted by id; `key` seeds their entries."""
    made = [_make_page(kind, theme=theme, key=key) for kind in kinds for theme in THEMES]
    return sorted(made, key=lambda one: one.id)


def digest_pages(pages: Sequence[Shown]) -> str:
    """Return what stands for the data of the benchmark: scores of different data can't be compared."""
    return fingerprint(*(f"{one.id} {fingerprint(one.prompt, one.page)}" for one in pages))


def _make_page(kind: Kind, *, theme: str, key: int) -> Shown:
    name = f"{kind.id}/{theme}"
    entries = draw_entries(kind, rng(key, "screenshots", name), count=ENTRIES)
    lines = [_write_entry(shown_texts(kind, entry)) for entry in entries]
    page = write_page(kind, level=LEVEL, entries="".join(lines)).replace(STYLE, f"{STYLE}\n{THEMES[theme]}".rstrip())
    page = page.replace('role="status"></p>', f'role="status">{summarise(kind, entries)}</p>')
    return Shown(id=name, kind=theme, prompt=PROMPT.format(width=WIDTH), page=page)


def _write_entry(texts: Sequence[str]) -> str:
    name, *others = texts
    spans = "".join(f"<span>{text}</span>" for text in others)
    return f'<li><span class="name">{name}</span>{spans}<button type="button">Delete</button></li>'
