"""Security pairs about text that reaches an interpreter: SQL injection, markup injection, weak password hashes."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check, sql_insert
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import CITIES, FIRST_NAMES, TEXT_FIELDS, draw_noun

DATABASE = """
import sqlite3

def drive(ns, call):
    db = sqlite3.connect(":memory:")
    db.executescript(call["setup"])
    return sorted(ns[call["entry"]](db, *call["args"]))
"""


def draw_sql(rng: Random) -> dict[str, Any]:
    """Draw a table, the column that is returned and the column that is searched."""
    noun = draw_noun(rng)
    shown, field = rng.sample([name for name in TEXT_FIELDS if name != noun.one], 2)
    return {
        "name": pick(rng,
                     f"find_{noun.many}|{noun.many}_by_{field}|search_{noun.many}|{noun.many}_with_{field}|list_{noun.many}"),
        "many": noun.many, "shown": shown, "field": field, "arg": pick(rng, f"wanted|value|{field}|term|text"),
        "db": pick(rng, "db|connection|conn"),
    }  # fmt: skip


def check_sql(facts: Facts, rng: Random) -> dict[str, Any]:
    """Search a small table; a value that is SQL must find nothing."""
    names, values = rng.sample(FIRST_NAMES, 4), rng.sample(CITIES, 2)
    rows = list(zip(names, [values[0], values[1], values[0], values[1]], strict=True))
    setup = f"CREATE TABLE {facts['many']} ({facts['shown']} TEXT, {facts['field']} TEXT);\n" + sql_insert(
        facts["many"], rows
    )
    known = [
        ({"entry": facts["name"], "setup": setup, "args": [value]}, sorted(n for n, v in rows if v == value))
        for value in values
    ]
    attacks = [f"{values[0]}' OR '1'='1", f"x' UNION SELECT {facts['shown']} FROM {facts['many']} --"]
    tried: list[tuple[Any, Any]] = [({"entry": facts["name"], "setup": setup, "args": [text]}, []) for text in attacks]
    return {
        "works": python_check(facts["name"], known, harness=DATABASE),
        "sql_injection": python_check(facts["name"], tried, harness=DATABASE),
    }


SQL = Template(
    id="sql_query",
    ask=(
        "Write a Python function `«name»(«db», «arg»)` for an open `sqlite3` connection. It returns the list of `«shown»` of all rows of `«many»` whose `«field»` is `«arg»`.",
        "Our table `«many»` has the columns `«shown»` and `«field»`. I need `«name»(«db», «arg»)` in Python (sqlite3): the `«shown»` of every row with that `«field»`, as a list.",
        "Please implement `«name»(«db», «arg»)`; `«db»` is a sqlite3 connection and `«arg»` comes from a search form. Result: a list of the values of `«shown»` in `«many»` where `«field»` equals it.",
    ),
    draw=draw_sql,
    shapes=(
        Shape(name="placeholder", code="""
            def «name»(«db», «arg»):
                rows = «db».execute("SELECT «shown» FROM «many» WHERE «field» = ?", («arg»,))
                return [row[0] for row in rows]
            """, mutants=(('"SELECT «shown» FROM «many» WHERE «field» = ?", («arg»,)',
                           'f"SELECT «shown» FROM «many» WHERE «field» = \'{«arg»}\'"'),)),
        Shape(name="named", code="""
            def «name»(«db», «arg»):
                query = "SELECT «shown» FROM «many» WHERE «field» = :«field»"
                cursor = «db».cursor()
                cursor.execute(query, {"«field»": «arg»})
                found = cursor.fetchall()
                return [«shown» for («shown»,) in found]
            """, mutants=((':«field»"', '\'%s\'" % «arg»'), ('= :«field»"', '= \'" + «arg» + "\'"'))),
    ),
    wrong=("""
        def «name»(«db», «arg»):
            cursor = «db».cursor()
            query = "SELECT «shown» FROM «many» WHERE «field» = '{}'".format(«arg»)
            cursor.execute(query)
            result = []
            for row in cursor.fetchall():
                result.append(row[0])
            return result
        """, """
        def «name»(«db», «arg»):
            query = f"SELECT «shown» FROM «many» WHERE «field» = '{«arg»}'"
            return [row[0] for row in «db».execute(query)]
        """),
    verifier=check_sql,
)  # fmt: skip

# Reads the markup as a browser does: its elements with their attributes' names, and its text.
MARKUP_HARNESS = """
from html.parser import HTMLParser

class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen, self.text = [], []
    def handle_starttag(self, tag, attrs):
        self.seen.append([tag, *(name for name, value in attrs)])
    def handle_data(self, data):
        self.text.append(data)

