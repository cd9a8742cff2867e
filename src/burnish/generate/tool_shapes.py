"""Talks about the catalogue's functions, in eight shapes; what would come back from a call isn't made up, so they end there.

`one` function, `choose` among several, `parallel` calls of one, a `pair` of calls of two, an argument `missing` or missing
and then `supplied`, and no function that fits: a `near` one, of the same domain, or `far` ones.
"""

from collections.abc import Callable, Mapping, Sequence
from random import Random

from burnish.generate.tool_core import (
    STYLES,
    As,
    Function,
    Offer,
    draw_given,
    fill,
    holes,
    join,
    offer,
)
from burnish.generate.tool_functions_teams import PEOPLE
from burnish.generate.tool_talk import Talk, ask, make, say, shuffled

ALSO = ("Also, {}", "And {}", "After that, {}", "Then {}")
# Calls all begin with the same token. So that a model which is drawn from greedily can do anything else, what says that no
# function fits has one beginning too, and so has what asks for an argument.
LACKING = ("Before I can {does}: {asked}", "Before I can {does}, I need to know: {asked}",
           "Before I can do that, one thing is missing. {asked}", "Before I call a function: {asked}")  # fmt: skip
UNFIT = ("None of these functions can do that.", "None of these functions does that: they {does}.",
         "None of these functions fits. I could {does} instead.", "None of these functions is made for it; they {does}.",
         "None of these functions helps here.")  # fmt: skip
SUPPLIED = ("{}.", "{}, please.", "It's {}.", "Oh, right: {}.")
GENERAL = (("What is the difference between a process and a thread?",
            "A process has memory of its own; the threads of one process share theirs."),
           ("What does the word idempotent mean?", "Doing it twice has the same effect as doing it once."),
           ("Is a tomato a fruit?", "Botanically it is a fruit; in the kitchen it counts as a vegetable."),
           ("What is a closure?", "A function together with the variables it uses from where it was made."),
           ("Why is the sky blue?", "Air scatters blue light more than red light."),
           ("What does the status 404 mean?", "The server found nothing at that address."),
           ("How should I name my cat?", "Something short that is easy to call, such as Miso or Pixel."),
           ("What is a race condition?", "A fault whose outcome depends on which of two steps happens first."),
           ("Write a haiku about merge conflicts.",
            "Two hands on one line,\narrows point both left and right.\nChoose, and build again."),
           ("What is the opposite of a queue?", "A stack: what came last leaves first."),
           ("Should I use tabs or spaces?", "Whatever the project's formatter uses; it matters that all do the same."),
           ("What does DNS stand for?", "Domain Name System."))  # fmt: skip
NAMES = frozenset({*PEOPLE, "I"})

Shape = Callable[..., Talk]


def one(own: Sequence[Function], others: Sequence[Function], *, random: Random) -> Talk:
    """One function, one call."""
    function, style = random.choice(own), random.choice(STYLES)
    question, shown, given = _draw(function, style=style, random=random)
    return _talk(function, "one", [shown], [*ask(question, random=random), make([shown.call(given)])], random=random)


def choose(own: Sequence[Function], others: Sequence[Function], *, random: Random) -> Talk:
    """Several functions, one call."""
    function, style = random.choice(own), random.choice(STYLES)
    question, shown, given = _draw(function, style=style, random=random)
    rest = [found for found in [*own, *random.sample(others, 3)] if found is not function]
    offers = [shown, *_offers(random.sample(rest, random.randint(1, min(3, len(rest)))), style=style, random=random)]
    return _talk(function, "choose", offers, [*ask(question, random=random), make([shown.call(given)])], random=random)


def parallel(own: Sequence[Function], others: Sequence[Function], *, random: Random) -> Talk:
    """Two or three calls of one function: for several values of one argument, or by two sentences."""
    function, style = random.choice(own), random.choice(STYLES)
    wording = random.choice(function.asks)
    shown = offer(function, random=random, named=holes(wording), style=style)
    many = [name for name in holes(wording) if _is_listable(function, name)]
    given = draw_given(function, ask=wording, random=random)
    if many and random.random() < 0.6:
        name = random.choice(many)
        drawn = random.sample(list(function.arguments[name].values), random.choice((2, 2, 3)))
        calls = [shown.call({**given, name: As(value, value)}) for value in drawn]
        question = fill(wording, given={**given, name: As(join(drawn), drawn)})
    else:
        second = random.choice(function.asks)
        shown = offer(function, random=random, named=[*holes(wording), *holes(second)], style=style)
        again = next(found for _ in range(99) if (found := draw_given(function, ask=second, random=random)) != given)
        question = f"{fill(wording, given=given)} {_lower_also(fill(second, given=again), random=random)}"
        calls = [shown.call(given), shown.call(again)]
    offers = [shown, *_offers(random.sample(others, random.choice((0, 0, 1))), style=style, random=random)]
    return _talk(function, "parallel", offers, [*ask(question, random=random), make(calls)], random=random)


