"""A small, hand-made BFCL folder: one item of each file that `call_items.py` reads, none malformed, none unsound."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

AREA = {"name": "area", "description": "Area.", "parameters": {"type": "dict", "properties": {
    "base": {"type": "integer", "description": "b"}, "height": {"type": "integer", "description": "h"}},
    "required": ["base", "height"]}}  # fmt: skip
PLAY = {"name": "play", "description": "Play.", "parameters": {"type": "dict", "properties": {
    "artist": {"type": "string", "description": "a"}}, "required": ["artist"]}}  # fmt: skip


def _row(name: str, *, question: str, functions: list[Mapping[str, Any]]) -> dict[str, Any]:
    return {"id": name, "question": [[{"role": "user", "content": question}]], "function": functions}


def _answer(name: str, ground_truth: list[Any]) -> dict[str, Any]:
    return {"id": name, "ground_truth": ground_truth}


FILES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = {
    "simple_python": (
        [_row("simple_python_0", question="Area of 4 by 5.", functions=[AREA])],
        [_answer("simple_python_0", [{"area": {"base": [4], "height": [5]}}])],
    ),
    "live_simple": (
        [_row("live_simple_0-0-0", question="Area of 4 by 5.", functions=[AREA])],
        [_answer("live_simple_0-0-0", [{"area": {"base": [4], "height": [5]}}])],
    ),
    "multiple": (
        [_row("multiple_0", question="Play Queen.", functions=[AREA, PLAY])],
        [_answer("multiple_0", [{"play": {"artist": ["Queen"]}}])],
    ),
    "live_multiple": (
        [_row("live_multiple_0-0-0", question="Play Queen.", functions=[AREA, PLAY])],
        [_answer("live_multiple_0-0-0", [{"play": {"artist": ["Queen"]}}])],
    ),
    "parallel": (
        [_row("parallel_0", question="Play Queen and ABBA.", functions=[PLAY])],
        [_answer("parallel_0", [{"play": {"artist": ["Queen"]}}, {"play": {"artist": ["ABBA"]}}])],
    ),
    "parallel_multiple": (
        [_row("parallel_multiple_0", question="Area 4x5 and play Queen.", functions=[AREA, PLAY])],
        [_answer("parallel_multiple_0", [{"area": {"base": [4], "height": [5]}}, {"play": {"artist": ["Queen"]}}])],
    ),
    "live_parallel": (
        [_row("live_parallel_0-0-0", question="Play Queen and ABBA.", functions=[PLAY])],
        [_answer("live_parallel_0-0-0", [{"play": {"artist": ["Queen"]}}, {"play": {"artist": ["ABBA"]}}])],
    ),
    "live_parallel_multiple": (
        [_row("live_parallel_multiple_0-0-0", question="Area 4x5 and play Queen.", functions=[AREA, PLAY])],
        [
            _answer(
                "live_parallel_multiple_0-0-0",
                [{"area": {"base": [4], "height": [5]}}, {"play": {"artist": ["Queen"]}}],
            )
        ],
    ),
    "irrelevance": ([_row("irrelevance_0", question="Weather today?", functions=[AREA])], []),
    "live_irrelevance": ([_row("live_irrelevance_0-0-0", question="Weather today?", functions=[AREA])], []),
    "live_relevance": ([_row("live_relevance_0-0-0", question="Play Queen please.", functions=[PLAY])], []),
}


def write_bfcl(folder: Path) -> Path:
    """Write every file (and, where there is one, its answers) into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for category, (rows, answers) in FILES.items():
        (folder / f"BFCL_v4_{category}.json").write_text("\n".join(map(json.dumps, rows)))
        if answers:
            possible = folder / "possible_answer"
            possible.mkdir(exist_ok=True)
            (possible / f"BFCL_v4_{category}.json").write_text("\n".join(map(json.dumps, answers)))
    return folder
