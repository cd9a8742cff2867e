"""The picture of rows: widths are to scale, nothing is lost, small reasons are one."""

import re
from xml.etree import ElementTree

from burnish.track.drawing import Picture, standalone
from burnish.track.flows import SHOWN, TALLEST, Flow, draw_flows

FLOWS = [Flow("functions", 500, {"a & b": 1500, **{f"reason {n}": n for n in range(1, 14)}}), Flow("files", 300, {})]


def heights(kind: str) -> list[float]:
    return [float(found) for found in re.findall(rf'class="{kind}"[^>]* height="([\d.]+)"', draw().body)]


def draw() -> Picture:
    return draw_flows(FLOWS, title="rows")


def test_widths_are_to_one_scale() -> None:
    read = [flow.read for flow in FLOWS]
    assert heights("source") == [TALLEST, round(TALLEST * read[1] / read[0], 1)]
    assert heights("end-kept") == [round(TALLEST * kept / read[0], 1) for kept in (500, 300)]


def test_every_row_is_drawn_once_and_small_reasons_are_one() -> None:
    picture = draw()
    hints = re.findall(r"<title>([^:<]+): ([\d,]+) \(", picture.body)
    counts = [int(count.replace(",", "")) for _, count in hints]
    assert sum(counts) == sum(flow.read for flow in FLOWS)
    assert hints[SHOWN + 1] == ("5 other reasons", "15")


def test_it_is_well_formed_whatever_the_reasons_say() -> None:
    ElementTree.fromstring(standalone(draw()))
    ElementTree.fromstring(standalone(draw_flows([], title="none")))
    ElementTree.fromstring(standalone(draw_flows([Flow("nothing", 0, {})], title="none")))
