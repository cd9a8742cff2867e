"""The small task of `fs_property_test`: one formula that must hold for every number of a range."""

from random import Random
from typing import Any, NamedTuple

from burnish.generate.core import Shape, Template, fill, fill_inline
from burnish.generate.drawing import pick
from burnish.generate.unit_test_basics import check_suite
from burnish.generate.wording import draw_noun


class Law(NamedTuple):
    """Functions of one line with a formula that holds for them.

    Attributes:
        word: what the formula says, as the name of a test.
        names: alternatives for the names of the functions, `«a»` and perhaps `«b»`.
        program: the functions.
        formula: what holds for each `n`.
        breaks: edits of the program; each breaks the formula somewhere in the range.
        has_edges: whether `«a»` is given each number once, so that a fault at one end of the range is met only there.
    """

    word: str
    names: str
    program: str
    formula: str
    breaks: tuple[tuple[str, str], ...]
    has_edges: bool = True


def two(there: str, back: str, argument: str) -> str:
    """Return a function of `n` and the one that undoes it."""
    return f"def «a»(n):\n    return {there}\n\n\ndef «b»({argument}):\n    return {back}"


def one(body: str) -> str:
    """Return a function of `n`."""
    return f"def «a»(n):\n    return {body}"


UNDONE = "«b»(«a»(n)) == n"
LAWS = (
    Law("round_trip", "encode_id decode_id|to_code from_code|mask_id unmask_id|to_ticket from_ticket",
        two("n * «k» + «c»", "(code - «c») // «k»", "code"), UNDONE,
        (("// «k»", "* «k»"), ("(code - «c»)", "code"), ("code - «c»", "code + «c»"))),
    Law("round_trip", "to_page to_index|to_week to_day|to_box to_item|to_row to_cell",
        two("(n // «k», n % «k»)", "pair[0] * «k» + pair[1]", "pair"), UNDONE,
        (("pair[0] * «k»", "pair[1] * «k»"), ("+ pair[1]", "- pair[1]"), (" + pair[1]", ""))),
    Law("reads_back", "to_label from_label|format_id parse_id|to_slug read_slug|to_sku from_sku",
        two('f"«prefix»-{n:0«w»d}"', "int(text[«cut»:])", "text"), UNDONE,
        (("text[«cut»:]", "text[-1:]"), ("{n:0«w»d}", "{n:x}"), ("int(text[«cut»:])", "text[«cut»:]"))),
    Law("reads_back", "to_short from_short|shorten expand|to_text from_text|pack unpack",
        two('f"{n:«sign»}"', "int(text, «base»)", "text"), UNDONE,
        (("«base»)", "10)"), ("{n:«sign»}", "{n}"), ("«base»)", "«base») + 1"))),
    Law("digits_join", "to_digits from_digits|split_number join_number|digits_of number_of",
        two("[int(digit) for digit in str(n)]", 'int("".join(map(str, digits)))', "digits"), UNDONE,
        (("str, digits", "str, digits[::-1]"), ("str(n)", "str(n)[-1:]"), ('int("".join(map(str, digits)))', "sum(digits)"))),
    Law("reads_clock", "to_clock to_minutes|show_time read_time|clock_of minutes_of",
        two('f"{n // 60:02d}:{n % 60:02d}"', "int(text[:2]) * 60 + int(text[3:])", "text"), UNDONE,
        (("n % 60", "n // 60"), ("+ int", "- int"), ("* 60 + int(text[3:])", "+ int(text[3:])"))),
    Law("own_inverse", "mirror|count_down|from_the_end|reversed_rank|flip", one("«far» - n"), "«a»(«a»(n)) == n",
        (("«far» - n", "n - «far»"), ("- n", "+ n"), ("«far» - n", "«far»"))),
    Law("own_inverse", "scramble|toggle|hide_id|cross|mask", one("n ^ «mask»"), "«a»(«a»(n)) == n",
        (("^", "|"), ("^", "&"), ("^", "+"))),
    Law("stable", "round_down|to_step|snap|floor_to_grid|trim_to_pack", one("n - n % «k»"), "«a»(«a»(n)) == «a»(n)",
        (("n - n % «k»", "n - «k»"), ("n - n % «k»", "n // «k»"), ("n - n % «k»", "n + 1")), False),
    Law("in_range", "wrap|to_slot|ring_index|lane_of|seat_of", one("n % «k» + «c»"), "«c» <= «a»(n) < «end»",
        ((" + «c»", ""), ("% «k»", "% («k» + 1)"), ("n % «k» + «c»", "n + «c»"))),
    Law("repeats", "bucket|shard_of|color_of|phase|table_of", one("n * «small» % «k»"), "«a»(n + «k») == «a»(n)",
        (("% «k»", "% («k» + 1)"), (" % «k»", ""), ("* «small»", "// «small»")), False),
    Law("symmetric", "penalty|deviation_cost|distance_fee|offset_price", one("abs(n) * «k» + «c»"), "«a»(-n) == «a»(n)",
        (("abs(n)", "n"), ("abs(n)", "abs(n + 1)"), ("+ «c»", "+ n"))),
    Law("never_falls", "shipping_fee|bonus|postage|storage_price|toll", one("«c» + n // «k» * «c»"), "«a»(n) <= «a»(n + 1)",
        (("+ n", "- n"), ("n //", "n %"), ("n // «k»", "-n // «k»")), False),
    Law("capped", "discount|points|capped_fee|speed_limit|refund_of", one("min(n * «k», «cap»)"), "«a»(n) <= «cap»",
        (("min(n * «k», «cap»)", "n * «k»"), ("min", "max"), ("«cap»)", "«cap» + 1)"))),
)  # fmt: skip


