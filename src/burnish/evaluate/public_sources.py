"""Every public benchmark by name: its items where its source is on, the reason why it isn't run where it is off."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from burnish.evaluate.call_items import LEFT_OUT, read_bfcl
from burnish.evaluate.hub_items import HUB
from burnish.evaluate.injections import read_injections
from burnish.evaluate.public_items import BFCL, INJECTION, PublicItem, names_on

NEVER: Mapping[str, str] = {
    f"{BFCL}_{category}": "its values are texts of another language, which are not read here" for category in LEFT_OUT
}


def read_items(*, bfcl: Path, hub: Path) -> Iterator[PublicItem]:
    """Yield the items of every benchmark that is on."""
    yield from read_bfcl(bfcl)
    yield from read_injections()
    for name in sorted(names_on(hub) & HUB.keys()):
        yield from HUB[name].read(hub / name)


def list_not_run(*, hub: Path) -> dict[str, str]:
    """Return the benchmarks that have no items, with the reason."""
    on = names_on(hub)
    return {**{name: one.off for name, one in HUB.items() if name not in on}, **NEVER}


def list_run(*, hub: Path) -> tuple[str, ...]:
    """Return the benchmarks that have items."""
    return (BFCL, INJECTION, *sorted(names_on(hub) & HUB.keys()))
