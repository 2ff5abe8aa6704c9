"""The pages of the site on which a customer was during a chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import case, delete, func, literal
from sqlmodel import col, select

from chat.adapters.tables import IS_OPEN, ChatRow, PageRow
from chat.visits import KEPT, Visit
from storage.ports import Tx
from storage.upsert import insert_into


def of_open(tx: Tx, visits: Mapping[str, Sequence[Visit]]) -> dict[str, Sequence[Visit]]:
    """The visits without those of closed chats: what happens after a chat is not part of it."""
    is_open = tx.session.exec(select(ChatRow.id).where(IS_OPEN, col(ChatRow.id).in_(sorted(visits))))
    return {chat: visits[chat] for chat in sorted(is_open)}


def add(tx: Tx, visits: Mapping[str, Sequence[Visit]]) -> None:
    """Store the pages to which customers went, by chat. Only the newest KEPT pages of a chat stay.

    Call it before `chats.page` changes: the first time, it stores that page too, as the one on which the chat started.
    Storing a visit twice changes nothing.
    """
    for chat in sorted(visits):
        _add_start(tx, chat, visits[chat][0].at)
        rows = [{"chat": chat, "at": visit.at, "page": visit.page} for visit in visits[chat]]
        tx.session.connection().execute(insert_into(tx, PageRow).on_conflict_do_nothing(), rows)
        newest = select(PageRow.at).where(PageRow.chat == chat).order_by(col(PageRow.at).desc()).limit(KEPT)
        oldest = select(func.min(newest.subquery().c.at)).scalar_subquery()
        tx.session.connection().execute(delete(PageRow).where(col(PageRow.chat) == chat, col(PageRow.at) < oldest))


def _add_start(tx: Tx, chat: str, left_at: int) -> None:
    known = select(literal(1)).where(PageRow.chat == chat).exists()
    # Before the next page, also if the clock was set back.
    came_at = case((col(ChatRow.started_at) < left_at, col(ChatRow.started_at)), else_=left_at - 1)
    start = select(ChatRow.id, came_at, ChatRow.page).where(ChatRow.id == chat, col(ChatRow.page).is_not(None), ~known)
    tx.session.connection().execute(insert_into(tx, PageRow).from_select(["chat", "at", "page"], start))


def of(tx: Tx, chat: ChatRow) -> list[Visit]:
    """The pages of a chat, oldest first. A page that follows itself is listed once."""
    rows = tx.session.exec(select(PageRow.at, PageRow.page).where(PageRow.chat == chat.id).order_by(col(PageRow.at)))
    found = list[Visit]()
    for at, page in rows:
        if not found or found[-1].page != page:
            found.append(Visit(at, page))
    if not found and chat.page is not None:
        return [Visit(chat.started_at, chat.page)]
    return found
