"""Arrow schema of talks with functions before they become rows; `tool_models.py` says what its values must be."""

import pyarrow as pa

from burnish.shards import MESSAGE

TOOL_TALK = pa.schema({
    "id": pa.string(), "family": pa.string(), "kind": pa.string(), "split": pa.string(), "tools": pa.string(),
    "messages": pa.list_(MESSAGE), "executed": pa.bool_(), "licence": pa.string(), "source": pa.string(),
})  # fmt: skip
