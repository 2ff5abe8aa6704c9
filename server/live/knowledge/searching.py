"""The search of the desk: its index, its words in memory, and the jobs that keep both complete."""

from __future__ import annotations

from clock import Clock
from knowledge.adapters.store import SqlArticles
from search.adapters.index import SqlIndex
from search.adapters.misses import SqlMisses
from search.adapters.words import WordsInMemory
from search.finding import Finder
from search.service import Index
from server.live.knowledge.search_filling import SearchFilling
from server.live.knowledge.searched_articles import SearchedArticles
from storage.ports import Storage


class Searching:
    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._words = WordsInMemory()
        self.index = Index(SqlIndex())
        """Whoever publishes something puts it here, in the same transaction."""
        self.articles = SearchedArticles(SqlArticles(), self.index)
        """Whoever changes an article calls `put`, in the same transaction."""
        self.misses = SqlMisses()
        """Queries that found nothing. Authors read them with `asked_not_found`."""
        self.finder = Finder(SqlIndex(), self._words)
        self._filling = SearchFilling(storage, clock, self.articles)

    async def fill(self) -> None:
        """Fill the index with the articles that are older than the index."""
        await self._filling.run()

    async def follow_words(self) -> None:
        """Read the words that changed. So a search itself has little to read."""
        await self._storage.read(self._words.current, "heavy")