def pair(own: Sequence[Function], others: Sequence[Function], *, random: Random) -> Talk:
    """Calls of two functions in one answer."""
    first, style = random.choice(own), random.choice(STYLES)
    second = random.choice([found for found in [*own, *random.sample(others, 2)] if found is not first])
    question, shown, given = _draw(first, style=style, random=random)
    more, beside, supplied = _draw(second, style=style, random=random)
    calls = [shown.call(given), beside.call(supplied)]
    spoken = [*ask(f"{question} {_lower_also(more, random=random)}", random=random), make(calls)]
    return _talk(first, "pair", [shown, beside], spoken, random=random)


def missing(own: Sequence[Function], others: Sequence[Function], *, random: Random) -> Talk:
    """An argument isn't said: it is asked for."""
    function, style = random.choice(own), random.choice(STYLES)
    question, shown, _, lacking = _draw_partial(function, style=style, random=random)
    offers = [shown, *_offers(random.sample(others, random.choice((0, 1))), style=style, random=random)]
    spoken = [*ask(question, random=random), say(_ask_for(function, lacking, random=random))]
    return _talk(function, "missing", offers, spoken, random=random)


def supplied(own: Sequence[Function], others: Sequence[Function], *, random: Random) -> Talk:
    """An argument isn't said, is asked for, and given."""
    function, style = random.choice(own), random.choice(STYLES)
    question, shown, given, lacking = _draw_partial(function, style=style, random=random)
    value = function.arguments[lacking].draw(random)
    whole = {
        name: value if name == lacking else given[name] for name in function.arguments if name in {*given, lacking}
    }
    words = random.choice(SUPPLIED).format(value.text)
    spoken = [*ask(question, random=random), say(_ask_for(function, lacking, random=random)),
              {"role": "user", "content": words[0].upper() + words[1:]}, make([shown.call(whole)])]  # fmt: skip
    return _talk(function, "supplied", [shown], spoken, random=random)


def near(own: Sequence[Function], others: Sequence[Function], *, random: Random) -> Talk:
    """What is asked is done by a function of the same domain that isn't there."""
    function, style = random.choice(own), random.choice(STYLES)
    question, _, _ = _draw(function, style=style, random=random)
    rest = [found for found in own if found is not function] or random.sample(others, 1)
    return _unfit(function, "near", _offers(rest[:2], style=style, random=random), question, random=random)


def far(own: Sequence[Function], others: Sequence[Function], *, random: Random) -> Talk:
    """What is asked has nothing to do with the functions."""
    function, style = random.choice(own), random.choice(STYLES)
    offers = _offers(random.sample(own, random.randint(1, min(2, len(own)))), style=style, random=random)
    if random.random() < 0.4:
        question, answer = random.choice(GENERAL)
        return _talk(function, "far", offers, [*ask(question, random=random), say(answer)], random=random)
    question, _, _ = _draw(random.choice(others), style=style, random=random)
    return _unfit(function, "far", offers, question, random=random)


SHAPES: Mapping[str, Shape] = {
    "one": one, "choose": choose, "parallel": parallel, "pair": pair, "missing": missing, "supplied": supplied,
    "near": near, "far": far,
}  # fmt: skip


def _draw(function: Function, *, style: str, random: Random) -> tuple[str, Offer, dict[str, As]]:
    wording = random.choice(function.asks)
    given = draw_given(function, ask=wording, random=random)
    return fill(wording, given=given), offer(function, random=random, named=list(given), style=style), given


def _draw_partial(function: Function, *, style: str, random: Random) -> tuple[str, Offer, dict[str, As], str]:
    lacking, wording = random.choice(sorted(function.partial.items()))
    given = draw_given(function, ask=wording, random=random)
    return fill(wording, given=given), offer(function, random=random, named=list(given), style=style), given, lacking


def _offers(functions: Sequence[Function], *, style: str, random: Random) -> list[Offer]:
    return [offer(function, random=random, style=style) for function in functions]


def _is_listable(function: Function, name: str) -> bool:
    argument = function.arguments[name]
    return (
        argument.kind == "string" and len(argument.values) > 3 and all(isinstance(one, str) for one in argument.values)
    )


def _lower_also(sentence: str, *, random: Random) -> str:
    """Return a second sentence behind "Also" or the like; names keep their capital."""
    first = sentence.split()[0]
    is_name = first[1:] != first[1:].lower() or first.removesuffix("'s").rstrip(",") in NAMES
    kept = sentence if is_name else sentence[0].lower() + sentence[1:]
    return random.choice(ALSO).format(kept)


def _ask_for(function: Function, lacking: str, *, random: Random) -> str:
    return random.choice(LACKING).format(asked=function.arguments[lacking].asked, does=function.does)


def _unfit(function: Function, kind: str, offers: Sequence[Offer], question: str, *, random: Random) -> Talk:
    does = join([one.function.does for one in offers[:2]])
    spoken = [*ask(question, random=random), say(random.choice(UNFIT).format(does=does))]
    return _talk(function, kind, offers, spoken, random=random)


def _talk(function: Function, kind: str, offers: Sequence[Offer], spoken: Sequence[dict[str, object]], *,
          random: Random) -> Talk:  # fmt: skip
    tools = [shown.definition for shown in shuffled(offers, random=random)]
    return Talk(f"{function.domain}/{kind}", kind, tools, spoken, executed=False)
