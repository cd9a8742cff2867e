"""Category `fs_orm_model`: SQLAlchemy 2 models, their relationships, and functions that ask a session for rows."""

from random import Random
from typing import Any

from burnish.generate.checks import python_check
from burnish.generate.core import Category, Facts, Shape, Template, fill
from burnish.generate.drawing import draw_arguments, pick
from burnish.generate.orm_model_basics import ASKED, BASE, MADE, RELATED
from burnish.generate.wording import CITIES, FLAG_FIELDS, NUMBER_FIELDS, a, draw_noun, draw_nouns

# The words of a comparison, its sign, a slip and the opposite.
COMPARED = (
    ("at least", ">=", ">", "<"),
    ("more than", ">", ">=", "<="),
    ("at most", "<=", "<", ">"),
    ("less than", "<", "<=", ">="),
)


def draw_rows(rng: Random) -> dict[str, Any]:
    """Draw a model, which of its objects are wanted, in which order, how many, and what of them."""
    noun, (number, order) = draw_noun(rng), rng.sample(NUMBER_FIELDS, 2)
    flag, place, down = rng.choice(FLAG_FIELDS), pick(rng, "city|owner|region|plan"), rng.random() < 0.5
    model, kind, limit = noun.kind, rng.choice(("place", "number")), rng.choice((0, 2, 3, 4))
    facts = draw_arguments(
        rng,
        session="session|db",
        value=place if kind == "place" else pick(rng, "limit|bound") if not limit else "bound",
    )
    words, sign, slip, opposite = rng.choice(COMPARED) if kind == "number" else ("", "==", "!=", "!=")
    field, told, wanted, value = (
        (place, number, rng.random() < 0.5, facts["value"])
        if kind == "place"
        else (number, place, rng.random() < 0.5, facts["value"])
    )
    flagged, column = rng.random() < 0.5, rng.random() < 0.4
    extra = f", {model}.{flag}.is_({wanted})" if flagged else ""
    shown = f"{model}.{told}" if column else model
    return facts | {
        "name": pick(rng, "find_{0}|list_{0}|get_{0}|{0}_of|select_{0}|wanted_{0}").format(noun.many), "model": model,
        "table": noun.many, "many": noun.many, "number": number, "order_by": order, "flag": flag, "place": place,
        "kind": kind,
        "field": field, "sign": sign, "slip": slip, "opposite": opposite, "wanted": wanted, "flagged": flagged,
        "column": column, "limit": limit, "more": limit + 1, "down": down, "shown": shown, "extra": extra,
        "condition": f"{model}.{field} {sign} {value}", "near": f"{model}.{field} {slip} {value}",
        "far": f"{model}.{field} {opposite} {value}", "sort": f"{model}.{order}{'.desc()' if down else ''}",
        "wrong_sort": f"{model}.{order}{'' if down else '.desc()'}",
        "cut": f".limit({limit})" if limit else "", "wrong_cut": f".limit({limit + 1})" if limit else ".limit(2)",
        "sql_cut": f"[:{limit}]" if limit else "",
        "need": (f"whose `{field}` is `{value}`" if kind == "place" else f"whose `{field}` is {words} `{value}`") + (f" and whose `{flag}` is {wanted}" if flagged else ""),
        "way": "highest" if down else "lowest", "result": f"their `{told}` values" if column else "the objects",
        "at_most": f", at most {limit} of them" if limit else "",
        "told": told, "pick": f"row.{told}" if column else "row",
    }  # fmt: skip


MODEL = """
class «model»(Base):
    __tablename__ = "«table»"

    id: Mapped[int] = mapped_column(primary_key=True)
    «place»: Mapped[str]
    «number»: Mapped[int]
    «order_by»: Mapped[int]
    «flag»: Mapped[bool]
"""


