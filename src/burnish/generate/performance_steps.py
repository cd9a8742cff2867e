"""Performance pairs in plain Python: comparisons, items read and calls made, counted by what the function is given."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import FIRST_NAMES, draw_noun, draw_nouns

# Keys that count how often they are compared; with "most", a call gives whether that was rare enough.
COMPARISONS = """
class Key:
    compared = 0
    def __init__(self, text):
        self.text = text
    def __eq__(self, other):
        Key.compared += 1
        return isinstance(other, Key) and self.text == other.text
    def __hash__(self):
        return hash(self.text)

def drive(ns, call):
    function = ns[call["entry"]]
    if "most" not in call:
        return function(*call["args"])
    Key.compared = 0
    count = call["count"]
    function([Key(f"k{n}") for n in range(count)], [Key(f"k{2 * n}") for n in range(count)])
    return Key.compared <= call["most"]
"""


def draw_members(rng: Random) -> dict[str, Any]:
    """Draw two lists of keys and which of them stay."""
    noun, other = draw_nouns(rng, 2)
    keep = rng.random() < 0.5
    return {
        "name": pick(rng,
                     f"{'known' if keep else 'new'}_{noun.many}|{'keep' if keep else 'drop'}_{noun.many}|pick_{noun.many}|filter_{noun.many}|{noun.many}_{'in' if keep else 'not_in'}_{other.many}"),
        "first": noun.many, "second": f"{other.one}_keys" if rng.random() < 0.5 else f"{other.many}", "one": noun.one,
        "keep": keep,
        "test": "in" if keep else "not in", "words": "is also in" if keep else "isn't in",
    }  # fmt: skip


def check_members(facts: Facts, rng: Random) -> dict[str, Any]:
    """Compare results on names, with repeats, and count comparisons on long lists."""
    known = []
    for _ in range(4):
        first, second = rng.choices(FIRST_NAMES[:12], k=8), rng.choices(FIRST_NAMES[:12], k=5)
        known.append(
            (
                {"entry": facts["name"], "args": [first, second]},
                [one for one in first if (one in second) is facts["keep"]],
            )
        )
    known.append(({"entry": facts["name"], "args": [[], ["Ada"]]}, []))
    counted = [({"entry": facts["name"], "count": 200, "most": 2_000}, True)]
    return {
        "works": python_check(facts["name"], known, harness=COMPARISONS),
        "comparisons": python_check(facts["name"], counted, harness=COMPARISONS),
    }


MEMBERS = Template(
    id="membership",
    ask=(
        "Write a Python function `«name»(«first», «second»)`: from the list `«first»` it returns, in the same order and with repeats, each item that «words» the list `«second»`. Both hold hashable keys and can be long.",
        "Two long lists of keys (hashable). I need `«name»(«first», «second»)` in Python; the result is the list of those items of `«first»`, order and duplicates kept, of which each «words» `«second»`.",
        "Please implement `«name»(«first», «second»)` in Python. An item of `«first»` stays if it «words» `«second»`; the order stays, too, and so do repeated items. Input: lists with thousands of hashable values.",
    ),
    draw=draw_members,
    shapes=(
        Shape(name="set", code="""
            def «name»(«first», «second»):
                known = set(«second»)
                return [«one» for «one» in «first» if «one» «test» known]
            """, mutants=(("set(«second»)", "list(«second»)"), ("set(«second»)", "tuple(sorted(«second», key=str))"))),
        Shape(name="frozenset_loop", code="""
            def «name»(«first», «second»):
                lookup = frozenset(«second»)
                result = []
                for «one» in «first»:
                    if «one» «test» lookup:
                        result.append(«one»)
                return result
            """, mutants=(("frozenset(«second»)", "list(«second»)"),)),
        Shape(name="dict_filter", code="""
            def «name»(«first», «second»):
                known = dict.fromkeys(«second»)
                return list(filter(lambda «one»: «one» «test» known, «first»))
            """, mutants=(("dict.fromkeys(«second»)", "[*«second»]"),)),
    ),
    mutants=(("«one» «test» lookup", "«one» «test» «second»"),),
    wrong=("""
        def «name»(«first», «second»):
            return [«one» for «one» in «first» if «one» «test» «second»]
        """, """
        def «name»(«first», «second»):
            result = []
            for «one» in «first»:
                is_there = False
                for other in «second»:
                    if «one» == other:
                        is_there = True
                        break
                if is_there is «keep!r»:
                    result.append(«one»)
            return result
        """),
    verifier=check_members,
)  # fmt: skip

# A source that counts what is read from it.
READING = """
def drive(ns, call):
    read = []
    def source():
        for item in call["items"]:
            read.append(item)
            yield item
    result = ns[call["entry"]](source(), call["count"])
    return len(read) <= call["most"] if "most" in call else list(result)
