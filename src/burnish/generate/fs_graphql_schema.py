"""Category `fs_graphql_schema`: types, queries and mutations in the schema language, judged by the schema they build."""

from random import Random
from typing import Any

from burnish.generate.checks import spec_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import in_words, pick
from burnish.generate.graphql_fields import Field, camel, draw_fields, expect_fields, list_fields, write_lines
from burnish.generate.wording import STATUSES, draw_noun

# How a kind of type is asked for, its keyword, another keyword, and its name in the built schema.
KINDS = (("object type", "type", "input", "object"), ("input type", "input", "type", "inputobject"),
         ("interface", "interface", "type", "interface"))  # fmt: skip


def draw_type(rng: Random) -> dict[str, Any]:
    """Draw one type and its fields."""
    noun, (words, keyword, wrong, built) = draw_noun(rng), rng.choice(KINDS)
    fields = draw_fields(rng, rng.choice((3, 3, 4)))
    if built != "inputobject" and rng.random() < 0.6:
        fields = [Field("id", "ID", False, True), *fields[1:]]
    kind = noun.kind + {"object": pick(rng, "|Report|Summary"), "inputobject": pick(rng, "Input|Filter|Patch"),
                        "interface": pick(rng, "Node|Like|Record")}[built]  # fmt: skip
    return {
        "kind": kind, "words": words, "keyword": keyword, "wrong": wrong, "built": built, "one": noun.one,
        "fields": [list(one) for one in fields], "shown": list_fields(fields, style=rng.randrange(3)),
        "lines": write_lines(fields), "inline": ", ".join(one.text for one in fields),
        "described": write_lines(fields, described=True),
        "first": fields[0].text, "first_loose": fields[0].loose, "last": fields[-1].text, "last_loose": fields[-1].loose,
    }  # fmt: skip


def check_type(facts: Facts, rng: Random) -> dict[str, Any]:
    """Ask for the one type, its kind and its fields, no more."""
    fields = expect_fields([Field(*one) for one in facts["fields"]])
    return spec_check(
        "graphql",
        {"at": [facts["kind"], "kind"], "equals": facts["built"]},
        {"at": [facts["kind"], "fields"], "equals": fields},
    )


TYPE = Template(
    id="one_type",
    ask=(
        "Write the GraphQL «words» `«kind»` in the schema definition language. Its fields are «shown».",
        "In SDL, please: a GraphQL «words» called `«kind»` with these fields: «shown».",
        "Our GraphQL schema lacks «a_words» for one «one». Name it `«kind»` and give it the fields «shown». Only this definition, please.",
        "«shown»: with exactly these fields I need `«kind»`, «a_words», as GraphQL SDL.",
    ),
    draw=lambda rng: {**(f := draw_type(rng)), "a_words": f"{'a' if f['words'][0] not in 'aeiou' else 'an'} {f['words']}"},
    shapes=(
        Shape(name="lines", code="""
            «keyword» «kind» {
            «lines»
            }
            """, mutants=(("«keyword» «kind»", "«wrong» «kind»"), ("  «last»\n", ""), ("«kind»", "«kind»s"))),
        Shape(name="one_line", code="""
            «keyword» «kind» { «inline» }
            """, mutants=(("«keyword» «kind»", "«kind»"), (", «last»", ""), ("{ «inline» }", "{}"))),
        Shape(name="described", code="""
            "What we keep of one «one»."
            «keyword» «kind» {
            «described»
            }
            """, mutants=(("«keyword» «kind»", "enum «kind»"), ("  «last»\n", "  «last», extra: Int\n"),
                          ("«keyword» «kind»", "«wrong» «kind»"))),
    ),
    mutants=(("«first»", "«first_loose»"), ("«last»", "«last_loose»"), ("«first»", "«first»!")),
    verifier=check_type,
)  # fmt: skip