def check_rows(facts: Facts, rng: Random) -> dict[str, Any]:
    """Store rows on both sides of each condition, and pick the wanted ones from a list."""
    cases = []
    for count in (24, 30, 27):
        towns, bound = rng.sample(CITIES, 2), rng.randrange(20, 60)
        numbers = [bound, bound - 1, bound + 1, *(rng.randrange(bound - 9, bound + 10) for _ in range(count - 3))]
        orders = rng.sample(range(1, 200), count)
        places = towns if facts["kind"] == "place" else CITIES
        rows: list[dict[str, Any]] = [
            {"id": number, facts["place"]: rng.choice(places), facts["number"]: n, facts["order_by"]: order,
             facts["flag"]: rng.random() < 0.5}
            for number, n, order in zip(rng.sample(range(1, 90), count), numbers, orders, strict=True)
        ]  # fmt: skip
        # the row on the limit would come first
        rows[0] |= {facts["flag"]: facts["wanted"], facts["order_by"]: 999 if facts["down"] else 0}
        given = towns[0] if facts["kind"] == "place" else bound
        fits = {"==": (0,), ">=": (0, 1), ">": (1,), "<=": (-1, 0), "<": (-1,)}[facts["sign"]]
        side = [row for row in rows if (row[facts["field"]] > given) - (row[facts["field"]] < given) in fits]
        kept = sorted(
            (row for row in side if not facts["flagged"] or row[facts["flag"]] is facts["wanted"]),
            key=lambda row: row[facts["order_by"]],
            reverse=facts["down"],
        )
        args = ["@session" if role == "session" else given for role in facts["order"]]
        call = {"entry": facts["name"], "model": facts["model"], "rows": rows, "args": args}
        cases.append(
            (
                call,
                [
                    row[facts["told"] if facts["column"] else "id"]
                    for row in (kept[: facts["limit"]] if facts["limit"] else kept)
                ],
            )
        )
    models = "from sqlalchemy.orm import Mapped, mapped_column\n" + BASE + fill(MODEL, facts) + "\n"
    return python_check(facts["name"], cases, harness=ASKED, modules={"models": models}, site=True)


ROWS = Template(
    id="select_rows",
    ask=(
        "Write a function `«name»(«args»)` with SQLAlchemy 2 that returns a list of «result» for all «many» «need»«at_most», the «way» `«order_by»` first. `«session»` is a `Session`; the model below is in the module `models`.",
        "Given the SQLAlchemy model `«model»` (in `models`), implement `«name»(«args»)`, where `«session»` is an open Session. It selects the «many» «need», sorted by `«order_by»` with the «way» first, and returns «result» as a list«at_most».",
        "Which «many» have what we look for? I need `«name»(«args»)` for SQLAlchemy's ORM: a list of «result» of the «many» «need». The «way» `«order_by»` comes first«at_most». Import `«model»` from `models`; `«session»` is a Session.",
        "Here is a model from our module `models`. Please query it in `«name»(«args»)` through the Session `«session»`: only «many» «need», ordered by `«order_by»`, «way» first«at_most». The function gives «result» in a list.",
    ),
    draw=draw_rows,
    starter=MODEL,
    shapes=(
        Shape(name="scalars", code="""
            from sqlalchemy import select

            from models import «model»

            def «name»(«args»):
                query = select(«shown»).where(«condition»«extra»).order_by(«sort»)«cut»
                return «session».scalars(query).all()
            """, mutants=(("(«condition»", "(«near»"), ("(«condition»", "(«far»"), ("(«sort»)", "(«wrong_sort»)"),
                          (".order_by(«sort»)", ".order_by(«model».id)"), ("(«sort»)«cut»", "(«sort»)«wrong_cut»"))),
        Shape(name="query", code="""
            from models import «model»

            def «name»(«args»):
                rows = «session».query(«model»).filter(«condition»«extra»).order_by(«sort»)«cut»
                return [«pick» for row in rows]
            """, mutants=(("(«condition»", "(«far»"), ("(«condition»«extra»)", "(«near»«extra»)"),
                          (".order_by(«sort»)", ""), ("(«sort»)«cut»", "(«sort»)«wrong_cut»"))),
        Shape(name="execute", code="""
            from models import «model»
            from sqlalchemy import select

            def «name»(«args»):
                query = select(«shown»).where(«condition»«extra»).order_by(«sort»)
                return [row[0] for row in «session».execute(query)]«sql_cut»
            """, mutants=(("(«condition»", "(«near»"), ("(«condition»", "(«far»"), ("(«sort»)", "(«wrong_sort»)"),
                          ("select(«shown»)", "select(«model».«order_by»)"))),
    ),
    verifier=check_rows,
)  # fmt: skip


