"""How often the desk suggests the right article by itself."""

from __future__ import annotations

from bench.local_suggestions import OTHERS, QUESTIONS, documents, suggested
from bench.search import fill
from storage.ports import Storage


async def test_right_article_is_among_three_for_most_questions(storage: Storage) -> None:
    await fill(storage, documents())
    chosen_on, check = await suggested(storage, QUESTIONS), await suggested(storage, OTHERS)
    assert chosen_on.among >= 24 and check.among >= 15, (chosen_on, check)
