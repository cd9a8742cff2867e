"""A report as Markdown, for the repository: the same sections, its pictures as files beside it."""

from collections.abc import Iterator, Sequence

from burnish.track.blocks import Block, Cell, Figure, Missing, Paragraph, Report, Table

RULES = {"l": "---", "r": "---:"}


def render_markdown(report: Report) -> str:
    """Return the text; figures without a file name are left to the page."""
    parts = [f"# {report.title}", report.subtitle]
    if report.headlines:
        rows = [(headline.label, headline.value, headline.detail) for headline in report.headlines]
        parts.append(render_table(Table(("", "Figure", ""), "lrr", tuple(rows))))
    for section in report.sections:
        parts.append(f"## {section.title}")
        parts += [text for block in section.blocks for text in _block(block)]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            yield block.text
        case Missing():
            yield f"**Not run:** {block.what}. `{block.way}` runs it."
        case Figure():
            if block.name:
                yield f"![{block.picture.title}]({block.name}.svg)"
        case Table():
            yield (
                f"<details><summary>{block.fold}</summary>\n\n{render_table(block)}\n\n</details>"
                if block.fold
                else render_table(block)
            )


def render_table(block: Table) -> str:
    """Return a table."""
    lines = [_line(block.columns), _line([RULES[side] for side in block.align]), *map(_line, block.rows)]
    return "\n".join(lines)


def _line(cells: Sequence[Cell | str]) -> str:
    texts = [cell.text if isinstance(cell, Cell) else cell for cell in cells]
    return f"| {' | '.join(text.replace('|', chr(92) + '|') for text in texts)} |"