def draw_model(rng: Random) -> dict[str, Any]:
    """Draw a table, the length of its text, which column is unique, which may be NULL, and a default."""
    noun, text = draw_noun(rng), pick(rng, "code|slug|email|sku|phone|iban")
    number, label = rng.choice(NUMBER_FIELDS), pick(rng, "note|color|city|title|comment")
    flag, length, start = (
        rng.choice(FLAG_FIELDS),
        rng.choice((8, 12, 16, 20, 32, 40, 64, 120)),
        rng.choice((0, 1, 5, 10, 100)),
    )
    unique, flagged, optional = rng.random() < 0.7, rng.random() < 0.5, rng.random() < 0.6
    has = rng.random() < 0.5
    lines = f"`{text}`, a text of up to {length} characters{' that is unique' if unique else ''}; `{number}`, an integer with the default {start}"
    lines += f"; `{label}`, a text that {'may' if optional else 'may not'} be NULL" + (
        f"; `{flag}`, a boolean with the default {has}" if flagged else ""
    )
    return {
        "model": noun.kind, "a_one": a(noun.one), "table": noun.many, "text": text, "number": number, "label": label,
        "flag": flag, "length": length, "longer": length + 1, "start": start, "unique": unique, "flagged": flagged,
        "optional": optional, "has": has,
        "lines": lines, "unique_word": ", unique=True" if unique else "", "wrong_unique": "" if unique else ", unique=True",
        "maybe": "str | None" if optional else "str", "wrong_maybe": "str" if optional else "str | None",
        "flag_line": f"\n    {flag}: Mapped[bool] = mapped_column(default={has})" if flagged else "",
        "flag_column": f"\n    {flag} = Column(Boolean, nullable=False, default={has})" if flagged else "",
        "boolean": "Boolean, " if flagged else "",
        "null": "" if optional else ", nullable=False", "wrong_null": ", nullable=False" if optional else "",
        "table_args": f'\n    __table_args__ = (UniqueConstraint("{text}"),)' if unique else "",
        "constraint": ", UniqueConstraint" if unique else "",
        "wrong_start": start + 1,
    }  # fmt: skip


def check_model(facts: Facts, rng: Random) -> dict[str, Any]:
    """Leave out what has a default, give it, leave out the rest in turn, and repeat the text."""
    text, number, label, flag = (facts[name] for name in ("text", "number", "label", "flag"))
    high = rng.randrange(200, 900)
    names = sorted(["id", text, number, label, *([flag] if facts["flagged"] else [])])
    rows: list[dict[str, Any]] = [
        {text: "a", label: "x"},
        {text: "b", label: "y", number: high} | ({flag: not facts["has"]} if facts["flagged"] else {}),
        {text: "a", label: "z"}, {label: "x"},
        {text: "c"}, {text: "d", label: "x", number: 0},
    ]  # fmt: skip
    expected: list[Any] = [names, [label] if facts["optional"] else [], facts["length"]]
    key, taken = 0, set()
    for row in rows:
        if text not in row or (label not in row and not facts["optional"]) or (facts["unique"] and row[text] in taken):
            expected.append("refused")
            continue
        taken.add(row[text])
        key += 1
        full = {label: None, number: facts["start"], flag: facts["has"], "id": key} | row
        expected.append([full[name] for name in names])
    call = {"entry": facts["model"], "table": facts["table"], "text": text, "rows": rows}
    return python_check(facts["model"], [(call, expected)], harness=MADE, modules={"database": BASE}, site=True)


DECLARED = Template(
    id="declare_model",
    ask=(
        "Write the SQLAlchemy 2 model `«model»` for the table `«table»`, based on `Base` from the module `database`. Columns: `id`, an integer primary key; «lines». Only a column that is said to may be NULL.",
        "I need a declarative class `«model»` (SQLAlchemy 2.0). Import `Base` from `database`, call the table `«table»`. Besides the integer primary key `id` it has: «lines». Nothing else may be NULL, and defaults apply when an object is made without the value.",
        "Please declare `«model»` with SQLAlchemy's ORM. «lines». These are the columns of the table `«table»` next to `id`, the integer primary key. A column is NOT NULL unless I said otherwise; `Base` comes from our module `database`.",
        "Each row of `«table»` is «a_one». How does its SQLAlchemy class `«model»` look? It extends `Base` (from `database`) and has an integer primary key `id`; «lines». All are required in the database if not said otherwise.",
    ),
    draw=draw_model,
    shapes=(
        Shape(name="mapped", code="""
            from sqlalchemy import String
            from sqlalchemy.orm import Mapped, mapped_column

            from database import Base

            class «model»(Base):
                __tablename__ = "«table»"

                id: Mapped[int] = mapped_column(primary_key=True)
                «text»: Mapped[str] = mapped_column(String(«length»)«unique_word»)
                «number»: Mapped[int] = mapped_column(default=«start»)
                «label»: Mapped[«maybe»]«flag_line»
            """, mutants=(("String(«length»)«unique_word»", "String(«length»)«wrong_unique»"), ("(default=«start»)", "()"),
                          ("Mapped[«maybe»]", "Mapped[«wrong_maybe»]"), ("String(«length»)", "String(«longer»)"),
                          ("«text»: Mapped[str]", "«text»: Mapped[str | None]"))),
        Shape(name="columns", code="""
            from sqlalchemy import «boolean»Column, Integer, String

            from database import Base

            class «model»(Base):
                __tablename__ = "«table»"

                id = Column(Integer, primary_key=True)
                «text» = Column(String(«length»), nullable=False«unique_word»)
                «number» = Column(Integer, nullable=False, default=«start»)
                «label» = Column(String«null»)«flag_column»
            """, mutants=(("nullable=False«unique_word»", "nullable=False«wrong_unique»"),
                          ("default=«start»", "default=«wrong_start»"),
                          ("Column(String«null»)", "Column(String«wrong_null»)"),
                          ("String(«length»), nullable=False", "String(«length»), nullable=True"),
                          ("\"«table»\"", "\"«table»_table\""))),
        Shape(name="table_args", code="""
            from sqlalchemy import String«constraint»
            from sqlalchemy.orm import Mapped, mapped_column

            from database import Base

            class «model»(Base):
                __tablename__ = "«table»"«table_args»

                id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
                «text»: Mapped[str] = mapped_column(String(«length»), nullable=False)
                «number»: Mapped[int] = mapped_column(nullable=False, default=lambda: «start»)
                «label»: Mapped[«maybe»] = mapped_column(String)«flag_line»
            """, mutants=(("lambda: «start»", "lambda: «wrong_start»"), ("Mapped[«maybe»] =", "Mapped[«wrong_maybe»] ="),
                          ("(String(«length»), nullable=False)", "(String)"),
                          ("String(«length»), nullable=False", "String(«length»), nullable=True"))),
    ),
    verifier=check_model,
)  # fmt: skip


