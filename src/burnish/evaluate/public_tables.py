"""The tables of the public benchmarks: answers with how they were asked, results with how they were read."""

import pyarrow as pa

from burnish.answer_tables import ANSWER as PLAIN
from burnish.answer_tables import READ

# `tool_form` is how functions were shown.
ANSWER = pa.schema([*PLAIN, ("tool_form", pa.string())])
# `model` is the label of the table, `model_sha256` the file's; `tier` how the sandbox kept the answer's program in (empty
# where none ran).
RESULT = pa.schema([
    ("id", pa.string()), ("model", pa.string()), ("index", pa.int32()), ("benchmark", pa.string()),
    ("group", pa.string()), ("category", pa.string()), ("family", pa.string()), ("passed", pa.bool_()),
    ("reason", pa.string()), ("extracted", pa.bool_()), ("action", pa.string()), ("finish", pa.string()),
    ("tokens", pa.int32()), ("text", pa.string()), ("prompt_hash", pa.string()), ("settings", pa.string()),
    *READ.items(), ("tool_form", pa.string()), ("model_sha256", pa.string()), ("tier", pa.string()),
])  # fmt: skip