def draw_query(rng: Random) -> dict[str, Any]:
    """Draw a type that exists, how one of it is found, and the arguments that filter the list of all."""
    noun = draw_noun(rng)
    key = (
        Field("id", "ID", False, True)
        if rng.random() < 0.6
        else Field(pick(rng, "slug|code|name|key"), "String", False, True)
    )
    values = [value.upper() for value in rng.sample(STATUSES, rng.choice((2, 3)))]
    enum = f"{noun.kind}{pick(rng, 'Status|State|Stage')}"
    pool = [
        Field(pick(rng, "limit|first|pageSize"), "Int", False, False, str(rng.choice((10, 20, 25, 50, 100)))),
        Field(pick(rng, "search|text|containing"), "String", False, False),
        Field(pick(rng, "descending|newestFirst|includeHidden"), "Boolean", False, False, pick(rng, "true|false")),
        Field("after", "ID", False, False), Field(pick(rng, "tags|labels"), "String", True, False),
    ]  # fmt: skip
    args = [
        Field(enum.removeprefix(noun.kind).lower(), enum, False, rng.random() < 0.4),
        *rng.sample(pool, rng.choice((1, 2))),
    ]
    rng.shuffle(args)
    field = draw_fields(rng, 2)[0].text
    return {
        "one": camel(noun.one), "many": camel(noun.many), "kind": noun.kind, "enum": enum, "values": values,
        "choices": in_words(values),
        "value_lines": "\n".join(f"  {value}" for value in values), "value_line": " ".join(values),
        "fewer": " ".join(values[:-1]), "last": values[-1],
        "key": key.name, "key_kind": key.kind, "key_text": key.text, "args": [list(one) for one in args],
        "shown": list_fields(args, style=rng.randrange(2)),
        "arg_text": ", ".join(one.text for one in args), "arg_lines": "\n".join(f"    {one.text}" for one in args),
        "arg_loose": args[0].loose, "arg_first": args[0].text, "field": field,
        "starter_id": f"{key.text}\n  {field}" if key.name != field.split(":")[0] else key.text,
    }  # fmt: skip


