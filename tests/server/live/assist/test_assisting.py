from __future__ import annotations

from unittest.mock import create_autospec

import pytest

from identity.actor import SYSTEM
from identity.adapters.people import People
from refusals import Refused
from search.finding import Finder
from server.live.assist.assisting import READ_S, Assisting
from server.live.tickets.likely_codes import CodeSuggestions
from storage.ports import Storage, TookTooLong
from ticketing.ports import ChatLogs
from ticketing.service import Tickets


async def test_read_that_takes_too_long_is_given_up() -> None:
    storage = create_autospec(Storage, instance=True)
    storage.read.side_effect = TookTooLong("5 s")
    people, tickets, chat_logs, codes, finder = (
        create_autospec(one, instance=True) for one in (People, Tickets, ChatLogs, CodeSuggestions, Finder)
    )
    assisting = Assisting(storage, lambda: 1, people, tickets, chat_logs, codes, finder, None)
    with pytest.raises(Refused, match="too long") as refused:
        await assisting.of_ticket(SYSTEM, 7, "reply", None, None)
    assert refused.value.code == "unavailable"
    assert storage.read.call_args.args[1:] == ("heavy", READ_S)
