"""Sandboxed: the part of pytest that tests of one small module use. Answers import it as `pytest`; none is installed.

`raises`, `approx`, `fixture` (with `yield`, arguments, `scope`, `autouse`, `name`), `tmp_path`, `request.addfinalizer`,
`monkeypatch`, `mark.parametrize`, `fail`, `skip`. `run_tests` runs the tests of a namespace and says how many ran, which
failed and which of its fixtures they used.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any


class Failed(AssertionError):
    """A test said that it failed."""


class Skipped(Exception):
    """A test said that it doesn't apply."""


class raises:
    """Expects an exception: `with raises(ValueError, match="text") as info:`, or `raises(Error, function, *args)`."""

    def __new__(cls, expected: Any, *call: Any, match: str | None = None, **kwargs: Any) -> Any:
        """Return the context, or call the function given."""
        context = super().__new__(cls)
        context.expected, context.match, context.value = expected, match, None
        if not call:
            return context
        with context:
            call[0](*call[1:], **kwargs)
        return context

    expected: Any
    match: str | None
    value: BaseException | None

    def __enter__(self) -> "raises":
        """Give the context; `value` holds the exception afterwards."""
        return self

    def __exit__(self, kind: Any, error: BaseException | None, _: Any) -> bool:
        """Refuse a block that raised nothing, or an exception with another text."""
        if kind is None:
            raise Failed(f"DID NOT RAISE {self.expected}")
        if not issubclass(kind, self.expected):
            return False
        if self.match is not None and not re.search(self.match, str(error)):
            raise Failed(f"{str(error)!r} doesn't match {self.match!r}")
        self.value = error
        return True


class approx:
    """Equals numbers that are close, also inside lists and mappings."""

    def __init__(self, expected: Any, rel: float = 1e-6, abs: float = 1e-12) -> None:
        """Keep what to compare with."""
        self.expected, self.rel, self.abs = expected, rel, abs

    def __eq__(self, other: object) -> bool:
        """Say whether `other` is close."""
        return self._close(other, self.expected)

    __hash__ = None  # type: ignore[assignment]

    def _close(self, got: Any, expected: Any) -> bool:
        if isinstance(expected, dict):
            return (
                isinstance(got, dict)
                and got.keys() == expected.keys()
                and all(self._close(got[k], expected[k]) for k in expected)
            )
        if isinstance(expected, list | tuple):
            return len(got) == len(expected) and all(map(self._close, got, expected))
        return bool(abs(got - expected) <= max(self.abs, self.rel * abs(expected)))


def fixture(function: Any = None, *, scope: str = "function", autouse: bool = False, name: str | None = None) -> Any:
    """Mark a function as a fixture; one of a wider scope than a function is made once a run."""

    def mark_it(one: Any) -> Any:
        one.is_fixture, one.is_shared, one.is_autouse = True, scope != "function", autouse
        one.fixture_name = name or one.__name__
        return one

    return mark_it if function is None else mark_it(function)


class _Mark:
    def parametrize(self, names: Any, values: Any, **_: Any) -> Callable[[Any], Any]:
        """Run the test once for each of `values`."""
        split = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)

        def mark_it(test: Any) -> Any:
            rows = [dict(zip(split, row if len(split) > 1 else (row,), strict=True)) for row in values]
            earlier = getattr(test, "rows", [{}])
            test.rows = [{**old, **new} for old in earlier for new in rows]
            return test

        return mark_it

    def __getattr__(self, name: str) -> Any:
        """Let any other mark be: with arguments or as a plain decorator."""

        def mark_it(*call: Any, **_: Any) -> Any:
            return call[0] if len(call) == 1 and callable(call[0]) else lambda test: test

        return mark_it


mark = _Mark()


def fail(reason: str = "") -> None:
    """Fail the test."""
    raise Failed(reason)


def skip(reason: str = "") -> None:
    """End the test without failing it."""
    raise Skipped(reason)


