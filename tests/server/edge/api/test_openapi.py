"""The served OpenAPI document."""

from __future__ import annotations

import re

from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR
from starlette.routing import Route

import server.edge.api
from tests.server.edge.api.conftest import Api


async def test_document_is_valid_openapi_3_1(api: Api) -> None:
    answer = await (await api.client()).get("/api/openapi.json")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
    OPENAPI_31_VALIDATOR.validate(answer.json())
    assert answer.json()["openapi"].startswith("3.1.")


async def test_document_has_every_served_route(api: Api) -> None:
    paths = (await (await api.client()).get("/api/openapi.json")).json()["paths"]
    served = {
        (route.path, method)
        for route in api.desk.web.app.routes
        if isinstance(route, Route) and route.path.startswith(("/api/", "/scim/", "/healthz", "/readyz", "/metrics"))
        for method in route.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }
    assert served == {(path, method.upper()) for path, methods in paths.items() for method in methods}
    assert len(served) == len(server.edge.api.OPERATIONS)


async def test_ticket_change_documents_its_refusals(api: Api) -> None:
    """Each refusal is a problem with its status and possible codes."""
    document = (await (await api.client()).get("/api/openapi.json")).json()
    change = document["paths"]["/api/tickets/{number}"]["patch"]["responses"]
    assert set(change) == {"200", "400", "401", "403", "404", "409", "412", "413", "415", "422", "429", "503"}
    for status, response in change.items():
        if status != "200":
            refusal = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
            _, narrowed = refusal["content"]["application/problem+json"]["schema"]["allOf"]
            assert narrowed["properties"]["status"] == {"const": int(status)}
            assert narrowed["properties"]["code"]["enum"]


async def test_unserved_method_gets_405_with_the_allowed_methods(api: Api) -> None:
    """A problem document, like the 404 of an unknown address."""
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


async def test_undeclared_query_parameter_is_refused(api: Api) -> None:
    """Also by calls without any parameters."""
    client = await api.client()
    for path in ("/api/hours", "/healthz", "/api/openapi.json", "/api/me"):
        answer = await client.get(path, params={"surprise": "1"})
        assert answer.status_code == 422 and set(answer.json()["fields"]) == {"surprise"}


async def test_text_in_queries_is_described_without_the_characters_that_are_refused(api: Api) -> None:
    """A search that was pasted may have tabs and line breaks."""
    client = await api.client()
    document = (await client.get("/api/openapi.json")).json()
    (thing,) = (one for one in document["paths"]["/api/admin/audit"]["get"]["parameters"] if one["name"] == "thing")
    for text, refused in (("a\x13b", True), ("a\x7fb", True), ("a\tb\n", False), ("über", False)):
        answer = await client.get("/api/admin/audit", params={"thing": text})
        assert (answer.status_code == 422) is refused
        assert (re.search(thing["schema"]["pattern"], text) is None) is refused
