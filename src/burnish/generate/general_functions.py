"""Beginnings of Python functions that general prompts ask to complete. None is a task of a benchmark.

A line is a signature, what the function does, an example call and its value; the call and the value may be left out.
"""

from typing import NamedTuple


class Beginning(NamedTuple):
    """A function's signature and what its docstring says."""

    signature: str
    does: str
    examples: tuple[tuple[str, str], ...]

    def code(self) -> str:
        """Return the function without its body, its examples as of an interactive session."""
        return self._code([f"    >>> {call}\n    {value}" for call, value in self.examples])

    def code_in_words(self) -> str:
        """Return the same with the examples as sentences."""
        return self._code([f"    For example, {call} returns {value}." for call, value in self.examples])

    def _code(self, examples: list[str]) -> str:
        lines = [self.does, *examples]
        close = '"""' if len(lines) == 1 else '\n    """'
        return f"def {self.signature}:\n" + '    """' + "\n".join(lines) + close


def _read(line: str) -> Beginning:
    signature, does, *examples = (part.strip() for part in line.split(" | "))
    return Beginning(signature, does, tuple(zip(examples[::2], examples[1::2], strict=True)))


BEGINNINGS = tuple(map(_read, """
fahrenheit(celsius: float) -> float | Convert degrees Celsius to Fahrenheit. | fahrenheit(100) | 212.0
initials(name: str) -> str | Return the first letters of all words in capitals. | initials("ada lovelace") | 'AL'
total_price(prices: list) -> float | Add up the prices. | total_price([1.5, 2.5]) | 4.0
area_of_circle(radius: float) -> float | Return the area of a circle.
is_weekend(day: str) -> bool | Tell whether a day is Saturday or Sunday. | is_weekend("Sunday") | True
minutes_to_hours(minutes: int) -> tuple | Split minutes into whole hours and minutes. | minutes_to_hours(135) | (2, 15)
last_word(text: str) -> str | Return the last word of a text. | last_word("the quick fox") | 'fox'
shout(text: str) -> str | Return the text in capitals with an exclamation mark. | shout("hello") | 'HELLO!'
discount(price: float, percent: float) -> float | Take a percentage off a price. | discount(200, 10) | 180.0
first_or_none(items: list) | Return the first item, or None if there is none. | first_or_none([]) | None
count_words(text: str) -> int | Count the words of a text. | count_words("one two three") | 3
squares_up_to(limit: int) -> list | List the squares of 1 to limit. | squares_up_to(4) | [1, 4, 9, 16]
is_even(number: int) -> bool | Tell whether a number is even. | is_even(7) | False
average(numbers: list) -> float | Return the average of the numbers, 0 for an empty list. | average([1, 2, 3]) | 2.0
index_of(items: list, wanted) -> int | Return the position of an item, or -1. | index_of(["a", "b"], "b") | 1
swap(pair: tuple) -> tuple | Swap the two parts of a pair. | swap((1, 2)) | (2, 1)
absolute(number: int) -> int | Return the absolute value without calling abs(). | absolute(-4) | 4
repeat(text: str, times: int) -> str | Repeat a text with spaces in between. | repeat("ho", 3) | 'ho ho ho'
smallest(numbers: list) -> int | Return the smallest number. | smallest([4, 2, 8]) | 2
perimeter(width: float, height: float) -> float | Return the perimeter of a rectangle. | perimeter(2, 3) | 10
power(base: int, exponent: int) -> int | Raise a number to a power with a loop. | power(2, 5) | 32
invert(mapping: dict) -> dict | Swap the keys and the values of a dictionary. | invert({"a": 1}) | {1: 'a'}
longer_than(words: list, size: int) -> list | Keep words longer than size. | longer_than(["to", "three"], 2) | ['three']
sum_of_even(numbers: list) -> int | Add up the even numbers. | sum_of_even([1, 2, 3, 4]) | 6
clean(text: str) -> str | Remove spaces around a text and put it in small letters. | clean("  Hello ") | 'hello'
grade(points: int) -> str | Give "pass" from 50 points on, otherwise "fail". | grade(49) | 'fail'
count_down(start: int) -> list | Count from start down to 1. | count_down(3) | [3, 2, 1]
join_names(names: list) -> str | Join names by commas. | join_names(["Ann", "Bob"]) | 'Ann, Bob'
middle(items: list) | Return the item in the middle of a list of odd length. | middle([1, 5, 9]) | 5
every_second(items: list) -> list | Return every second item, starting with the first. | every_second([1, 2, 3]) | [1, 3]
parse_pair(text: str) -> tuple | Split "key=value" into its two parts. | parse_pair("a=1") | ('a', '1')
bmi(weight: float, height: float) -> float | Return the body mass index: weight over height squared.
distance(a: tuple, b: tuple) -> float | Return the distance of two points in the plane. | distance((0, 0), (3, 4)) | 5.0
truthy(items: list) -> list | Remove everything that is false. | truthy([0, 1, "", "a"]) | [1, 'a']
starts_with_capital(word: str) -> bool | Tell whether a word starts with a capital. | starts_with_capital("Oslo") | True
clamp(number: int, low: int, high: int) -> int | Keep a number between low and high. | clamp(12, 0, 10) | 10
tax(income: float) -> float | Return 20 percent of what lies above 10000. | tax(15000) | 1000.0
word_lengths(text: str) -> list | Return the length of each word. | word_lengths("a big dog") | [1, 3, 3]
sum_of_values(data: dict) -> int | Add up the values of a dictionary. | sum_of_values({"a": 1, "b": 2}) | 3
is_between(number: int, low: int, high: int) -> bool | Tell whether low <= number <= high. | is_between(3, 1, 5) | True
without_digits(text: str) -> str | Remove all digits. | without_digits("a1b2") | 'ab'
table(number: int) -> list | Return the multiplication table of a number up to ten.
capitalise_all(words: list) -> list | Give every word a capital. | capitalise_all(["red", "blue"]) | ['Red', 'Blue']
best_student(scores: dict) -> str | Return the name with the highest score. | best_student({"Al": 3, "Bo": 5}) | 'Bo'
seconds(text: str) -> int | Turn "minutes:seconds" into seconds. | seconds("2:05") | 125
no_spaces(text: str) -> str | Replace spaces by underscores. | no_spaces("my file") | 'my_file'
halves(number: int) -> int | Count how often a number can be halved evenly. | halves(12) | 2
sort_by_age(people: list) -> list | Sort dictionaries by their "age", youngest first.
""".strip().splitlines()))  # fmt: skip
