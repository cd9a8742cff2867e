import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from burnish import codehash

SOURCE = Path(__file__).parent.parent / "src"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    root = tmp_path / "src"
    for name, text in {
        "burnish/__init__.py": "",
        "burnish/shared.py": '"""Docs."""\n\n\ndef double(x):\n    """Twice."""\n    return 2 * x  # why\n',
        "burnish/a/__init__.py": "",
        "burnish/a/one.py": "import numpy\nfrom burnish import shared, stage\nstage.main(shared.double)\n",
        "burnish/a/two.py": "from . import near\nfrom burnish import stage\nstage.main(near.x)\n",
        "burnish/a/near.py": "x = 1\n",
        "burnish/stage.py": "def main(run):\n    run()\n",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "requirements.lock").write_text("numpy==2.4.6\ntorch==2.13.0\n")
    return root


def digests(root: Path) -> dict[str, str]:
    for known in (codehash._source, codehash._syntax, codehash._locate, codehash._locked):
        known.cache_clear()
    lock = root.parent / "requirements.lock"
    return codehash.write_digests(root=root, lock=lock, out=root.parent / "code.lock.json")


def test_comments_and_docstrings_change_nothing(package: Path) -> None:
    before = digests(package)
    (package / "burnish/shared.py").write_text('"""Other docs."""\ndef double(x):\n    return (2 * x)\n')
    assert digests(package) == before


def test_changed_code_reaches_exactly_its_importers(package: Path) -> None:
    before = digests(package)
    (package / "burnish/shared.py").write_text("def double(x):\n    return 3 * x\n")
    after = digests(package)
    assert after["a.one"] != before["a.one"]
    assert after["a.two"] == before["a.two"]


def test_relative_imports_are_followed(package: Path) -> None:
    before = digests(package)
    (package / "burnish/a/near.py").write_text("x = 2\n")
    after = digests(package)
    assert (after["a.one"] == before["a.one"]) and (after["a.two"] != before["a.two"])


def test_plumbing_is_exempt(package: Path) -> None:
    before = digests(package)
    (package / "burnish/stage.py").write_text("def main(run):\n    print('hello')\n    run()\n")
    assert digests(package) == before


def test_locked_version_reaches_only_those_who_import_the_package(package: Path) -> None:
    before = digests(package)
    (package.parent / "requirements.lock").write_text("numpy==2.5.0\ntorch==2.14.0\n")
    after = digests(package)
    assert (after["a.one"] != before["a.one"]) and (after["a.two"] == before["a.two"])


@pytest.mark.parametrize("python", ["python3.12", "python3.13"])
def test_digests_are_equal_on_other_pythons(python: str, tmp_path: Path) -> None:
    program = shutil.which(python)
    if program is None or subprocess.run([program, "--version"], capture_output=True, check=False).returncode:
        program = sys.executable  # the same interpreter still shows that a second process agrees
    shutil.copytree(SOURCE / "burnish", tmp_path / "burnish")
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path; from burnish import codehash as c; "
        "root, lock = Path(sys.argv[1]), Path(sys.argv[2]); "
        "print(c.write_digests(root=root, lock=lock, out=root / 'code.lock.json'))"
    )
    lock = str(SOURCE.parent / "requirements.lock")
    printed = [
        subprocess.run([runner, "-c", script, str(tmp_path), lock], capture_output=True, text=True, check=True).stdout
        for runner in (sys.executable, program)
    ]
    assert printed[0] == printed[1]
    assert len(printed[0]) > 100
