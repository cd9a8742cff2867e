"""Chromium inside the first tier: it starts, it runs a page, and where it doesn't start the error says so."""

from pathlib import Path

import pytest

from burnish import chromium
from burnish.chromium import open_browser
from burnish.errors import BurnishError
from tests.boxes import hold


def test_each_start_runs_a_page() -> None:
    with hold("bubblewrap"):
        for number in range(3):
            with open_browser() as browser:
                page = browser.call("Target.createTarget", url="about:blank")["targetId"]
                target = browser.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
                said = browser.call(
                    "Runtime.evaluate", target=target, expression=f"[1, 2, 3].map((n) => n * {number})[2]"
                )
                assert said["result"]["value"] == 3 * number


@pytest.mark.parametrize(("program", "reason"), [("/bin/false", "status 1"), ("/etc/hosts", "EACCES")])
def test_a_browser_that_does_not_start_is_an_error_with_its_last_words(
    monkeypatch: pytest.MonkeyPatch, program: str, reason: str
) -> None:
    monkeypatch.setattr(chromium, "PROGRAM", Path(program))
    with (
        hold("bubblewrap"),
        pytest.raises(BurnishError, match=f"{program} doesn't start in the sandbox: .*{reason}"),
        open_browser(),
    ):
        pass