"""


def draw_first(rng: Random) -> dict[str, Any]:
    """Draw a stream of lines and the word by which some of them are wanted."""
    noun = draw_noun(rng)
    return {
        "name": pick(rng,
                     f"first_{noun.many}|find_{noun.many}|some_{noun.many}|peek_{noun.many}|{noun.one}_lines|sample_{noun.many}"),
        "lines": pick(rng, "lines|stream|source|records|feed"), "count": pick(rng, "count|limit|most|wanted"),
        "one": noun.one, "many": noun.many,
        "mark": pick(rng, f"ERROR|{noun.one}=|#{noun.one}|[{noun.one}]|{noun.kind}:|NEW"),
        "line": pick(rng, "line|entry|text|row"),
    }  # fmt: skip


def check_first(facts: Facts, rng: Random) -> dict[str, Any]:
    """Take a few lines of a stream; what comes behind the last one wanted must stay unread."""
    mark = facts["mark"]
    items = [
        f"{number} {mark} {rng.choice(FIRST_NAMES)}" if number % 3 == 1 else f"{number} other" for number in range(60)
    ]
    wanted = [one for one in items if mark in one]
    known = [({"entry": facts["name"], "items": items, "count": count}, wanted[:count]) for count in (1, 3, 100)]
    known.append(({"entry": facts["name"], "items": [], "count": 2}, []))
    counted = [({"entry": facts["name"], "items": items, "count": count, "most": 3 * count}, True) for count in (2, 4)]
    return {
        "works": python_check(facts["name"], known, harness=READING),
        "items_read": python_check(facts["name"], counted, harness=READING),
    }


FIRST = Template(
    id="bounded_read",
    ask=(
        "Write a Python function `«name»(«lines», «count»)` that returns a list of the first `«count»` (one or more) lines in the iterator `«lines»` that contain '«mark»'; fewer if there aren't as many. The iterator may be endless.",
        "A log of «many» arrives as an iterator of texts, gigabytes long. In Python, `«name»(«lines», «count»)` gives the first «count» of them (at least 1 is asked) with '«mark»' inside, as a list; all there are if they are fewer.",
        "Please write `«name»(«lines», «count»)` in Python: `«lines»` yields strings, the result lists the first `«count»` that hold the text '«mark»', `«count»` being 1 or more. It's a slow network source.",
    ),
    draw=draw_first,
    shapes=(
        Shape(name="islice", code="""
            from itertools import islice


            def «name»(«lines», «count»):
                return list(islice((«line» for «line» in «lines» if «mark!r» in «line»), «count»))
            """, mutants=(("islice((«line» for «line» in «lines» if «mark!r» in «line»), «count»)",
                           "islice([«line» for «line» in «lines» if «mark!r» in «line»], «count»)"),)),
        Shape(name="loop", code="""
            def «name»(«lines», «count»):
                found = []
                for «line» in «lines»:
                    if «mark!r» not in «line»:
                        continue
                    found.append(«line»)
                    if len(found) == «count»:
                        break
                return found
            """, mutants=(("        if len(found) == «count»:\n            break\n    return found",
                           "    return found[:«count»]"),
                          ("in «lines»:", "in list(«lines»):"),
                          ("            break\n    return found",
                           "            found = found[:«count»]\n    return found[:«count»]"))),
    ),
    wrong=("""
        def «name»(«lines», «count»):
            return [«line» for «line» in «lines» if «mark!r» in «line»][:«count»]
        """, """
        def «name»(«lines», «count»):
            everything = list(«lines»)
            matching = []
            for number in range(len(everything)):
                «line» = everything[number]
                if «mark!r» in «line»:
                    matching.append(«line»)
            if len(matching) > «count»:
                matching = matching[:«count»]
            return matching
        """),
    verifier=check_first,
)  # fmt: skip

# A loader that counts its calls.
LOADING = """
def drive(ns, call):
    asked = []
    def load(key):
        asked.append(key)
        return call["values"][key]
    result = ns[call["entry"]](call["keys"], load)
    return len(asked) <= call["most"] if "most" in call else result
