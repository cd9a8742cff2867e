"""Category `fs_form_validation`: what a form tells its user before anything is sent, in JavaScript."""

from random import Random
from typing import Any

from burnish.generate.checks import node_check
from burnish.generate.core import Category, Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.form_validation_basics import BOUND, CODE, ERRORS
from burnish.generate.wording import draw_noun

FIELDS = "name|city|title|street|company|country|subject|comment|nickname|department|phone|email|region|reason|website|role|address|summary"


def draw_required(rng: Random) -> dict[str, Any]:
    """Draw a form's required fields and the message."""
    fields, noun = rng.sample(FIELDS.split("|"), rng.choice((2, 3, 4))), draw_noun(rng)
    return {"one": noun.one.replace("_", " "),
            "name": pick(rng, f"validate|validateForm|checkForm|findErrors|formErrors|requiredErrors|validate{noun.kind}|check{noun.kind}|{noun.one}Errors|missingIn{noun.kind}"),
            "fields": fields, "form": pick(rng, "values|form|data|input|fields|entries|answers"),
            "shown": ", ".join(f"`{field}`" for field in fields),
            "message": pick(rng, "Required|Please fill this in|This field is required|Missing|Can't be empty|We need this|Nothing entered|Please complete|Don't leave this blank"),
            "listed": ", ".join(f'"{field}"' for field in fields)}  # fmt: skip


