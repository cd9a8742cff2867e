"""The leaderboard's own verdicts on the JSON lines of standard input, for bench/bfcl.py: one process, one verdict a line."""

import json
import sys
import types
from collections import defaultdict

# The checker asks this module only whether a model writes `_` for `.`; the real one imports every vendor's client.
stub = types.ModuleType("bfcl_eval.constants.model_config")
stub.MODEL_CONFIG_MAPPING = defaultdict(lambda: types.SimpleNamespace(underscore_to_dot=False))  # type: ignore[attr-defined]
sys.modules["bfcl_eval.constants.model_config"] = stub

from bfcl_eval.constants.enums import Language  # noqa: E402
from bfcl_eval.eval_checker.ast_eval.ast_checker import ast_checker  # noqa: E402

if __name__ == "__main__":
    for line in sys.stdin:
        row = json.loads(line)
        calls = [{call["name"]: call["arguments"]} for call in row["calls"]]
        try:
            found = ast_checker(row["functions"], calls, row["expected"], Language.PYTHON, row["category"], "any")[
                "valid"
            ]
        except Exception as error:
            found = f"{type(error).__name__}: {error}"[:200]
        print(json.dumps(found))
