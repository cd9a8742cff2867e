"""Every public benchmark by name: its items where its source is on, the reason why it isn't run where it is off."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from burnish.evaluate.call_items import LEFT_OUT, read_bfcl
from burnish.evaluate.hub_items import HUB
from burnish.evaluate.injections import read_injections
from burnish.evaluate.public_items import BFCL, INJECTION, PublicItem, names_on

OFF = "its source is off; profile hub turns it on"
NEVER: Mapping[str, str] = {
    **{
        f"{BFCL}_{category}": "its values are texts of another language, which are not read here"
        for category in LEFT_OUT
    },
    "tau2": "not built: its data lie in inspect-evals 0.26.0, but the actions it lists are one way of several",
}


def read_items(*, bfcl: Path, hub: Path) -> Iterator[PublicItem]:
    """Yield the items of every benchmark that is on."""
    yield from read_bfcl(bfcl)
    yield from read_injections()
    for name in sorted(names_on(hub) & HUB.keys()):
        read = HUB[name].read
        if read:
            yield from read(hub / name)


def list_not_run(*, hub: Path) -> dict[str, str]:
    """Return the benchmarks that have no items, with the reason."""
    on = names_on(hub)
    graded = {name: OFF for name, one in HUB.items() if one.read and name not in on}
    return {**graded, **{name: one.why for name, one in HUB.items() if not one.read}, **NEVER}


def list_run(*, hub: Path) -> tuple[str, ...]:
    """Return the benchmarks that have items."""
    return (BFCL, INJECTION, *sorted(name for name in names_on(hub) & HUB.keys() if HUB[name].read))
