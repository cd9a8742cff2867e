"""The small task of `fs_api_test`: the status and the JSON of one route. Also how the applications under test are written."""

from random import Random
from typing import Any

from burnish.generate.checks import test_check
from burnish.generate.core import Facts, Shape, Template
from burnish.generate.drawing import pick
from burnish.generate.fixture_values import quote
from burnish.generate.wording import CITIES, NUMBER_FIELDS, STATUSES, draw_noun


def write_app(views: list[str], routes: list[tuple[str, str, str]], *, above: str = "") -> str:
    """Return an application of these views; a route is a path, the name of its view and a method."""
    listed = [
        f'Route("{path}", {view}' + (f', methods=["{method}"])' if method != "GET" else ")")
        for path, view, method in routes
    ]
    whole = ", ".join(listed) if len(listed) < 2 else "\n    " + ",\n    ".join(listed) + ",\n"
    head = (
        "from starlette.applications import Starlette\nfrom starlette.responses import JSONResponse\n"
        "from starlette.routing import Route"
    )
    first = f"{head}\n\n{above}" if above else head
    return "\n\n\n".join((first, *views, f"app = Starlette(routes=[{whole}])"))


def check_app(facts: Facts, rng: Random) -> dict[str, Any]:
    """Expect the tests to pass on the application and to fail on its broken copies."""
    del rng
    broken = [text + "\n" for text in facts["broken"]]
    return test_check(facts["module"], facts["program"] + "\n", broken, lend=["starlette"])


def draw_answer(rng: Random) -> dict[str, Any]:
    """Draw a route and its constant answer."""
    noun = draw_noun(rng)
    method = rng.choice(("GET", "GET", "GET", "POST", "DELETE", "PUT"))
    status = rng.choice(
        {"GET": (200, 200, 203, 503), "POST": (200, 201, 202), "DELETE": (200, 202), "PUT": (200, 202)}[method]
    )
    number, text = rng.choice(NUMBER_FIELDS), pick(rng, "status|state|city|place|kind")
    body: dict[str, Any] = {text: rng.choice(CITIES) if text in ("city", "place") else rng.choice(STATUSES)}
    body |= {number: rng.randrange(1, 90)} if rng.random() < 0.7 else {}
    path = pick(
        rng,
        f"/{noun.many}|/{noun.one}|/{noun.many}/last|/api/{noun.many}|/{noun.one}/summary|/v{rng.randrange(1, 4)}/{noun.many}",
    )
    view = pick(rng, f"{noun.one}_view|answer_{noun.one}|handle_{noun.many}|{noun.many}|{method.lower()}_{noun.one}")

    def write(body: dict[str, Any], status: int, path: str) -> str:
        given = f", status_code={status}" if status != 200 else ""
        return write_app(
            [f"async def {view}(request):\n    return JSONResponse({quote(body)}{given})"], [(path, view, method)]
        )

    keys = list(body)
    renamed = {f"{key}_": value for key, value in body.items()}
    changed = {**body, keys[-1]: body[keys[-1]] + 1 if isinstance(body[keys[-1]], int) else "other"}
    return {
        "module": pick(rng, f"main|app|api|web|server|{noun.one}_api"), "path": path, "view": view, "method": method,
        "send": method.lower(), "status": status, "body": quote(body), "changed": quote(changed), "other": status + 1,
        "program": write(body, status, path), "what": f"{noun.one}_{pick(rng, 'route|answer|request|endpoint')}",
        "broken": [write(body, 204, path), write(body, 500, path), write(renamed, status, path), write(changed, status, path),
                   write({**body, "debug": True}, status, path), write(body, status, path + "_old")],
    }  # fmt: skip


ANSWER = Template(
    id="one_response",
    ask=(
        "Write a pytest test for the application below (module `«module»`). `«method» «path»` must answer with status "
        "«status» and the JSON `«body»`. Use Starlette's `TestClient`.",
        "Use `TestClient` from Starlette to test one request to `app` in `«module».py`: send «method» to `«path»`, expect "
        "«status» and exactly `«body»`.",
        "Please test with pytest that our `app` (from `«module»`) gives status «status» for `«method» «path»`, and that "
        "its JSON is `«body»`. The client is `starlette.testclient.TestClient`.",
        "A smoke test for `«path»`, please: with `TestClient(app)`, a «method» must return `«body»` and the status "
        "«status». `app` is in the module `«module»`; I use pytest.",
    ),
    starter="«program»",
    draw=draw_answer,
    shapes=(
        Shape(name="inside", code="""
            from starlette.testclient import TestClient

            from «module» import app


            def test_«what»():
                response = TestClient(app).«send»("«path»")
                assert response.status_code == «status»
                assert response.json() == «body»
            """, mutants=(("    assert response.json() == «body»", ""), ("    assert response.status_code == «status»\n", ""))),
        Shape(name="module_client", code="""
            from starlette.testclient import TestClient

            from «module» import app

            client = TestClient(app)


            def test_«what»():
                response = client.«send»("«path»")
                assert (response.status_code, response.json()) == («status», «body»)
            """, mutants=(("(response.status_code, response.json()) == («status», «body»)", "response.json() == «body»"),
                          ("(response.status_code, response.json()) == («status», «body»)", "response.status_code == «status»"))),
        Shape(name="fixture", code="""
            import pytest
            from starlette.testclient import TestClient

            from «module» import app


            @pytest.fixture
            def client():
                return TestClient(app)


            def test_«what»(client):
                response = client.«send»("«path»")
                assert response.status_code == «status»
                assert response.json() == «body»
            """, mutants=(("@pytest.fixture\n", ""), ("    assert response.status_code == «status»\n", ""))),
    ),
    mutants=(("«status»", "«other»"), ("«body»", "«changed»"), ('"«path»"', '"«path»s"')),
    verifier=check_app,
)  # fmt: skip
