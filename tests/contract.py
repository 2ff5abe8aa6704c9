"""What the running server says and takes, compared with what it publishes.

The two documents are fetched from the first desk of the process. Unlike a client, the tests take no field that is not
described: schemas of objects are closed here, so that nothing undocumented is sent. What a test finds missing is put
into the types: `server.edge.commands.answers` for an `ok`, `chat.frames` for an event, `OPERATIONS` for a call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Self

import httpx2
from jsonschema_rs import Draft202012Validator, ValidationError

from chat.wire import Side

Frame = dict[str, Any]
Said = dict[str, Any]

REFUSED_FOR_ITS_SHAPE = frozenset({"bad_frame", "invalid", "too_large", "unknown_type", "unauthorized", "rate_limited"})
"""Codes that a frame may be answered with that is not as the contract has it."""

PROBLEM: Said = {"$ref": "#/components/schemas/Problem"}


class Document:
    """One of the documents, and validators for its parts."""

    def __init__(self, document: Said) -> None:
        self.document = document
        self._components = closed(document["components"])
        self._validators: dict[int, tuple[Said, Draft202012Validator]] = {}
        """By the identity of the schema, which is kept beside its validator."""

    def faults(self, schema: Said, value: object) -> list[str]:
        """What is wrong with `value`, each fault with its place."""
        kept = self._validators.get(id(schema))
        if kept is None:
            narrowed = {**closed(schema), "components": self._components}
            kept = self._validators[id(schema)] = schema, Draft202012Validator(narrowed)
        validator = kept[1]
        if validator.is_valid(value):
            return []
        errors: Iterator[ValidationError] = iter(validator.iter_errors(value))
        return [f"{'/'.join(map(str, fault.instance_path))}: {fault.message}" for fault in errors]

    def resolve(self, part: Said) -> Said:
        """What a `$ref` points to; anything else as it is."""
        while "$ref" in part:
            found: Any = self.document
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            part = found
        return part


def closed(schema: Any) -> Any:
    """The schema with every object that it describes taking no further properties."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    narrowed = {key: closed(part) for key, part in schema.items()}
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict):
        narrowed.setdefault("additionalProperties", False)
    return narrowed


class Contract:
    """What the server publishes."""

    _published: Contract | None = None

    def __init__(self, openapi: Said, asyncapi: Said) -> None:
        self.openapi = Document(openapi)
        self.asyncapi = Document(asyncapi)

    @classmethod
    async def of(cls, url: str) -> Self:
        """That of this process, fetched from the server at `url` where it was not fetched before."""
        found = cls.__dict__["_published"]
        if found is None:
            async with httpx2.AsyncClient(base_url=url, trust_env=False, verify=False, timeout=20) as http:
                documents = [(await http.get(f"/api/{name}.json")).json() for name in ("openapi", "asyncapi")]
            found = cls(*documents)
            cls._published = found
        assert isinstance(found, cls)
        return found

    # frames

    def heard(self, side: Side, frame: Frame, command: str | None) -> list[str]:
        """What is wrong with a frame from the server; `command` is the type of the one that it answers."""
        kind = frame.get("type")
        name = kind if kind == "error" else f"ok.{command}" if kind == "ok" else f"event.{kind}"
        return self._frame(side, str(name), frame)

    def sent(self, side: Side, frame: Frame) -> list[str]:
        return self._frame(side, f"command.{frame.get('type')}", frame)

    def _frame(self, side: Side, name: str, frame: Frame) -> list[str]:
        message = self.asyncapi.document["channels"][side]["messages"].get(name)
        if message is None:
            return [f"{name} is not described for {side}s"]
        return self.asyncapi.faults(message["payload"], frame)

    # calls

    @cached_property
    def _paths(self) -> list[tuple[re.Pattern[str], str]]:
        paths = sorted(self.openapi.document["paths"], key=lambda path: path.count("{"))
        return [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", re.escape(path).replace(r"\{", "{").replace(r"\}", "}"))), path)
            for path in paths
        ]

    def answered(self, method: str, path: str, response: httpx2.Response) -> list[str]:
        """What is wrong with the answer to a call."""
        template = next((path_ for pattern, path_ in self._paths if pattern.fullmatch(path)), None)
        operation = self.openapi.document["paths"].get(template, {}).get(method.lower())
        if operation is None:
            return [] if method in ("HEAD", "OPTIONS") else self._problem(response, path)
        described = operation["responses"].get(str(response.status_code))
        if described is None:
            return [f"{response.status_code} is not described: {response.text[:300]}"]
        described = self.openapi.resolve(described)
        missing = [name for name in described.get("headers", {}) if name not in response.headers]
        return [f"the header {name} is missing" for name in missing] + self._content(described, response)

    def _content(self, described: Said, response: httpx2.Response) -> list[str]:
        media_type = response.headers.get("content-type", "").partition(";")[0]
        content = described.get("content", {})
        if not content:
            return ["a body that is not described"] if response.content else []
        if media_type not in content:
            return [f"the media type {media_type!r} is not described"]
        if not media_type.endswith("json"):
            return []
        return self.openapi.faults(content[media_type]["schema"], response.json())

    def _problem(self, response: httpx2.Response, path: str) -> list[str]:
        if not path.startswith("/api/"):
            return []
        if response.status_code not in (404, 405):
            return [f"{path} is not described, and answers {response.status_code}"]
        return self.openapi.faults(PROBLEM, response.json())


def checked(contract: Contract) -> Callable[[httpx2.Response], Any]:
    """A hook for `httpx2.AsyncClient(event_hooks={"response": […]})` that compares each answer with the contract."""

    async def hook(response: httpx2.Response) -> None:
        await response.aread()
        request = response.request
        faults = contract.answered(request.method, request.url.path, response)
        assert not faults, f"{request.method} {request.url} → {response.status_code} is not as published: {faults}"

    return hook
