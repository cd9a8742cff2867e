"""Templates of FullstackEval: security, functions that must work and hold (levels 1 and 2)."""

from random import Random
from typing import Any

from burnish.benchmarks.fullstack.steps import calls
from burnish.benchmarks.fullstack.tasks import Check, Facts, Template


def _draw_mask(rng: Random) -> dict[str, Any]:
    what = rng.choice(["card number", "account number", "access key", "licence key", "phone number"])
    entry = rng.choice(["hide", "mask", "cover"]) + "_" + what.split()[0]
    return {"entry": entry, "what": what, "shown": rng.randrange(2, 6), "mark": rng.choice(["*", "x", "#", "•"])}


def _test_mask(facts: Facts, rng: Random) -> list[Check]:
    def pair(length: int) -> tuple[list[Any], Any]:
        text = "".join(rng.choice("0123456789abcdef") for _ in range(length))
        kept = facts["shown"] if length > facts["shown"] else 0
        return [text], facts["mark"] * (length - kept) + text[length - kept :]

    shown = facts["shown"]
    return [
        Check("shows the end", calls(pair(16), pair(12), pair(19))),
        Check("other lengths", calls(pair(shown + 1), pair(shown + 5), pair(40))),
        Check("nothing of a short one", calls(pair(shown), pair(shown - 1), pair(1)), exploit=True),
    ]


MASK_END = Template(
    id="mask_end", kind="security", level=1, surface="python", entry="§entry", draw=_draw_mask,
    prompt="""
        Write a Python function `§entry(text)` that hides a §what before it is logged. It returns a text of the same length in which
        every character but the last §shown is "§mark". A text of §shown or fewer characters is hidden completely.
    """,
    reference="""
        def §entry(text):
            if len(text) <= §shown:
                return "§mark" * len(text)
            return "§mark" * (len(text) - §shown) + text[-§shown:]
    """,
    second="""
        def §entry(text):
            last = len(text) - §shown
            return "".join(c if i >= last > 0 else "§mark" for i, c in enumerate(text))
    """,
    mutants=(
        ("<= §shown", "< §shown"), ("text[-§shown:]", "text[:§shown]"), ("(len(text) - §shown)", "len(text)"),
        ('return "§mark" * len(text)', "return text"), ("len(text) - §shown", "§shown"),
        ('"§mark" * len(text)', '"§mark" * §shown'),
    ),
    tests=_test_mask,
)  # fmt: skip


def _draw_target(rng: Random) -> dict[str, Any]:
    site = rng.choice(["shop", "forum", "school", "clinic", "museum", "library"])
    entry = rng.choice(["safe_target", "target_after_login", "where_to_go"])
    return {"entry": entry, "home": rng.choice(["/", "/home", "/start"]), "host": f"www.{site}.example", "site": site}


def _test_target(facts: Facts, rng: Random) -> list[Check]:
    host, home = facts["host"], facts["home"]
    page = f"/{rng.choice(['items', 'account', 'help', 'news'])}/{rng.randrange(10, 99)}"

    def leads(*pairs: tuple[str, str]) -> Any:
        return calls(*(([target], wanted) for target, wanted in pairs))

    own = leads((page, page), (f"{page}?page=2#top", f"{page}?page=2#top"), (f"https://{host}{page}", page))
    return [
        Check("pages of the site", own),
        Check("the whole address", leads((f"https://{host}{page}?a=1", f"{page}?a=1"), (f"https://{host}", "/"), (page, page))),
        Check("no page", leads(("", home), ("items", home), (page, page), ("mailto:a@b.example", home))),
        Check("other sites", leads((f"https://evil.example{page}", home), ("http://evil.example", home), (page, page)),
              exploit=True),
        Check("addresses without a scheme", leads((f"//evil.example{page}", home), ("///evil.example", home), (page, page)),
              exploit=True),
        Check("backslashes and tabs", leads(("/\t/evil.example", home), (f"https://{host}//evil.example", home),
                                          (f"/\\evil.example{page}", home), ("\\\\evil.example", home),
                                          (page, page)), exploit=True),
        Check("hosts that look alike", leads((f"https://{host}.evil.example{page}", home),
                                             (f"https://{host}@evil.example{page}", home),
                                            (f"https://evil.example/{host}", home), (page, page)), exploit=True),
        Check("scripts", leads(("javascript:alert(1)", home), (f"javascript://{host}/%0aalert(1)", home), (page, page)),
              exploit=True),
    ]  # fmt: skip


REDIRECT_TARGET = Template(
    id="redirect_target", kind="security", level=2, surface="python", entry="§entry", draw=_draw_target,
    prompt="""
        Write a Python function `§entry(target)`. After login the §site site sends people to the text `target`, which comes from
        the address and can't be trusted. The function returns the path to go to, with its query and fragment: `target` itself
        when it begins with one "/", the part behind the host when it begins with `https://§host` and that is the whole host
        ("/" if nothing follows), and "§home" for everything else. Nobody may be led to another site: browsers read
        `//other.example` as a host, and a backslash as a slash, and leave tabs out.
    """,
    reference="""
        from urllib.parse import urlsplit

        def §entry(target):
            if "\\\\" in target:
                return "§home"
            parts = urlsplit(target)
            if (parts.scheme, parts.netloc) not in {("", ""), ("https", "§host")}:
                return "§home"
            if not parts.scheme and not target.startswith("/"):
                return "§home"
            path = parts._replace(scheme="", netloc="").geturl() or "/"
            if path.startswith("//") or target.startswith("//"):
                return "§home"
            return path
    """,
    second="""
        import re

        def §entry(target):
            found = re.fullmatch(r"(https://www\\.§site\\.example)?(/[^\\\\\\s]*)?", target)
            if not found or not target:
                return "§home"
            path = found[2] or "/"
            return "§home" if path.startswith("//") else path
    """,
    mutants=(
        ('if "\\\\" in target:', "if False:"), ('("https", "§host")', '("https", parts.netloc)'),
        ('if path.startswith("//") or target.startswith("//"):', "if False:"), ('{("", ""), ("https", "§host")}', '{("", "")}'),
        (' or "/"\n', "\n"), ('not parts.scheme and not target.startswith("/")', "False"), ("return path", 'return "§home"'),
    ),
    tests=_test_target,
)  # fmt: skip

TEMPLATES = (MASK_END, REDIRECT_TARGET)
