"""A task of `fs_generic_function`: a union type of success and failure, and a function that changes one side of it."""

from random import Random
from typing import Any

from burnish.generate.checks import typescript_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import FIRST_NAMES


def draw_result(rng: Random) -> dict[str, Any]:
    """Draw the type of a result, the names of its parts and the function on one of the two sides."""
    kind = pick(rng, "Result|Outcome|Attempt|Either|Reply|Fetched|Parsed|Checked|Loaded|Answer")
    ok, arg = pick(rng, "ok|success|done|isOk|worked|passed|valid"), pick(rng, "result|input|current|given")
    value, error = (
        pick(rng, "value|data|content|payload|found|output"),
        pick(rng, "error|reason|problem|failure|cause|fault"),
    )
    change, on_success = pick(rng, "fn|change|transform|mapper|convert|apply"), rng.random() < 0.5
    part, verb = value if on_success else error, pick(rng, "map|convert|transform|change")
    made = f"{{ {ok}: {'true' if on_success else 'false'}, {part}: {change}({arg}.{part}) }}"
    kept = f"{{ {ok}: {'false' if on_success else 'true'}, {error if on_success else value}: {arg}.{error if on_success else value} }}"
    return {
        "Type": kind, "ok": ok, "value": value, "error": error, "fn": f"{verb}{kind}" if on_success else f"{verb}{error.title()}",
        "arg": arg, "change": change, "on_success": on_success, "part": part, "side": "success" if on_success else "failure",
        "other": "failure" if on_success else "success", "made": made, "raw": f"{arg}.{part}",
        "new": f"{kind}<U, E>" if on_success else f"{kind}<T, U>", "of": "T" if on_success else "E",
        "same": f"{kind}<T, E>", "hit": f"{arg}.{ok}" if on_success else f"!{arg}.{ok}",
        "miss": f"!{arg}.{ok}" if on_success else f"{arg}.{ok}",
        "yes": made if on_success else kept, "no": kept if on_success else made, "kept": kept,
        "stub": f"{{ {ok}: {'false' if on_success else 'true'} }}",
    }  # fmt: skip


def check_result(facts: Facts, rng: Random) -> dict[str, Any]:
    """Give results whose value, or error, is written out; count the calls of the callback."""
    kind, fn, ok, value, error = (facts[name] for name in ("Type", "fn", "ok", "value", "error"))
    mapped = (
        f"const mapped: {kind}<boolean, string> = {fn}(given, (n) => n.toFixed() === '1');\n"
        f"// @ts-expect-error\nconst wrong: {kind}<number, string> = {fn}(given, (n) => n.toFixed());\n"
        if facts["on_success"]
        else f"const mapped: {kind}<number, boolean> = {fn}(given, (s) => s.trim() === '1');\n"
        f"// @ts-expect-error\nconst wrong: {kind}<number, string> = {fn}(given, (s) => s.trim() === '1');\n"
    )
    usage = (
        f"// @ts-expect-error\nif (plain.{ok}) {{ const s: string = plain.{value}; }}\ndeclare const plain: {kind}<number, string>;\n"
        f"declare const given: {kind}<number, string>;\nif (given.{ok}) {{ const n: number = given.{value}; }} else {{ const s: string = given.{error}; }}\n"
        f"{mapped}"
        f"// @ts-expect-error\nconst mixed: {kind}<number, string> = {{ {ok}: true, {error}: 'x' }};\n"
        f"// @ts-expect-error\nconst other: {kind}<number, string> = {{ {ok}: false, {error}: 4 }};\n"
    )
    harness = f"(exports, call) => {{ let calls = 0; const made = exports.{fn}(call[0], (n) => {{ calls += 1; return n + 1000; }}); return [made, calls]; }}"
    number, text, hits = rng.randrange(2, 90), rng.choice(FIRST_NAMES), facts["on_success"]
    cases: list[tuple[Any, Any]] = []
    for given, changed in ((number, number + 1000), (0, 1000), (text, f"{text}1000"), ("", "1000")):
        cases.append(([{ok: True, value: given}], [{ok: True, value: changed if hits else given}, int(hits)]))
        cases.append(([{ok: False, error: given}], [{ok: False, error: given if hits else changed}, int(not hits)]))
    return typescript_check(fn, cases, usage=usage, harness=harness)