def draw_law(rng: Random) -> dict[str, Any]:
    """Draw functions, their formula and the range it is tried on."""
    law, k, c = rng.choice(LAWS), rng.randrange(4, 12), rng.randrange(12, 60)
    start, stop = rng.randrange(0, 20), rng.randrange(60, 100)
    prefix = pick(rng, "ab|inv|order|x|sku|no|t|doc|ref")
    sign, base = rng.choice((("b", 2), ("o", 8), ("x", 16)))
    a, _, b = pick(rng, law.names).partition(" ")
    one, many = draw_noun(rng)
    drawn = {
        "a": a, "b": b, "k": k, "c": c, "end": c + k, "small": rng.randrange(2, 4), "far": rng.randrange(200, 900),
        "mask": rng.randrange(128, 256), "cap": rng.randrange(20, 110), "prefix": prefix, "cut": len(prefix) + 1,
        "w": rng.randrange(3, 7), "sign": sign, "base": base,
    }  # fmt: skip
    program = fill(law.program, drawn)
    head = program.partition("\n")[0]
    edges = [f"{head}\n    if n == {n}:\n        return None" for n in (start, stop - 1)]
    formula = fill(law.formula, drawn)
    return {
        "program": program, "formula": formula, "word": law.word, "module": pick(rng, "codes|numbers_|ids|rules|tools"),
        "broken": [
            *(program.replace(fill_inline(old, drawn), fill_inline(new, drawn)) for old, new in law.breaks),
            *(program.replace(head, text) for text in edges),
        ],
        "note": pick(rng, f"|| It is used for every {one}.| Our {many} depend on it.| The import of {many} calls it."),
        "names": f"{a}, {b}" if b else a, "functions": f"`{a}` and `{b}`" if b else f"`{a}`",
        "start": start, "stop": stop, "last": stop - 1, "later": start + law.has_edges, "sooner": stop - law.has_edges,
        "weak": formula.split(" == ")[0].split(" < ")[0].split(" <= ")[-1],
    }  # fmt: skip


LAW = Template(
    id="formula_over_a_range",
    ask=(
        "Write a pytest test for the module `«module»` below: `«formula»` must hold for every `n` from «start» to "
        "«last».«note»",
        "This code is in `«module».py`.«note» Test with pytest that for all whole numbers `n` between «start» and «last», both "
        "included, `«formula»`.",
        "`«formula»`: that is the property I want tested, for each integer `n` from «start» up to and including «last». "
        "«functions» can be imported from `«module»`.«note» A short pytest test, please.",
        "Don't test single examples of «functions» (module `«module»`), test a property: loop over `n` = «start» ... "
        "«last» and assert `«formula»`.«note» Use pytest.",
        "Please add a property test in pytest style. Module: `«module»`. Numbers: «start» to «last». Claim: `«formula»`.«note»",
    ),
    starter="«program»",
    draw=draw_law,
    shapes=(
        Shape(name="loop", code="""
            from «module» import «names»


            def test_«word»():
                for n in range(«start», «stop»):
                    assert «formula»
            """, mutants=(("assert «formula»", "«formula»"), ("range(«start», «stop»)", "range(«stop», «start»)"),
                          ("«formula»", "«weak» is not None"), ("assert", "assert not"))),
        Shape(name="all", code="""
            from «module» import «names»


            def test_«word»():
                assert all(«formula» for n in range(«start», «stop»))
            """, mutants=(("all(", "any("), ("range(«start», «stop»)", "range(«start», «start»)"),
                          ("assert all", "all"), ("assert all", "assert not all"))),
        Shape(name="parametrize", code="""
            import pytest

            from «module» import «names»


            @pytest.mark.parametrize("n", range(«start», «stop»))
            def test_«word»(n):
                assert «formula»
            """, mutants=(("assert «formula»", "return «formula»"), ("range(«start», «stop»)", "[]"),
                          ("«formula»", "«weak» is not None"), ("assert", "assert not"))),
    ),
    mutants=(("range(«start», «stop»)", "range(«later», «stop»)"), ("range(«start», «stop»)", "range(«start», «sooner»)")),
    verifier=check_suite,
)  # fmt: skip
