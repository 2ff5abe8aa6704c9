from __future__ import annotations

from functools import partial

from mail.adapters.incoming_bytes import SqlNeedsOfBytes
from mail.adapters.incoming_store import SqlIncomingMails
from mail.incoming.parsing import Envelope
from mail.incoming.result import Result, State
from storage.ports import Storage

MAILS, NEEDS = SqlIncomingMails(), SqlNeedsOfBytes()
NOW = 1_795_556_400_000
FIRST, SECOND, LAST, NEXT = "ab" + "0" * 62, "ab" + "1" * 62, "ab" + "f" * 62, "ac" + "0" * 62


async def stored(
    storage: Storage, digest: str, state: State | None, done_at: int = NOW, to: str = "a@x.example"
) -> int:
    id_ = await storage.write(lambda tx: MAILS.add(tx, Envelope("ana@x.example", to), digest, 9, NOW))
    assert id_ is not None
    if state is not None:
        await storage.write(lambda tx: MAILS.settle(tx, id_, Result(state=state, kind="new"), done_at))
    return id_


async def needed(storage: Storage, shelf: str = "ab") -> set[str]:
    return await storage.read(lambda tx: NEEDS.needed(tx, shelf))


async def test_bytes_are_needed_until_every_record_is_deleted(storage: Storage) -> None:
    id_ = await stored(storage, FIRST, "done")
    copy = await stored(storage, FIRST, "suspended", to="b@x.example")
    for digest in (LAST, NEXT):
        await stored(storage, digest, None)
    for each, left in ((id_, {FIRST, LAST}), (copy, {LAST})):
        assert await needed(storage) == {FIRST, LAST}
        await storage.write(partial(MAILS.delete, id=each))
        assert await needed(storage) == left
    assert await needed(storage, "ac") == {NEXT}


async def test_bytes_of_mails_that_were_done_long_ago_expire(storage: Storage) -> None:
    """Those of mails about which somebody must still decide do not."""
    await stored(storage, FIRST, "done", NOW - 2)
    await stored(storage, FIRST, "suspended", NOW - 2, to="b@x.example")
    await stored(storage, SECOND, "done", NOW - 1)
    await stored(storage, LAST, "done", NOW)
    await stored(storage, NEXT, None)
    taken = [await storage.write(lambda tx: NEEDS.expire(tx, NOW, NOW, 1)) for _ in range(3)]
    assert taken == [[FIRST], [SECOND], []]
    assert await needed(storage) == {FIRST, LAST}
    assert await needed(storage, "ac") == {NEXT}


async def test_redacted_text_leaves_the_bytes_of_later_mails_unneeded(storage: Storage) -> None:
    for digest, seq in ((FIRST, 2), (SECOND, 4)):
        id_ = await stored(storage, digest, None)
        result = Result(state="done", kind="reply", ticket=7, seq=seq)
        await storage.write(partial(MAILS.settle, id=id_, result=result, now=NOW))
    assert await storage.write(lambda tx: MAILS.delete_text(tx, 7, 3, NOW)) == [SECOND]
    assert await needed(storage) == {FIRST}
