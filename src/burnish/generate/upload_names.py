"""The template of `fs_file_upload` that makes a safe name to store a file under of the name that a client sent."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import CITIES, COLORS, a, draw_noun


def draw_stored(rng: Random) -> dict[str, Any]:
    """Draw which characters stay, what replaces the others, the greatest length, a prefix and the name for an empty one."""
    noun, lowers, prefixed, mark = draw_noun(rng), rng.random() < 0.6, rng.random() < 0.5, pick(rng, "-|_")
    roles = {"ident": f"{noun.one}_id|ident|upload_id|number"} if prefixed else {}
    facts = draw_arguments(rng, file="filename|raw|original|client_name|file_name", **roles)
    empty, sign = pick(rng, f"file|upload|unnamed|noname|{noun.one}"), pick(rng, "-|_|.")
    extra, most = pick(rng, "|||+|@|~|="), rng.choice((0, 0, 0, 20, 24, 30, 32, 40, 48, 50, 64))
    front = f'f"{{{facts["ident"]}}}{sign}" + ' if prefixed else ""
    spans = ["a to z"] if lowers else ["A to Z", "a to z"]
    sent = [rng.choice(COLORS), rng.choice(CITIES), pick(rng, "txt|pdf|png|csv|zip")]
    folder, kept = pick(rng, "../|/tmp/|C:\\data\\|a/b/|..\\"), mark.join(sent[:2]) + "." + sent[2]
    kept, number = kept.lower() if lowers else kept, rng.randrange(2, 99)
    return {
        **facts, "name": pick(rng, "safe_name|clean_filename|stored_name|{0}_file_name|sanitize|secure_name").format(noun.one),
        "a_one": a(noun.one), "many": noun.many, "lowers": lowers, "prefixed": prefixed, "mark": mark, "empty": empty,
        "sign": sign, "letters": "a-z" if lowers else "A-Za-z", "lower": ".lower()" if lowers else "",
        "extra": extra, "most": most,
        "alphabet": "ascii_lowercase" if lowers else "ascii_letters", "cut": f"[:{most}]" if most else "",
        "slip_cut": f"[:{most + 1}]" if most else "", "slip": f"{front}name",
        "end": f'{front}(name or "{empty}")' if prefixed else f'name or "{empty}"',
        "kept": ", ".join([*spans, "0 to 9", *([f"`{extra}`"] if extra else [])]) + " and dots",
        "lower_words": " make it lower-case," if lowers else "", "lower_step": " makes the rest lower-case," if lowers else "",
        "lower_rule": ", in lower case" if lowers else "", "sent": f"{folder}{sent[0]}  {sent[1]}.{sent[2]}",
        "stored": f"`{number}{sign}{kept}` (with {number} as `{facts['ident']}`)" if prefixed else f"`{kept}`",
        "cut_words": f" After that, cut it to its first {most} characters." if most else "",
        "cut_last": f" Of any other name keep at most the first {most} characters." if most else "",
        "cut_step": f"; keep at most the first {most} characters of that" if most else "",
        "front_words": f" In front comes `{facts['ident']}` (an int) and `{sign}`." if prefixed else "",
    }  # fmt: skip


def check_stored(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the words that were hidden among folders and other characters."""
    mark, extra, cases = facts["mark"], facts["extra"], []
    folders = ("", "C:\\temp\\", "../../", "/etc/", "a/b\\", "..\\", "x.y/")
    for number, folder in enumerate(folders):
        words = [rng.choice(CITIES), rng.choice(COLORS).upper(), str(rng.randrange(2, 99))]
        junk = [rng.choice((" ", " (", "__", "--", "é", "-&-", ";")) for _ in range(4)]
        raw, clean = words[0] + junk[0] + words[1] + junk[1] + words[2] + ".Tar.gz", mark.join(words) + ".Tar.gz"
        raw = (".", "", junk[2], "", "-_.", "", ".")[number] + raw + ("", junk[3], "", ".", "", " .", "")[number]
        cases.append((folder + raw, clean))
    letters = "".join(rng.choice("abcdefgh") for _ in range(90))
    cases += [("a1.png", "a1.png"), ("", facts["empty"]), ("..", facts["empty"]), ("/tmp/???", facts["empty"])]
    cases += [("x y", f"x{mark}y"), (f". {letters}", letters)]
    cases += [(f"x{sign}y", f"x{sign if sign == extra else mark}y") for sign in "+@~="]
    done = []
    for raw, clean in cases:
        ident, text = rng.randrange(1, 900), clean.lower() if facts["lowers"] and clean != facts["empty"] else clean
        if facts["most"] and clean != facts["empty"]:
            text = "".join(letter for place, letter in enumerate(text) if place < facts["most"])
        expected = f"{ident}{facts['sign']}{text}" if facts["prefixed"] else text
        done.append((arrange(facts, file=raw, ident=ident), expected))
    return python_check(facts["name"], done)


