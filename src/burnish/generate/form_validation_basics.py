"""The small tasks of `fs_form_validation`: the form of a code, a number out of bounds, what a list of errors says."""

from random import Random
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.wording import draw_noun

# What follows the prefix: in words, as a class of a regular expression, as letters, and as letters that don't fit.
CLASSES = (
    ("digits", "[0-9]", digits, ascii_uppercase), ("capital letters (A-Z)", "[A-Z]", ascii_uppercase, digits),
    ("lower-case letters (a-z)", "[a-z]", ascii_lowercase, ascii_uppercase), ("digits", "[0-9]", digits, ascii_lowercase),
)  # fmt: skip


def draw_code(rng: Random) -> dict[str, Any]:
    """Draw the prefix of a code and what follows it."""
    noun, size = draw_noun(rng), rng.randrange(3, 9)
    words, kind, good, bad = rng.choice(CLASSES)
    prefix = noun.one[: rng.choice((1, 2, 3))].upper() + rng.choice(("-", "#", "", "_"))
    return {
        "name": f"{pick(rng, 'isValid|is|check|valid')}{noun.kind}{pick(rng, 'Code|Number|Id')}", "words": words,
        "text": pick(rng, "text|value|input|code"), "prefix": prefix, "size": size, "class": kind, "good": good,
        "bad": bad, "start": len(prefix), "one": noun.one.replace("_", " "),
        "wrong_size": size + 1, "other": next(row[1] for row in CLASSES if row[1] != kind),
    }  # fmt: skip


