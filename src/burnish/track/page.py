"""A report as one HTML file that needs nothing beside it: style and pictures are inside, and there is no script."""

import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template

from burnish.track.blocks import Block, Cell, Figure, Headline, Missing, Paragraph, Report, Section, Table
from burnish.track.drawing import inline, read_style

NARROW = 3  # columns: such a table isn't stretched
ALIGNMENT = {"l": "", "r": ' class="n"'}


def render_page(report: Report) -> str:
    """Return the page."""
    template = Template((files("burnish.track") / "templates" / "page.html").read_text())
    style = read_style("colours.css", "page.css", "picture.css")
    return template.substitute(
        title=escape(report.title), subtitle=_prose(report.subtitle), style=style,
        headlines="".join(map(_headline, report.headlines)), contents="".join(map(_entry, report.sections)),
        sections="".join(map(_section, report.sections)),
    )  # fmt: skip


def _headline(headline: Headline) -> str:
    tone = f' class="{headline.tone}"' if headline.tone else ""
    value = f"<dt>{escape(headline.label)}</dt><dd{tone}>{escape(headline.value)}</dd>"
    return f'<div>{value}<dd class="detail">{escape(headline.detail)}</dd></div>'


def _entry(section: Section) -> str:
    return f'<li><a href="#{_anchor(section)}">{escape(section.title)}</a></li>'


def _section(section: Section) -> str:
    blocks = "".join(map(_block, section.blocks))
    return f'<section id="{_anchor(section)}"><h2>{escape(section.title)}</h2>{blocks}</section>\n'


def _anchor(section: Section) -> str:
    return section.title.lower().replace(" ", "-")


def _block(block: Block) -> str:
    match block:
        case Paragraph():
            return f"<p>{_prose(block.text)}</p>"
        case Missing():
            way = f"<code>{escape(block.way)}</code> runs it."
            return f'<p class="missing"><strong>Not run:</strong> {_prose(block.what)}. {way}</p>'
        case Figure():
            caption = f"<figcaption>{_prose(block.caption)}</figcaption>" if block.caption else ""
            return f"<figure>{inline(block.picture)}{caption}</figure>"
        case Table():
            content = _table(block)
            return f"<details><summary>{escape(block.fold)}</summary>{content}</details>" if block.fold else content


def _table(block: Table) -> str:
    head = "".join(
        f"<th{ALIGNMENT[side]}>{escape(name)}</th>" for name, side in zip(block.columns, block.align, strict=True)
    )
    rows = "".join(f"<tr>{_cells(row, align=block.align)}</tr>" for row in block.rows)
    width = ' class="narrow"' if len(block.columns) <= NARROW else ""
    return f'<div class="wide"><table{width}><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'


def _cells(row: Sequence[Cell | str], *, align: str) -> str:
    parts = []
    for cell, side in zip(row, align, strict=True):
        content = cell.text if isinstance(cell, Cell) else cell
        tone = (
            f'<span class="{cell.tone}">{_prose(content)}</span>'
            if isinstance(cell, Cell) and cell.tone
            else _prose(content)
        )
        parts.append(f"<td{ALIGNMENT[side]}>{tone}</td>")
    return "".join(parts)


def _prose(text: str) -> str:
    """Return text with `code` and *emphasis* marked up."""
    marked = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
    return re.sub(r"(?<!\w)\*([^*]+)\*(?!\w)", r"<em>\1</em>", marked)
