"""The twelve kinds of apps, as data: what an entry holds, what can be done with it, what is summed up and shown.

Each kind is asked for at four levels: 1 enter and refuse, 2 change, delete and keep in the browser, 3 find, correct and
guard, 4 the same with a server that keeps the entries for everybody.
"""

from dataclasses import dataclass
from typing import Literal

LEVELS = (1, 2, 3, 4)
SERVED_LEVEL = 4
Control = Literal["text", "number", "choice"]
Rule = Literal["filled", "email", "address", "from_one", "one_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of an entry: its key in JSON, its label, how it is entered, what it may hold.

    `values` are what visitors enter, or the options of a choice. `hidden` shows only once the entry's action reveals it.
    """

    key: str
    label: str
    control: Control = "text"
    rule: Rule = "filled"
    values: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What each entry offers.

    tick: a checkbox named `label` and the entry's name. bump: buttons that add one to `field` and, with `down`, take one
    off (never below 0). move: a button that takes the entry to the next of `stages`, whose last it doesn't leave. reveal:
    a button that shows the hidden field.
    """

    do: Literal["tick", "bump", "move", "reveal"]
    label: str
    down: str = ""
    field: str = ""
    stages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the status line says: the count of entries, of those not ticked, the total or mean of a field, or its leader."""

    do: Literal["count", "left", "total", "mean", "leader"]
    label: str
    field: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of app. The first field is an entry's name; `unique` names the field that no two entries may share."""

    id: str
    title: str
    noun: str
    story: str
    fields: tuple[Field, ...]
    action: Action
    summary: Summary
    find: Literal["search", "filter"]
    find_field: str
    unique: str

    def field(self, key: str) -> Field:
        """Return a field by its key."""
        return next(field for field in self.fields if field.key == key)


def _name(label: str, *values: str) -> Field:
    return Field(key="name", label=label, values=values)


KINDS: tuple[Kind, ...] = (
    Kind(
        id="tasks", title="Task list", noun="task", story="a to-do list for a small team",
        fields=(_name("Task", "Call the plumber", "Water the plants", "Book the train", "Pay the rent", "Sort the photos",
                      "Fix the bicycle", "Answer Maria", "Clean the oven", "Renew the passport", "Order seeds"),
                Field(key="area", label="Area", control="choice", rule="one_of", values=("Home", "Work", "Garden"))),
        action=Action(do="tick", label="Done"), summary=Summary(do="left", label="Open tasks"),
        find="filter", find_field="area", unique="name",
    ),
    Kind(
        id="expenses", title="Expense tracker", noun="expense", story="a tracker of what a household spends",
        fields=(_name("Description", "Groceries", "Bus ticket", "Cinema", "Lamp oil", "Haircut", "Printer paper", "Coffee",
                      "Museum", "Umbrella", "Dentist"),
                Field(key="amount", label="Amount", control="number", rule="from_one"),
                Field(key="category", label="Category", control="choice", rule="one_of",
                      values=("Food", "Travel", "Leisure", "Other"))),
        action=Action(do="tick", label="Paid back"), summary=Summary(do="total", label="Total", field="amount"),
        find="filter", find_field="category", unique="name",
    ),
    Kind(
        id="contacts", title="Address book", noun="contact", story="an address book with e-mail addresses",
        fields=(_name("Name", "Ada Lind", "Boris Okafor", "Chen Wei", "Dora Silva", "Emil Novak", "Farah Aziz", "Gita Rao",
                      "Hugo Brandt", "Ines Costa", "Jonas Berg"),
                Field(key="email", label="E-mail", rule="email", values=(
                    "post@harbour.example", "hello@mill.example", "desk@orchard.example", "info@tower.example",
                    "mail@bridge.example", "office@meadow.example"))),
        action=Action(do="tick", label="Favourite"), summary=Summary(do="count", label="Contacts"),
        find="search", find_field="name", unique="email",
    ),
    Kind(
        id="shopping", title="Shopping list", noun="product", story="a shopping list with quantities",
        fields=(_name("Product", "Apples", "Oat milk", "Rye bread", "Lentils", "Candles", "Matches", "Soap", "Rice",
                      "Mustard", "Walnuts"),
                Field(key="quantity", label="Quantity", control="number", rule="from_one")),
        action=Action(do="bump", label="More", down="Less", field="quantity"),
        summary=Summary(do="total", label="Pieces", field="quantity"), find="search", find_field="name", unique="name",
    ),
    Kind(
        id="bookmarks", title="Bookmarks", noun="bookmark", story="a collection of web addresses",
        fields=(_name("Title", "Bird atlas", "Bread school", "Chess club", "Cloud types", "Knots", "Old maps", "Star charts",
                      "Tide tables", "Wood joints", "Sign language"),
                Field(key="address", label="Address", rule="address", values=(
                    "https://atlas.example/birds", "https://school.example/bread", "https://club.example/chess",
                    "https://sky.example/clouds", "https://harbour.example/tides", "https://shop.example/joints"))),
        action=Action(do="bump", label="Visit", field="visits"), summary=Summary(do="count", label="Bookmarks"),
        find="search", find_field="name", unique="address",
    ),
    Kind(
        id="books", title="Reading log", noun="book", story="a log of books that were read, with ratings",
        fields=(_name("Book", "The Long Tide", "Glass Mountains", "A Winter Letter", "Salt Roads", "The Ninth Clock",
                      "Paper Birds", "Copper Sea", "North of Noon", "The Quiet Orchard", "Lanterns"),
                Field(key="author", label="Author", values=("Mora", "Ekholm", "Tanaka", "Dupont", "Kaya", "Boateng")),
                Field(key="rating", label="Rating", control="number", rule="from_one")),
        action=Action(do="tick", label="Lent out"), summary=Summary(do="mean", label="Average rating", field="rating"),
        find="search", find_field="author", unique="name",
    ),
    Kind(
        id="bookings", title="Room bookings", noun="booking", story="bookings of one meeting room, a slot at a time",
        fields=(_name("Guest", "Abel", "Bruna", "Cyril", "Delia", "Edda", "Farid", "Greta", "Hassan", "Ilse", "Joost"),
                Field(key="slot", label="Slot", control="choice", rule="one_of",
                      values=("09:00", "10:00", "11:00", "13:00", "14:00", "15:00")),
                Field(key="people", label="People", control="number", rule="from_one")),
        action=Action(do="tick", label="Arrived"), summary=Summary(do="total", label="People expected", field="people"),
        find="search", find_field="name", unique="slot",
    ),
    Kind(
        id="stock", title="Stock room", noun="article", story="the stock of a small workshop",
        fields=(_name("Article", "Hinge", "Bracket", "Wing nut", "Dowel", "Chisel", "Sanding disc", "Wood glue", "Hook",
                      "Caster", "Drill bit"),
                Field(key="pieces", label="Pieces", control="number", rule="from_one"),
                Field(key="shelf", label="Shelf", control="choice", rule="one_of", values=("North", "South", "Yard"))),
        action=Action(do="bump", label="Receive", down="Issue", field="pieces"),
        summary=Summary(do="total", label="In stock", field="pieces"), find="filter", find_field="shelf", unique="name",
    ),
    Kind(
        id="notes", title="Notes", noun="note", story="short notes with a colour",
        fields=(_name("Title", "Garden plan", "Holiday", "Recipe", "Meeting", "Gift ideas", "Paint colours", "Songs",
                      "Measurements", "Questions", "Repairs"),
                Field(key="text", label="Text", values=(
                    "Bring the ladder", "Ask for two samples", "Start before noon", "Leave out the sugar",
                    "Window is 84 wide", "Third verse is missing")),
                Field(key="colour", label="Colour", control="choice", rule="one_of", values=("Yellow", "Blue", "Green"))),
        action=Action(do="tick", label="Pinned"), summary=Summary(do="count", label="Notes"),
        find="search", find_field="text", unique="name",
    ),
    Kind(
        id="poll", title="Poll", noun="option", story="a poll to which anybody adds options and votes",
        fields=(_name("Option", "Picnic", "Canoe trip", "Bowling", "Concert", "Quiz night", "Barbecue", "Museum visit",
                      "Hike", "Karaoke", "Potluck"),),
        action=Action(do="bump", label="Vote for", field="votes"),
        summary=Summary(do="leader", label="Leader", field="votes"), find="search", find_field="name", unique="name",
    ),
    Kind(
        id="cards", title="Flash cards", noun="card", story="flash cards whose answer is hidden until it is asked for",
        fields=(_name("Question", "Capital of Peru", "Opposite of narrow", "Cube of three", "Largest ocean", "Symbol of iron",
                      "Author of Emma", "Legs of a spider", "Colour of jade", "Sides of a hexagon", "Root of 81"),
                Field(key="answer", label="Answer", hidden=True, values=(
                    "Lima", "Wide", "Twentyseven", "Pacific", "Ferrum", "Austen", "Eight", "Greenish", "Six", "Nine"))),
        action=Action(do="reveal", label="Reveal", field="answer"), summary=Summary(do="count", label="Cards"),
        find="search", find_field="name", unique="name",
    ),
    Kind(
        id="board", title="Project board", noun="job", story="a board on which jobs move from stage to stage",
        fields=(_name("Job", "Paint the door", "Write the offer", "Test the pump", "Order the glass", "Oil the floor",
                      "Check the wiring", "Draw the plan", "Cut the boards", "Hang the sign", "Fill the cracks"),
                Field(key="hours", label="Hours", control="number", rule="from_one")),
        action=Action(do="move", label="Move", stages=("Planned", "Running", "Finished")),
        summary=Summary(do="total", label="Hours planned", field="hours"), find="search", find_field="name", unique="name",
    ),
)  # fmt: skip