def check_code(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect yes for codes put together as told, and no for those with one flaw."""
    prefix, size = facts["prefix"], facts["size"]

    def body(length: int) -> str:
        return "".join(rng.choice(facts["good"]) for _ in range(length))

    place = rng.randrange(1, size - 1)
    flawed = [f"{body(place)}{rng.choice(facts['bad'])}{body(size - place - 1)}" for place in (0, place, size - 1)]
    bad = [
        "", prefix, prefix + body(size - 1), prefix + body(size + 1), body(size), prefix.lower() + body(size),
        *(prefix + text for text in flawed), f" {prefix}{body(size)}", f"{prefix}{body(size)}!", f"9{prefix}{body(size)}",
    ]  # fmt: skip
    cases = [([prefix + body(size)], True) for _ in range(5)] + [([text], False) for text in bad]
    return node_check(facts["name"], cases)


CODE = Template(
    id="code_format",
    ask=(
        "Write a JavaScript function `«name»(«text»)` that returns true if the string is \"«prefix»\" followed by "
        "exactly «size» «words», and false otherwise.",
        "A form asks for «one» codes, which consist of `«prefix»` and then «size» «words», nothing else. Implement "
        "`«name»(«text»)` in JavaScript; it returns whether the text has this form.",
        "I need `«name»(«text»)` in JavaScript to validate an input: the whole text must start with \"«prefix»\" and "
        "continue with exactly «size» «words». The result is a boolean.",
    ),
    draw=draw_code,
    shapes=(
        Shape(name="regex", code="""
            function «name»(«text») {
              return /^«prefix»«class»{«size»}$/.test(«text»);
            }
            """, mutants=(("{«size»}", "{«wrong_size»}"), ("/^", "/"), ("$/", "/"), ("«class»", "«other»"), ("{«size»}",
                          "+"))),
        Shape(name="match", code="""
            const pattern = /^«prefix»«class»{«size»}$/;

            const «name» = («text») => «text».match(pattern) !== null;
            """, mutants=(("«class»", "."), ("{«size»}", "*"), ("!== null", "=== null"), ("^«prefix»", "^"))),
        Shape(name="two_conditions", code="""
            function «name»(«text») {
              return «text».startsWith("«prefix»") && /^«class»{«size»}$/.test(«text».slice(«start»));
            }
            """, mutants=(('«text».startsWith("«prefix»") && ', ""), ("{«size»}$", "{«size»}"), (" && /", " || /"),
                          ("«class»", "«other»"))),
    ),
    verifier=check_code,
)  # fmt: skip


# What is wrong with a number, in words: the operator, those beside it, and how the value is called then.
BOUNDS = {
    "is less than": ("<", "<=", ">", "low|small"), "is below": ("<", "<=", ">", "low|small"),
    "is more than": (">", ">=", "<", "high|large|big"), "is above": (">", ">=", "<", "high|large|big"),
}  # fmt: skip


def draw_bound(rng: Random) -> dict[str, Any]:
    """Draw a bound, the message beyond it and the answer within it."""
    words, noun = rng.choice(tuple(BOUNDS)), draw_noun(rng)
    sign, near, far, called = BOUNDS[words]
    field = pick(rng, "age|amount|price|quantity|weight|width|height|score|budget|discount|duration|rating")
    return {
        "name": f"{pick(rng, 'check|validate')}{field.title()}" if rng.random() < 0.5 else f"{field}Error",
        "field": field, "words": words, "sign": sign, "near": near, "far": far, "one": noun.one.replace("_", " "),
        "many": noun.many.replace("_", " "),
        "bound": rng.choice((5, 10, 12, 16, 18, 20, 21, 30, 50, 60, 65, 80, 99, 100, 120, 150, 200, 250, 300, 500)),
        "opposite": {"<": ">=", ">": "<="}[sign],
        "message": rng.choice(
            (f"Too {pick(rng, called)}", f"The {field} is too {pick(rng, called)}",
             f"Please check the {field}", f"Invalid {field}")
        ),
        "fine": rng.choice(('""', "null", '"ok"')),
    }  # fmt: skip


def check_bound(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the message on one side of the bound, found by counting."""
    bound = facts["bound"]
    below = {"is less than": True, "is below": True, "is more than": False, "is above": False}[facts["words"]]
    fine = {'""': "", "null": None, '"ok"': "ok"}[facts["fine"]]
    cases = []
    for distance in (-5, -3, -1, 0, 1, 2, rng.randrange(20, 900)):
        wrong = distance != 0 and (distance < 0) is below
        cases.append(([bound + distance], facts["message"] if wrong else fine))
    cases.append(([0], facts["message"] if below else fine))
    return node_check(facts["name"], cases)


BOUND = Template(
    id="number_bound",
    ask=(
        "Write a JavaScript function `«name»(«field»)` that returns \"«message»\" if `«field»` «words» «bound», and "
        "«fine» otherwise.",
        "For the «one» form I need `«name»(«field»)` in JavaScript. `«field»` is a number; when it «words» «bound», "
        "return the message \"«message»\", else «fine».",
        "Implement `«name»(«field»)` in JavaScript for our «many». The result is «fine», except "
        "that it is \"«message»\" when the «field» «words» «bound».",
    ),
    draw=draw_bound,
    shapes=(
        Shape(name="if", code="""
            function «name»(«field») {
              if («field» «sign» «bound») {
                return "«message»";
              }
              return «fine»;
            }
            """, mutants=(("«sign» «bound»", "«near» «bound»"), ("«sign» «bound»", "«far» «bound»"),
                          ('return "«message»"', "return true"), ("return «fine»", "return false"))),
        Shape(name="ternary", code="""
            const «name» = («field») => («field» «sign» «bound» ? "«message»" : «fine»);
            """, mutants=(("«sign» «bound»", "«near» «bound»"), ('? "«message»" : «fine»', '? «fine» : "«message»"'),
                          (": «fine»", ": undefined + 1"))),
        Shape(name="good_first", code="""
            function «name»(«field») {
              if («field» «opposite» «bound») return «fine»;
              return "«message»";
            }
            """, mutants=(("«opposite»", "«sign»"), ("«opposite»", "==="), ("return «fine»;", 'return "«message»";'))),
    ),
    verifier=check_bound,
)  # fmt: skip


# What is asked about the errors of a form: in words, by methods of arrays with a slip, by the lines of a loop.
QUESTIONS = {
    "how many fields have an error": (
        "Object.values({0}).filter(({1}) => {1} !== {2}).length", "Object.keys({0}).length",
        ("let count = 0;", "if ({0}[field] !== {2}) count += 1;", "count"),
    ),
    "true if no field has an error, else false": (
        "Object.values({0}).every(({1}) => {1} === {2})", "Object.values({0}).some(({1}) => {1} === {2})",
        ("let valid = true;", "if ({0}[field] !== {2}) valid = false;", "valid"),
    ),
    "true if any field has an error, else false": (
        "Object.values({0}).some(({1}) => {1} !== {2})", "Object.values({0}).every(({1}) => {1} !== {2})",
        ("let found = false;", "if ({0}[field] !== {2}) found = true;", "found"),
    ),
    "an array of the names of the fields that have an error": (
        "Object.keys({0}).filter((field) => {0}[field] !== {2})", "Object.keys({0})",
        ("const fields = [];", "if ({0}[field] !== {2}) fields.push(field);", "fields"),
    ),
    "how many fields are without an error": (
        "Object.values({0}).filter(({1}) => {1} === {2}).length", "Object.keys({0}).length",
        ("let count = 0;", "count += {0}[field] !== {2} ? 0 : 1;", "count"),
    ),
    "an array of the messages that report an error": (
        "Object.values({0}).filter(({1}) => {1} !== {2})", "Object.values({0})",
        ("const found = [];", "if ({0}[field] !== {2}) found.push({0}[field]);", "found"),
    ),
    "the first message, in the order of the fields, that reports an error, or `undefined` without any error": (
        "Object.values({0}).find(({1}) => {1} !== {2})", "Object.values({0})[0]",
        ("let first;", "if (first === undefined && {0}[field] !== {2}) first = {0}[field];", "first"),
    ),
}  # fmt: skip
QUESTION_NAMES = dict(zip(QUESTIONS, (
    "countErrors|errorCount|count{1}Errors|{0}ErrorCount", "isValid|is{1}Valid|is{1}FormValid|canSubmit{1}",
    "hasErrors|has{1}Errors|any{1}Errors|{0}HasErrors", "invalidFields|invalid{1}Fields|wrong{1}Fields|{0}ErrorFields",
    "countFine|fine{1}Fields|{0}FieldsDone|goodFields", "errorTexts|{0}Messages|list{1}Errors|allErrors",
    "firstError|first{1}Error|{0}ErrorText|messageOf{1}Form",
), strict=True))  # fmt: skip
EVERY_FIELD = "name|city|email|phone|street|country|age|title|company|website|note|color|price|date|region".split("|")


def draw_errors(rng: Random) -> dict[str, Any]:
    """Draw what is asked about an object of messages."""
    noun, question = draw_noun(rng), rng.choice(tuple(QUESTIONS))
    errors = pick(rng, "errors|messages|problems|faults|issues|complaints|report|state|result|notes")
    message = pick(rng, "message|text|error|value|one")
    fine, fine_words = rng.choice((('""', "an empty string"), ("null", "`null`")))
    good, bad = rng.sample(EVERY_FIELD, 2)
    methods, slip, (first, line, result) = QUESTIONS[question]
    return {
        "name": pick(rng, QUESTION_NAMES[question]).format(noun.one.split("_")[0], noun.kind), "question": question,
        "errors": errors, "one": noun.one.replace("_", " "), "methods": methods.format(errors, message, fine),
        "slip": slip.format(errors, message, fine), "fine": fine, "fine_words": fine_words,
        "good": good, "bad": bad, "first": first,
        "line": line.format(errors, message, fine), "result": result,
    }  # fmt: skip


def check_errors(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what the list of fields that were given an error says."""
    cases: list[tuple[Any, Any]] = []
    for size, faults in ((0, 0), (1, 0), (1, 1), (3, 0), (3, 1), (3, 3), (5, 2), (6, 4)):
        fields = rng.sample(EVERY_FIELD, size)
        wrong = set(fields[size - faults :] if size == 3 else rng.sample(fields, faults))
        listed = [field for field in fields if field in wrong]
        fine = "" if facts["fine"] == '""' else None
        given = {
            field: rng.choice(("Required", "Too short", "Not a number")) if field in wrong else fine for field in fields
        }
        texts = [given[field] for field in listed]
        answers = (faults, faults == 0, faults > 0, listed, size - faults, texts, texts[0] if texts else None)
        cases.append(([given], answers[list(QUESTIONS).index(facts["question"])]))
    return node_check(facts["name"], cases)


ERRORS = Template(
    id="error_summary",
    ask=(
        "Write a JavaScript function `«name»(«errors»)`. `«errors»` maps each field of our «one» form, such as `«bad»`, to its "
        "message, or to «fine_words» if the field is fine. Return «question».",
        "In our «one» form the object `«errors»` has one message per field (`«bad»`, `«good»` and so on), and "
        "«fine_words» means no error. I need `«name»(«errors»)` in JavaScript that returns «question».",
        "Implement `«name»(«errors»)` in JavaScript. The argument is an object such as "
        "`{ «good»: «fine», «bad»: \"Required\" }`, where whatever isn't «fine_words» is an error. The result is «question».",
        "Validation has filled `«errors»`: a key for each field of the «one» form, and under it a text that "
        "says what is wrong, or «fine_words» where nothing is. In JavaScript, `«name»(«errors»)` should give "
        "«question».",
        "I'd like to know «question». Write `«name»(«errors»)` in JavaScript for it. An example of "
        '`«errors»`, from our «one» form: `{ «bad»: "Too short", «good»: «fine» }`; «fine_words» stands for '
        "no error.",
        "JavaScript: `«name»(«errors»)` returns «question». It reads an object whose values are messages or, "
        "for a field without an error, «fine_words».",
        'After checking the «one» form I have its errors by field, for example «bad»: "Required"; a field '
        "without an error has «fine_words». Please write the JavaScript function `«name»(«errors»)`, which "
        "tells me «question».",
        "«one» form, JavaScript: from the errors of all fields, `«name»(«errors»)` works out «question». "
        "Under a field's name `«errors»` has its error message, else «fine_words».",
        "Tell me «question»: that is the task of `«name»(«errors»)`, in JavaScript. Keys of the object are "
        "fields of a «one» form, `«good»` for example. Values are error messages, with «fine_words» for a "
        "correct field.",
    ),
    draw=draw_errors,
    shapes=(
        Shape(name="methods", code="""
            function «name»(«errors») {
              return «methods»;
            }
            """, mutants=(("«methods»", "«slip»"), (" return", ""), ("«methods»", "«errors»"))),
        Shape(name="arrow", code="""
            const «name» = («errors») => «methods»;
            """, mutants=(("«methods»", "«slip»"), ("«methods»", "!(«methods»)"), ("=> «methods»", "=> { «methods»; }"))),
        Shape(name="loop", code="""
            function «name»(«errors») {
              «first»
              for (const field of Object.keys(«errors»)) {
                «line»
              }
              return «result»;
            }
            """, mutants=(("!== «fine»", "=== «fine»"), ("    «line»\n", ""), ("return «result»", "return !«result»"))),
    ),
    verifier=check_errors,
)  # fmt: skip