RESULT = Template(
    id="map_result",
    ask=(
        "In TypeScript, define the generic union type `«Type»<T, E>`: either `{ «ok»: true; «value»: T }` or `{ «ok»: false; «error»: E }`. Then write `«fn»(«arg», «change»)`, which applies the function `«change»` to the `«part»` of a «side» and returns the new «side»; a «other» is returned as it is, without calling `«change»`.",
        "I don't like exceptions. Give me a TypeScript type `«Type»<T, E>` (success: `«ok»` is true and there's a `«value»` of type `T`; failure: `«ok»` is false and there's the `«error»`, of type `E`), and a function `«fn»(«arg», «change»)` that turns any `«Type»<T, E>` into `«new»` by calling `«change»` on the `«part»`. A «other» passes through untouched.",
        "Please write two things in TypeScript: a discriminated union `«Type»<T, E>` with the flag `«ok»` (true: has `«value»: T`; false: has `«error»: E`), and a generic function `«fn»(«arg», «change»)`. On «side» it returns a «side» with `«change»(«part»)`; otherwise it returns the same «other» and never runs `«change»`.",
        "`«fn»(«arg», «change»)` should change the `«part»` of any `«Type»<T, E>` and leave every «other» alone (`«change»` isn't called then). Write it in TypeScript together with the type: an object is told apart by its boolean `«ok»`, beside which a success has `«value»: T` and a failure `«error»: E`. The function returns `«new»`.",
        "Errors as values in TypeScript: declare `«Type»<T, E>`, where `«ok»: true` comes with `«value»` (a `T`) and `«ok»: false` with `«error»` (an `E`), never both. Add the function `«fn»`. Its arguments are `«arg»`, of the type `«Type»<T, E>`, and `«change»`, a function from `«of»` to `U`; it gives `«new»`, in which only the `«part»` of a «side» has gone through `«change»`.",
    ),
    draw=draw_result,
    shapes=(
        Shape(name="ternary", code="""
            type «Type»<T, E> = { «ok»: true; «value»: T } | { «ok»: false; «error»: E };

            function «fn»<T, U, E>(«arg»: «same», «change»: («part»: «of») => U): «new» {
              return «hit» ? «made» : «arg»;
            }
            """, mutants=(("| { «ok»: false; «error»: E }", ""), ("«change»(«raw»)", "«raw»"),
                          ("{ «ok»: true; «value»: T }", "{ «ok»: true; «value»: any }"), ("E };", "any };"),
                          ("U): «new»", "U): any"))),
        Shape(name="interfaces", code="""
            interface Success<T> {
              «ok»: true;
              «value»: T;
            }
            interface Failed<E> {
              «ok»: false;
              «error»: E;
            }
            type «Type»<T, E> = Success<T> | Failed<E>;

            function «fn»<T, U, E>(«arg»: «same», «change»: (item: «of») => U): «new» {
              if («miss») return «arg»;
              return «made»;
            }
            """, mutants=(("«ok»: false;", "«ok»: boolean;"), ("  if («miss») return «arg»;\n", ""),
                          ("return «arg»;", "return «stub» as any;"), (" | Failed<E>", ""),
                          ("«value»: T;", "«value»?: T;"))),
        Shape(name="early_return", code="""
            export type «Type»<T, E> =
              | { «ok»: true; «value»: T }
              | { «ok»: false; «error»: E };

            export const «fn» = <T, U, E>(«arg»: «same», «change»: (item: «of») => U): «new» => {
              if («arg».«ok») {
                return «yes»;
              }
              return «no»;
            };
            """, mutants=(("if («arg».«ok»)", "if (!«arg».«ok»)"), ("return «kept»", "return «stub»"),
                          ("«new» =>", "«same» =>"), ("«ok»: false; «error»: E", "«ok»: false; «error»: unknown"),
                          ("return «made»", "return { ...«arg» }"))),
    ),
    verifier=check_result,
)  # fmt: skip
