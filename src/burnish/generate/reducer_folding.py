"""Runs a reducer over a list of actions and keeps every state on the way."""

from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Facts

# A call is (state, actions): the reducer is applied to each action, and every state on the way is the result, together
# with whether the state that was passed in was left as it was.
FOLD = """(exports, [entry, start, actions]) => {
  const before = JSON.stringify(start);
  const states = [];
  let state = start;
  for (const action of actions) {
    const frozen = JSON.stringify(state);
    const next = exports[entry](state, action);
    if (JSON.stringify(state) !== frozen) throw new Error("the state was changed in place");
    states.push(next);
    state = next;
  }
  return { states, same: JSON.stringify(start) === before };
}"""


def fold_check(facts: Facts, runs: list[tuple[Any, list[dict[str, Any]], list[Any]]]) -> dict[str, Any]:
    """Return the verifier of runs (start, actions, every state after)."""
    cases = [([facts["name"], start, actions], {"states": states, "same": True}) for start, actions, states in runs]
    return node_check(facts["name"], cases, harness=FOLD)
