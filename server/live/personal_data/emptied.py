"""Removes texts and names from stored events of chats and tickets. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import msgspec

from chat.frames.people import Sender
from mail.incoming.addressing import MAIL_AUTHOR

_TEXTS = frozenset({"message", "reply", "note"})
_Body = dict[str, object]
_decoder = msgspec.json.Decoder(_Body)


def emptied(body: str, people: Collection[str], pseudonym: str | None, *, all_texts: bool) -> str | None:
    """The body of an event without what the customers `people` wrote, and with a pseudonym in place of their names.

    With `all_texts`, the conversation is theirs: no text of anybody stays, and every customer gets the pseudonym.
    Returns None if nothing changes.
    """
    event = _decoder.decode(body)
    after = {name: _named(value, people, pseudonym, all_texts=all_texts) for name, value in event.items()}
    theirs = all_texts or _is_theirs(event.get("from"), people)
    if event.get("type") in _TEXTS and theirs and event.get("text") is not None:
        after |= {"text": None, "redacted": True}
    if theirs:
        after |= {name: value for name, value in _without(str(event.get("type")), pseudonym).items() if name in event}
    return msgspec.json.encode(after).decode() if after != event else None


def _without(type_: str, pseudonym: str | None) -> _Body:
    """The values of the fields that have texts or names of the customer, by the type of the event."""
    if type_ in _TEXTS:
        return {"files": []}
    if type_ == "chat.started":
        return {"subject": None, "name": pseudonym, "email": None, "fields": {}, "page": None}
    return dict(_OTHERS.get(type_, {}))


_OTHERS: Mapping[str, _Body] = {
    "chat.addressed": {"email": ""},
    "chat.described": {"fields": {}},
    "chat.rated": {"comment": None},
}


def _is_theirs(sender: object, people: Collection[str]) -> bool:
    return isinstance(sender, dict) and sender.get("kind") == "customer" and sender.get("id") in people


def _named(value: object, people: Collection[str], pseudonym: str | None, *, all_texts: bool) -> object:
    """A sender with the pseudonym, if it is one of the customers. Any other value stays as it is."""
    if not isinstance(value, dict) or value.get("kind") != "customer" or not value.keys() <= _SENDER:
        return value
    if not all_texts and value.get("id") not in people:
        return value
    # An id made from an address is a hash without a key: whoever guesses the address could check it.
    by_address = str(value.get("id")).startswith(MAIL_AUTHOR)
    return {**value, "name": pseudonym, "id": None if by_address else value.get("id")}


_SENDER = frozenset(Sender.__struct_fields__)