def drive(ns, call):
    reader = Reader()
    reader.feed(ns[call["entry"]](*call["args"]))
    reader.close()
    return {"elements": reader.seen, "text": "".join(reader.text)}
"""


def draw_markup(rng: Random) -> dict[str, Any]:
    """Draw an element with one attribute and one text."""
    noun = draw_noun(rng)
    text, title = rng.sample([name for name in TEXT_FIELDS if name not in (noun.one, "title")], 2)
    return {
        "name": pick(rng, f"render_{noun.one}|{noun.one}_html|show_{noun.one}|{noun.one}_markup|{noun.one}_element"),
        "one": noun.one, "text": text, "hint": title, "tag": pick(rng, "li|p|span|div|td|strong|h2|h3"),
        "css": pick(rng, f"{noun.one}|{noun.one}-{text}|card|entry|row|box"),
    }  # fmt: skip


def check_markup(facts: Facts, rng: Random) -> dict[str, Any]:
    """Render plain words, then words that are markup."""
    element = [facts["tag"], "class", "title"]
    text, title = rng.sample(FIRST_NAMES, 2)
    attacks = [
        ("<script>steal()</script>", title), ("<img src=x onerror=steal()>", title), (text, '" onmouseover="steal()'),
    ]  # fmt: skip

    def call(one: str, two: str) -> dict[str, Any]:
        return {"entry": facts["name"], "args": [one, two]}

    known = [(call(text, title), {"elements": [element], "text": text})]
    tried = [(call(one, two), {"elements": [element], "text": one}) for one, two in attacks]
    return {
        "works": python_check(facts["name"], known, harness=MARKUP_HARNESS),
        "markup_injection": python_check(facts["name"], tried, harness=MARKUP_HARNESS),
    }


MARKUP = Template(
    id="markup",
    ask=(
        "Write a Python function `«name»(«text», «hint»)` that returns the HTML of one «one»: a `<«tag»>` of class `«css»` with `«hint»` as its `title` attribute and `«text»` as its content.",
        "Without a template engine, in Python: `«name»(«text», «hint»)` gives back `<«tag» class=\"«css»\" title=\"...\">...</«tag»>`, where the title is «hint» and the content «text». Users enter both.",
        "I show each «one» in a `<«tag»>` element (class `«css»`). Please write `«name»(«text», «hint»)` in Python, which builds that HTML string; «text» stands inside, «hint» in the title attribute.",
    ),
    draw=draw_markup,
    shapes=(
        Shape(name="f_string", code="""
            from html import escape


            def «name»(«text», «hint»):
                return f'<«tag» class="«css»" title="{escape(«hint»)}">{escape(«text»)}</«tag»>'
            """, mutants=(("{escape(«text»)}", "{«text»}"), ("{escape(«hint»)}", "{«hint»}"),
                          ("escape(«hint»)", "escape(«hint», quote=False)"))),
        Shape(name="steps", code="""
            import html


            def «name»(«text», «hint»):
                «text» = html.escape(«text», quote=True)
                «hint» = html.escape(«hint», quote=True)
                start = '<«tag» class="«css»" title="' + «hint» + '">'
                return start + «text» + "</«tag»>"
            """, mutants=(("«hint» = html.escape(«hint», quote=True)", "«hint» = «hint».strip()"),
                          ("html.escape(«hint», quote=True)", "html.escape(«hint», quote=False)"))),
    ),
    wrong=("""
        def «name»(«text», «hint»):
            start = '<«tag» class="«css»" title="%s">' % «hint»
            end = "</«tag»>"
            return start + «text» + end
        """, """
        def «name»(«text», «hint»):
            safe_«text» = «text».replace("<script>", "").replace("</script>", "")
            safe_«hint» = «hint».replace("<script>", "").replace("</script>", "")
            start = f'<«tag» class="«css»" title="{safe_«hint»}">'
            return start + safe_«text» + "</«tag»>"
        """),
    verifier=check_markup,
)  # fmt: skip

# An attacker's table of digests, and the comparison of two equal passwords.
HASH_HARNESS = """
import base64, hashlib

def text(stored):
    return stored if isinstance(stored, str) else bytes(stored).hex()

def drive(ns, call):
    make = lambda secret: ns[call["make"]](secret, 16)
    check = lambda secret, stored: ns[call["check"]](secret, stored, 16)
    stored = make(call["password"])
    if "other" in call:
        return [bool(check(call["password"], stored)), bool(check(call["other"], stored))]
    digests = [hashlib.new(name, call["password"].encode()).digest() for name in ("md5", "sha1", "sha256", "sha512")]
    known = [form for one in digests for form in (one.hex(), base64.b64encode(one).decode())]
    return [any(one in text(stored) for one in known), text(stored) == text(make(call["password"]))]
