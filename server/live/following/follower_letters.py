"""The letters to followers: queued with ids only, and written when they are sent, from what the follower may then
read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

from clock import Clock
from following.adapters.announcements import SqlAnnouncements
from following.adapters.follows import SqlFollows
from following.announcement import Announcement
from following.follow import Follower
from following.unsubscribing import UnsubscribeTokens
from identity.sealing import Sealer
from mail.letter import Letter, NewLetter
from mail.ports import NothingToSay
from mail.service import Letters
from server.live.following.followers import Followers
from server.live.teams import Teams
from server.settings import Settings
from storage.ports import Storage, Tx
from widgets.letters.blocks import Written
from widgets.letters.news import NewsLetter, NewsShown, confirm_follow, news_letter
from widgets.letters.words import Words

GIVE_UP_MS = 3 * 24 * 3_600_000
"""A letter that could not be sent for this long is not sent."""


class FollowerLetters:
    """Implements `following.notices.Letters`."""

    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        clock: Clock,
        followers: Followers,
        teams: Teams,
        letters: Letters,
        sealer: Sealer,
        wake: Callable[[], None],
        is_known: Callable[[Tx, str], bool],
    ) -> None:
        """`wake` is called after the commit of each letter. `is_known`: the address has confirmed an earlier letter."""
        self._settings = settings
        self._storage = storage
        self._clock = clock
        self._followers = followers
        self._teams = teams
        self._letters = letters
        self._sealer = sealer
        self._wake = wake
        self._is_known = is_known
        self._follows = SqlFollows()
        self._announcements = SqlAnnouncements()
        self.tokens = UnsubscribeTokens(settings.secret_bytes())

    # -- queueing -------------------------------------------------------------------------

    def queue(self, tx: Tx, follower: Follower, announcements: Sequence[int], follows: Sequence[int]) -> bool:
        address, owner = self._followers.current(tx, follower.owner)
        if address is None or self._letters.addresses.comes_back(tx, address):
            return False
        context = {"follower": str(follower.id), "news": _joined(announcements), "follows": _joined(follows)}
        letter = NewLetter(kind="news", to=address, person=owner.account, locale=owner.locale, context=context)
        self._letters.queue(tx, letter, self._clock())
        tx.after_commit(self._wake)
        return True

    def ask(self, tx: Tx, address: str, locale: str | None, token: str, origin: str, now: int) -> None:
        """Queue the letter that asks somebody without an account to confirm the address. `token` is the secret in its
        link."""
        known = self._is_known(tx, address)
        letter = NewLetter(
            kind="confirm_follow",
            to=address,
            locale=locale,
            bare=not known,
            known=known,
            context={"token": self._sealer.seal(address, token)},
            origin=origin,
        )
        self._letters.queue(tx, letter, now)
        tx.after_commit(self._wake)

    # -- writing --------------------------------------------------------------------------

    async def of(self, letter: Letter, now: int) -> tuple[Written, str]:
        """A pair: the letter, and the URL that stops such letters, empty if there is none. Raises NothingToSay."""
        if letter.kind == "confirm_follow":
            return self._confirmation(letter), ""
        if now - letter.created_at > GIVE_UP_MS:
            raise NothingToSay("The letter could not be sent for three days.")
        return await self._storage.read(lambda tx: self._told(tx, letter))

    def _confirmation(self, letter: Letter) -> Written:
        token = self._sealer.open(letter.to, letter.context.get("token", ""))
        if token is None:
            raise NothingToSay("The link was sealed with another SECRET.")
        link = f"{self._settings.base_url}/following/confirm?token={token}"
        return confirm_follow(link, self._settings.brand_name, self._host, Words(letter.locale))

    def _told(self, tx: Tx, letter: Letter) -> tuple[Written, str]:
        id_ = int(letter.context["follower"])
        follower = self._follows.followers(tx, [id_]).get(id_)
        address, owner = self._followers.current(tx, follower.owner) if follower is not None else (None, None)
        if follower is None or owner is None or address != letter.to:
            raise NothingToSay("The follower has another address now, or none.")
        follows = [one for one in self._follows.find(tx, _ids(letter, "follows")) if one.ended_at is None]
        if not follows:
            raise NothingToSay("The person has unfollowed it since.")
        words = Words(owner.locale, self._teams.desk.timezone, owner.timezone)
        found = self._announcements.find(tx, _ids(letter, "news"))
        readable = set(self._followers.readable(tx, follower, found))
        news = [self._shown(tx, found[each], words) for each in sorted(readable)]
        if not news:
            raise NothingToSay("The follower may no longer read it.")
        actor = self._followers.actor(tx, owner)
        named = (self._followers.followed(tx, actor, one.subject, words.tag) for one in follows)
        stop = f"{self._settings.base_url}/unsubscribe/{self.tokens.of([one.id for one in follows])}"
        shown = NewsLetter(
            news=news,
            because=[one for one in named if one is not None],
            stop=stop,
            all_follows=f"{self._settings.base_url}/following" if owner.account is not None else None,
            brand=self._settings.brand_name,
        )
        return news_letter(shown, words), stop

    def _shown(self, tx: Tx, announcement: Announcement, words: Words) -> NewsShown:
        title, path = self._followers.title(tx, announcement, words.tag)
        return NewsShown.of(announcement, title, self._settings.base_url + path)

    @property
    def _host(self) -> str:
        return urlsplit(self._settings.base_url).netloc


def _joined(ids: Sequence[int]) -> str:
    return ",".join(str(id_) for id_ in ids)


def _ids(letter: Letter, name: str) -> list[int]:
    return [int(id_) for id_ in letter.context.get(name, "").split(",") if id_]
