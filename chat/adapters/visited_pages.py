"""The pages of the site on which a customer was during a chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from sqlalchemy import Row, delete, func
from sqlalchemy import select as sa_select
from sqlmodel import col, select

from chat.adapters.tables import ChatRow, PageRow
from chat.visits import KEPT, Visit
from storage.ports import Tx
from storage.upsert import insert_into


def add(tx: Tx, visits: Mapping[str, Sequence[Visit]]) -> dict[str, str]:
    """Store the pages to which customers went, by chat. Returns the page on which each of them is now.

    Visits after the end of a chat are left out. Only the newest KEPT pages of a chat stay. Call it before `chats.page`
    changes: the first time, it stores that page too, as the one on which the chat started.
    """
    rows, full, now_on = list[dict[str, object]](), list[str](), dict[str, str]()
    for chat, started_at, start, closed_at, stored, last in _known(tx, sorted(visits)):
        # A closed chat without a page may have been erased meanwhile.
        some = [one for one in visits[chat] if closed_at is None or (start is not None and one.at <= closed_at)]
        if not some:
            continue
        if last is None and start is not None:
            some = [Visit(min(started_at, some[0].at - 1), start), *some]
        some = _in_order(some, last)
        rows += [{"chat": chat, "at": one.at, "page": one.page} for one in some]
        now_on[chat] = some[-1].page
        if stored + len(some) > KEPT:
            full.append(chat)
    if rows:
        # Another process may store a page of the same chat and time.
        tx.session.connection().execute(insert_into(tx, PageRow).on_conflict_do_nothing(), rows)
    for chat in full:
        newest = select(PageRow.at).where(PageRow.chat == chat).order_by(col(PageRow.at).desc()).limit(KEPT)
        oldest = select(func.min(newest.subquery().c.at)).scalar_subquery()
        tx.session.connection().execute(delete(PageRow).where(col(PageRow.chat) == chat, col(PageRow.at) < oldest))
    return now_on


def _known(tx: Tx, chats: Sequence[str]) -> Sequence[Row[str, int, str | None, int | None, int, int | None]]:
    """Of each chat: id, start, page, end, the number of stored pages, and the time of the newest one."""
    stored, last = func.count(col(PageRow.at)), func.max(col(PageRow.at))
    of_chat = (col(ChatRow.id), col(ChatRow.started_at), col(ChatRow.page), col(ChatRow.closed_at))
    query = (
        sa_select(*of_chat, stored, last)
        .outerjoin(PageRow, col(PageRow.chat) == col(ChatRow.id))
        .where(col(ChatRow.id).in_(chats))
        .group_by(col(ChatRow.id))
        .order_by(col(ChatRow.id))
    )
    return tx.session.connection().execute(query).all()


def _in_order(visits: Sequence[Visit], last: int | None) -> list[Visit]:
    """The visits with increasing times after `last`, also if the clock was set back."""
    found = list[Visit]()
    for visit in visits:
        at = visit.at if last is None else max(visit.at, last + 1)
        found.append(Visit(at, visit.page))
        last = at
    return found


def of(tx: Tx, chat: ChatRow) -> list[Visit]:
    """The pages of a chat, oldest first. A page that follows itself is listed once."""
    query = select(PageRow.at, PageRow.page).where(PageRow.chat == chat.id).order_by(col(PageRow.at))
    visits = [Visit(at, page) for at, page in tx.session.exec(query)]
    if not visits:
        return [] if chat.page is None else [Visit(chat.started_at, chat.page)]
    return [visits[0], *(one for before, one in pairwise(visits) if one.page != before.page)]
