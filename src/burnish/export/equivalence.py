"""Stage: does each GGUF say what its model says? Templates, token ids, stop tokens and distributions, as figures.

The model's side is `transformers` in fp32; the GGUF's side is llama.cpp: its server renders the template with its own
Jinja and cuts it with its own tokenizer, its library gives the logits of every position. Both read the same tokens of
the same chats. A bad file gives bad figures, not a failing stage; `release` enforces the budgets.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from burnish import stage
from burnish.chat import Chat
from burnish.engine import Engine, Server, opened, serving
from burnish.errors import BurnishError
from burnish.export.chats import ChatCase, draw_chats
from burnish.export.divergence import Distributions, Divergence, Reference
from burnish.llamacpp import Floats
from burnish.params import Section
from burnish.progress import track
from burnish.records import Record

Figures = dict[str, Any]
SHOWN_DIFFERENCES = 3
# Random digits and stray control tokens try tokenizers. What comes next there is a tie by nature (ten digits within .01
# nats of one another), so any rounding decides it; distributions are compared on what is said and written.
UNSPOKEN_KINDS = {"digits", "control"}
STOP_COMPLAINT = "stop tokens are {stop_tokens}, not {stop_tokens_expected}; ordinary ones: {stop_tokens_not_special}"


class Budget(Section):
    """What a format must hold; null means: reported, not judged."""

    min_top_1_agreement: float | None
    max_mean_kl: float | None

    def judges_distributions(self) -> bool:
        """Tell whether more than templates, token ids and stop tokens is demanded."""
        return self.min_top_1_agreement is not None or self.max_mean_kl is not None


class EquivalenceParams(Section):
    """`equivalence`: how much is compared, and the budget of each format."""

    chats: int
    positions: int
    tokens_per_chat: int
    threads: int
    budgets: dict[str, Budget]


class Expected(NamedTuple):
    """One chat as the model's own tokenizer and template see it: the prompt before the last answer, and all of it."""

    case: ChatCase
    prompt: str
    prompt_ids: list[int]
    whole: str
    whole_ids: list[int]


class Asked(NamedTuple):
    """What is being computed for one chat: the model's distributions and, by file, the engine's logits."""

    wanted: Future[Distributions]
    logits: dict[str, Future[Floats]]


def run(params: EquivalenceParams, *, model: Path, gguf: Path, seed: int, record: Record) -> stage.Metrics:
    """Compare every `*.gguf` of a directory with `model`; returns figures and a verdict for each."""
    files = {path.stem: path for path in sorted(gguf.glob("*.gguf"))}
    if not files:
        raise BurnishError(f"{gguf} holds no *.gguf; `dvc repro export_gguf` makes them, `dvc checkout` restores them")
    if unknown := sorted(set(files) - set(params.budgets)):
        raise BurnishError(f"params.yaml: equivalence.budgets lacks {', '.join(unknown)}, of which {gguf} holds files")
    chats = draw_chats(seed, count=params.chats)
    figures = compare(model, files=files, chats=chats, params=params, record=record)
    for name, found in figures.items():
        found["reasons"] = complaints(found, budget=params.budgets[name])
        found["passed"] = not found["reasons"]
        found["judged"] = params.budgets[name].judges_distributions()
    return {"chats": len(chats), "formats": figures}


def compare(model: Path, *, files: Mapping[str, Path], chats: Sequence[ChatCase], params: EquivalenceParams,
            record: Record) -> dict[str, Figures]:  # fmt: skip
    """Return the figures of each file, without verdicts."""
    # threads of one model mostly wait for one another at this size: each model has one, and `threads` of them run at once
    reference = Reference(model, threads=1)
    expected = [expect(reference, case) for case in chats]
    training = Chat.load(model)
    stops = {"eos": training.end_id, "eot": training.end_id}
    figures: dict[str, Figures] = {}
    with ExitStack() as stack:
        pool = stack.enter_context(ThreadPoolExecutor(params.threads))
        engines: dict[str, Engine] = {}
        for name, path in files.items():
            with serving(path, host="127.0.0.1", port=0, context_tokens=512, slots=1, threads=1) as server:
                texts = track(expected, f"{name}: templates and tokens")
                figures[name] = compare_texts(server, texts, training=training)
            opening = opened(path, context_tokens=params.tokens_per_chat, slots=1, threads=1)
            engines[name] = stack.enter_context(opening)
            figures[name] |= compare_stops(engines[name], expected=stops, special=reference.special_ids())
        record.note("engine", next(iter(engines.values())).version)
        spoken = [wanted for wanted in expected if wanted.case.kind not in UNSPOKEN_KINDS]
        chosen = choose_positions(spoken, positions=params.positions, tokens_per_chat=params.tokens_per_chat)
        totals = {name: Divergence() for name in engines}
        # one chat ahead: while the last of one chat is compared, the next keeps the other processor busy
        coming = ask_all(pool, chosen[:1], reference=reference, engines=engines)
        for number, (_, fresh) in enumerate(track(chosen, "distributions"), start=1):
            asked = coming.pop()
            coming = ask_all(pool, chosen[number : number + 1], reference=reference, engines=engines)
            for name, found in asked.logits.items():
                totals[name].add(asked.wanted.result(), found.result()[fresh:])
    return {name: figures[name] | totals[name].figures() for name in figures}


