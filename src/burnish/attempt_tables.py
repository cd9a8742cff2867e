"""Arrow schema of the table of pass rates: what a model's attempts at each training case came to.

Rejection sampling writes it, GRPO chooses its prompts by it. `tables.py` says what the values must be.
"""

import pyarrow as pa

RATES = "rates"
RATE = pa.schema({
    "id": pa.string(), "model": pa.string(), "family": pa.string(), "category": pa.string(), "template": pa.string(),
    "split": pa.string(), "prompt": pa.string(), "verifier": pa.string(), "samples": pa.int32(), "passed": pa.int32(),
    "different": pa.int32(), "cut": pa.int32(), "hung": pa.int32(), "pass_rate": pa.float64(),
})  # fmt: skip
