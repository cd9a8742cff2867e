"""The template of `fs_file_upload` that makes a safe name to store a file under of the name that a client sent."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import CITIES, COLORS, a, draw_noun


def draw_stored(rng: Random) -> dict[str, Any]:
    """Draw which characters stay, what replaces the others, a prefix and the name for an empty one."""
    noun, lowers, prefixed, mark = draw_noun(rng), rng.random() < 0.6, rng.random() < 0.5, pick(rng, "-|_")
    roles = {"ident": f"{noun.one}_id|ident|upload_id|number"} if prefixed else {}
    facts = draw_arguments(rng, file="filename|raw|original|client_name|file_name", **roles)
    empty, sign = pick(rng, "file|upload|unnamed|noname|untitled"), pick(rng, "-|_|.")
    front = f'f"{{{facts["ident"]}}}{sign}" + ' if prefixed else ""
    return {
        **facts, "name": pick(rng, "safe_name|clean_filename|stored_name|{0}_file_name|sanitize|secure_name").format(noun.one),
        "a_one": a(noun.one), "many": noun.many, "lowers": lowers, "prefixed": prefixed, "mark": mark, "empty": empty,
        "sign": sign, "letters": "a-z" if lowers else "A-Za-z", "lower": ".lower()" if lowers else "",
        "alphabet": "ascii_lowercase" if lowers else "ascii_letters",
        "end": f'{front}(name or "{empty}")' if prefixed else f'name or "{empty}"', "slip": f"{front}name",
        "kept": "a to z, 0 to 9 and dots" if lowers else "A to Z, a to z, 0 to 9 and dots",
        "lower_words": " make it lower-case," if lowers else "", "lower_rule": ", in lower case" if lowers else "",
        "front_words": f" In front comes `{facts['ident']}` (an int) and `{sign}`." if prefixed else "",
    }  # fmt: skip


def check_stored(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the words that were hidden among folders and other characters."""
    mark, cases = facts["mark"], []
    folders = ("", "C:\\temp\\", "../../", "/etc/", "a/b\\", "..\\", "x.y/")
    for number, folder in enumerate(folders):
        words = [rng.choice(CITIES), rng.choice(COLORS).upper(), str(rng.randrange(2, 99))]
        junk = [rng.choice((" ", " (", "__", "--", "é", "+-+", ";")) for _ in range(4)]
        raw, clean = words[0] + junk[0] + words[1] + junk[1] + words[2] + ".Tar.gz", mark.join(words) + ".Tar.gz"
        raw = (".", "", junk[2], "", "-_.", "", ".")[number] + raw + ("", junk[3], "", ".", "", " .", "")[number]
        cases.append((folder + raw, clean))
    cases += [
        ("a1.png", "a1.png"),
        ("", facts["empty"]),
        ("..", facts["empty"]),
        ("/tmp/???", facts["empty"]),
        ("x y", f"x{mark}y"),
    ]
    done = []
    for raw, clean in cases:
        ident, text = rng.randrange(1, 900), clean.lower() if facts["lowers"] else clean
        expected = f"{ident}{facts['sign']}{text}" if facts["prefixed"] else text
        done.append((arrange(facts, file=raw, ident=ident), expected))
    return python_check(facts["name"], done)


STORED = Template(
    id="stored_name",
    ask=(
        "Write a Python function `«name»(«args»)` that makes a safe name of the name of an upload. Keep only what follows the "
        "last `/` or `\\`,«lower_words» and replace every run of characters other than «kept» by one `«mark»`. Then take `«mark»` "
        "and dots off both ends; if nothing is left, use `«empty»`.«front_words» Return the text.",
        "The name that a client sends with a file can't be trusted. I need `«name»(«args»)` in Python for the files of our "
        "«many»: no folders (`/` and `\\` both part them), only «kept»«lower_rule»; one `«mark»` for each run of anything "
        "else; no `«mark»` or dot at the start or the end. An empty result becomes `«empty»`.«front_words»",
        "Implement `«name»(«args»)` in Python, which returns the name under which we store a file of «a_one». Steps: drop the "
        "path (up to the last slash or backslash);«lower_words» turn each stretch of characters that aren't «kept» into a "
        "single `«mark»`; strip `«mark»` and `.` at both ends; fall back to `«empty»`.«front_words»",
        "`../../My File.txt` must not get out of our upload folder. Write `«name»(«args»)` in Python: it strips folders with "
        "either slash, writes `«mark»` for one or more characters outside of «kept», removes dots and `«mark»` from the "
        "start and the end, and gives `«empty»` instead of an empty name«lower_rule».«front_words»",
    ),
    draw=draw_stored,
    shapes=(
        Shape(name="regex", code=r"""
            import re

            def «name»(«args»):
                name = re.split(r"[/\\]", «file»)[-1]«lower»
                name = re.sub(r"[^«letters»0-9.]+", "«mark»", name).strip("«mark».")
                return «end»
            """, mutants=((r'r"[/\\]"', '"/"'), ("0-9.]+", "0-9.]"), ('.strip("«mark».")', '.strip(".")'),
                          ('.strip("«mark».")', ""),
                          ("[-1]", "[0]"))),
        Shape(name="rpartition", code=r"""
            import re

            def «name»(«args»):
                base = «file».replace("\\", "/").rpartition("/")[2]
                words = re.findall(r"[«letters»0-9.]+", base«lower»)
                name = "«mark»".join(words).strip("«mark».")
                return «end»
            """, mutants=((r'.replace("\\", "/")', ""), ("rpartition", "partition"),
                          ('.strip("«mark».")', '.lstrip("«mark».")'),
                          ("0-9.]+", "0-9]+"))),
        Shape(name="characters", code=r"""
            from string import «alphabet», digits

            KEPT = «alphabet» + digits + "."

            def «name»(«args»):
                base = «file».replace("\\", "/").split("/")[-1]«lower»
                spaced = "".join(char if char in KEPT else " " for char in base)
                name = "«mark»".join(spaced.split()).strip("«mark».")
                return «end»
            """, mutants=((r'.replace("\\", "/")', ""), ("spaced.split()", 'spaced.split(" ")'), (' + "."', ""),
                          ("[-1]", "[-2:][0]"))),
    ),
    mutants=(("return «end»", "return «slip»"), ('"«mark»"', '"+"'), ("«lower»", "")),
    verifier=check_stored,
)  # fmt: skip