def check_query(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect both fields with their arguments, and try queries."""
    one, many, kind, key = (facts[name] for name in ("one", "many", "kind", "key"))
    args = [Field(*arg) for arg in facts["args"]]
    needed = [f"{arg.name}: {facts['last']}" for arg in args if arg.required]
    filtered = f"({', '.join(needed)})" if needed else ""
    wrong = next(f"{arg.name}: OTHER" for arg in args if arg.kind == facts["enum"])
    return spec_check(
        "graphql", {"at": ["Query", "fields", one], "equals": {"type": kind, "args": {key: facts["key_text"].split(": ")[1]}}},
        {"at": ["Query", "fields", many],
         "equals": {"type": f"[{kind}!]!", "args": {arg.name: arg.text.split(": ", 1)[1] for arg in args}}},
        {"at": ["Query", "fields"], "length": 2}, {"at": [facts["enum"], "kind"], "equals": "enum"},
        {"at": [facts["enum"], "values"], "length": len(facts["values"])},
        *({"at": [facts["enum"], "values"], "contains": value} for value in facts["values"]),
        accepts=[f'{{ {one}({key}: "a") {{ {key} }} }}', f"{{ {many}{filtered} {{ {key} }} }}"],
        rejects=[f"{{ {one} {{ {key} }} }}", f"{{ {many}({wrong}) {{ {key} }} }}"],
        skeleton=f"type {kind} {{ {facts['starter_id']} }}",
    )  # fmt: skip


QUERY = Template(
    id="query_with_arguments",
    ask=(
        "Our GraphQL schema has the type below. Add the enum `«enum»` with the values «choices», and the type `Query` with two fields: `«one»` finds one `«kind»` by the non-null argument `«key»` («key_kind») and may be null; `«many»` returns a non-null list of non-null `«kind»` items and takes as arguments «shown». Write only what is new.",
        "Write the rest of this GraphQL schema. `Query.«many»` gives a list of `«kind»`, where neither list nor items may be null, and has these arguments: «shown». `Query.«one»` takes the required argument `«key»` of the type «key_kind» and gives a nullable `«kind»`. The enum `«enum»` is made of «choices».",
        "In SDL, define `Query` and the enum `«enum»` («choices») for the type shown here; don't repeat the type. One root field is `«many»`: never null, a list of `«kind»` without nulls in it, filtered by «shown». The other, `«one»`, has one required argument, `«key»` («key_kind»), and gives a `«kind»` or null.",
    ),
    draw=draw_query,
    starter="""
        type «kind» {
          «starter_id»
        }
        """,
    shapes=(
        Shape(name="enum_first", code="""
            enum «enum» {
            «value_lines»
            }

            type Query {
              «one»(«key_text»): «kind»
              «many»(«arg_text»): [«kind»!]!
            }
            """, mutants=(("«one»(«key_text»)", "«one»"), ("[«kind»!]!", "[«kind»]"), ("  «last»\n", ""),
                          ("): «kind»\n", "): «kind»!\n"))),
        Shape(name="query_first", code="""
            type Query {
              «many»(
            «arg_lines»
              ): [«kind»!]!
              «one»(«key_text»): «kind»
            }

            enum «enum» { «value_line» }
            """, mutants=(("[«kind»!]!", "[«kind»!]"), ("{ «value_line» }", "{ «fewer» }"),
                          ("«one»(«key_text»): «kind»", "«one»(«key_text»): [«kind»!]!"), ("type Query", "type Queries"))),
        Shape(name="explicit_schema", code="""
            schema { query: Query }

            type Query {
              "One of them, or null."
              «one»(«key_text»): «kind»
              "All that fit."
              «many»(«arg_text»): [«kind»!]!
            }

            enum «enum» {
            «value_lines»
            }
            """, mutants=(("[«kind»!]!", "«kind»!"), ("«many»(«arg_text»)", "«many»"), ("query: Query", "query: «kind»"),
                          ("enum «enum»", "type «enum»"))),
    ),
    mutants=(("«key_text»", "«key»: Int!"), ("«arg_first»", "«arg_loose»")),
    verifier=check_query,
)  # fmt: skip


def draw_mutation(rng: Random) -> dict[str, Any]:
    """Draw an input, the mutation that takes it, and another mutation by id."""
    noun, verb = draw_noun(rng), pick(rng, "create|add|register|import|submit")
    fields = draw_fields(rng, rng.choice((2, 3)), defaults=rng.random() < 0.7)
    other, result, wrong = rng.choice((("delete", "Boolean!", "Boolean"), ("remove", "ID!", "ID"), ("archive", "{}!", "{}"),
                                       ("restore", "{}", "{}!"), ("publish", "{}!", "Boolean!"),
                                       ("close", "Boolean!", "ID!")))  # fmt: skip
    payload = f"{verb.title()}{noun.kind}{pick(rng, 'Input|Data')}"
    result, wrong = result.format(noun.kind), wrong.format(noun.kind)
    mutation = rng.choice((f"{noun.kind}!", noun.kind))
    return {
        "one": noun.one, "kind": noun.kind, "main": f"{verb}{noun.kind}", "other": f"{other}{noun.kind}",
        "payload": payload, "argument": pick(rng, "input|data|values"),
        "result": result, "wrong": wrong, "main_result": mutation,
        "main_wrong": noun.kind if mutation.endswith("!") else f"{noun.kind}!",
        "main_words": "a non-null" if mutation.endswith("!") else "a nullable",
        "other_words": f"{'a non-null' if result.endswith('!') else 'a nullable'} `{result.rstrip('!')}`",
        "fields": [list(one) for one in fields], "shown": list_fields(fields, style=rng.randrange(3)),
        "lines": write_lines(fields),
        "inline": ", ".join(one.text for one in fields), "described": write_lines(fields, described=True),
        "first": fields[0].text, "loose": fields[0].loose, "last": fields[-1].text,
        "list_field": camel(noun.many),
    }  # fmt: skip


def check_mutation(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the input's fields and both mutations."""
    return spec_check(
        "graphql",
        {"at": [facts["payload"]],
         "equals": {"kind": "inputobject", "fields": expect_fields([Field(*one) for one in facts["fields"]])}},
        {"at": ["Mutation", "fields", facts["main"]],
         "equals": {"type": facts["main_result"], "args": {facts["argument"]: f"{facts['payload']}!"}}},
        {"at": ["Mutation", "fields", facts["other"]], "equals": {"type": facts["result"], "args": {"id": "ID!"}}},
        {"at": ["Mutation", "fields"], "length": 2},
        accepts=[f'mutation {{ {facts["other"]}(id: "7"){" { id }" if facts["kind"] in facts["result"] else ""} }}'],
        rejects=[f"mutation {{ {facts['main']} {{ id }} }}"],
        skeleton=f"type {facts['kind']} {{ id: ID! }} type Query {{ {facts['list_field']}: [{facts['kind']}!]! }}",
    )  # fmt: skip


MUTATION = Template(
    id="mutation_with_input",
    ask=(
        "Extend the GraphQL schema below with an input type `«payload»` and the type `Mutation`. The input has the fields «shown». `«main»` takes it as the non-null argument `«argument»` and returns «main_words» `«kind»`; `«other»` takes a non-null `id` (ID) and returns «other_words». Write only what is new.",
        "Clients of this GraphQL API can only read so far. Write the SDL of `Mutation` with `«other»` (required argument `id` of the type ID, result «other_words») and `«main»` (required argument `«argument»` of the input type `«payload»`, result «main_words» `«kind»`). `«payload»` has «shown». Leave out what is already there.",
        "I need two mutations for this schema, as SDL without the parts shown. For `«main»`, define the input `«payload»` with «shown»; the mutation's only argument, `«argument»`, must be given, and its result is «main_words» `«kind»`. The other, `«other»`, gets the required `id` (ID) of one «one» and gives «other_words».",
    ),
    draw=draw_mutation,
    starter="""
        type «kind» {
          id: ID!
        }

        type Query {
          «list_field»: [«kind»!]!
        }
        """,
    shapes=(
        Shape(name="input_first", code="""
            input «payload» {
            «lines»
            }

            type Mutation {
              «main»(«argument»: «payload»!): «main_result»
              «other»(id: ID!): «result»
            }
            """, mutants=(("input «payload»", "type «payload»"), ("«payload»!)", "«payload»)"), ("  «last»\n", ""),
                          ("«other»(id: ID!)", "«other»"))),
        Shape(name="mutation_first", code="""
            type Mutation {
              «other»(id: ID!): «result»
              «main»(«argument»: «payload»!): «main_result»
            }

            input «payload» { «inline» }
            """, mutants=((", «last»", ""), ("type Mutation", "type Mutations"), ("«argument»: «payload»!", "«inline»"),
                          ("id: ID!", "id: ID"))),
        Shape(name="described", code="""
            type Mutation {
              "Make one from its values."
              «main»(«argument»: «payload»!): «main_result»
              "Find it by its id."
              «other»(id: ID!): «result»
            }

            "What «main» takes."
            input «payload» {
            «described»
            }
            """, mutants=(("  «other»(id: ID!): «result»\n", ""), ("«argument»: «payload»!", "payload: «payload»!"),
                          ("input «payload»", "interface «payload»"), ("type Mutation", "extend type Query"))),
    ),
    mutants=(("«first»", "«loose»"), ("): «result»", "): «wrong»"), ("): «main_result»", "): «main_wrong»")),
    verifier=check_mutation,
)  # fmt: skip

CATEGORY = Category(name="fs_graphql_schema", family="api_contracts", templates=(TYPE, QUERY, MUTATION))
