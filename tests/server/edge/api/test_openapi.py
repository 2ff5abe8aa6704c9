"""The served OpenAPI document."""

from __future__ import annotations

from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR
from starlette.routing import Route

import server.edge.api
from tests.server.edge.api.conftest import Api


async def test_it_is_openapi_3_1(api: Api) -> None:
    """What is served holds against the specification's own schema."""
    answer = await (await api.client()).get("/api/openapi.json")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
    OPENAPI_31_VALIDATOR.validate(answer.json())
    assert answer.json()["openapi"].startswith("3.1.")


async def test_every_call_is_in_it(api: Api) -> None:
    """No route of the interface is left out, by whatever way it came into the application."""
    paths = (await (await api.client()).get("/api/openapi.json")).json()["paths"]
    served = {
        (route.path, method)
        for route in api.desk.web.app.routes
        if isinstance(route, Route) and route.path.startswith(("/api/", "/healthz", "/readyz", "/metrics"))
        for method in route.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }
    assert served == {(path, method.upper()) for path, methods in paths.items() for method in methods}
    assert len(served) == len(server.edge.api.OPERATIONS)


async def test_each_call_names_its_refusals(api: Api) -> None:
    """Each refusal is a problem that names its status and the codes that go with it; nobody is refused a ticket
    that they may not know of with anything but `not_found`."""
    document = (await (await api.client()).get("/api/openapi.json")).json()
    change = document["paths"]["/api/tickets/{number}"]["patch"]["responses"]
    assert set(change) == {"200", "400", "401", "403", "404", "409", "412", "413", "415", "422", "429", "503"}
    for status, response in change.items():
        if status != "200":
            refusal = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
            _, narrowed = refusal["content"]["application/problem+json"]["schema"]["allOf"]
            assert narrowed["properties"]["status"] == {"const": int(status)}
            assert narrowed["properties"]["code"]["enum"]


async def test_what_is_not_served_is_told_with_what_is(api: Api) -> None:
    """405 names every method of the address, and is a problem like any other; so is an address that is none."""
    client = await api.client()
    answer = await client.put("/api/session")
    assert answer.status_code == 405 and set(answer.headers["allow"].split(", ")) == {"DELETE", "OPTIONS", "POST"}
    assert answer.json()["code"] == "invalid" and answer.headers["content-type"] == "application/problem+json"
    answer = await client.patch("/api/tickets/counts", json={})
    assert answer.status_code == 405 and answer.headers["allow"] == "GET, HEAD, OPTIONS"
    answer = await client.options("/api/hours")
    assert answer.status_code == 204 and answer.headers["allow"] == "GET, HEAD, OPTIONS" and not answer.content
    answer = await client.head("/api/hours")
    assert answer.status_code == 200 and int(answer.headers["content-length"]) > 100 and not answer.content
    answer = await client.get("/api/nothing")
    assert answer.status_code == 404 and answer.json()["code"] == "not_found"


async def test_a_parameter_that_nobody_declared_is_refused(api: Api) -> None:
    """Also where a call takes none at all."""
    client = await api.client()
    for path in ("/api/hours", "/healthz", "/api/openapi.json", "/api/me"):
        answer = await client.get(path, params={"surprise": "1"})
        assert answer.status_code == 422 and set(answer.json()["fields"]) == {"surprise"}
