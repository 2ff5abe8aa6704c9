"""Checks the links of articles: those within the help center against the articles, others by calling them."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Protocol
from urllib.parse import urlsplit

from egress import AddressRefused, Answer, NotSent
from egress.errors import TooLong
from knowledge.adapters.store import SqlArticles
from knowledge.article import Article, Text
from knowledge.link_check import Finding, Texts, fault_of
from storage.ports import Storage, Tx

AT_ONCE = 4
"""Hosts that are called at the same time. Each host gets one call after the other."""
PER_HOST_MAX = 30
OUTSIDE_MAX = 500
_ARTICLES = 20
_UNKNOWN = (403, 405, 501)
"""Answers to HEAD of servers that only answer GET."""


class Calls(Protocol):
    """`egress.Egress`."""

    async def send(self, method: str, url: str) -> Answer: ...


class LinkChecks:
    def __init__(self, storage: Storage, egress: Calls) -> None:
        self._storage = storage
        self._egress = egress

    async def check(
        self, products: Collection[str], *, articles: Collection[int] | None = None, outside: bool = True
    ) -> list[Finding]:
        """The links with a problem, of all published articles, or of these. `products` are the names in the hours file.

        `outside` is True if links to other hosts are called too, at most OUTSIDE_MAX, and PER_HOST_MAX of a host.
        Raises StorageUnavailable.
        """
        texts = Texts(products)
        if articles is None:
            await self._add_all(texts)
        else:
            await self._add(texts, articles)
            await self._add(texts, texts.targets())
        answers = await self._answers(texts.outside(articles)) if outside else {}
        return texts.findings(answers, articles)

    async def _add_all(self, texts: Texts) -> None:
        store, after = SqlArticles(), 0
        while found := await self._storage.read(partial(store.all_texts, after=after, limit=_ARTICLES)):
            for article, versions in found:
                await asyncio.to_thread(texts.add, article, versions)
            after = found[-1][0].id

    async def _add(self, texts: Texts, ids: Collection[int]) -> None:
        for id_ in sorted(ids):
            found = await self._storage.read(partial(_article, id_=id_))
            if found is not None:
                await asyncio.to_thread(texts.add, *found)

    async def _answers(self, links: Sequence[str]) -> Mapping[str, str]:
        """What is wrong with links to other hosts, by link."""
        by_host = defaultdict[str, list[str]](list)
        for link in links[:OUTSIDE_MAX]:
            host = _host(link)
            if len(by_host[host]) < PER_HOST_MAX:
                by_host[host].append(link)
        found, free = dict[str, str](), asyncio.Semaphore(AT_ONCE)

        async def one_host(theirs: Sequence[str]) -> None:
            async with free:
                for link in theirs:
                    said = await self._fault(link)
                    if said is not None:
                        found[link] = said

        async with asyncio.TaskGroup() as tasks:
            for theirs in by_host.values():
                tasks.create_task(one_host(theirs))
        return found

    async def _fault(self, link: str) -> str | None:
        """What is wrong with a link to another host."""
        url = link.partition("#")[0]
        try:
            answer = await self._egress.send("HEAD", url)
            if answer.status in _UNKNOWN or answer.status >= 400:
                answer = await self._egress.send("GET", url)
        except TooLong:
            return None
        except AddressRefused as error:
            return f"{error} Readers elsewhere can't open it either."
        except NotSent as error:
            return str(error)
        return fault_of(answer.status, answer.headers.get("location"))


def _article(tx: Tx, *, id_: int) -> tuple[Article, list[Text]] | None:
    store = SqlArticles()
    article = store.article(tx, id_)
    return (article, list(store.texts(tx, id_).values())) if article is not None else None


def _host(link: str) -> str:
    try:
        return urlsplit(link).netloc.lower()
    except ValueError:
        return ""
