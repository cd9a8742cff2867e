"""Arrow schemas of the preference tables. Apart from `shards.py`: a new column here must not retrain what reads rows.

PAIR has a Pandera model in `tables.py`. The other two are named, column by column, as TRL names its dataset types:
preference (DPO, reward models) and unpaired preference (KTO), conversational; only the latter may have columns more.
"""

import pyarrow as pa

PAIR = pa.schema({
    "id": pa.string(), "category": pa.string(), "template": pa.string(), "split": pa.string(), "prompt": pa.string(),
    "chosen": pa.string(), "rejected": pa.string(), "check": pa.string(), "reason": pa.string(), "checks": pa.string(),
    "licence": pa.string(), "source": pa.string(),
})  # fmt: skip

TURNS = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
PREFERENCE = pa.schema({"prompt": TURNS, "chosen": TURNS, "rejected": TURNS})
UNPAIRED = pa.schema({
    "prompt": TURNS, "completion": TURNS, "label": pa.bool_(), "licence": pa.string(), "source": pa.string(),
})  # fmt: skip
