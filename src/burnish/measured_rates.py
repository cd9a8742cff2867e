"""What runs on this machine left in `records/`: rates and peaks of memory, from which others are estimated."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from burnish.estimates import Memory, estimate_memory, flops_per_token, read_work
from burnish.files import read_json
from burnish.model_config import Sizes, read_config, read_sizes

BASE = Path("models/base")
REPLAY = "replay.json"  # the record of the stage that does nothing but sample
LIBRARIES = 270_000_000  # bytes of Python, torch and the modules of a training step, before it loads anything
STAND_IN = "sft"  # its rate stands in for methods that have none
SIZE_KEYS = ("data", "tokens", "epochs", "rounds", "sequence_tokens")


class Measured(NamedTuple):
    """The records of training by step, the answer tokens a second of the sampler, and the model both were of."""

    records: Mapping[str, Mapping[str, Any]]
    sampled_per_second: float | None
    model: Sizes | None

    def choose(self, step: str, *, method: str) -> Mapping[str, Any] | None:
        """Return the run that is most like a step: its own, one of its method, or that of another."""
        alike = {name: record for name, record in self.records.items() if record["params"]["method"] == method}
        for name in (step, *alike):
            if name in alike:
                return alike[name]
        return self.records.get(STAND_IN) or next(iter(self.records.values()), None)

    def flops_per_second(self, record: Mapping[str, Any]) -> float | None:
        """Return the operations a second of a run: useful tokens a second times those of a token."""
        speed = record["notes"].get("useful_tokens_per_second")
        if speed is None or self.model is None:
            return None
        return float(speed * flops_per_token(self.model.parameters, lora=record["params"]["lora"] is not None))

    def waste(self, record: Mapping[str, Any] | None) -> float:
        """Return how many times the formula's bytes a run on the CPU took at its peak; 1 where nothing is known."""
        if record is None or self.model is None:
            return 1.0
        memory = estimate_memory(self.model, read_work(record["params"], gpu=False), shards=1)
        return max(1.0, float(record["peak_memory_mb"] * 2**20 - LIBRARIES) / cpu_bytes(memory))

    def tokens_of(self, step: str, settings: Mapping[str, Any]) -> int | None:
        """Return how many tokens the last run of a step saw, if it is of the same sizes."""
        record = self.records.get(step)
        if record is None or any(record["params"].get(key) != settings.get(key) for key in SIZE_KEYS):
            return None
        found: int | None = record["metrics"].get("tokens")
        return found


def cpu_bytes(memory: Memory) -> int:
    """Return what must fit into this machine at once: the step, or before it the weights in both types."""
    return max(memory.training, memory.loading)


def read_measured(root: Path) -> Measured:
    """Read the records below `root`; what isn't there was never run here."""
    records = {path.stem: read_json(path) for path in sorted((root / "records/train").glob("*.json"))}
    replay = root / "records" / REPLAY
    notes = read_json(replay)["notes"] if replay.is_file() else {}
    rate = notes["new_tokens"] / notes["sampling_seconds"] if notes.get("sampling_seconds") else None
    made = (root / BASE / "config.json").is_file()
    return Measured(records, rate, read_sizes(read_config(root / BASE)) if made else None)
