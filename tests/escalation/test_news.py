from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from escalation.issue import Kind, Source
from escalation.news import News, news_in, proves

SECRET = "a secret of the tests"


def _source(kind: Kind, url: str) -> Source:
    return Source("s", kind, url, ("sealed",), None, 0)


GITHUB = _source("github", "https://github.com/acme")
JIRA = _source("jira", "https://acme.atlassian.net")
AZURE = _source("azure", "https://dev.azure.com/acme")
OTHER = _source("other", "https://bugs.acme.example")
AT, MS = "2026-11-25T09:00:00Z", 1795597200000


def _github(**changed: object) -> object:
    issue = {"html_url": "https://github.com/Acme/player/issues/12", "state": "closed", "updated_at": AT, "body": "…"}
    return {"action": "closed", "issue": {**issue, **changed}, "sender": {"login": "x"}}


def _jira(category: str, event: str = "jira:issue_updated") -> object:
    status = {"name": "In Review", "statusCategory": {"key": category}}
    return {"timestamp": 5, "webhookEvent": event, "issue": {"key": "PM-7", "fields": {"status": status, "x": 1}}}


def _azure(state: str) -> object:
    fields = {"System.State": {"oldValue": "New", "newValue": state}}
    revision = {"id": 9, "rev": 3, "fields": {"System.State": state, "System.Title": "x"}}
    resource = {"id": 2, "workItemId": 9, "rev": 3, "fields": fields, "revision": revision}
    return {"eventType": "workitem.updated", "resource": resource}


@pytest.mark.parametrize(
    ("source", "said", "news"),
    [
        (GITHUB, _github(), News("github.com/acme/player/issues/12", "closed", "Closed", MS)),
        (
            GITHUB,
            _github(state_reason="not_planned"),
            News("github.com/acme/player/issues/12", "closed", "Not planned", MS),
        ),
        (JIRA, _jira("done"), News("acme.atlassian.net/browse/pm-7", "closed", "In Review", 5)),
        (JIRA, _jira("indeterminate"), News("acme.atlassian.net/browse/pm-7", "open", "In Review", 5)),
        (
            JIRA,
            _jira("new", "jira:issue_deleted"),
            News("acme.atlassian.net/browse/pm-7", "closed", "Deleted", 5),
        ),
        (AZURE, _azure("Closed"), News("dev.azure.com/acme/_workitems/edit/9", "closed", "Closed", 3)),
        (AZURE, _azure("Resolved"), News("dev.azure.com/acme/_workitems/edit/9", "open", "Resolved", 3)),
        (
            OTHER,
            {"url": "https://bugs.acme.example/3", "state": "open", "at": AT},
            News("bugs.acme.example/3", "open", None, MS),
        ),
    ],
)
def test_message_of_each_system_is_read(source: Source, said: object, news: News) -> None:
    assert news_in(source, json.dumps(said).encode()) == news


@pytest.mark.parametrize(
    ("source", "body"),
    [
        (GITHUB, b""),
        (GITHUB, b"[" * 10_000),
        (GITHUB, b'{"zen": "ping"}'),
        (GITHUB, json.dumps(_github(html_url="https://github.com/acme-evil/player/issues/1")).encode()),
        (GITHUB, json.dumps(_github(updated_at="yesterday")).encode()),
        (JIRA, b'{"timestamp": 1, "issue": {"key": "PM-7"}}'),
        (JIRA, json.dumps(_jira("done")).replace("5", "-5", 1).encode()),
        (JIRA, json.dumps(_jira("done")).replace("PM-7", "PM\\u00007").encode()),
        (AZURE, b'{"eventType": "build.complete", "resource": {}}'),
        (OTHER, b'{"url": "https://elsewhere.example/3", "state": "closed", "at": "2026-11-25T09:00:00Z"}'),
    ],
)
def test_message_without_news_of_the_source_is_ignored(source: Source, body: bytes) -> None:
    assert news_in(source, body) is None


def _signature(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("kind", "name"), [("github", "x-hub-signature-256"), ("jira", "x-hub-signature"), ("other", "x-hub-signature-256")]
)
def test_signature_proves_the_body(kind: Kind, name: str) -> None:
    signed = {name: _signature(SECRET, b"{}")}
    assert proves(kind, signed, b"{}", ["new", SECRET])
    assert not proves(kind, signed, b"{ }", [SECRET])
    assert not proves(kind, signed, b"{}", ["another"])
    assert not proves(kind, {}, b"{}", [SECRET])
    assert not proves(kind, {name: "sha256=é"}, b"{}", [SECRET])
    assert not proves(kind, signed, b"{}", [])


def test_password_proves_the_sender_for_azure() -> None:
    shown = base64.b64encode(f"any:{SECRET}".encode()).decode()
    assert proves("azure", {"authorization": f"Basic {shown}"}, b"", [SECRET])
    for header in ("", f"Bearer {SECRET}", "Basic !", "Basic é", f"Basic {base64.b64encode(b'any').decode()}"):
        assert not proves("azure", {"authorization": header}, b"", [SECRET])


def test_github_documents_this_signature() -> None:
    """The example of GitHub's documentation."""
    signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
    assert proves("github", {"x-hub-signature-256": signature}, b"Hello, World!", ["It's a Secret to Everybody"])
