from __future__ import annotations

import pytest

from escalation.issue import NoIssue, base_of, issue_of


@pytest.mark.parametrize(
    ("url", "kind", "label", "key"),
    [
        ("https://github.com/Acme/player/issues/12#x", "github", "Acme/player#12", "github.com/acme/player/issues/12"),
        (
            "https://github.com/acme/player/pull/12/files",
            "github",
            "acme/player#12",
            "github.com/acme/player/issues/12",
        ),
        ("https://acme.atlassian.net/browse/pm-7", "jira", "PM-7", "acme.atlassian.net/browse/pm-7"),
        (
            "https://acme.atlassian.net/jira/boards/1?selectedIssue=PM-7",
            "jira",
            "PM-7",
            "acme.atlassian.net/browse/pm-7",
        ),
        ("https://jira.acme.example/jira/browse/PM-7", "jira", "PM-7", "jira.acme.example/jira/browse/pm-7"),
        (
            "https://dev.azure.com/acme/My%20Desk/_workitems/edit/9/",
            "azure",
            "#9",
            "dev.azure.com/acme/_workitems/edit/9",
        ),
        ("https://acme.visualstudio.com/P/_workitems/edit/9", "azure", "#9", "acme.visualstudio.com/_workitems/edit/9"),
        ("http://bugs.acme.example/show?id=3#c", "other", "bugs.acme.example/show?id=3", "bugs.acme.example/show?id=3"),
    ],
)
def test_url_of_an_issue_is_recognized(url: str, kind: str, label: str, key: str) -> None:
    issue = issue_of(f"  {url} ")
    assert (issue.kind, issue.label, issue.key) == (kind, label, key)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "PM-7",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
        "https://evil@github.com/a/b/issues/1",
        "https://github.com\\@evil.example/a/b/issues/1",
        "https://github.com/a b",
        "https://gıthub.com/a/b/issues/1",
        "https://[::1/x",
        "https://a.example:99999/x",
        "https://a.example/" + "x" * 1_000,
    ],
)
def test_text_that_is_no_url_of_an_issue_is_refused(url: str) -> None:
    with pytest.raises(NoIssue):
        issue_of(url)


def test_source_of_azure_is_an_organization() -> None:
    assert base_of("azure", "https://dev.azure.com/acme/") == "https://dev.azure.com/acme"
    with pytest.raises(NoIssue):
        base_of("azure", "https://dev.azure.com/acme/project")
