"""Chromium inside the first tier: it renders a page, behind the same filter as every program. The second has no sockets."""

from pathlib import Path

from burnish import sandbox
from burnish.sandbox import Limits
from tests.boxes import hold

# Debian's, and the one that GitHub's machines have.
BROWSERS = (Path("/usr/lib/chromium/chromium"), Path("/opt/google/chrome/chrome"))
LIMITS = Limits(cpu_seconds=60, wall_seconds=120, memory_mb=2_048, output_bytes=1_000_000, processes=400)
# The sandbox is the wall: Chromium's own needs the namespaces that are forbidden inside.
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
# It ends at once where it finds no font.
BINDS = {str(path): path for path in (Path("/etc/fonts"), BROWSERS[1].parent) if path.is_dir()}
PAGE = "<title>x</title><p id=p></p><script>p.textContent = [1, 2, 3].map((n) => n * 14).join()</script>"


def test_chromium_renders_a_page_inside() -> None:
    browser = next(filter(Path.is_file, BROWSERS), None)
    assert browser, "Chromium is missing; on Debian: apt-get install chromium"
    with hold("bubblewrap"):
        argv = [str(browser), *FLAGS, "file:///tmp/work/page.html"]
        result = sandbox.run(argv, files={"page.html": PAGE}, limits=LIMITS, binds=BINDS)
    assert b'<p id="p">14,28,42</p>' in result.stdout, result.stderr[-2000:]