STORED = Template(
    id="stored_name",
    ask=(
        "Write a Python function `«name»(«args»)` that turns the name of a file from a client into a safe one for our "
        "«many». Keep only what follows the last `/` or `\\`,«lower_words» and replace every run of characters other than "
        "«kept» by one `«mark»`. Then take `«mark»` and dots off both ends.«cut_words» If nothing is left, use "
        "`«empty»`.«front_words» So `«sent»` becomes «stored».",
        "The name that a client sends with a file can't be trusted. I need `«name»(«args»)` in Python for the files of our "
        "«many»: no folders (`/` and `\\` both part them), only «kept»«lower_rule»; one `«mark»` for each run of anything "
        "else; no `«mark»` or dot at the start or the end«cut_step». An empty result becomes `«empty»`.«front_words» For "
        "instance, `«sent»` gives «stored».",
        "Implement `«name»(«args»)` in Python, which returns the name under which we store a file of «a_one», such as "
        "«stored» for `«sent»`. Steps: drop the path (up to the last slash or backslash);«lower_words» turn each stretch "
        "of characters that aren't «kept» into a single `«mark»`; strip `«mark»` and `.` at both ends«cut_step»; fall back "
        "to `«empty»`.«front_words»",
        "`«sent»` must not get out of the folder of our «many», so we store it as «stored». Write `«name»(«args»)` in "
        "Python: it strips folders with either slash,«lower_step» writes `«mark»` for one or more characters outside of "
        "«kept», removes dots and `«mark»` from the start and the end, and gives `«empty»` instead of an empty "
        "name.«cut_last»«front_words»",
    ),
    draw=draw_stored,
    shapes=(
        Shape(name="regex", code=r"""
            import re

            def «name»(«args»):
                name = re.split(r"[/\\]", «file»)[-1]«lower»
                name = re.sub(r"[^«letters»0-9«extra».]+", "«mark»", name).strip("«mark».")«cut»
                return «end»
            """, mutants=((r'r"[/\\]"', '"/"'), (".]+", ".]"), ('.strip("«mark».")', '.strip(".")'),
                          ('.strip("«mark».")', ""), ("[-1]", "[0]"))),
        Shape(name="rpartition", code=r"""
            import re

            def «name»(«args»):
                base = «file».replace("\\", "/").rpartition("/")[2]
                words = re.findall(r"[«letters»0-9«extra».]+", base«lower»)
                name = "«mark»".join(words).strip("«mark».")«cut»
                return «end»
            """, mutants=((r'.replace("\\", "/")', ""), ("rpartition", "partition"),
                          ('.strip("«mark».")', '.lstrip("«mark».")'), (".]+", "]+"))),
        Shape(name="characters", code=r"""
            from string import «alphabet», digits

            KEPT = «alphabet» + digits + "«extra»."

            def «name»(«args»):
                base = «file».replace("\\", "/").split("/")[-1]«lower»
                spaced = "".join(char if char in KEPT else " " for char in base)
                name = "«mark»".join(spaced.split()).strip("«mark».")«cut»
                return «end»
            """, mutants=((r'.replace("\\", "/")', ""), ("spaced.split()", 'spaced.split(" ")'), (' + "«extra»."', ""),
                          ("[-1]", "[-2:][0]"))),
    ),
    mutants=(("return «end»", "return «slip»"), ('"«mark»"', '"%"'), ("«lower»", ""), ("«cut»", "«slip_cut»"),
             ("«extra».", ".")),
    verifier=check_stored,
)  # fmt: skip