def draw_related(rng: Random) -> dict[str, Any]:
    """Draw two models, what becomes of children without a parent, and the order of a parent's children."""
    parent, child = draw_nouns(rng, 2)
    label, number = (
        pick(rng, "name|title|label|code"),
        rng.choice([name for name in NUMBER_FIELDS if name != parent.one]),
    )
    delete, order = rng.random() < 0.5, rng.choice(("id", "up", "down"))
    kind, sort = child.kind, {"id": "id", "up": number, "down": f"{number}.desc()"}[order]
    fate = (f"{a(child.one)} that is taken out of `{child.many}`, or whose {parent.one} is deleted through the session, is deleted too" if delete
            else f"{a(child.one)} that is taken out of `{child.many}`, or whose {parent.one} is deleted, stays with `{parent.one}_id` NULL")  # fmt: skip
    return {
        "parent": parent.kind, "child": kind, "parents": parent.many, "children": child.many, "one": parent.one,
        "child_one": child.one, "label": label, "number": number, "delete": delete, "order": order,
        "key": f"{parent.one}_id", "fate": fate,
        "sorted_by": {"id": "by `id`", "up": f"by `{number}`, ascending", "down": f"by `{number}`, descending"}[order],
        "sort": f'order_by="{kind}.{sort}"',
        "wrong_sort": f'order_by="{kind}.id.desc()"' if order == "id" else f'order_by="{kind}.id"',
        "cascade": 'cascade="all, delete-orphan", ' if delete else "",
        "wrong_cascade": "" if delete else 'cascade="all, delete-orphan", ',
        "key_type": "int" if delete else "int | None", "null": ", nullable=False" if delete else "",
        "one_type": parent.kind if delete else f"{parent.kind} | None",
    }  # fmt: skip


def check_related(facts: Facts, rng: Random) -> dict[str, Any]:
    """Put children in from both sides, take one out, delete a parent; follow it with lists."""
    numbers = rng.sample(range(10, 90), 4)
    while numbers in (sorted(numbers), sorted(numbers, reverse=True)):
        numbers = rng.sample(range(10, 90), 4)
    gone = rng.randrange(1, 3)
    shown = {"id": numbers, "up": sorted(numbers), "down": sorted(numbers, reverse=True)}[facts["order"]]
    start = [[n, 1] for n in numbers] + [[1, 2], [2, 2]]
    loose = [[n, None if n == shown[gone] else owner] for n, owner in start]
    alone = [[n, None if owner == 2 else owner] for n, owner in loose]
    if facts["delete"]:
        loose, alone = ([row for row in rows if row[1] is not None] for rows in (loose, alone))
    call = {name: facts[name] for name in ("parent", "child", "parents", "children", "one", "label", "number", "key")}
    call |= {"many": facts["children"], "numbers": numbers, "gone": gone}
    expected = [[True] * 4, 2, start, shown, loose, alone, ["a"]]
    return python_check(facts["parent"], [(call, expected)], harness=RELATED, modules={"database": BASE}, site=True)