def run_tests(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """Run every test of `namespace`: functions `test_*`, methods of classes `Test*` and of `unittest.TestCase`."""
    ran, failed = 0, []
    run = _Run(namespace)
    for name, test, rows in find_tests(namespace):
        for row in rows:
            ran += 1
            try:
                run.run_one(test, row)
            except Skipped:
                ran -= 1
            except Exception as error:
                failed.append(f"{name}: {type(error).__name__}: {error}"[:120])
    try:
        run.shared.close()
    except Exception as error:
        failed.append(f"at the end: {type(error).__name__}: {error}"[:120])
    return {"ran": ran, "failed": failed, "fixtures": sorted(run.used)}


def find_tests(namespace: Mapping[str, Any]) -> Iterator[tuple[str, Callable[..., Any], list[dict[str, Any]]]]:
    """Yield the tests with their names and parameter rows."""
    for name, value in list(namespace.items()):
        if inspect.isclass(value) and (name.startswith("Test") or hasattr(value, "assertEqual")):
            for method in dir(value):
                if method.startswith("test"):
                    yield f"{name}.{method}", _bind(value, method), getattr(getattr(value, method), "rows", [{}])
        elif name.startswith("test") and inspect.isfunction(value) and not hasattr(value, "is_fixture"):
            yield name, value, getattr(value, "rows", [{}])


def _bind(owner: type, method: str) -> Callable[..., Any]:
    is_unittest = hasattr(owner, "assertEqual")
    made = owner(method) if is_unittest else owner()
    test = getattr(made, method)
    if not is_unittest:
        return test  # type: ignore[no-any-return]

    def run() -> None:
        made.setUp()
        try:
            test()
        finally:
            made.tearDown()

    return run


async def _wait(value: Any) -> Any:
    return await value


def _wanted(function: Callable[..., Any]) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    return [
        one.name
        for one in parameters
        if one.default is inspect.Parameter.empty and one.kind is one.POSITIONAL_OR_KEYWORD
    ]


class _Values:
    """The values of fixtures that live equally long, and what ends them, the last one first."""

    def __init__(self) -> None:
        self.made: dict[str, Any] = {}
        self.ends: list[Callable[[], Any]] = []

    def addfinalizer(self, end: Callable[[], Any]) -> None:
        """Call `end` when these fixtures end: a fixture asks for it as `request.addfinalizer`."""
        self.ends.append(end)

    def close(self) -> None:
        """End every fixture, also after one whose end raises."""
        while self.ends:
            try:
                self.ends.pop()()
            except BaseException:
                self.close()
                raise


class _Run:
    """One run of the tests of a namespace."""

    def __init__(self, namespace: Mapping[str, Any]) -> None:
        marked = [value for value in namespace.values() if hasattr(value, "is_fixture")]
        self.fixtures = {one.fixture_name: one for one in marked}
        self.shared = _Values()
        self.used: set[str] = set()

    def run_one(self, test: Callable[..., Any], row: dict[str, Any]) -> None:
        own = _Values()
        try:
            for name, function in self.fixtures.items():
                if function.is_autouse:
                    self.make(name, own)
            value = test(**{name: row[name] if name in row else self.make(name, own) for name in _wanted(test)})
            if inspect.isawaitable(value):
                import asyncio

                asyncio.run(_wait(value))
        finally:
            own.close()

    def make(self, name: str, own: _Values) -> Any:
        """Return the value of a fixture, made on its first use."""
        function = self.fixtures.get(name)
        values = self.shared if function is not None and function.is_shared else own
        if name not in values.made:
            values.made[name] = self._call(function, values) if function else _offer(name, values)
            self.used.update([name] if function else [])
        return values.made[name]

    def _call(self, function: Callable[..., Any], values: _Values) -> Any:
        value = function(**{inner: self.make(inner, values) for inner in _wanted(function)})
        if not inspect.isgenerator(value):
            return value
        first = next(value)
        values.addfinalizer(lambda: next(value, None))
        return first


def _offer(name: str, values: _Values) -> Any:
    """Return a fixture that pytest itself has."""
    if name == "request":
        return values
    if name == "monkeypatch":
        return _Patcher(values)
    if name == "tmp_path":
        import pathlib
        import shutil
        import tempfile

        folder = tempfile.mkdtemp()
        values.addfinalizer(lambda: shutil.rmtree(folder, ignore_errors=True))
        return pathlib.Path(folder)
    raise LookupError(f"fixture {name!r} not found")


class _Patcher:
    """Sets attributes and items for one test."""

    def __init__(self, values: _Values) -> None:
        self._undo: list[Callable[[], Any]] = []
        values.addfinalizer(self._restore)

    def _restore(self) -> None:
        for undo in reversed(self._undo):
            undo()

    def setattr(self, owner: Any, name: str, value: Any) -> None:
        """Set an attribute until the test ends."""
        old = getattr(owner, name)
        self._undo.append(lambda: setattr(owner, name, old))
        setattr(owner, name, value)

    def setitem(self, owner: Any, name: Any, value: Any) -> None:
        """Set an item until the test ends."""
        missing = name not in owner
        old = owner.get(name)
        self._undo.append(lambda: owner.pop(name) if missing else owner.__setitem__(name, old))
        owner[name] = value

    def setenv(self, name: str, value: str) -> None:
        """Set an environment variable until the test ends."""
        import os

        self.setitem(os.environ, name, value)