"""


def draw_hash(rng: Random) -> dict[str, Any]:
    """Draw the names of two functions and what the secret is."""
    noun, secret = (
        draw_noun(rng),
        pick(rng, "password|passphrase|pin|secret|passcode|access code|login code|master key"),
    )
    name = secret.replace(" ", "_")
    verb, test = rng.choice(
        (("hash", "check"), ("store", "verify"), ("protect", "test"), ("encode", "matches"), ("digest", "compare"))
    )
    return {
        "noun": noun.one, "many": noun.many, "secret": secret, "arg": name, "make": f"{verb}_{noun.one}_{name}",
        "check": f"{test}_{noun.one}_{name}",
        "stored": pick(rng, "stored|saved|kept|record"), "wrong_salt": noun.many,
    }  # fmt: skip


def check_hash(facts: Facts, rng: Random) -> dict[str, Any]:
    """Store and check; then compare with a table of digests and with the same secret stored again."""
    one, two = (f"{pick(rng, 'Sun|Moon|Star|River')}{rng.randrange(100, 999)}" for _ in range(2))
    names = {"make": facts["make"], "check": facts["check"]}
    return {
        "works": python_check(
            facts["make"], [({**names, "password": one, "other": two + "!"}, [True, False])], harness=HASH_HARNESS
        ),
        "precomputed_hashes": python_check(
            facts["make"], [({**names, "password": one}, [False, False])], harness=HASH_HARNESS
        ),
    }


HASH = Template(
    id="password_hash",
    ask=(
        "Write two Python functions with the standard library: `«make»(«arg», cost)` returns what we save as text for the «secret» of a «noun», `«check»(«arg», «stored», cost)` says whether a «secret» fits it. `cost`, a power of two, is the work factor (scrypt's n); production passes 2**17.",
        "Each of our «many» has a «secret» that must not be saved in plain text. I need `«make»(«arg», cost)`, which gives the text to save, and `«check»(«arg», «stored», cost)`, which returns True or False. `cost` says how much work a guess shall be: the n of scrypt. Python, standard library only.",
        "Please implement `«make»(«arg», cost)` and `«check»(«arg», «stored», cost)` in Python: the first turns the «secret» of a «noun» into text for the database, the second tests a typed «secret» against that text. Whoever calls them chooses `cost`, a work factor as scrypt's n.",
    ),
    draw=draw_hash,
    shapes=(
        Shape(name="scrypt", code="""
            import hashlib
            import hmac
            import os


            def «make»(«arg», cost):
                salt = os.urandom(16)
                return salt.hex() + hashlib.scrypt(«arg».encode(), salt=salt, n=cost, r=8, p=1).hex()


            def «check»(«arg», «stored», cost):
                salt, key = bytes.fromhex(«stored»[:32]), bytes.fromhex(«stored»[32:])
                return hmac.compare_digest(hashlib.scrypt(«arg».encode(), salt=salt, n=cost, r=8, p=1), key)
            """, mutants=(("salt = os.urandom(16)", 'salt = b"«many»".ljust(16, b"-")'),
                          ("salt = os.urandom(16)", "salt = bytes(16)"))),
        Shape(name="derive", code="""
            import hashlib
            import secrets


            def derive(«arg», salt, cost):
                return hashlib.scrypt(«arg».encode(), salt=salt.encode(), n=cost, r=8, p=1).hex()


            def «make»(«arg», cost):
                salt = secrets.token_hex(16)
                return f"{salt}${derive(«arg», salt, cost)}"


            def «check»(«arg», «stored», cost):
                salt, key = «stored».split("$")
                return secrets.compare_digest(derive(«arg», salt, cost), key)
            """, mutants=(("salt = secrets.token_hex(16)", 'salt = "«many»-salt-of-this-application"'),
                          ("salt = secrets.token_hex(16)", "salt = «arg»[:2]"))),
    ),
    wrong=("""
        import hashlib


        def «make»(«arg», cost):
            return hashlib.sha256(«arg».encode()).hexdigest()


        def «check»(«arg», «stored», cost):
            return «make»(«arg», cost) == «stored»
        """, """
        import hashlib
        import hmac

        PREFIX = "«noun»$sha256$"


        def hexadecimal_digest_of(«arg»):
            digest = hashlib.sha256()
            digest.update(«arg».encode("utf-8"))
            return digest.hexdigest()


        def «make»(«arg», cost):
            # the prefix tells later versions how the value was made
            return PREFIX + hexadecimal_digest_of(«arg»)


        def «check»(«arg», «stored», cost):
            expected = PREFIX + hexadecimal_digest_of(«arg»)
            if not «stored».startswith(PREFIX):
                return False
            return hmac.compare_digest(expected, «stored»)
        """),
    verifier=check_hash,
)  # fmt: skip
