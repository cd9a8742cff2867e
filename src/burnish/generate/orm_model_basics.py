"""The harnesses of `fs_orm_model`: a database in memory for the models of an answer, and what is done with it."""

BASE = "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n"
OPENED = """
from sqlalchemy import create_engine, event, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

def open_database(base):
    engine = create_engine("sqlite://")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys = ON"))
    base.metadata.create_all(engine)
    return engine
"""
ASKED = (
    OPENED
    + """
def drive(ns, call):
    import models
    model = getattr(models, call["model"])
    with Session(open_database(models.Base)) as session:
        session.add_all([model(**row) for row in call["rows"]])
        session.commit()
        found = ns[call["entry"]](*[session if one == "@session" else one for one in call["args"]])
        return [one.id if isinstance(one, model) else one for one in found]
"""
)

MADE = (
    OPENED
    + """
def drive(ns, call):
    model = ns[call["entry"]]
    engine = open_database(model)
    columns = {column["name"]: column for column in inspect(engine).get_columns(call["table"])}
    may_be_null = [name for name in sorted(columns) if columns[name]["nullable"]]
    outcomes = [sorted(columns), may_be_null, getattr(columns[call["text"]]["type"], "length", None)]
    for values in call["rows"]:
        with Session(engine) as session:
            made = model(**values)
            session.add(made)
            try:
                session.commit()
            except IntegrityError:
                outcomes.append("refused")
            else:
                outcomes.append([getattr(made, name) for name in sorted(columns)])
    return outcomes
"""
)

RELATED = (
    OPENED
    + """
def drive(ns, call):
    parent_kind, child_kind = ns[call["parent"]], ns[call["child"]]
    many, one, number, key = call["many"], call["one"], call["number"], call["key"]
    outcomes = []
    with Session(open_database(parent_kind)) as session:
        def rows():
            session.commit()
            session.expire_all()
            query = f"SELECT {number}, {key} FROM {call['children']} ORDER BY id"
            outcomes.append([list(row) for row in session.execute(text(query))])
        first, second = [parent_kind(**{call["label"]: letter}) for letter in "ab"]
        session.add_all([first, second])
        getattr(first, many).extend(child_kind(**{number: n}) for n in call["numbers"])
        getattr(second, many).append(child_kind(**{number: 1}))
        session.add(child_kind(**{number: 2, one: second}))
        outcomes.append([getattr(child, one) is first for child in getattr(first, many)])
        outcomes.append(len(getattr(second, many)))
        rows()
        outcomes.append([getattr(child, number) for child in getattr(first, many)])
        getattr(first, many).remove(getattr(first, many)[call["gone"]])
        rows()
        session.delete(second)
        rows()
        outcomes.append(session.execute(text(f"SELECT {call['label']} FROM {call['parents']}")).scalars().all())
    return outcomes
"""
)
