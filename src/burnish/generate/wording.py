"""Words that facts are drawn from: things a web application keeps, their fields, and people."""

from random import Random
from typing import NamedTuple


class Noun(NamedTuple):
    """A thing that an application keeps: `invoice`, `invoices`, `Invoice`."""

    one: str
    many: str

    @property
    def kind(self) -> str:
        """Return the name of its class."""
        return "".join(part.title() for part in self.one.split("_"))


# No reserved word of a language we write: neither `class` nor `package`.
_REGULAR = """
account album alert answer appointment article asset auction author badge banner batch booking branch bundle
campaign channel charge client comment contact contract coupon course customer device discount document donation
driver event expense feature file folder forecast gallery game goal grant guest hotel image incident ingredient
invoice issue item job label lead lesson license listing loan location machine meal meeting member message milestone
movie note notice offer order parcel partner patient payment permit photo plan player playlist podcast poll
post printer product profile project question quote rating recipe refund region release rental repair report request
reservation review reward room route score screen season seat seller sensor server session shift shipment site skill
song sponsor station store student subscriber survey task teacher team template tenant ticket token tool topic tour
track trainer transfer trip tutor upload user vehicle vendor video visit visitor volunteer voucher wallet warehouse
widget workout
""".split()
_ES = "address box branch batch".split()
_IES = "category city company country delivery entry gallery inventory policy property query reply story".split()

NOUNS = tuple(sorted(
    {Noun(one, f"{one}s") for one in _REGULAR if one not in _ES and one not in _IES}
    | {Noun(one, f"{one}es") for one in _ES}
    | {Noun(one, f"{one[:-1]}ies") for one in _IES}
))  # fmt: skip
NUMBER_FIELDS = """
amount age balance capacity cost count distance duration height level price priority quantity rank rating score
seats size stock total views weight width
""".split()
TEXT_FIELDS = "author brand city code color country email label name owner region sku slug status team title".split()
DATE_FIELDS = "created_at due_on ends_on paid_at placed_at published_at sent_at shipped_at starts_on updated_at".split()
FLAG_FIELDS = "active archived blocked draft featured hidden locked paid pinned read shared verified".split()
STATUSES = """
active approved archived cancelled closed done draft failed new open paid pending refunded rejected shipped
""".split()
FIRST_NAMES = """
Ada Amir Anna Ben Bo Cara Chen Dana Dev Eli Emma Eva Finn Gita Hana Hugo Ida Igor Ines Ivan Jana Joel Kai Kira Lara
Leo Lina Luis Maja Mina Nils Nora Omar Otto Pia Rosa Sami Sara Tara Theo Uma Vera Wen Yara Zoe
""".split()
CITIES = """
Athens Berlin Cairo Dublin Geneva Hanoi Lima Lisbon Madrid Nairobi Oslo Paris Prague Quito Riga Rome Seoul Tunis
""".split()
COLORS = """
amber black blue brown coral cyan gold gray green indigo lime navy olive orange pink plum red silver teal white
""".split()


def draw_noun(rng: Random) -> Noun:
    """Return one thing."""
    return rng.choice(NOUNS)


def draw_nouns(rng: Random, count: int) -> list[Noun]:
    """Return several different things."""
    return rng.sample(NOUNS, count)


def a(word: str) -> str:
    """Return `word` with its indefinite article: `an order`, `a user`."""
    vowel = word[0] in "aeiou" and not word.startswith(("uni", "use", "eu", "one"))
    return f"{'an' if vowel else 'a'} {word}"
