"""Links of tickets to issues, the sources that report on issues, and what their news change.

Each method is (part of) the body of a transaction. `tx` is opaque, `now` is in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Generic

from escalation.issue import Issue, Kind, Link, NoIssue, Source, base_of, issue_of
from escalation.news import News
from escalation.ports import Seals, Store, Tx
from refusals import Refused

LINKS_MAX = 20
"""Links of one ticket."""
TICKETS_MAX = 200
"""Tickets that link to one issue."""
TOLD_AT_ONCE = 20
"""Tickets that a message changes in one transaction. Other messages of the desk are stored between two of them."""
SOURCES_MAX = 20
ROTATION_MS = 24 * 3_600_000
"""After a rotation, the previous secret is valid for this time."""


class Escalations(Generic[Tx]):
    def __init__(
        self, store: Store[Tx], seals: Seals, new_id: Callable[[], str], new_secret: Callable[[], str]
    ) -> None:
        """`new_id` returns a unique text, `new_secret` a random one."""
        self._store = store
        self._seals = seals
        self._new_id = new_id
        self._new_secret = new_secret

    # -- links ------------------------------------------------------------------------------

    def links(self, tx: Tx, ticket: int) -> Sequence[Link]:
        """The links of a ticket, oldest first."""
        return self._store.links(tx, ticket)

    def add(self, tx: Tx, ticket: int, url: str, by: str, now: int) -> Link:
        """Link a locked ticket to an issue. What is known of the issue from other tickets is known here too.

        Raises Refused: `invalid` with the field `url`; `conflict` if the ticket has this link or too many, or if too
        many tickets link to the issue.
        """
        issue = read_issue(url)
        present = self._store.links(tx, ticket)
        if any(one.issue.key == issue.key for one in present):
            raise Refused("conflict", f"This ticket links to {issue.label} already.")
        if len(present) >= LINKS_MAX:
            raise Refused("conflict", f"A ticket has at most {LINKS_MAX} links. Remove one first.")
        others = self._store.linking(tx, issue.key, TICKETS_MAX)
        if len(others) >= TICKETS_MAX:
            raise Refused("conflict", f"{TICKETS_MAX} tickets link to {issue.label} already.")
        link = Link(self._new_id(), ticket, issue, by, now)
        known = max(others, key=lambda one: one.version or 0, default=None)
        if known is not None and known.version is not None:
            link = replace(
                link, state=known.state, status=known.status, version=known.version, changed_at=known.changed_at
            )
        self._store.keep_link(tx, link)
        return link

    def remove(self, tx: Tx, ticket: int, id: str) -> Link:
        """Remove a link of a ticket. Raises Refused(not_found)."""
        found = next((one for one in self._store.links(tx, ticket) if one.id == id), None)
        if found is None:
            raise Refused("not_found", "This ticket has no such link.")
        self._store.remove_link(tx, id)
        return found

    # -- sources ----------------------------------------------------------------------------

    def sources(self, tx: Tx) -> Sequence[Source]:
        """Oldest first."""
        return self._store.sources(tx)

    def add_source(self, tx: Tx, kind: Kind, url: str, now: int) -> tuple[Source, str]:
        """Add a source. Returns it and its secret. Raises Refused: `invalid` with the field `url`; `conflict` if there
        is one with this URL, or if there are too many."""
        try:
            base = base_of(kind, url)
        except NoIssue as fault:
            raise Refused("invalid", str(fault), {"url": str(fault)}) from None
        present = self._store.sources(tx)
        if len(present) >= SOURCES_MAX:
            raise Refused("conflict", f"There are {SOURCES_MAX} sources already. Remove one first.")
        if any(one.url.lower() == base.lower() for one in present):
            raise Refused("conflict", f"There is a source for {base} already.")
        id, secret = self._new_id(), self._new_secret()
        source = Source(id, kind, base, (self._seals.seal(id, secret),), None, now)
        self._store.keep_source(tx, source)
        return source, secret

    def rotate(self, tx: Tx, id: str, now: int) -> tuple[Source, str]:
        """Replace the secret, and return the new one. The previous one is valid for ROTATION_MS. Raises
        Refused(not_found)."""
        before, secret = self._source(tx, id), self._new_secret()
        sealed = (self._seals.seal(id, secret), before.secrets[0])
        after = replace(before, secrets=sealed, previous_until=now + ROTATION_MS)
        self._store.keep_source(tx, after)
        return after, secret

    def remove_source(self, tx: Tx, id: str) -> Source:
        """Remove a source. The links keep what they know. Raises Refused(not_found)."""
        found = self._source(tx, id)
        self._store.remove_source(tx, id)
        return found

    def secrets_of(self, tx: Tx, id: str, now: int) -> tuple[Source, Sequence[str]] | None:
        """A source and the secrets that prove its messages. None if there is no such source."""
        source = self._store.source(tx, id)
        if source is None:
            return None
        opened = [self._seals.open(id, one) for one in source.valid_secrets(now)]
        return source, [one for one in opened if one is not None]

    def heard(self, tx: Tx, source: str, now: int) -> None:
        """A message of this source came."""
        self._store.heard(tx, source, now)

    def untold(self, tx: Tx, news: News) -> Sequence[int]:
        """At most TOLD_AT_ONCE tickets with a link to the issue that does not know the news. Locks nothing."""
        links = self._store.linking(tx, news.key, TICKETS_MAX)
        return [one.ticket for one in links if is_news(one, news)][:TOLD_AT_ONCE]

    def told(self, tx: Tx, news: News, now: int, tickets: Collection[int] | None = None) -> Sequence[tuple[Link, Link]]:
        """Change the links of these tickets, or of all, to an issue. Returns those that changed, before and after.
        News that a link knows change nothing, so a message that comes again has no effect."""
        changed = []
        for before in self._store.linking(tx, news.key, TICKETS_MAX, lock=True):
            if not is_news(before, news) or (tickets is not None and before.ticket not in tickets):
                continue
            after = replace(before, state=news.state, status=news.status, version=news.version, changed_at=now)
            self._store.keep_link(tx, after)
            changed.append((before, after))
        return changed

    def _source(self, tx: Tx, id: str) -> Source:
        found = self._store.source(tx, id)
        if found is None:
            raise Refused("not_found", "There is no such source.")
        return found


def read_issue(url: str) -> Issue:
    """The issue of a URL. Raises Refused(invalid) with the field `url`."""
    try:
        return issue_of(url)
    except NoIssue as fault:
        raise Refused("invalid", str(fault), {"url": str(fault)}) from None


def is_news(link: Link, news: News) -> bool:
    """True if the news are newer than what the link knows.

    GitHub's times have no parts of seconds, and programs label and close an issue in one: of such news, those of the
    end count.
    """
    if link.version is None or news.version > link.version:
        return True
    return news.version == link.version and (link.state, news.state) == ("open", "closed")


def sentence(before: Link, after: Link) -> str | None:
    """What staff read about a change of state. None if it is no news: nothing changed, or the issue is open as
    everybody supposed."""
    if before.state == after.state or (before.state == "unknown" and after.state == "open"):
        return None
    did = "was closed" if after.state == "closed" else "was opened again"
    status = f" ({after.status})" if after.status and after.status.lower() not in ("closed", "open") else ""
    return f"{after.issue.label} {did}{status}."
