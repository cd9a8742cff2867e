"""Conventions of the source tree, kept by tests instead of by review."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "burnish"
MODULES = sorted(SOURCE.rglob("*.py"))
PHASES = {path.name for path in SOURCE.iterdir() if path.is_dir() and path.name not in ("__pycache__", "drivers")}
# What people start sits above the phases: it may import any of them. Stages may not import these.
COMMANDS = {
    "cli.py",
    "explain.py",
    "doctor.py",
    "noise.py",
    "planned_mixtures.py",
    "profiles.py",
    "sections.py",
    "served_parts.py",
    "served_replicas.py",
}
# Reads benchmarks that were fetched as tables by the reader of `sources`, for phases that must know every item.
BETWEEN = {"kept_out.py": {"sources"}}


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_no_phase_imports_another(path: Path) -> None:
    parts = path.relative_to(SOURCE).parts
    own = parts[0] if len(parts) > 1 else None
    if own is None and path.name in COMMANDS:
        return
    others = {name.split(".")[1] for name in imported(path) if name.startswith("burnish.") and name.count(".") >= 1}
    assert not (others & PHASES) - {own} - BETWEEN.get(str(path.relative_to(SOURCE)), set())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_modules_are_short_and_say_what_they_do(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text)), "a module opens with what it turns into what"
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < 60, f"{node.name} is longer than 60 lines"


def test_no_module_is_named_like_the_standard_library() -> None:
    assert not [path for path in MODULES if path.stem in sys.stdlib_module_names and path.stem != "__init__"]


def test_stages_do_not_import_mlflow() -> None:
    users = {
        str(path.relative_to(SOURCE)) for path in MODULES if any(n.split(".")[0] == "mlflow" for n in imported(path))
    }
    assert all(user.startswith("track/") for user in users)


def test_one_module_alone_starts_untrusted_programs() -> None:
    """Only `sandbox.py` imports `containment.py`; other starts of programs are of fixed ones.

    Those are DVC, git, npm, our engine, modules of ours. What a driver starts is in the sandbox already.
    """
    users = {path.name for path in MODULES if "burnish.containment" in imported(path)}
    assert users == {"sandbox.py"}
    starters = {path.name for path in MODULES if "subprocess" in imported(path) and path.parent.name != "drivers"}
    fixed = {
        "containment.py",
        "bubblewrap.py",
        "child.py",
        "cli.py",
        "doctor.py",
        "engine.py",
        "clients.py",
        "noise.py",
        "profiles.py",
        "snapshots.py",
        "store.py",
        "walls.py",
    }
    assert starters <= fixed, f"{starters - fixed} start programs"


def test_no_registry_host_and_no_path_of_a_machine_is_committed() -> None:
    hosts = ["py" + "pi.org", "pythonhosted" + ".org", "npm" + "js.org", "debian" + ".org"]
    for path in [*ROOT.glob("*"), *SOURCE.rglob("*.py"), *(ROOT / "bin").iterdir()]:
        if path.is_file() and path.suffix in (
            "",
            ".py",
            ".yaml",
            ".yml",
            ".toml",
            ".json",
            ".lock",
            ".md",
            ".txt",
            ".in",
        ):
            found = [host for host in hosts if host in path.read_text(errors="ignore")]
            assert not found, f"{path} names {found}"
