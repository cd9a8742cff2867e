"""The template of `fs_file_upload` that answers an upload by its length and by the bytes it starts with."""

import hashlib
from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import arrange, draw_arguments, pick
from burnish.generate.wording import a, draw_noun

# The argument "@data" stands for the bytes of the upload.
BYTES = """
def drive(ns, call):
    data = bytes.fromhex(call["head"]) + b"x" * call["pad"]
    return ns[call["entry"]](*(data if value == "@data" else value for value in call["args"]))
"""
SIGNATURES = {
    "image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8", "application/pdf": b"%PDF-",
    "application/zip": b"PK\x03\x04", "application/gzip": b"\x1f\x8b", "audio/ogg": b"OggS", "audio/flac": b"fLaC",
    "font/woff2": b"wOF2", "audio/mpeg": b"ID3", "image/bmp": b"BM", "image/tiff": b"II*\x00",
    "application/zstd": b"\x28\xb5\x2f\xfd",
    "application/wasm": b"\x00asm", "model/gltf-binary": b"glTF", "font/otf": b"OTTO",
}  # fmt: skip


def draw_content(rng: Random) -> dict[str, Any]:
    """Draw the types that are allowed, the greatest length, and what else is checked or told."""
    noun, declares, hashes, empties = draw_noun(rng), rng.random() < 0.4, rng.random() < 0.5, rng.random() < 0.4
    types, key = rng.sample(sorted(SIGNATURES), rng.choice((2, 2, 3))), pick(rng, "error|detail|message|problem")
    roles = {"declared": "declared|content_type|mime|claimed"} if declares else {}
    facts = draw_arguments(rng, data="data|content|body|upload|payload", **roles)
    data, declared, most = (
        facts["data"],
        facts.get("declared", ""),
        rng.choice((1, 2, 3, 5, 10, 20, 50)) * rng.choice((1_000, 1_024)),
    )
    large, empty = pick(rng, "too large|file too large|too big"), pick(rng, "empty file|no content|empty")
    odd, size, kind = (
        pick(rng, "unsupported type|unknown type|bad type"),
        pick(rng, "size|bytes|length"),
        pick(rng, "type|format|media_type"),
    )
    refusal = {status: f'{status}, {{"{key}": "{text}"}}' for status, text in ((400, empty), (413, large), (415, odd))}
    steps = {status: f"{status} and `{text[5:]}`" for status, text in refusal.items()}
    rules = [f"{steps[400]} if it is empty"] * empties + [f"{steps[413]} if it is longer than {most} bytes"]
    rules += [
        f"{steps[415]} if its first bytes are none of those listed"
        + f" or `{declared}` isn't the type it starts as" * declares
    ]
    told = [f"the type as `{kind}`", f"the number of bytes as `{size}`", *["its SHA-256 in hex as `sha256`"] * hashes]
    starts = {name: f'b"{repr(SIGNATURES[name])[2:-1]}"' for name in types}
    return {
        **facts, "name": pick(rng, "receive_{0}_file|accept_upload|upload_{0}|check_content|store_upload").format(noun.one),
        "many": noun.many, "a_one": a(noun.one), "declares": declares, "hashes": hashes, "empties": empties, "types": types,
        "most": most, "key": key, "large": large, "odd": odd, "empty": empty, "size": size, "kind": kind,
        "table": ",\n    ".join(f'{start}: "{name}"' for name, start in starts.items()),
        "none": f"if not {data}:\n        return {refusal[400]}\n    " if empties else "", "too_large": refusal[413],
        "unsupported": refusal[415], "also": f" and kind == {declared}" if declares else "", "first": starts[types[0]],
        "branches": "\n    ".join(
            f'{"el" * (place > 0)}if {data}.startswith({start}):\n        kind = "{name}"'
            for place, (name, start) in enumerate(starts.items())
        ),
        "differs": f" or kind != {declared}" if declares else "", "imports": "import hashlib\n\n" if hashes else "",
        "body": f'{{"{kind}": kind, "{size}": len({data})' + f', "sha256": hashlib.sha256({data}).hexdigest()' * hashes + "}",
        "words": ", ".join(f"`{start}` for `{name}`" for name, start in starts.items()),
        "rules": ", ".join(rules), "told": f"{', '.join(told[:-1])} and {told[-1]}",
        "declared_words": f" `{declared}` is the type that the client claims." if declares else "",
    }  # fmt: skip


