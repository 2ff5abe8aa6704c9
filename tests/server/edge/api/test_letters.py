"""The letters and mails of a ticket over HTTP, page by page."""

from __future__ import annotations

from mail.adapters.incoming_store import SqlIncomingMails
from mail.incoming.parsing import Envelope
from mail.incoming.result import Result
from mail.letter import NewLetter
from server.edge.api.letters import LIMIT
from storage.ports import Tx
from tests.server.edge.api.conftest import Api

ANA = "ana@northlake.example"


async def test_letters_and_mails_of_a_ticket_come_in_pages(api: Api) -> None:
    """The newest ones first. No letter and no mail is left out or comes twice. A page may have only one of the two."""
    maya = await api.staff()
    number = await api.ticket()
    letters, mails = 2 * LIMIT + 5, LIMIT + 5

    def store(tx: Tx) -> None:
        wanted = [NewLetter(kind="reply", to=ANA, ticket=number) for _ in range(letters)]
        api.desk.desk.letters.queue_all(tx, wanted, 1)
        for count in range(mails):
            known = SqlIncomingMails()
            id_ = known.add(tx, Envelope(ANA, "media@teams.example"), f"{count:064x}", 10, 1)
            assert id_ is not None
            known.settle(tx, id_, Result(state="done", kind="automatic", ticket=number), 2)

    await api.desk.desk.storage.write(store)
    path, parameters = f"/api/tickets/{number}/letters", dict[str, int]()
    pages = []
    while True:
        answer = await maya.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json())
        if pages[-1]["earlier"] is None:
            break
        parameters = pages[-1]["earlier"]
    assert [(len(page["letters"]), len(page["mails"])) for page in pages] == [(LIMIT, LIMIT), (LIMIT, 5), (5, 0)]
    for kind, count in (("letters", letters), ("mails", mails)):
        ids = [one["id"] for page in reversed(pages) for one in page[kind]]
        assert ids == sorted(set(ids)) and len(ids) == count
    assert (await maya.get(path, params={"letters_before": "x"})).status_code == 422
