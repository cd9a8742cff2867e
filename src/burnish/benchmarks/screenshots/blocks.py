"""A page in the browser to the blocks that it shows: texts, fields and pictures with place and colours.

Read from the document and not from the picture, so no reader of pictures is needed. What can't be seen is no block.
"""

from typing import Any, NamedTuple

from burnish.benchmarks.lovable.pages import Page, Unable

MOST_BLOCKS = 400
FIELD, PICTURE = "[field]", "[picture]"  # what an empty field and a picture stand as
# Runs in the tester's world. A text's block is the box of its glyphs; a field's text is what it shows.
READ = """(() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const alpha = (colour) => (colour.length > 3 ? colour[3] : 1);
  const over = (top, under) => under.map((one, i) => top[i] * alpha(top) + one * (1 - alpha(top)));
  const ground = (node) => {
    const layers = [];
    for (let one = node; one; one = one.parentElement) layers.unshift(parse(getComputedStyle(one).backgroundColor));
    return layers.reduce((under, top) => (top.length < 3 ? under : over(top, under)), [255, 255, 255]);
  };
  const seen = (node) => {
    for (let one = node; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.display === "none" || Number(style.opacity) < 0.1) return false;
    }
    return getComputedStyle(node).visibility === "visible";
  };
  const found = [];
  const add = (node, text, box) => {
    const back = ground(node), colour = over(parse(getComputedStyle(node).color), back);
    const near = Math.max(...colour.map((one, i) => Math.abs(one - back[i]))) < 16;
    const left = box.left + scrollX, top = box.top + scrollY;
    if (box.width < 2 || box.height < 4 || left + box.width <= 0 || top + box.height <= 0 || !seen(node)) return;
    if (near && text !== "[picture]") return;
    found.push({ text, left, top, width: box.width, height: box.height, colour, back });
  };
  const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, text = node.data.replace(/\\s+/g, " ").trim();
    if (!text || node.parentElement.closest("select, script, style, textarea")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    add(node.parentElement, text, range.getBoundingClientRect());
  }
  for (const node of document.querySelectorAll("input, select, textarea")) {
    const shown = node.tagName === "SELECT" ? (node.selectedOptions[0] || {}).label : node.value || node.placeholder;
    add(node, shown || "[field]", node.getBoundingClientRect());
  }
  for (const node of document.querySelectorAll("img, svg, canvas, video, iframe, object, embed")) {
    add(node, "[picture]", node.getBoundingClientRect());
  }
  return { width: document.documentElement.clientWidth,
    height: Math.max(document.documentElement.scrollHeight, innerHeight), blocks: found.slice(0, MOST) };
})()""".replace("MOST", str(MOST_BLOCKS))


class Block(NamedTuple):
    """One block: its text, its place in pixels, the colour of its text and that behind it (0 to 255 each)."""

    text: str
    left: float
    top: float
    width: float
    height: float
    colour: tuple[float, ...]
    back: tuple[float, ...]

    @property
    def area(self) -> float:
        """Its size in square pixels."""
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        """The middle of it."""
        return self.left + self.width / 2, self.top + self.height / 2


class Layout(NamedTuple):
    """What a page shows, and how large it is."""

    width: float
    height: float
    blocks: tuple[Block, ...]


def read_layout(page: Page) -> Layout:
    """Return what the page shows in its present state.

    Raises:
        Unable: it can't be examined.
    """
    said: Any = page.run(READ)
    if not isinstance(said, dict):
        raise Unable("the page can't be examined")
    blocks = [Block(**{**one, "colour": tuple(one["colour"]), "back": tuple(one["back"])}) for one in said["blocks"]]
    return Layout(float(said["width"]), float(said["height"]), tuple(blocks))
