"""Arrow schemas of the tables that safety and preference are measured with; `frontier_models.py` says what values must be.

Apart from `shards.py` and `tables.py`: a new column here must not run again what reads other tables.
"""

import pyarrow as pa

SAFETY_ITEM = pa.schema({
    "id": pa.string(), "pair": pa.string(), "family": pa.string(), "split": pa.string(), "kind": pa.string(),
    "prompt": pa.string(), "why": pa.string(), "instead": pa.string(), "licence": pa.string(), "source": pa.string(),
})  # fmt: skip
MARGIN = pa.schema({
    "id": pa.string(), "model": pa.string(), "category": pa.string(), "template": pa.string(), "split": pa.string(),
    "chosen_tokens": pa.int32(), "rejected_tokens": pa.int32(), "chosen_log_probability": pa.float64(),
    "rejected_log_probability": pa.float64(),
})  # fmt: skip