def check_content(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what was planned for each upload: a length and the type whose first bytes were written."""
    most, types, cases = facts["most"], facts["types"], []
    strange = next(name for name in sorted(SIGNATURES) if name not in types)
    plans = [(name, rng.randrange(20, most)) for name in types] + [
        (types[0], most),
        (types[1], most + 1),
        (strange, 30),
    ]
    plans += [
        (strange, most + 1),
        (types[-1], most - 1),
        ("late", 40),
        ("cut", 1),
        ("none", 0),
        ("lying", 50),
        ("none", 25),
    ]
    for name, length in plans:
        kind = {"lying": types[0], "late": types[0], "cut": types[1]}.get(name, name)
        head = SIGNATURES.get(kind, b"")
        head = {"late": b"x" + head, "cut": head[:1]}.get(name, head)
        data = head + b"x" * (length - len(head))
        answer: list[Any] = [415, {facts["key"]: facts["odd"]}]
        if length == 0 and facts["empties"]:
            answer = [400, {facts["key"]: facts["empty"]}]
        elif length > most:
            answer = [413, {facts["key"]: facts["large"]}]
        elif name in types or (name == "lying" and not facts["declares"]):
            answer = [201, {facts["kind"]: kind, facts["size"]: length}]
            answer[1] |= {"sha256": hashlib.sha256(data).hexdigest()} if facts["hashes"] else {}
        args = arrange(facts, data="@data", declared=types[1] if name == "lying" else kind)
        cases.append(({"entry": facts["name"], "head": head.hex(), "pad": length - len(head), "args": args}, answer))
    return python_check(facts["name"], cases, harness=BYTES)


CONTENT = Template(
    id="first_bytes",
    ask=(
        "Write a Python function `«name»(«args»)` that answers an upload with (status, body). `«data»` is the content as "
        "bytes. Types are known by their first bytes: «words».«declared_words» In this order: «rules»; otherwise 201 and a "
        "dict of «told».",
        "We don't trust file names, so look at the bytes: «words». `«name»(«args»)` in Python gets an upload for our «many» as "
        "bytes in `«data»` and returns a pair.«declared_words» The pair is «rules» (the first that applies). A good file gives "
        "201 and a dict with «told».",
        "I need the handler for files of «a_one» in Python, `«name»(«args»)`; it returns status and body.«declared_words» "
        "Success is 201 with a dict that has «told». Refuse the bytes `«data»` with «rules», checked in this order. The "
        "signatures of what we take are «words».",
        "Accept only these files, told by how they begin: «words». Implement `«name»(«args»)` in Python for the bytes "
        "`«data»`.«declared_words» Return a tuple, by the first rule that fits: «rules», else 201 and «told», in a dict.",
    ),
    draw=draw_content,
    shapes=(
        Shape(name="loop", code="""
            «imports»SIGNATURES = {
                «table»,
            }

            def «name»(«args»):
                «none»if len(«data») > «most»:
                    return «too_large»
                for start, kind in SIGNATURES.items():
                    if «data».startswith(start)«also»:
                        return 201, «body»
                return «unsupported»
            """, mutants=(("if «data».startswith(start)", "if start in «data»"),
                          ("    return «unsupported»", "        return «unsupported»"),
                          ("return 201", "return 200"))),
        Shape(name="branches", code="""
            «imports»def «name»(«args»):
                «none»if len(«data») > «most»:
                    return «too_large»
                kind = None
                «branches»
                if kind is None«differs»:
                    return «unsupported»
                return 201, «body»
            """, mutants=(("kind is None", "kind is not None"), ("return 201", "return 200"),
                          ("startswith(«first»)", "endswith(«first»)"))),
        Shape(name="next", code="""
            «imports»SIGNATURES = {
                «table»,
            }

            def «name»(«args»):
                «none»if len(«data») > «most»:
                    return «too_large»
                kind = next((SIGNATURES[start] for start in SIGNATURES if «data».startswith(start)), None)
                if not kind«differs»:
                    return «unsupported»
                return 201, «body»
            """, mutants=(("if not kind", "if kind"), ("«data».startswith(start)", "start[:1] == «data»[:1]"),
                          ("return 201", "return 202"))),
    ),
    mutants=(("> «most»", ">= «most»"), ("«also»", ""), ("«differs»", ""), ("«none»", ""), ("«too_large»", "«unsupported»")),
    verifier=check_content,
)  # fmt: skip
