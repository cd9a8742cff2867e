"""A small real pipeline for a git and DVC repository of its own.

Its stages use the project's own entry (`stage.main`), so their records are what real stages write.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SPINE = ("__init__", "stage", "params", "records", "files", "seeds", "errors", "foreign_names", "launching", "codehash")
DVC_YAML = """
stages:
  cases:
    foreach: [crud, forms]
    do:
      cmd: >-
        bin/python -m burnish.generate.cases --out data/cases/${item}
        --metrics metrics/cases/${item}.json --record records/cases/${item}.json
      params: [seed, cases]
      outs:
        - data/cases/${item}
        - records/cases/${item}.json
      metrics:
        - metrics/cases/${item}.json: {cache: false}
  train:
    foreach: ${train}
    do:
      cmd: >-
        bin/python -m burnish.train.toy --data data/cases/crud --out models/${key}
        --metrics metrics/train/${key}.json --record records/train/${key}.json
      deps:
        - data/cases/crud
      params:
        - seed
        - train.${key}
      outs:
        - models/${key}
        - records/train/${key}.json
      metrics:
        - metrics/train/${key}.json: {cache: false}
  export:
    cmd: >-
      bin/python -m burnish.export.toy --model models/sft --out models/gguf/release
      --metrics metrics/summary.json --record records/export.json
    deps: [models/sft]
    outs:
      - models/gguf/release
      - records/export.json
    metrics:
      - metrics/summary.json: {cache: false}
"""
PARAMS_YAML = """
seed: 3
cases:
  count: 4
train:
  sft:
    learning_rate: 2e-4
    steps: 5
    label: plain  # changes no output
"""
STAGES = {
    "generate/cases": """
from pathlib import Path
from burnish import stage
from burnish.files import atomic_write
from burnish.params import Section

class CasesParams(Section):
    count: int

def run(params: CasesParams, *, out: Path, seed: int, key: str) -> stage.Metrics:
    atomic_write(out, "".join(f"{key} {seed} {number}\\n" for number in range(params.count)))
    return {"kept": params.count, "kill_rate": 0.875}

if __name__ == "__main__":
    stage.main(run)
""",
    "train/toy": """
from pathlib import Path
from burnish import stage
from burnish.files import atomic_write
from burnish.params import Section
from burnish.records import Record

class ToyParams(Section):
    learning_rate: float
    steps: int
    label: str

def run(params: ToyParams, *, data: Path, out: Path, record: Record) -> stage.Metrics:
    losses = [2 - params.learning_rate * step * len(data.read_text()) for step in range(params.steps)]
    for step, loss in enumerate(losses):
        record.log(step, loss=loss)
    record.note("device", "cpu")
    atomic_write(out, repr(losses[-1]))
    return {"loss": {"first": losses[0], "last": losses[-1]}, "supervised": True}

if __name__ == "__main__":
    stage.main(run)
""",
    "export/toy": """
from pathlib import Path
from burnish import stage
from burnish.files import atomic_directory

def run(*, model: Path, out: Path) -> stage.Metrics:
    text = model.read_text()
    with atomic_directory(out) as partial:
        (partial / "f16.gguf").write_text(f"GGUF {text}")
        (partial / "Q8_0.gguf").write_text(f"GGUF {text[:8]}")
        (partial / "tokenizer.json").write_text("{}")
    return {"tuned": {"seen": {"pass_rate": round(2 - float(text), 6), "items": 40}}, "gate": "passed"}

if __name__ == "__main__":
    stage.main(run)
""",
}


class Pipeline:
    """A checkout of the small pipeline."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def call(self, *command: str) -> str:
        """Run a command of this environment in the checkout and return what it prints."""
        done = subprocess.run(command, cwd=self.root, env=environment(), capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def commit(self, message: str) -> None:
        """Commit everything that git doesn't ignore."""
        self.call("git", "add", "-A")
        self.call("git", "commit", "-q", "-m", message)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text that occurs in a file."""
        text = (self.root / path).read_text()
        assert old in text
        (self.root / path).write_text(text.replace(old, new))


def environment() -> dict[str, str]:
    """Return the environment of the pipeline's commands: this interpreter's programs first, nobody's settings."""
    programs = str(Path(sys.executable).parent)
    people = {f"GIT_{role}_{what}": "a@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    return {
        **os.environ,
        **people,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "DVC_NO_ANALYTICS": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "BURNISH_PYTHON": sys.executable,
    }


def write_pipeline(root: Path) -> None:
    """Write the files of the pipeline, with the project's own stage entry."""
    (root / "dvc.yaml").write_text(DVC_YAML)
    (root / "params.yaml").write_text(PARAMS_YAML)
    (root / ".gitignore").write_text("__pycache__/\n/data/\n/models/\n/records/\n")
    package = root / "src" / "burnish"
    package.mkdir(parents=True)
    for name in SPINE:
        shutil.copy(ROOT / "src" / "burnish" / f"{name}.py", package)
    for name, code in STAGES.items():
        (package / f"{name}.py").parent.mkdir(exist_ok=True)
        (package / f"{name}.py").write_text(code)
    shutil.copytree(ROOT / "bin", root / "bin")
