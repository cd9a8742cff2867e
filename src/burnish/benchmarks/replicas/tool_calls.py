"""Template families of BFCL's format (Patil et al. 2025): functions, a question, the calls that answer it.

The answer of a family with several functions is a call of one of them; of a parallel one, several calls; where no
function fits, none. Independent of how they are drawn, calls must fit the functions' schemas and the question's words.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from burnish.benchmarks.replicas.items import Draft, Make
from burnish.call_matching import reference_calls
from burnish.calls import write_python

CITIES = "Bergen Cusco Dakar Galway Hobart Izmir Kyoto Leipzig Mombasa Oaxaca Porto Quito Tampere Zadar".split()
PEOPLE = "Aisha Bruno Chidi Dana Elif Farid Greta Hana Ivan Kemi Lucia Mateo".split()
CURRENCIES = ("EUR", "USD", "JPY", "CHF", "NOK", "BRL")
LEADS = ("Hello there.", "I hope you can help me with this.", "I am making plans for the coming weeks and am a little late.",
         "My notes are all over the place today.", "Thanks to you the last question was solved in no time.",
         "My sister asked me the same thing yesterday, and I had no answer.")  # fmt: skip
Function = Mapping[str, Any]
Call = Mapping[str, Mapping[str, Any]]


def _function(name: str, told: str, /, **properties: tuple[str, str]) -> Function:
    """Return a function as BFCL describes it; a type that ends with `?` may be left out."""
    described = {key: {"type": kind.rstrip("?"), "description": text} for key, (kind, text) in properties.items()}
    needed = [key for key, (kind, _) in properties.items() if not kind.endswith("?")]
    return {"name": name, "description": told,
            "parameters": {"type": "dict", "properties": described, "required": needed}}  # fmt: skip


def _call(name: str, /, **arguments: Any) -> Call:
    """Return the allowed values of each argument, as BFCL lists them."""
    return {name: {key: [value] for key, value in arguments.items()}}


def _draft(question: str, functions: Sequence[Function], calls: Sequence[Call]) -> Draft:
    check = {"question": [[{"role": "user", "content": question}]], "function": list(functions),
             "ground_truth": list(calls)}  # fmt: skip
    offered = {function["name"]: function["parameters"] for function in functions}
    reference = write_python(reference_calls(calls, functions=offered)) if calls else ""
    return Draft(question, reference, sum(len(given) for call in calls for given in call.values()), check)


WEATHER = _function("weather.forecast", "Get the weather forecast of a city.", city=("string", "Name of the city."),
                    days=("integer", "How many days ahead."), unit=("string?", "celsius or fahrenheit."))  # fmt: skip
TIDES = _function("tides.lookup", "Get the times of high and low tide at a harbour.",
                  harbour=("string", "Name of the harbour."), date=("string", "Date as YYYY-MM-DD."))  # fmt: skip
CONVERT = _function("currency.convert", "Convert an amount of money.", amount=("float", "Amount to convert."),
                    source=("string", "Currency of the amount."), target=("string", "Currency wanted."))  # fmt: skip
TABLE = _function("restaurant.reserve", "Reserve a table.", city=("string", "City of the restaurant."),
                  guests=("integer", "Number of guests."), hour=("integer", "Hour of arrival, 0 to 23."))  # fmt: skip


def _forecast(r: Random) -> Draft:
    city, days = r.choice(CITIES), r.randint(2, 9)
    return _draft(f"What will the weather be like in {city} over the next {days} days?", [WEATHER],
                  [_call("weather.forecast", city=city, days=days)])  # fmt: skip


def _forecast_unit(r: Random) -> Draft:
    city, days, unit = r.choice(CITIES), r.randint(2, 9), r.choice(("celsius", "fahrenheit"))
    return _draft(f"Show me the forecast for {city} for {days} days, with temperatures in {unit} please.", [TIDES, WEATHER],
                  [_call("weather.forecast", city=city, days=days, unit=unit)])  # fmt: skip


def _convert(r: Random) -> Draft:
    (source, target), amount = r.sample(CURRENCIES, 2), r.randint(12, 980)
    return _draft(f"How much are {amount} {source} in {target}?", [CONVERT],
                  [_call("currency.convert", amount=float(amount), source=source, target=target)])  # fmt: skip


def _reserve(r: Random) -> Draft:
    city, guests, hour = r.choice(CITIES), r.randint(2, 12), r.randint(17, 22)
    return _draft(f"We are {guests} people and would like to have dinner in {city} at {hour} o'clock. Book a table for us.",
                  [TABLE, WEATHER, CONVERT], [_call("restaurant.reserve", city=city, guests=guests, hour=hour)])  # fmt: skip


def _tides(r: Random) -> Draft:
    harbour, date = r.choice(CITIES), f"2031-{r.randint(1, 12):02}-{r.randint(1, 28):02}"
    return _draft(f"When is high tide in the harbour of {harbour} on {date}?", [WEATHER, TIDES],
                  [_call("tides.lookup", harbour=harbour, date=date)])  # fmt: skip


def _two_forecasts(r: Random) -> Draft:
    (one, two), days = r.sample(CITIES, 2), r.randint(2, 9)
    return _draft(f"Compare the weather of the next {days} days in {one} with that in {two}.", [WEATHER],
                  [_call("weather.forecast", city=city, days=days) for city in (one, two)])  # fmt: skip


def _trip(r: Random) -> Draft:
    city, days, guests, hour = r.choice(CITIES), r.randint(2, 9), r.randint(2, 12), r.randint(17, 22)
    return _draft(
        f"I am going to {city}. Tell me the weather for the {days} days to come, and reserve a table for {guests} at {hour}:00.",
        [TABLE, WEATHER], [_call("weather.forecast", city=city, days=days),
                           _call("restaurant.reserve", city=city, guests=guests, hour=hour)])  # fmt: skip


def _remind(r: Random) -> Draft:
    person, minutes = r.choice(PEOPLE), r.choice((5, 10, 15, 20, 25, 40, 45, 50, 55))
    function = _function("reminder.set", "Set a reminder.", person=("string", "Who is reminded."),
                         minutes=("integer", "In how many minutes."), topic=("string", "Of what."))  # fmt: skip
    topic = r.choice(("the oven", "the parking meter", "the laundry", "the dentist", "the train", "the plants"))
    return _draft(f"Remind {person} of {topic} in {minutes} minutes.", [function],
                  [_call("reminder.set", person=person, minutes=minutes, topic=topic)])  # fmt: skip


def _transfer(r: Random) -> Draft:
    (one, two), amount, currency = r.sample(PEOPLE, 2), r.randint(5, 900), r.choice(CURRENCIES)
    function = _function("bank.transfer", "Transfer money between two accounts.", sender=("string", "Who pays."),
                         receiver=("string", "Who is paid."), amount=("float", "How much."),
                         currency=("string", "In which currency."))  # fmt: skip
    return _draft(f"{one} owes {two} {amount} {currency}. Please transfer the money from {one} to {two}.",
                  [CONVERT, function], [_call("bank.transfer", sender=one, receiver=two, amount=float(amount),
                                              currency=currency)])  # fmt: skip


def _mean(r: Random) -> Draft:
    values = [r.randint(1, 99) for _ in range(r.randint(3, 7))]
    function = _function("statistics.mean", "Calculate the mean of numbers.", values=("array", "The numbers."))
    return _draft(f"What is the mean of {', '.join(map(str, values))}?", [function],
                  [_call("statistics.mean", values=values)])  # fmt: skip


def _box(r: Random) -> Draft:
    width, height, depth = r.sample(range(2, 60), 3)
    shape = _function("geometry.box_volume", "Calculate the volume of a box.", width=("integer", "Width in centimetres."),
                      height=("integer", "Height in centimetres."), depth=("integer", "Depth in centimetres."))  # fmt: skip
    return _draft(f"A box is {width} cm wide, {height} cm high and {depth} cm deep. What is its volume?", [shape],
                  [_call("geometry.box_volume", width=width, height=height, depth=depth)])  # fmt: skip


def _nothing_fits(r: Random) -> Draft:
    person, year = r.choice(PEOPLE), r.randint(1850, 1990)
    functions = r.sample((WEATHER, TIDES, CONVERT, TABLE), r.randint(1, 3))
    asked = r.choice((f"Who won the chess tournament of {year}, {person} or somebody else?",
                      f"Translate the poem that {person} wrote in {year} into Latin.",
                      f"How many words has the letter of {year} that {person} found in the attic?"))  # fmt: skip
    return _draft(asked, functions, [])


def _lead_in(make: Make) -> Make:
    """Return the family with up to three sentences in front of the question that ask for nothing."""

    def draft(r: Random) -> Draft:
        found = make(r)
        question = " ".join([*r.sample(LEADS, r.choice((0, 0, 1, 2, 3))), found.prompt])
        check = {**found.check, "question": [[{"role": "user", "content": question}]]}
        return found._replace(prompt=question, check=check)

    return draft


FAMILIES: dict[str, Make] = {name: _lead_in(make) for name, make in {
    "forecast": _forecast, "forecast_unit": _forecast_unit, "convert": _convert, "reserve": _reserve, "tides": _tides,
    "two_forecasts": _two_forecasts, "trip": _trip, "remind": _remind, "transfer": _transfer, "mean": _mean, "box": _box,
    "nothing_fits": _nothing_fits,
}.items()}  # fmt: skip