"""


def draw_loads(rng: Random) -> dict[str, Any]:
    """Draw what is loaded, by which key."""
    noun, other = draw_nouns(rng, 2)
    return {
        "name": pick(rng,
                     f"{noun.one}_names|attach_{noun.many}|label_{noun.many}|names_of_{noun.many}|resolve_{noun.many}"),
        "one": noun.one, "many": noun.many,
        "keys": pick(rng, f"{noun.one}_ids|keys|{noun.one}_codes|ids"),
        "load": pick(rng, f"load|fetch|lookup|load_{noun.one}|fetch_{noun.one}"), "other": other.many,
        "cache": pick(rng, "known|cache|seen|loaded"),
    }  # fmt: skip


def check_loads(facts: Facts, rng: Random) -> dict[str, Any]:
    """Load names for keys that repeat; each may be asked for once."""
    values = {f"k{number}": name for number, name in enumerate(rng.sample(FIRST_NAMES, 4))}
    known = []
    for count in (5, 8, 0):
        keys = rng.choices(list(values), k=count)
        known.append(({"entry": facts["name"], "values": values, "keys": keys}, [values[key] for key in keys]))
    keys = rng.choices(list(values), k=40)
    return {
        "works": python_check(facts["name"], known, harness=LOADING),
        "calls_made": python_check(
            facts["name"],
            [({"entry": facts["name"], "values": values, "keys": keys, "most": 4}, True)],
            harness=LOADING,
        ),
    }


LOADS = Template(
    id="repeated_loads",
    ask=(
        "Write a Python function `«name»(«keys», «load»)`. `«load»(key)` asks a remote service for the name of one «one». The result is the list of names for `«keys»`, in order; the same key often stands there many times.",
        "Our list of «other» shows the name of a «one» in each row. In Python, `«name»(«keys», «load»)` returns the names in the order of `«keys»`, which repeats a lot; `«load»` takes one key, returns one name and costs a network request.",
        "Please implement `«name»(«keys», «load»)` in Python: for every key its name, as a list of the same length. Names of «many» come from the slow function `«load»(key)`; expect the same few keys again and again.",
    ),
    draw=draw_loads,
    shapes=(
        Shape(name="dict", code="""
            def «name»(«keys», «load»):
                «cache» = {key: «load»(key) for key in set(«keys»)}
                return [«cache»[key] for key in «keys»]
            """, mutants=(("in set(«keys»)", "in «keys»"),)),
        Shape(name="memo", code="""
            def «name»(«keys», «load»):
                «cache» = {}
                names = []
                for key in «keys»:
                    if key not in «cache»:
                        «cache»[key] = «load»(key)
                    names.append(«cache»[key])
                return names
            """, mutants=(("        if key not in «cache»:\n            «cache»[key] = «load»(key)\n",
                           "        «cache»[key] = «load»(key)\n"),)),
        Shape(name="functools", code="""
            from functools import cache


            def «name»(«keys», «load»):
                return list(map(cache(«load»), «keys»))
            """, mutants=(("map(cache(«load»), «keys»)", "cache(«load»)(key) for key in «keys»"),)),
    ),
    wrong=("""
        def «name»(«keys», «load»):
            return [«load»(key) for key in «keys»]
        """, """
        def «name»(«keys», «load»):
            names = []
            for position in range(len(«keys»)):
                key = «keys»[position]
                «one» = «load»(key)
                if «one» is None:
                    names.append(None)
                    continue
                names.append(«one»)
            return names
        """),
    verifier=check_loads,
)  # fmt: skip
