"""What a function of the catalogue is, and how the parts of a talk about it are drawn: definition, question, call.

A function is data: typed arguments with values to draw from, and ways to ask for it that name some of these. What is
drawn for a row: how names are spelt, which optional arguments the definition lists, which values the question has.
"""

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, NamedTuple

from burnish.calls import Call

_HOLE = re.compile(r"\{(\w+)\}")
STYLES = ("dotted", "snake", "short", "camel")
ENUM_SHARE = 0.4  # of texts from a short list: the definition lists them
MOST_ENUM = 6


class As(NamedTuple):
    """A value that a question words in another way: `As("two hours", 120)`."""

    text: str
    value: Any


class Argument(NamedTuple):
    """One argument: JSON type, description, values to draw, what to ask when it is missing."""

    kind: str
    told: str
    values: Sequence[Any]
    asked: str
    optional: bool

    def draw(self, random: Random) -> As:
        """Return one value and its words."""
        found = random.choice(self.values)
        return found if isinstance(found, As) else As(str(found), found)


class Function(NamedTuple):
    """A function and questions that ask for it; one names every needed argument, `partial` ones lack the one they are under."""

    name: str
    told: str
    arguments: Mapping[str, Argument]
    asks: Sequence[str]
    partial: Mapping[str, str]

    @property
    def domain(self) -> str:
        """The first part of the name."""
        return self.name.partition(".")[0]

    @property
    def does(self) -> str:
        """What it does, as the end of a sentence: "restart a service"."""
        return self.told[0].lower() + self.told[1:].rstrip(".")


class Offer(NamedTuple):
    """A function as one row shows it: its definition, and its own names for the arguments of the catalogue."""

    function: Function
    definition: dict[str, Any]
    spelt: Mapping[str, str]

    def call(self, given: Mapping[str, As]) -> Call:
        """Return the call with these arguments."""
        return Call(self.definition["name"], {self.spelt[name]: one.value for name, one in given.items()})


def text(told: str, values: Sequence[Any], asked: str) -> Argument:
    """Return a needed argument that is a string."""
    return Argument("string", told, values, asked, optional=False)


def number(told: str, values: Sequence[Any], asked: str) -> Argument:
    """Return a needed argument that is an integer."""
    return Argument("integer", told, values, asked, optional=False)


def decimal(told: str, values: Sequence[Any], asked: str) -> Argument:
    """Return a needed argument that is a number with a fraction."""
    return Argument("number", told, values, asked, optional=False)


def flag(told: str, *, yes: str, no: str) -> Argument:
    """Return an optional argument that is a truth value, by the words that ask for either."""
    return Argument("boolean", told, (As(yes, True), As(no, False)), "", optional=True)


def several(told: str, values: Sequence[str], asked: str) -> Argument:
    """Return a needed argument that is a list of strings, two or three of `values`."""
    lists = [[one, *rest] for place, one in enumerate(values) for rest in (values[place + 1 : place + 2],
                                                                          values[place + 1 : place + 3]) if rest]  # fmt: skip
    return Argument("array", told, [As(join(found), list(found)) for found in lists], asked, optional=False)


def maybe(argument: Argument) -> Argument:
    """Return the argument as one that may be left out."""
    return argument._replace(optional=True)


def join(words: Sequence[str]) -> str:
    """Return "a", "a and b" or "a, b and c"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def holes(ask: str) -> list[str]:
    """Return the arguments that a question names."""
    return _HOLE.findall(ask)


def offer(function: Function, *, random: Random, named: Sequence[str] = (), style: str) -> Offer:
    """Draw how a row shows `function`; the arguments in `named` are always among those listed."""
    spelt = {name: spell(name, style=style) for name in function.arguments}
    properties: dict[str, Any] = {}
    for name, argument in function.arguments.items():
        if argument.optional and name not in named and random.random() < 0.5:
            continue
        shown: dict[str, Any] = {"type": argument.kind, "description": argument.told}
        if argument.kind == "array":
            shown["items"] = {"type": "string"}
        plain = list(dict.fromkeys(one.value if isinstance(one, As) else one for one in argument.values
                                   if argument.kind == "string"))  # fmt: skip
        if 1 < len(plain) <= MOST_ENUM and random.random() < ENUM_SHARE:
            shown["enum"] = plain
        properties[spelt[name]] = shown
    needed = [spelt[name] for name, argument in function.arguments.items() if not argument.optional]
    schema = {"type": "object", "properties": properties, "required": needed}
    name = spell_function(function.name, style=style)
    return Offer(function, {"name": name, "description": function.told, "parameters": schema}, spelt)


def spell(name: str, *, style: str) -> str:
    """Return the name of an argument in one style."""
    return _camel(name) if style == "camel" else name


def spell_function(name: str, *, style: str) -> str:
    """Return the name of a function in one style: with its domain or without, with a dot or in camel case."""
    domain, _, own = name.partition(".")
    return {"dotted": name, "snake": f"{domain}_{own}", "short": own, "camel": _camel(own)}[style]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def fill(ask: str, *, given: Mapping[str, As]) -> str:
    """Return a question with the words of its arguments."""
    words = _HOLE.sub(lambda hole: given[hole[1]].text, ask)
    return words[0].upper() + words[1:]


def draw_given(function: Function, *, ask: str, random: Random) -> dict[str, As]:
    """Return a value for every argument that `ask` names, in the order of the definition."""
    wanted = set(holes(ask))
    return {name: argument.draw(random) for name, argument in function.arguments.items() if name in wanted}


def check_catalogue(functions: Sequence[Function]) -> None:
    """Assert what the families rely on: questions name what is needed, and partial ones lack exactly what they say."""
    for style in STYLES:
        names = [spell_function(function.name, style=style) for function in functions]
        assert len(set(names)) == len(names), sorted(name for name in names if names.count(name) > 1)
    for function in functions:
        needed = {name for name, argument in function.arguments.items() if not argument.optional}
        for ask in function.asks:
            assert needed <= set(holes(ask)) <= function.arguments.keys(), f"{function.name}: {ask}"
        for lacking, ask in function.partial.items():
            assert needed - set(holes(ask)) == {lacking}, f"{function.name}: {ask}"
            assert function.arguments[lacking].asked, f"{function.name}: nothing asks for {lacking}"