PAIR = Template(
    id="parent_and_children",
    ask=(
        "Write two SQLAlchemy 2 models on `Base` (import it from `database`): `«parent»` (table `«parents»`: `id`, text `«label»`) and `«child»` (table `«children»`: `id`, integer `«number»`, foreign key `«key»`). Connect them both ways as `«parent»`.`«children»`, sorted «sorted_by», and `«child»`.`«one»`. «fate».",
        "One `«parent»` has many `«child»` objects. Please declare both with SQLAlchemy's ORM; `Base` is in the module `database`. Columns of `«parents»`: `id` and `«label»` (text); of `«children»`: `id`, `«number»` (integer) and `«key»`, which points at `«parents»`. I want the relationships `«children»` (in order: «sorted_by») and `«one»`, each updating the other. Also, «fate».",
        "I need the ORM classes `«parent»` and `«child»` (SQLAlchemy 2.0, `from database import Base`). «fate». The list `«children»` of a `«parent»` comes sorted «sorted_by», and `«one»` is the way back. Tables: `«parents»`(id, «label» text) and `«children»`(id, «number» integer, «key» references `«parents»`), ids being primary keys.",
        "How do I map `«parents»`(id, «label») and `«children»`(id, «number», «key») with SQLAlchemy 2? The classes are `«parent»` and `«child»`, `id` is the primary key, «label» a text, «number» an integer, «key» the foreign key; `Base` comes from `database`. `«children»` and `«one»` are a relationship in both directions, the list sorted «sorted_by». Note: «fate».",
    ),
    draw=draw_related,
    shapes=(
        Shape(name="back_populates", code="""
            from database import Base
            from sqlalchemy import ForeignKey
            from sqlalchemy.orm import Mapped, mapped_column, relationship

            class «parent»(Base):
                __tablename__ = "«parents»"
                id: Mapped[int] = mapped_column(primary_key=True)
                «label»: Mapped[str]
                «children»: Mapped[list["«child»"]] = relationship(
                    back_populates="«one»", «cascade»«sort»
                )

            class «child»(Base):
                __tablename__ = "«children»"
                id: Mapped[int] = mapped_column(primary_key=True)
                «number»: Mapped[int]
                «key»: Mapped[«key_type»] = mapped_column(ForeignKey("«parents».id"))
                «one»: Mapped["«one_type»"] = relationship(back_populates="«children»")
            """, mutants=(("\"«one»\", «cascade»", "\"«one»\", «wrong_cascade»"), ("«sort»", "«wrong_sort»"),
                          ("(ForeignKey(\"«parents».id\"))", "()"), ("back_populates=\"«one»\", ", ""),
                          ("(back_populates=\"«children»\")", "()"))),
        Shape(name="backref", code="""
            from database import Base
            from sqlalchemy import ForeignKey
            from sqlalchemy.orm import Mapped, backref, mapped_column, relationship

            class «parent»(Base):
                __tablename__ = "«parents»"
                id: Mapped[int] = mapped_column(primary_key=True)
                «label»: Mapped[str]

            class «child»(Base):
                __tablename__ = "«children»"
                id: Mapped[int] = mapped_column(primary_key=True)
                «number»: Mapped[int]
                «key»: Mapped[«key_type»] = mapped_column(ForeignKey("«parents».id"))
                «one» = relationship("«parent»", backref=backref("«children»", «cascade»«sort»))
            """, mutants=(("\"«children»\", «cascade»", "\"«children»\", «wrong_cascade»"), ("«sort»", "«wrong_sort»"),
                          ("«parents».id", "«children».id"), ("    «one» = ", "    «one»_link = "))),
        Shape(name="columns", code="""
            from database import Base
            from sqlalchemy import Column, ForeignKey, Integer, String
            from sqlalchemy.orm import relationship

            class «parent»(Base):
                __tablename__ = "«parents»"
                id = Column(Integer, primary_key=True)
                «label» = Column(String)
                «children» = relationship("«child»", «cascade»«sort», back_populates="«one»")

            class «child»(Base):
                __tablename__ = "«children»"
                id = Column(Integer, primary_key=True)
                «number» = Column(Integer)
                «key» = Column(ForeignKey("«parents».id")«null»)
                «one» = relationship("«parent»", back_populates="«children»")
            """, mutants=(("\"«child»\", «cascade»", "\"«child»\", «wrong_cascade»"), ("«sort»", "«wrong_sort»"),
                          ("ForeignKey(\"«parents».id\")", "Integer"), (", back_populates=\"«one»\"", ""))),
    ),
    verifier=check_related,
)  # fmt: skip

CATEGORY = Category(name="fs_orm_model", family="database", templates=(ROWS, DECLARED, PAIR))
