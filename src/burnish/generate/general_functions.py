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
cube(number: int) -> int | Return the third power of a number. | cube(3) | 27
vowel_share(text: str) -> float | Return the share of letters that are vowels. | vowel_share("audi") | 0.75
ends_with_dot(text: str) -> bool | Tell whether a text ends with a full stop. | ends_with_dot("Done.") | True
double_all(numbers: List[int]) -> List[int] | Double every number. | double_all([1, 4]) | [2, 8]
only_positive(numbers: List[float]) -> List[float] | Keep the numbers above zero. | only_positive([-1, 2.5]) | [2.5]
any_negative(numbers: List[int]) -> bool | Tell whether a number lies below zero. | any_negative([3, -1]) | True
same_length(first: str, second: str) -> bool | Tell whether two texts are equally long. | same_length("ab", "cd") | True
count_letter(text: str, letter: str) -> int | Count how often a letter stands in a text. | count_letter("banana", "a") | 3
range_of(numbers: List[int]) -> int | Return the difference of the largest and the smallest number. | range_of([3, 9, 4]) | 6
product(numbers: List[int]) -> int | Multiply all numbers; 1 for an empty list. | product([2, 3, 4]) | 24
without_first(items: list) -> list | Return all items but the first. | without_first([1, 2, 3]) | [2, 3]
is_leap_year(year: int) -> bool | Tell whether a year has 366 days. | is_leap_year(2000) | True
second_largest(numbers: List[int]) -> int | Return the second largest of different numbers. | second_largest([4, 9, 7]) | 7
pairs(items: list) -> list | Return all neighbours as pairs. | pairs([1, 2, 3]) | [(1, 2), (2, 3)]
lines_with(text: str, word: str) -> List[str] | Return the lines that hold a word.
to_snake(name: str) -> str | Turn "two words" into "two_words". | to_snake("two words") | 'two_words'
kilometres(miles: float) -> float | Convert miles to kilometres. | kilometres(10) | 16.09
is_multiple(number: int, of: int) -> bool | Tell whether a number is a multiple of another. | is_multiple(12, 4) | True
remove_item(items: list, item) -> list | Return the list without one item, however often it is in it.
longest_name(names: List[str]) -> str | Return the longest name. | longest_name(["Al", "Beatrice"]) | 'Beatrice'
shortest(words: List[str]) -> str | Return the shortest word; the first of several. | shortest(["tree", "bee", "fly"]) | 'bee'
sum_of_squares(numbers: List[int]) -> int | Add up the squares of the numbers. | sum_of_squares([1, 2, 3]) | 14
hypotenuse(a: float, b: float) -> float | Return the longest side of a right-angled triangle. | hypotenuse(3, 4) | 5.0
volume(length: float, width: float, height: float) -> float | Return the volume of a box. | volume(2, 3, 4) | 24
odd_numbers(limit: int) -> List[int] | List the odd numbers below limit. | odd_numbers(6) | [1, 3, 5]
halve(number: int) -> int | Return half of a number, rounded down. | halve(7) | 3
mirror(text: str) -> str | Return a text followed by its reverse. | mirror("ab") | 'abba'
contains_all(items: list, wanted: list) -> bool | Tell whether all wanted items are there.
upper_keys(data: dict) -> dict | Return a dictionary with its keys in capitals. | upper_keys({"a": 1}) | {'A': 1}
filter_scores(scores: dict, least: int) -> dict | Keep the entries with at least this score.
number_lines(lines: List[str]) -> List[str] | Put the number of the line before each line.
split_evenly(total: int, people: int) -> tuple | Return what everybody gets and what is left. | split_evenly(17, 5) | (3, 2)
add_vectors(a: List[int], b: List[int]) -> List[int] | Add two lists number by number. | add_vectors([1, 2], [3, 4]) | [4, 6]
dot(a: List[float], b: List[float]) -> float | Return the scalar product of two vectors. | dot([1, 2], [3, 4]) | 11
is_sorted(numbers: List[int]) -> bool | Tell whether numbers stand in rising order. | is_sorted([1, 3, 2]) | False
wrap(text: str, mark: str) -> str | Put a mark before and after a text. | wrap("hi", "*") | '*hi*'
unique_letters(word: str) -> int | Count the different letters of a word. | unique_letters("noon") | 2
from_binary(bits: str) -> int | Turn a binary number into an integer. | from_binary("101") | 5
nested_sum(rows: List[List[int]]) -> int | Add up all numbers of all rows. | nested_sum([[1, 2], [3]]) | 6
column(rows: List[list], number: int) -> list | Return one column of a table. | column([[1, 2], [3, 4]], 1) | [2, 4]
days_to_seconds(days: int) -> int | Convert days to seconds. | days_to_seconds(1) | 86400
percent(part: float, whole: float) -> float | Return how many percent a part is of the whole. | percent(5, 20) | 25.0
email_domain(address: str) -> str | Return what stands after the @. | email_domain("ann@example.org") | 'example.org'
file_ending(name: str) -> str | Return the ending of a file's name without the dot. | file_ending("photo.png") | 'png'
abbreviate(text: str, size: int) -> str | Cut a text to a size and add three dots. | abbreviate("abcdef", 3) | 'abc...'
cheaper(prices: dict, limit: float) -> List[str] | Return the names of what costs less than a limit.
is_square(number: int) -> bool | Tell whether a number is the square of a whole number. | is_square(16) | True
countdown_text(start: int) -> str | Return the numbers from start down to zero, separated by commas.
dates(year: int, months: List[int]) -> List[str] | Write each month as "YYYY-MM".
replace_spaces(text: str) -> str | Put a dash in place of every space. | replace_spaces("a b c") | 'a-b-c'
all_different(items: list) -> bool | Tell whether no item stands twice. | all_different([1, 2, 1]) | False
weighted(values: List[float], weights: List[float]) -> float | Return the weighted mean. | weighted([1, 3], [1, 1]) | 2.0
largest_key(data: dict) | Return the largest key of a dictionary. | largest_key({3: "a", 7: "b"}) | 7
tail(items: list, count: int) -> list | Return the last items of a list. | tail([1, 2, 3], 2) | [2, 3]
title(text: str) -> str | Give each word of a text a capital. | title("the old man") | 'The Old Man'
seconds(text: str) -> int | Turn "minutes:seconds" into seconds. | seconds("2:05") | 125
no_spaces(text: str) -> str | Replace spaces by underscores. | no_spaces("my file") | 'my_file'
halves(number: int) -> int | Count how often a number can be halved evenly. | halves(12) | 2
sort_by_age(people: list) -> list | Sort dictionaries by their "age", youngest first.
""".strip().splitlines()))  # fmt: skip
