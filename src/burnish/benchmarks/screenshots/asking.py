"""Screenshot pages put to a server that reads pictures: text and PNG in one message, as OpenAI's servers take them."""

import base64
from collections.abc import Sequence

from burnish.benchmarks.screenshot_pages import take_pictures
from burnish.benchmarks.screenshots.made_pages import Shown
from burnish.chat_client import Question
from burnish.seeds import fingerprint
from burnish.tool_prompts import Form


def put_pictures(pages: Sequence[Shown], form: Form) -> list[Question]:
    """Return each prompt with the picture of its page, which is taken now."""
    return [_put(page, picture) for page, picture in zip(pages, take_pictures(pages), strict=True)]


def name_page(page: Shown, form: Form) -> str:
    """Return what stands for the question: browsers draw the same page in different bytes."""
    return f"{page.prompt} {fingerprint(page.page)}"


def _put(page: Shown, picture: bytes) -> Question:
    address = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    content = [{"type": "text", "text": page.prompt}, {"type": "image_url", "image_url": {"url": address}}]
    return Question(page.id, page.prompt, messages=({"role": "user", "content": content},))
