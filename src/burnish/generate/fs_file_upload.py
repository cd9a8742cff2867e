"""Category `fs_file_upload`: a check of name and size, the name to store a file under, and the content behind a name."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, in_words, pick
from burnish.generate.upload_contents import CONTENT
from burnish.generate.upload_names import STORED
from burnish.generate.wording import a, draw_noun

ENDINGS = (
    "jpg jpeg png gif webp", "png svg webp avif", "pdf docx odt txt", "csv tsv xlsx ods", "mp3 ogg wav flac", "mp4 webm mov mkv",
    "zip gz tar 7z", "json yaml xml toml", "md txt html rtf", "ttf otf woff woff2", "stl obj gltf ply", "epub mobi pdf",
)  # fmt: skip
SIZES = (("KB", 1_000), ("KiB", 1_024), ("MB", 1_000_000), ("MiB", 1_048_576))


def draw_check(rng: Random) -> dict[str, Any]:
    """Draw the endings that are allowed, and a greatest or no greatest size."""
    noun, sized, filled = draw_noun(rng), rng.random() < 0.6, rng.random() < 0.5
    known = rng.choice(ENDINGS).split()
    endings, (unit, factor), number = (
        rng.sample(known, rng.choice((2, 2, 3))),
        rng.choice(SIZES),
        rng.choice((1, 2, 5, 8, 10, 20, 25, 50, 100, 200, 500)),
    )
    roles = {"size": "size|length|byte_count|content_length"} if sized else {}
    facts = draw_arguments(rng, file="filename|name|file_name|original_name", **roles)
    size, most = facts.get("size", ""), number * factor
    dotted = [f".{ending}" for ending in endings]
    bound, filled = f"{size} <= {most}", filled and sized
    low = f"0 < {bound}" if filled else bound
    return {
        **facts,
        "name": pick(rng, "accepts_{0}|allowed_{0}_file|is_{0}_file|valid_upload|can_upload|upload_ok|is_allowed").format(noun.one),
        "many": noun.many, "a_one": a(noun.one), "endings": endings, "sized": sized, "filled": filled, "most": most,
        "others": [ending for one in ENDINGS for ending in one.split() if ending not in endings][:40],
        "tuple": ", ".join(f'"{one}"' for one in dotted), "names": ", ".join(f'"{one}"' for one in endings),
        "words": in_words(dotted, last="or"), "size_test": f" and {low}" if sized else "",
        "slip": f" and {low.replace('<= ', '< ')}" if sized else "", "free": f" and {bound}" if sized else "",
        "too_large": f"if {size} > {most}{f' or {size} == 0' if filled else ''}:\n        return False\n    " if sized else "",
        "slip_large": f"if {size} >= {most}{f' or {size} == 0' if filled else ''}:\n        return False\n    " if sized else "",
        "limit": f"at most {number} {unit} ({most} bytes){' and not empty' if filled else ''}", "first": f'"{dotted[0]}"',
        "size_words": f" and the file is at most {number} {unit} ({most} bytes; `{size}` is in bytes){' but not empty' if filled else ''}" if sized else "",
        "size_rule": f" `{size}` is the length in bytes, which may be at most {most} ({number} {unit}){' and not 0' if filled else ''}." if sized else "",
        "and_size": " and size" if sized else "",
    }  # fmt: skip


def check_upload(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect True for names that were given an allowed ending and sizes up to the limit."""
    good, cases = facts["endings"], []
    bad = rng.sample(facts["others"], 2)
    names = [(f"a.{good[0]}", True), (f"My Photo.{good[-1].upper()}", True), (f"x.y.{good[1].title()}", True),
             (f"a.{good[0]}.{bad[0]}", False),
             (f"b.{bad[1]}", False), (good[0], False), (f"my{good[1]}", False), (f"a.{good[0]}x", False), ("", False),
             (f"a.{bad[0]}.{good[-1]}", True),
             (f"a.{good[0]}.", False)]  # fmt: skip
    most = facts["most"]
    for name, fine in names:
        cases.append((arrange(facts, file=name, size=rng.randrange(1, most)), fine))
    for size, fine in (
        (most, True),
        (most + 1, False),
        (1, True),
        (0, not facts["filled"]),
        (most - 1, True),
        (most * 3, False),
    ):
        cases.append((arrange(facts, file=f"f.{good[0]}", size=size), fine or not facts["sized"]))
    return python_check(facts["name"], cases)


CHECK = Template(
    id="name_and_size",
    ask=(
        "Write a Python function `«name»(«args»)` that returns True if the name of an uploaded file ends in «words»«size_words», and "
        "otherwise False. Upper and lower case are the same.",
        "Only «words» files may be attached to «many».«size_rule» Implement `«name»(«args»)` in Python, which says whether an upload "
        "is fine (True or False); `PHOTO.PNG` has the same ending as `photo.png`, and only the last ending of a name counts.",
        "I need `«name»(«args»)` in Python to check the name«and_size» of a file before «a_one» gets it. Allowed endings, in any "
        "case: «words».«size_rule» The result is a bool.",
        "Users upload files for our «many», so check them: `«name»(«args»)` in Python is False unless the text `«file»` ends in «words» "
        "(ignore case)«size_words»; then it is True.",
    ),
    draw=draw_check,
    shapes=(
        Shape(name="endswith", code="""
            def «name»(«args»):
                return «file».lower().endswith((«tuple»))«size_test»
            """, mutants=((".lower()", ""), ("«size_test»", "«slip»"), ("endswith((«tuple»))", "endswith((«names»))"),
                          ("endswith", "startswith"))),
        Shape(name="suffix", code="""
            from pathlib import PurePath

            ALLOWED = {«tuple»}

            def «name»(«args»):
                «too_large»return PurePath(«file»).suffix.lower() in ALLOWED
            """, mutants=((".lower()", ""), (".suffix", ".suffixes[0]"), ("«too_large»", "«slip_large»"),
                          (" in ALLOWED", " not in ALLOWED"))),
        Shape(name="rpartition", code="""
            ENDINGS = («names»)

            def «name»(«args»):
                _, dot, ending = «file».rpartition(".")
                return dot != "" and ending.lower() in ENDINGS«size_test»
            """, mutants=((".rpartition", ".partition"), ('dot != "" and ', ""), ("ending.lower()", "ending"),
                          ("«size_test»", "«slip»"))),
    ),
    mutants=(("«size_test»", ""), ("«too_large»", ""), ("«size_test»", "«free»"), ("«first», ", "")),
    verifier=check_upload,
)  # fmt: skip

CATEGORY = Category(name="fs_file_upload", family="http_backend", templates=(CHECK, STORED, CONTENT))