def check_required(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect an entry for each field that was made empty."""
    states = {"filled": "Ada", "empty": "", "blank": "   ", "padded": " x "}
    all_wrong = dict.fromkeys(facts["fields"], facts["message"])
    cases: list[tuple[Any, Any]] = [([{}], all_wrong), ([dict.fromkeys(facts["fields"], "  ")], all_wrong)]
    for _ in range(6):
        drawn = {field: rng.choice((*states, "absent")) for field in facts["fields"]}
        values = {field: states[state] for field, state in drawn.items() if state != "absent"}
        errors = {field: facts["message"] for field, state in drawn.items() if state in ("empty", "blank", "absent")}
        cases.append(([{**values, "other": ""}], errors))
    return node_check(facts["name"], cases)


REQUIRED = Template(
    id="required_fields",
    ask=(
        "Write a JavaScript function `«name»(«form»)` for the «one» form, whose required fields are «shown». It returns an object with the entry `field: \"«message»\"` for every required field that is missing, empty or "
        "only spaces. If all are filled the object is empty.",
        "In JavaScript, implement `«name»(«form»)`. `«form»` maps field names to text. For each of «shown» without text (undefined, \"\", or white space) put the message \"«message»\" under the field's name "
        "into the result object; other fields don't matter.",
        "Our «one» form must have «shown». I need `«name»(«form»)` (plain JavaScript) that gives back an errors object: key is the field, value is \"«message»\", only for those that are absent or blank after trimming.",
        "Nobody may send the «one» form without «shown». Before it goes out, `«name»(«form»)` in JavaScript should return what to show: an object with \"«message»\" for each of these fields in which there is nothing but white space, or which isn't in `«form»` at all. Other fields never get an entry.",
        'JavaScript: `«name»(«form»)` returns `{}` when `«form»` has some text for «shown». Each of them that has none (no such key, an empty string, only spaces) becomes a key of the result, with the value "«message»".',
        'Write form checking in JavaScript for a «one»: given the typed texts as an object, `«name»(«form»)` collects the message "«message»" by field name. It looks at «shown» and complains about those left out, empty or blank.',
    ),
    draw=draw_required,
    shapes=(
        Shape(name="loop", code="""
            function «name»(«form») {
              const errors = {};
              for (const field of [«listed»]) {
                if (!«form»[field] || !«form»[field].trim()) {
                  errors[field] = "«message»";
                }
              }
              return errors;
            }
            """, mutants=(("|| !«form»[field].trim()", ""), ("errors[field]", "errors.field"),
                          ("!«form»[field] ||", "«form»[field] &&"), ('"«message»"', "true"))),
        Shape(name="from_entries", code="""
            const required = [«listed»];

            const «name» = («form») =>
              Object.fromEntries(
                required.filter((field) => !(«form»[field] ?? "").trim()).map((field) => [field, "«message»"])
              );
            """, mutants=((".trim()", ""), ("filter((field) => !", "filter((field) => "),
                          ('[field, "«message»"]', '["«message»", field]'),
                          ("required.filter", "Object.keys(«form»).filter"))),
        Shape(name="reduce", code="""
            function «name»(«form») {
              return [«listed»].reduce((errors, field) => {
                const text = String(«form»[field] || "").trim();
                return text === "" ? { ...errors, [field]: "«message»" } : errors;
              }, {});
            }
            """, mutants=((".trim()", ""), ('=== ""', '!== ""'), ("{ ...errors, [field]", "{ [field]"),
                          ("[field]: \"«message»\"", "[field]: text"))),
    ),
    verifier=check_required,
)  # fmt: skip


def draw_length(rng: Random) -> dict[str, Any]:
    """Draw the shortest and longest text."""
    low = rng.choice((2, 3, 4, 5, 6, 8))
    field = pick(rng, FIELDS)
    return {"name": f"{pick(rng, 'check|validate|test')}{field.title()}", "field": field, "low": low,
            "high": low + rng.choice((6, 10, 12, 20)), "argument": pick(rng, "text|value|input"),
            "short": pick(rng, "too short|Too short|short|Please write more"),
            "long": pick(rng, "too long|Too long|long|Please shorten it")}  # fmt: skip


def check_length(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect what the number of letters, chosen beforehand, calls for."""
    low, high = facts["low"], facts["high"]
    cases: list[tuple[Any, Any]] = []
    for length in (0, low - 1, low, low + 1, high - 1, high, high + 1, high + 7):
        text = "".join(rng.choice("abcxyz") for _ in range(length))
        message = facts["short"] if length in range(low) else facts["long"] if length not in range(high + 1) else None
        cases += [([text], message), ([f"  {text} "], message)]
    return node_check(facts["name"], cases)


LENGTH = Template(
    id="text_length",
    ask=(
        "Write a JavaScript function `«name»(«argument»)` for the field \"«field»\". Trim the text first. Return \"«short»\" when it has fewer than «low» characters, \"«long»\" when it has more than «high», and null when it is fine.",
        "I need `«name»(«argument»)` in JavaScript: the «field» must be «low» to «high» characters long, both included, not counting spaces at its ends. The result is null for a good one, otherwise \"«short»\" or \"«long»\".",
        "Please implement `«name»(«argument»)` (JavaScript). After removing surrounding white space: below «low» characters give \"«short»\", above «high» give \"«long»\", else null.",
    ),
    draw=draw_length,
    shapes=(
        Shape(name="ifs", code="""
            function «name»(«argument») {
              const { length } = «argument».trim();
              if (length < «low») return "«short»";
              if (length > «high») return "«long»";
              return null;
            }
            """, mutants=(("< «low»", "<= «low»"), ("> «high»", ">= «high»"), (".trim()", ""), ("return null", "return true"))),
        Shape(name="ternary", code="""
            const «name» = («argument») => {
              const size = «argument».trim().length;
              return size < «low» ? "«short»" : size > «high» ? "«long»" : null;
            };
            """, mutants=(("< «low»", "<= «low»"), ("> «high»", "> «high» + 1"), (".trim()", ""), (": null", ': ""'))),
        Shape(name="regex", code="""
            function «name»(«argument») {
              const trimmed = «argument».trim();
              if (/^.{«low»,«high»}$/s.test(trimmed)) return null;
              return trimmed.length < «low» ? "«short»" : "«long»";
            }
            """, mutants=(("{«low»,«high»}", "{«low»,}"), ("< «low»", "> «low»"), (".trim()", ""),
                          ("return null", "return undefined || \"\""))),
    ),
    verifier=check_length,
)  # fmt: skip


def draw_match(rng: Random) -> dict[str, Any]:
    """Draw two fields that must agree."""
    first = pick(rng, "password|email|pin|code|account|phrase|iban|phone|secret|address")
    second = rng.choice((f"{first}Again", f"confirm{first.title()}", f"repeat{first.title()}", f"{first}Confirmation"))
    return {"name": pick(rng,
                         "checkMatch|sameTwice|validateRepeat|confirmError|compareFields|repeatError|checkBoth|matchError"),
            "first": first, "second": second, "form": pick(rng, "values|form|fields|data"),
            "empty": pick(rng, "missing|empty|required|nothing|blank|absent"),
            "different": pick(rng, "different|mismatch|not the same|no match|unequal|try again")}  # fmt: skip


def check_match(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the word for the way in which the pair was made."""
    cases: list[tuple[Any, Any]] = [
        ([{}], facts["empty"]),
        ([{facts["second"]: "a"}], facts["empty"]),
        ([{facts["first"]: "a"}], facts["different"]),
    ]
    for _ in range(3):
        word = "".join(rng.choice("abcdef12") for _ in range(5))
        for other, result in (
            (word, ""),
            (word.upper() if word.upper() != word else word + "x", facts["different"]),
            (word + " ", facts["different"]),
            ("", facts["different"]),
        ):
            cases.append(([{facts["first"]: word, facts["second"]: other}], result))
    cases.append(([{facts["first"]: "", facts["second"]: ""}], facts["empty"]))
    return node_check(facts["name"], cases)


MATCH = Template(
    id="same_twice",
    ask=(
        "Write a JavaScript function `«name»(«form»)`. It returns \"«empty»\" if `«form».«first»` is missing or empty, \"«different»\" if `«form».«second»` isn't exactly the same text, and an empty string if both agree.",
        "For a sign-up form I need `«name»(«form»)` in JavaScript that compares the fields `«first»` and `«second»`. No `«first»` (undefined or \"\"): \"«empty»\". Not identical: \"«different»\". Otherwise \"\".",
        "Implement `«name»(«form»)` (JavaScript): the user types the «first» twice, as `«first»` and `«second»`. The result is \"«empty»\" when the first is empty or absent, \"«different»\" when the second differs (case and spaces count), else \"\".",
        "People mistype their «first», so our form has a second field for it, `«second»`. In JavaScript, `«name»(«form»)` gets both in one object and returns a word for the user: \"«empty»\" when `«first»` isn't there or has no characters, \"«different»\" when `«second»` isn't identical to it, and an empty string when all is well.",
        'JavaScript: `«name»(«form»)` → "«empty»", "«different»" or "". The first for an object whose `«first»` is undefined or an empty text, the second if its `«second»` differs from `«first»` by even one character (or is missing), the third otherwise.',
    ),
    draw=draw_match,
    shapes=(
        Shape(name="ifs", code="""
            function «name»(«form») {
              if (!«form».«first») {
                return "«empty»";
              }
              if («form».«first» !== «form».«second») {
                return "«different»";
              }
              return "";
            }
            """, mutants=(("!==", "==="), ("!«form».«first»", "!«form».«second»"), ('return "";', "return null;"),
                          ('return "«empty»"', 'return ""'))),
        Shape(name="destructuring", code="""
            const «name» = ({ «first», «second» }) => {
              if («first» === undefined || «first» === "") return "«empty»";
              return «first» === «second» ? "" : "«different»";
            };
            """, mutants=((' || «first» === ""', ""), ("=== «second»", "=== «second»?.trim()"),
                          ('"" : "«different»"', '"«different»" : ""'), ("«first» === undefined || ", ""))),
        Shape(name="ternary", code="""
            function «name»(«form») {
              const { «first», «second» } = «form»;
              return !«first» ? "«empty»" : «first» !== «second» ? "«different»" : "";
            }
            """, mutants=(("!«first» ?", "!«second» ?"),
                          ("«first» !== «second»", "«first».toLowerCase() !== String(«second»).toLowerCase()"),
                          (': ""', ': null'), ("«first» !== «second»", "!«second»"))),
    ),
    verifier=check_match,
)  # fmt: skip


def draw_amount(rng: Random) -> dict[str, Any]:
    """Draw the number that a text must hold."""
    noun = draw_noun(rng)
    low = rng.choice((1, 2, 5, 10))
    return {"name": f"parse{pick(rng, 'Amount|Quantity|Seats|Age|Price|Count|Number')}", "many": noun.many, "low": low,
            "high": low + rng.choice((9, 40, 90)), "text": pick(rng, "text|raw|entered"),
            "key": pick(rng, "value|number|amount"), "error": pick(rng, "error|message|problem"),
            "bad": pick(rng, "not a number|Enter a whole number|invalid"),
            "range": pick(rng, "out of range|not allowed|too small or too large")}  # fmt: skip


def check_amount(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the number that the text was written from."""
    inside = {str(number): number for number in range(facts["low"], facts["high"] + 1)}
    cases: list[tuple[Any, Any]] = []
    for text in (
        *rng.sample(sorted(inside), 2),
        str(facts["low"]),
        str(facts["high"]),
        "10",
        str(facts["low"] - 1),
        str(facts["high"] + 1),
        "999",
    ):
        result = {facts["key"]: inside[text]} if text in inside else {facts["error"]: facts["range"]}
        cases += [([text], result), ([f" {text} "], result)]
    cases += [([text], {facts["error"]: facts["bad"]}) for text in ("", "  ", "abc", "3.5", "7px", "1 2", "-", "0x1")]
    return node_check(facts["name"], cases)


AMOUNT = Template(
    id="whole_number",
    ask=(
        "Write a JavaScript function `«name»(«text»)` that reads how many «many» a user wants. Trimmed, the text must consist of digits only; if not return `{ «error»: \"«bad»\" }`. A number below «low» or above «high» gives "
        "`{ «error»: \"«range»\" }`. Otherwise return `{ «key»: number }`.",
        "I need `«name»(«text»)` in JavaScript for an input field. Ignore spaces around the text. Only digits 0-9 are accepted, else the result is `{ «error»: \"«bad»\" }` (also for empty text). From «low» to «high» it is `{ «key»: n }` with n as a "
        "number; outside, `{ «error»: \"«range»\" }`.",
        "Implement `«name»(«text»)` (JavaScript), which turns text such as \" 12 \" into `{ «key»: 12 }`. Anything that isn't purely digits after trimming: `{ «error»: \"«bad»\" }`. Numbers not between «low» and «high» (inclusive): `{ «error»: \"«range»\" }`.",
        'A text field asks for a number of «many», at least «low» and at most «high». The JavaScript function `«name»(«text»)` gives `{ «key»: 7 }` for "7" or " 7 ". With anything in it but the digits 0 to 9 (and white space around them), or nothing at all, it is `{ «error»: "«bad»" }`, and for a number beyond these limits `{ «error»: "«range»" }`.',
        'Turn what a user typed into a count of «many»: JavaScript, `«name»(«text»)`. First strip the text. Not only digits, or empty? Return an object with `«error»`: "«bad»". Less than «low» or more than «high»? The same with "«range»". Else return an object whose `«key»` is the number.',
        'JavaScript for an input of «many»: `«name»(«text»)` returns an object with one property. `«key»`, a number, if the trimmed text is made of digits alone and lies between «low» and «high», these included. `«error»` if not: "«bad»" for a text that is empty or has other signs, "«range»" for a number that is too small or large.',
    ),
    draw=draw_amount,
    shapes=(
        Shape(name="regex", code="""
            function «name»(«text») {
              const digits = «text».trim();
              if (!/^[0-9]+$/.test(digits)) return { «error»: "«bad»" };
              const «key» = Number(digits);
              if («key» < «low» || «key» > «high») return { «error»: "«range»" };
              return { «key» };
            }
            """, mutants=(("< «low»", "<= «low»"), ("> «high»", ">= «high»"), ("^[0-9]+$", "[0-9]+"), (".trim()", ""),
                          ("Number(digits)", "digits"))),
        Shape(name="every_character", code="""
            const «name» = («text») => {
              const characters = [...«text».trim()];
              const isDigit = (c) => c >= "0" && c <= "9";
              if (characters.length === 0 || !characters.every(isDigit)) return { «error»: "«bad»" };
              const n = parseInt(characters.join(""), 10);
              return n >= «low» && n <= «high» ? { «key»: n } : { «error»: "«range»" };
            };
            """, mutants=((">= «low»", "> «low»"), ("<= «high»", "< «high»"), ("characters.length === 0 || ", ""),
                          (".every(", ".some("),
                          ('? { «key»: n } : { «error»: "«range»" }', '? { «key»: n } : { «error»: "«bad»" }'))),
        Shape(name="match", code="""
            function «name»(«text») {
              const found = «text».match(/^\\s*(\\d+)\\s*$/);
              if (found === null) {
                return { «error»: "«bad»" };
              }
              const n = +found[1];
              return n < «low» || n > «high» ? { «error»: "«range»" } : { «key»: n };
            }
            """, mutants=(("n < «low»", "n <= «low»"), ("n > «high»", "n >= «high»"), ("\\s*$/", "/"),
                          ("+found[1]", "found[1]"))),
    ),
    verifier=check_amount,
)  # fmt: skip


def draw_rules(rng: Random) -> dict[str, Any]:
    """Draw the shape of a small rule engine."""
    return {"name": f"{pick(rng, 'validate|run|collect|apply|check|find|gather|inspect')}{draw_noun(rng).kind}{pick(rng, 'Rules|Errors|Form|Fields|')}",
            "values": pick(rng, "values|form|data|input|fields|answers|draft|entry|body|state"),
            "one": draw_noun(rng).one.replace("_", " "),
            "rules": pick(rng, "rules|schema|checks|constraints|spec|validators|tests|demands|policy"),
            "test": pick(rng, "test|valid|check|accepts|isValid|passes|allows|ok|holds|matches"),
            "message": pick(rng, "message|text|error|hint|complaint|says|reason|label|problem|note"),
            "first": rng.choice((True, False))}  # fmt: skip


RULES_HARNESS = """(exports, [entry, values, tests]) => {
  const rules = {};
  for (const [field, list] of Object.entries(tests)) {
    rules[field] = list.map(([least, text, key, messageKey]) => ({ [key]: (value) => (value || "").length >= least, [messageKey]: text }));
  }
  return exports[entry](values, rules);
}"""


def check_rules(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect messages of the least lengths that each value was made to miss."""
    cases: list[tuple[Any, Any]] = []
    for turn in range(7):
        tests, values, expected = {}, {}, {}
        for field in rng.sample(FIELDS.split("|"), rng.randrange(0, 4) if turn else 3):
            levels = rng.sample((1, 2, 4, 6, 9), rng.choice((1, 2, 3)))
            tests[field] = [[least, f"{field} needs {least}", facts["test"], facts["message"]] for least in levels]
            length = rng.choice((None, 0, 3, 5, 9)) if turn else 0
            if length is not None:
                values[field] = "z" * length
            missed = [f"{field} needs {least}" for least in levels if least not in range((length or 0) + 1)]
            if missed:
                expected[field] = missed[0] if facts["first"] else missed
        cases.append(([facts["name"], values, tests], expected))
    return node_check(facts["name"], cases, harness=RULES_HARNESS)


def ask_rules(facts: Facts) -> str:
    """Say what the result holds for a field."""
    return (
        "the message of the first rule that fails"
        if facts["first"]
        else "an array with the messages of all rules that fail, in order"
    )


RULES = Template(
    id="rule_engine",
    ask=(
        "Write a JavaScript function `«name»(«values», «rules»)`. `«rules»` maps a field name to an array of rules `{ «test», «message» }`, where `«test»(value)` returns true for a good value. Return an object that holds, for every field with a failing rule, "
        "«what». Fields without a failing rule don't appear.",
        "For our «one» form I need a small validation engine in JavaScript: `«name»(«values», «rules»)`. For each field in `«rules»` call `rule.«test»(«values»[field])` on its rules; where it returns false the `rule.«message»` counts. The result has one key per failing field with "
        "«what»; good fields are left out.",
        "Implement `«name»(«values», «rules»)` (JavaScript). Example rule list: `[{ «test»: (v) => v.length > 2, «message»: \"short\" }]`, given per field name. Give back an errors object: under each field that fails, «what». Nothing for fields that pass. Its first use is our «one» form.",
        "Please program `«name»(«values», «rules»)` in JavaScript. Keys of `«rules»` are field names, their values arrays of objects with a function `«test»` (true means fine, it gets the field's value from `«values»`) and a text `«message»`. The function collects, per field with at least one failure, «what», and skips all other fields.",
        'Our «one» page checks input by data: each field of `«rules»` lists objects like `{ «message»: "too short", «test»: (v) => v.length > 3 }`. In JavaScript, `«name»(«values», «rules»)` should return an object whose keys are only those fields where some `«test»` returned false, and whose values are «what».',
        "JavaScript helper needed: given `«values»` (field to value) and `«rules»` (field to list of `{ «test», «message» }`), `«name»(«values», «rules»)` runs every `«test»` on its field's value. A field without failures is absent from the returned object; the others hold «what».",
    ),
    draw=lambda rng: {**(facts := draw_rules(rng)), "what": ask_rules(facts), "pick": "[0]" if facts["first"] else ""},
    shapes=(
        Shape(name="loop", code="""
            function «name»(«values», «rules») {
              const errors = {};
              for (const [field, list] of Object.entries(«rules»)) {
                const failed = list.filter((rule) => !rule.«test»(«values»[field])).map((rule) => rule.«message»);
                if (failed.length > 0) errors[field] = failed«pick»;
              }
              return errors;
            }
            """, mutants=(("!rule.«test»", "rule.«test»"), ("failed.length > 0", "failed.length > 1"),
                          ("errors[field] = failed«pick»", "errors[field] = failed.length"),
                          ("«values»[field]", "«values»"))),
        Shape(name="reduce", code="""
            const «name» = («values», «rules») =>
              Object.keys(«rules»).reduce((errors, field) => {
                const messages = «rules»[field].flatMap((rule) => (rule.«test»(«values»[field]) ? [] : [rule.«message»]));
                return messages.length ? { ...errors, [field]: messages«pick» } : errors;
              }, {});
            """, mutants=(("? [] : [rule.«message»]", "? [rule.«message»] : []"), ("{ ...errors, [field]", "{ [field]"),
                          ("messages.length ?", "messages.length > 1 ?"), ("[rule.«message»]", "[field]"))),
    ),
    verifier=check_rules,
)  # fmt: skip

CATEGORY = Category(
    name="fs_form_validation",
    family="frontend_data",
    templates=(REQUIRED, LENGTH, MATCH, AMOUNT, RULES, CODE, BOUND, ERRORS),
)