def ask_all(pool: ThreadPoolExecutor, chosen: Sequence[tuple[list[int], int]], *, reference: Reference,
            engines: Mapping[str, Engine]) -> list[Asked]:  # fmt: skip
    """Have the model and every engine compute what comes after each of `chosen`."""
    return [
        Asked(
            pool.submit(reference.distributions, ids, skip=fresh),
            {name: pool.submit(engine.logits, ids) for name, engine in engines.items()},
        )
        for ids, fresh in chosen
    ]


def expect(reference: Reference, case: ChatCase) -> Expected:
    """Render and tokenise a chat by the model's own tokenizer."""
    prompt = reference.render(case.messages[:-1], add_generation_prompt=True)
    whole = reference.render(case.messages, add_generation_prompt=False)
    return Expected(case, prompt, reference.tokenise(prompt), whole, reference.tokenise(whole))


def compare_texts(server: Server, expected: Iterator[Expected], *, training: Chat) -> Figures:
    """Compare rendered prompts and token ids of llama.cpp, and of the format training uses, with the model's own."""
    differences: list[str] = []
    templates = tokens = 0
    for number, wanted in enumerate(expected):
        shown = f"chat {number} ({wanted.case.kind})"
        rendered = server.post("/apply-template", {"messages": wanted.case.messages[:-1]})["prompt"]
        trained = training.render(wanted.case.messages[:-1], add_generation_prompt=True)
        if rendered != wanted.prompt or trained != wanted.prompt:
            templates += 1
            differences.append(f"{shown}: the rendered prompt differs")
        pairs = [(wanted.prompt, wanted.prompt_ids), (wanted.whole, wanted.whole_ids)]
        if any(not server_ids(server, text) == training.encode(text) == ids for text, ids in pairs):
            tokens += 1
            differences.append(f"{shown}: token ids differ")
    return {"template_equal": not templates, "templates_different": templates, "token_ids_equal": not tokens,
            "token_ids_different": tokens, "differences": differences[:SHOWN_DIFFERENCES]}  # fmt: skip


def server_ids(server: Server, text: str) -> list[int]:
    """Tokenise as the server does with a chat: with a beginning of text, if the file asks for one."""
    answer = server.post("/tokenize", {"content": text, "add_special": True, "parse_special": True})
    return list(answer["tokens"])


def compare_stops(engine: Engine, *, expected: Mapping[str, int], special: set[int]) -> Figures:
    """Compare end of sequence and end of turn; llama.cpp stops at more tokens by their names, which must be special."""
    found = engine.stop_tokens()
    ordinary = sorted(set(found["all"]) - special - set(expected.values()))
    equal = all(found[name] == expected[name] and found[name] in found["all"] for name in expected)
    return {
        "stop_tokens_equal": equal and not ordinary,
        "stop_tokens": {name: found[name] for name in expected},
        "stop_tokens_expected": dict(expected),
        "stop_tokens_further": sorted(set(found["all"]) - set(expected.values())),
        "stop_tokens_not_special": ordinary,
    }


def choose_positions(expected: Sequence[Expected], *, positions: int,
                     tokens_per_chat: int) -> list[tuple[list[int], int]]:  # fmt: skip
    """Return (ids, first position to count) of as many chats as give `positions` positions.

    What two chats begin with alike is counted once, so equal system prompts don't add agreement. The kinds of chats
    take turns in the list, so all of them take part.
    """
    chosen: list[tuple[list[int], int]] = []
    seen: set[tuple[int, ...]] = set()
    total = 0
    for wanted in expected:
        ids = wanted.whole_ids[:tokens_per_chat]
        known = sum(tuple(ids[:length]) in seen for length in range(1, len(ids) + 1))
        seen.update(tuple(ids[:length]) for length in range(1, len(ids) + 1))
        if known < len(ids):
            chosen.append((ids, known))
            total += len(ids) - known
        if total >= positions:
            return chosen
    raise BurnishError(f"params.yaml: equivalence.chats = {len(expected)} gives {total} positions, fewer than "
                       f"equivalence.positions = {positions}; raise chats or tokens_per_chat")  # fmt: skip


def complaints(found: Mapping[str, Any], *, budget: Budget) -> list[str]:
    """Return in words what a file doesn't hold; empty when it passes."""
    reasons = []
    for name, text in (("template_equal", "{templates_different} prompts are rendered differently"),
                       ("token_ids_equal", "{token_ids_different} chats have different token ids"),
                       ("stop_tokens_equal", STOP_COMPLAINT)):  # fmt: skip
        if not found[name]:
            reasons.append(text.format(**found))
    agreement, kl = found["top_1_agreement"], found["mean_kl"]
    if kl is None or not math.isfinite(kl):
        return [*reasons, "the distributions aren't finite"]
    if budget.min_top_1_agreement is not None and agreement < budget.min_top_1_agreement:
        reasons.append(f"top-1 agreement {agreement} is below {budget.min_top_1_agreement}")
    if budget.max_mean_kl is not None and kl > budget.max_mean_kl:
        reasons.append(f"mean KL {kl} is above {budget.max_mean_kl}")
    return reasons


if __name__ == "__main__":
    stage.main(run)
