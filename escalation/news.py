"""Messages of other systems about their issues: the proof of the sender, and the state. Pure.

Each system has its own form. A field that this module does not read is ignored.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from msgspec import Struct

from clock import from_rfc3339
from escalation.issue import STATUS_MAX, Kind, NoIssue, Source, State, issue_in, issue_of
from texts.visible import as_line

BODY_MAX = 1024 * 1024
"""Bytes of a message. GitHub sends the whole text of the issue and of its repository."""
_VERSION_MAX = 2**53
_DONE = frozenset({"closed", "done", "removed", "completed"})
"""The states of Azure DevOps in which nobody works on an item any more."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class News:
    """The state of an issue. `version` grows with each change of this issue."""

    key: str
    state: State
    status: str | None
    version: int


def proves(kind: Kind, headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> bool:
    """True if the sender knows one of the secrets. Takes the same time for each wrong proof of one length.

    Azure DevOps cannot sign: it sends the secret as the password of basic authentication.
    """
    if kind == "azure":
        shown = _password(headers.get("authorization", ""))
        return any(hmac.compare_digest(shown, secret.encode()) for secret in secrets)
    name = "x-hub-signature" if kind == "jira" else "x-hub-signature-256"
    signature = headers.get(name, "").encode("ascii", "replace")
    expected = [f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}" for secret in secrets]
    return any(hmac.compare_digest(signature, one.encode()) for one in expected)


def news_in(source: Source, body: bytes) -> News | None:
    """The news of a message. None if it says nothing about an issue of this source."""
    if source.kind == "github":
        found = _github(body)
    elif source.kind == "jira":
        found = _jira(source, body)
    elif source.kind == "azure":
        found = _azure(source, body)
    else:
        found = _other(body)
    if found is None or not found.key.isprintable() or not source.holds(found.key):
        return None
    if not 0 <= found.version <= _VERSION_MAX:
        return None
    return found


class _GitHubIssue(Struct):
    html_url: str
    state: str
    updated_at: str
    state_reason: str | None = None
    merged: bool = False


class _GitHub(Struct):
    action: str = ""
    issue: _GitHubIssue | None = None
    pull_request: _GitHubIssue | None = None


def _github(body: bytes) -> News | None:
    said = _decoded(body, _GitHub)
    about = (said.issue or said.pull_request) if said is not None else None
    if said is None or about is None:
        return None
    if said.action in ("deleted", "transferred"):
        state, status = "closed", said.action
    elif about.merged:
        state, status = "closed", "merged"
    else:
        state, status = about.state, about.state_reason or about.state
    return _of_url(about.html_url, state, status.replace("_", " ").capitalize(), about.updated_at)


class _JiraCategory(Struct):
    key: str = ""


class _JiraStatus(Struct):
    name: str = ""
    category: _JiraCategory = msgspec.field(default_factory=_JiraCategory, name="statusCategory")


class _JiraFields(Struct):
    status: _JiraStatus


class _JiraIssue(Struct):
    key: str
    fields: _JiraFields


class _Jira(Struct):
    timestamp: int
    issue: _JiraIssue
    event: str = msgspec.field(default="", name="webhookEvent")


def _jira(source: Source, body: bytes) -> News | None:
    said = _decoded(body, _Jira)
    if said is None:
        return None
    status = said.issue.fields.status
    deleted = said.event == "jira:issue_deleted"
    state: State = "closed" if deleted or status.category.key == "done" else "open"
    name = "Deleted" if deleted else status.name
    return News(issue_in(source, said.issue.key), state, _line(name), said.timestamp)


class _AzureChange(Struct):
    became: str | None = msgspec.field(default=None, name="newValue")


class _AzureFields(Struct):
    state: str | _AzureChange | None = msgspec.field(default=None, name="System.State")


class _AzureItem(Struct):
    id: int | None = None
    rev: int | None = None
    fields: _AzureFields = msgspec.field(default_factory=_AzureFields)


class _AzureResource(_AzureItem):
    """A change has the whole item in `revision`. A new or deleted item is the resource itself."""

    revision: _AzureItem | None = None


class _Azure(Struct):
    event: str = msgspec.field(name="eventType")
    resource: _AzureResource


def _azure(source: Source, body: bytes) -> News | None:
    said = _decoded(body, _Azure)
    if said is None or not said.event.startswith("workitem."):
        return None
    resource = said.resource
    item = resource.revision or resource
    if item.id is None or item.rev is None:
        return None
    deleted = said.event == "workitem.deleted"
    name = "Deleted" if deleted else item.fields.state
    if not isinstance(name, str):
        return None
    state: State = "closed" if deleted or name.lower() in _DONE else "open"
    return News(issue_in(source, str(item.id)), state, _line(name), item.rev)


class _Other(Struct):
    url: str
    state: str
    at: str
    status: str | None = None


def _other(body: bytes) -> News | None:
    said = _decoded(body, _Other)
    return _of_url(said.url, said.state, said.status or "", said.at) if said is not None else None


def _of_url(url: str, state: str, status: str, at: str) -> News | None:
    if state not in ("open", "closed"):
        return None
    try:
        return News(issue_of(url).key, "closed" if state == "closed" else "open", _line(status), from_rfc3339(at))
    except (NoIssue, ValueError, OverflowError):
        return None


def _decoded(body: bytes, type: type[T]) -> T | None:
    try:
        return msgspec.json.decode(body, type=type)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _line(text: str) -> str | None:
    return as_line(text[: 4 * STATUS_MAX])[:STATUS_MAX].rstrip() or None


def _password(header: str) -> bytes:
    scheme, _, shown = header.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(shown.encode("ascii", "replace"), validate=True).partition(b":")[2]
    except (binascii.Error, ValueError):
        return b""
