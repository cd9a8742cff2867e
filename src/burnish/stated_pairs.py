"""Arrow schema of pairs whose better answer somebody stated: people or a model, but no executed check.

Its first three columns are TRL's conversational preference type. `pair_tables.py` has the pairs that were executed.
"""

import pyarrow as pa

_TURNS = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
STATED_PAIR = pa.schema({
    "prompt": _TURNS, "chosen": _TURNS, "rejected": _TURNS, "id": pa.string(), "skill": pa.string(),
    "family": pa.string(), "split": pa.string(), "licence": pa.string(), "source": pa.string(),
})  # fmt: skip
