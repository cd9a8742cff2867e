"""Arrow schemas of the tables of answers: what a model said and how it was asked; and of how safety's answers were read.

Each table of verdicts says how its answers were asked and read. Apart from `shards.py`: a new column here must not run
again what reads other tables. `answer_models.py` and `frontier_models.py` say what values must be.
"""

import pyarrow as pa

# `chat_template` is the template's fingerprint, `stop` the tokens that end an answer.
ASKED = {"chat_template": pa.string(), "stop": pa.list_(pa.string())}
# `extractor` is the digest of the code that found in an answer what was judged.
READ = {**ASKED, "extractor": pa.string()}
ANSWER = pa.schema({
    "id": pa.string(), "model": pa.string(), "prompt_hash": pa.string(), "settings": pa.string(), "index": pa.int32(),
    "text": pa.string(), "finish": pa.string(), "tokens": pa.int32(), **ASKED,
})  # fmt: skip
READING = pa.schema({
    "id": pa.string(), "model": pa.string(), "index": pa.int32(), "pair": pa.string(), "family": pa.string(),
    "kind": pa.string(), "label": pa.string(), "rule": pa.string(), "finish": pa.string(), "tokens": pa.int32(), **READ,
})  # fmt: skip
