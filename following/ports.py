"""Interfaces that following needs.

`Tx` is the caller's transaction and opaque here. Every call with a `tx` is part of the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

from following.announcement import Announcement, Subject
from following.follow import Follow, Follower, How, Level, Owner, What

Tx: TypeAlias = Any
"""The caller's transaction. Only adapters know its type."""


Outcome: TypeAlias = Literal["mailed", "shown", "dropped"]
"""`mailed`: a letter was queued. `shown`: the follower has no address, and sees the notice only under the bell.
`dropped`: the follower no longer follows the subject, or may not read what the notice tells."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A follow of somebody without an account, until the address is confirmed. `hash` is the fingerprint of the token
    in the letter's link."""

    hash: str
    owner: Owner
    subject: Subject
    level: Level
    created_at: int
    expires_at: int


class Follows(Protocol):
    def follower(self, tx: Tx, owner: Owner) -> Follower | None: ...

    def keep_follower(self, tx: Tx, owner: Owner, now: int) -> Follower:
        """Store a person, or update the language and the time zone of a stored one if they are known."""
        ...

    def followers(self, tx: Tx, ids: Collection[int]) -> dict[int, Follower]: ...

    def put(self, tx: Tx, follower: int, subject: Subject, level: Level, now: int) -> int:
        """Store a follow, or start an ended one again, or change its level. Returns its id, which never changes."""
        ...

    def end(self, tx: Tx, ids: Collection[int], now: int) -> int:
        """End those of these follows that have not ended. Returns how many these are."""
        ...

    def set_how(self, tx: Tx, ids: Collection[int], how: How) -> None: ...

    def move(self, tx: Tx, ids: Collection[int], follower: int) -> None:
        """Give these follows to another follower, who has no follow of the same subjects. They keep their ids."""
        ...

    def of_follower(self, tx: Tx, follower: int) -> list[Follow]:
        """The follows that have not ended, by id."""
        ...

    def one(self, tx: Tx, follower: int, subject: Subject) -> Follow | None:
        """The follow of a subject, even if it has ended."""
        ...

    def find(self, tx: Tx, ids: Collection[int]) -> list[Follow]:
        """The follows with these ids, by id, including those that have ended."""
        ...

    def add_pending(self, tx: Tx, pending: Pending) -> None: ...

    def pending(self, tx: Tx, hash_: str) -> Pending | None: ...

    def take_pending(self, tx: Tx, hash_: str) -> Pending | None:
        """Delete a pending follow and return it. None if there is none."""
        ...

    def pending_since(self, tx: Tx, address: str, since: int) -> int:
        """How many pending follows of this address were added after `since`."""
        ...

    def forget_pending(self, tx: Tx, now: int) -> None:
        """Delete the pending follows that have expired."""
        ...


class Feeds(Protocol):
    def put(self, tx: Tx, follower: int, feed: str, now: int) -> None:
        """Store the id of a follower's private feed. It replaces an earlier one."""
        ...

    def remove(self, tx: Tx, follower: int) -> None: ...

    def of_follower(self, tx: Tx, follower: int) -> str | None:
        """The id of the follower's feed."""
        ...

    def follower_of(self, tx: Tx, feed: str) -> int | None:
        """The follower whose feed has this id."""
        ...


Progress: TypeAlias = tuple[int, int]
"""How far the followers of an announcement have notices: the place of a subject, and the id of a follow."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An announcement in the database."""

    id: int
    announcement: Announcement
    created_at: int
    progress: Progress


@dataclass(frozen=True, slots=True)
class Reach:
    """The follows that one announcement reaches through one subject: those that have one of these levels, began up to
    `before`, and have an id after `after`."""

    subject: Subject
    whats: tuple[What, ...]
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Reached:
    """Some of these follows, of people who are told equally often and have the same time zone, which is None if it is
    unknown. `chunk` counts from 0. `last` is the highest id of their follows, `count` their number."""

    chunk: int
    how: How
    zone: str | None
    last: int
    count: int


@dataclass(frozen=True, slots=True)
class Notice:
    """News for one follower. `follow` is the follow that caused it. Times are in ms since the epoch, UTC."""

    follower: int
    announcement: int
    follow: int
    due_at: int
    seen_at: int | None = None


class Announcements(Protocol):
    def pending_of(self, tx: Tx, source: str, now: int) -> list[Stored]:
        """The announcements about this source that can still be taken back. They are locked."""
        ...

    def known(self, tx: Tx, source: str, version: int) -> bool: ...

    def add(self, tx: Tx, announcement: Announcement, now: int) -> None: ...

    def remove(self, tx: Tx, ids: Collection[int]) -> None: ...

    def is_due(self, tx: Tx, now: int) -> bool:
        """True if followers of an announcement need their notices, or notices are due to be mailed."""
        ...

    def next_due(self, tx: Tx, now: int) -> Stored | None:
        """The oldest announcement whose followers do not all have notices, if its time has come."""
        ...

    def chunks(self, tx: Tx, reach: Reach, size: int, limit: int) -> list[Reached]:
        """The next follows by id, at most `limit`, in chunks of `size`, each in groups. Ordered by chunk."""
        ...

    def move_on(self, tx: Tx, id_: int, before: Progress, after: Progress, done_at: int | None) -> bool:
        """Store how far an announcement has got. False if it is not at `before`. `done_at` is the moment at which all
        its followers have notices."""
        ...

    def add_notices(
        self, tx: Tx, announcement: int, reach: Reach, last: int, due: Mapping[tuple[How, str | None], int]
    ) -> None:
        """Give notices to the followers up to the follow `last`. `due` has the due time by how often and time zone.

        A follower who has a notice of the announcement already, and was not mailed yet, keeps the earlier of the two
        due times.
        """
        ...

    def followers_due(self, tx: Tx, now: int, limit: int) -> list[int]:
        """Followers with notices that are due to be mailed, the earliest first, each once."""
        ...

    def due_of(self, tx: Tx, followers: Collection[int], now: int, limit: int) -> list[Notice]:
        """The notices of these followers that are due to be mailed, by announcement. At most `limit`. Locked."""
        ...

    def settle(self, tx: Tx, follower: int, announcements: Collection[int], now: int, outcome: Outcome) -> None:
        """Record what became of notices that were due."""
        ...

    def postpone(self, tx: Tx, follower: int, follows: Collection[int], now: int, until: int) -> None:
        """Mail the notices that are due because of these follows at `until`."""
        ...

    def move_notices(self, tx: Tx, old: int, new: int) -> None:
        """Give the notices of the follower `old` to `new`. If `new` has a notice of the same announcement, that of
        `old` is deleted."""
        ...

    def forget_notices(self, tx: Tx, after: int, before: int, limit: int) -> int | None:
        """Delete the notices that were due before `before` and do not wait for a letter, of followers with an id
        higher than `after`. Looks at about `limit` notices. Returns the highest id of these followers, or None after
        the last."""
        ...

    def find(self, tx: Tx, ids: Collection[int]) -> dict[int, Announcement]: ...

    def notices(self, tx: Tx, follower: int, now: int, limit: int) -> list[Notice]:
        """The newest notices of a follower that are due and were not dropped, newest first."""
        ...

    def see(self, tx: Tx, follower: int, announcements: Collection[int], now: int) -> None:
        """Record that the follower has seen these notices."""
        ...

    def last_by_follow(self, tx: Tx, follower: int, now: int) -> Mapping[int, int]:
        """The moment of the last notice that each follow of this person caused. Follows without one are left out."""
        ...
