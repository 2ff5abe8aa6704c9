"""Issues of other systems: their URLs, the sources that report on them, and the links of tickets. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import SplitResult, parse_qs, urlsplit

Kind = Literal["github", "jira", "azure", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)
State = Literal["unknown", "open", "closed"]
STATES: tuple[State, ...] = get_args(State)

URL_MAX = 1_000
LABEL_MAX = 80
STATUS_MAX = 60
NAMES: dict[Kind, str] = {"github": "GitHub", "jira": "Jira", "azure": "Azure DevOps", "other": "Other"}

_GITHUB = re.compile(r"/(?P<repository>[\w.-]+/[\w.-]+)/(?:issues|pull)/(?P<number>[0-9]{1,12})(?:/.*)?", re.ASCII)
_JIRA = re.compile(r"(?P<before>(?:/[\w.-]+)?)/browse/(?P<key>[A-Za-z][A-Za-z0-9_]{0,40}-[0-9]{1,12})/?", re.ASCII)
_JIRA_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}-[0-9]{1,12}", re.ASCII)
_AZURE = re.compile(r"(?P<before>/.*)?/_workitems/edit/(?P<number>[0-9]{1,12})(?:/.*)?", re.ASCII)
_VISIBLE = re.compile(r"[!-~]+")


class NoIssue(ValueError):
    """The text is not the URL of an issue. The message says why, for people."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as its URL names it. `key` is the same for all spellings of the URL."""

    kind: Kind
    url: str
    label: str
    key: str


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a ticket to an issue. Times are in ms since the epoch, UTC. `status` is the name that the other system
    gives to the state. `version` grows with each change of the issue: older news change nothing."""

    id: str
    ticket: int
    issue: Issue
    added_by: str
    added_at: int
    state: State = "unknown"
    status: str | None = None
    version: int | None = None
    changed_at: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A system that reports on its issues: those whose URLs begin with `url`. `secrets` are sealed: the current one
    and, after a rotation, the previous one."""

    id: str
    kind: Kind
    url: str
    secrets: tuple[str, ...]
    previous_until: int | None
    created_at: int
    heard_at: int | None = None
    """The latest message with a valid proof."""

    def valid_secrets(self, now: int) -> tuple[str, ...]:
        """The sealed secrets that prove a message at `now`."""
        return self.secrets if self.previous_until is not None and now < self.previous_until else self.secrets[:1]

    def holds(self, key: str) -> bool:
        """True if the source reports on the issue with this key."""
        base = _key_of(self.url)
        return key.startswith((f"{base}/", f"{base}?")) or key == base


def issue_of(text: str) -> Issue:
    """The issue that a URL names. Raises NoIssue."""
    parts = _parts(text)
    place = f"{parts.scheme}://{parts.netloc}"
    if azure := _azure(parts):
        organization, number = azure
        return _issue("azure", f"{place}{parts.path}", f"#{number}", f"{place}{organization}/_workitems/edit/{number}")
    if jira := _jira(parts):
        before, name = jira
        return _issue("jira", f"{place}{before}/browse/{name}", name)
    if found := _GITHUB.fullmatch(parts.path):
        repository, number = found["repository"], found["number"]
        kind: Kind = "github" if "github" in (parts.hostname or "") else "other"
        # A pull request has the number space of issues.
        url = f"{place}{parts.path[: found.end('number')]}"
        return _issue(kind, url, f"{repository}#{number}", f"{place}/{repository}/issues/{number}")
    url = f"{place}{parts.path}{f'?{parts.query}' if parts.query else ''}"
    return _issue("other", url, url.partition("://")[2].rstrip("/"))


def base_of(kind: Kind, text: str) -> str:
    """The URL with which the URLs of a source's issues begin. Raises NoIssue."""
    parts = _parts(text)
    path = parts.path.rstrip("/")
    if parts.query or parts.fragment:
        raise NoIssue("Leave out everything from the question mark or the number sign on.")
    if kind == "azure" and not _is_organization(parts.hostname or "", path):
        raise NoIssue("Enter the URL of the organization, like https://dev.azure.com/example.")
    if kind == "jira":
        path = path.removesuffix("/browse")
    return f"{parts.scheme}://{parts.netloc}{path}"


def issue_in(source: Source, name: str) -> str:
    """The key of an issue of Jira or Azure DevOps that its message names without a URL."""
    path = "browse" if source.kind == "jira" else "_workitems/edit"
    return f"{_key_of(source.url)}/{path}/{name.lower()}"


def _issue(kind: Kind, url: str, label: str, canonical: str | None = None) -> Issue:
    return Issue(kind, url, label[:LABEL_MAX], _key_of(canonical or url))


def _key_of(url: str) -> str:
    return url.partition("://")[2].lower().rstrip("/")


def _parts(text: str) -> SplitResult:
    url = text.strip()
    if len(url) > URL_MAX:
        raise NoIssue(f"Use a URL of at most {URL_MAX} characters.")
    no_url = NoIssue("Copy the URL of the issue from the address bar, like https://github.com/example/player/issues/7.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise no_url from None
    if not host or not _VISIBLE.fullmatch(url):
        raise no_url
    if parts.scheme not in ("http", "https"):
        raise NoIssue("Use a URL that begins with https://.")
    if "@" in parts.netloc or "\\" in url:
        raise NoIssue("Use a URL without a user name.")
    return parts._replace(netloc=parts.netloc.lower())


def _jira(parts: SplitResult) -> tuple[str, str] | None:
    """The path before the issue, and its key."""
    if found := _JIRA.fullmatch(parts.path):
        return found["before"], found["key"].upper()
    if (parts.hostname or "").endswith(".atlassian.net"):
        for chosen in parse_qs(parts.query, max_num_fields=50).get("selectedIssue", [])[:1]:
            if _JIRA_KEY.fullmatch(chosen):
                return "", chosen.upper()
    return None


def _azure(parts: SplitResult) -> tuple[str, str] | None:
    """The path of the organization, in which numbers are unique, and the number."""
    host, found = parts.hostname or "", _AZURE.fullmatch(parts.path)
    if found is None:
        return None
    before = found["before"] or ""
    if host == "dev.azure.com" and before:
        return f"/{before.split('/')[1]}", found["number"]
    if host.endswith(".visualstudio.com"):
        return "", found["number"]
    return None


def _is_organization(host: str, path: str) -> bool:
    if host == "dev.azure.com":
        return path.count("/") == 1
    return host.endswith(".visualstudio.com") and not path
