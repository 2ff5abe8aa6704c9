"""The rows of a large desk for benchmarks. They are generated, and are the same in every run.

Only every tenth ticket is generated, with its customer and company. The database makes nine copies of each generated
ticket, each with its own number, customer and company. This takes a tenth of the time.

A desk has two years of tickets. Most tickets are solved. Tickets of the last 30 days are more often unsolved than older
tickets. Each ticket has one to 19 messages, ten on average, and also lines of history and letters. Some customers and
companies have many more tickets than others. The larger the desk, the more customers and companies it has. Every fifth
ticket has a tag, every third a value of a custom field, and each unsolved one a target of service levels.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from uuid import UUID

import msgspec

from clock import rfc3339
from ticketing.adapters.index import ID_OF_TICKET
from ticketing.custom_fields import CustomField, Option
from ticketing.ports import OWN, PROPERTIES

DAY_MS = 86_400_000
YEARS_MS = 2 * 365 * DAY_MS
TEAMS = {"media": 35, "prod": 25, "tech": 15, "finance": 15, "canadian-spot": 10}
PRODUCTS = ("Spectra OX", "Spectra DS", "Lumina", "Other")
AT_ONCE = 10_000
"""Number of tickets whose rows are made together."""
MESSAGES = 10
"""Average number of messages per ticket."""
WITH_LETTERS = 4
"""So many messages of a ticket at most have letters: those of a chat have none."""
OF_A_CUSTOMER, OF_A_CLIENT = 20, 1_000
"""Average number of tickets per customer, and per company."""
RARE, WITH_RARE = "zephyrine", 200
"""A word, and in how many generated tickets it is, whatever the size. So each desk finds a full page of results."""

COMMON_TAG, RARE_TAG, FIELD = "moved", "zephyr", "cause"
"""Tags, and the key of a custom field. The rare tag is on the tickets with the rare word."""
_CAUSES = ("weather", "fire", "flood")

_COLUMNS = """
tickets: number status resolution team product subject client requester requester_name requester_email
  requester_address requester_verified assignee channel created_at updated_at waiting_since solved_at closed_at
  reopen_until version awaiting_since solvings flags last_seq last_public_seq size priority tags custom_fields
  sla_due sla_warn
ticket_tags: tag ticket
ticket_field_values: value ticket
ticket_events: ticket seq public_prev staff_only at body
ticket_changes: ticket at by_kind by_id by_name field was became
ticket_participants: ticket email position account
ticket_passages: id ticket stream seq words
letters: kind ticket seq to_address address person bare context state token message_id created_at due_at attempts
  settled_at
"""
_OF_PEOPLE = """
clients: id name name_key vip created_at
accounts: id kid sub email email_verified name client coordinator created_at last_seen_at
"""


def _read(tables: str) -> Mapping[str, Sequence[str]]:
    listed = (line.partition(": ") for line in tables.replace("\n  ", " ").strip().splitlines())
    return {table: names.split() for table, _, names in listed}


COLUMNS, PEOPLE = _read(_COLUMNS), _read(_OF_PEOPLE)
"""The columns of the tables that `rows` and `people` fill."""
COPIES = 10
Row = tuple[object, ...]


def copies(table: str, place: int) -> str:
    """The SQL statement that copies each generated row of `table` once. `place`, 1 to 9, is the number of the copy."""
    columns = {**COLUMNS, **PEOPLE}[table]
    chosen = ", ".join(_CHANGED.get(name, '"{0}"').format(name, place, place * ID_OF_TICKET) for name in columns)
    if table == "ticket_passages":
        chosen = chosen.replace('"id"', f"id + {place * ID_OF_TICKET}")
    elif table in PEOPLE:
        chosen = chosen.replace('"id"', f"'{place}' || substr(id, 2)")
    listed = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table} ({listed}) SELECT {chosen} FROM {table} WHERE {_GENERATED[table]}"


_NUMBER, _ID = '"{0}" + {1}', "'{1}' || substr(\"{0}\", 2)"
_CHANGED = {
    "number": _NUMBER,
    "ticket": _NUMBER,
    "client": _ID,
    "requester": _ID,
    "account": _ID,
    "person": _ID,
    "sub": _ID,
    "token": _ID,
    "name_key": _ID,
    **dict.fromkeys(("email", "requester_email", "requester_address", "to_address", "address"), _ID),
    "message_id": "'<{1}' || substr(message_id, 3)",
}
"""The columns in which a copy differs from the generated row, with the SQL for the value of the copy.

The generated values begin with a zero, or are multiples of ten.
"""
_GENERATED = {
    **dict.fromkeys(COLUMNS, "ticket % 10 = 0"),
    "tickets": "number % 10 = 0",
    **dict.fromkeys(PEOPLE, "id LIKE '0%'"),
}


class LargeDesk:
    """A desk of `count` tickets. `staff`: ids of its agents."""

    def __init__(self, count: int, staff: Sequence[str], now: int) -> None:
        self.count, self._staff, self._now = count // COPIES, staff, now
        count = self.count
        self._rng = rng = random.Random(17)
        self.accounts = [_uuid(rng) for _ in range(max(40, count // OF_A_CUSTOMER))]
        self.clients = [_uuid(rng) for _ in range(max(8, count // OF_A_CLIENT))]
        self.words = sorted(sorted({_word(rng) for _ in range(4_000)}), key=lambda _: rng.random())
        often = list(accumulate(1 / rank for rank in range(1, len(self.words) + 1)))
        self._texts = [" ".join(rng.choices(self.words, cum_weights=often, k=rng.randint(8, 40))) for _ in range(5_000)]
        # The tenth company has a tenth as many people as the first. Customers of one company write about equally often.
        sizes = list(accumulate(1 / rank for rank in range(1, len(self.clients) + 1)))
        self._client_of = rng.choices(range(len(self.clients)), cum_weights=sizes, k=len(self.accounts))
        self._client_of[:20] = [0] * 20

    @property
    def common(self) -> str:
        """A word in many tickets."""
        return self.words[0]

    def people(self) -> Iterator[tuple[str, list[Row]]]:
        """Each table about people, as (name of the table, rows). The first account is the coordinator of the largest
        company."""
        then = self._now - YEARS_MS
        yield "clients", [(id_, f"Client {n}", f"0client {n}", False, then) for n, id_ in enumerate(self.clients)]
        yield (
            "accounts",
            [
                (
                    id_,
                    "",
                    id_,
                    _address(n),
                    True,
                    f"Person {n}",
                    self.clients[self._client_of[n]],
                    n == 0,
                    then,
                    self._now,
                )
                for n, id_ in enumerate(self.accounts)
            ],
        )

    def fields(self) -> tuple[Row, ...]:
        """The row of the custom field."""
        options = [Option(key, {"en": key.capitalize()}) for key in _CAUSES]
        field = CustomField(key=FIELD, kind="choice", labels={"en": "Cause"}, options=options)
        return ((FIELD, 0, False, msgspec.json.encode(field).decode()),)

    def rows(self) -> Iterator[Mapping[str, list[Row]]]:
        """The rows of each table, for AT_ONCE tickets at a time."""
        for first in range(1, self.count + 1, AT_ONCE):
            made: dict[str, list[Row]] = defaultdict(list)
            for place in range(first, min(first + AT_ONCE, self.count + 1)):
                self._ticket(place, made)
            yield made

    def _ticket(self, place: int, made: dict[str, list[Row]]) -> None:
        rng, number = self._rng, place * COPIES
        person = place % len(self.accounts) if place % 3 else rng.randrange(len(self.accounts))
        account, address = self.accounts[person], _address(person)
        subject = self._texts[place % 4_999][:60].rpartition(" ")[0]
        texts = [self._texts[rng.randrange(5_000)] for _ in range(rng.randint(1, 2 * MESSAGES - 1))]
        is_rare = place % max(2, self.count // WITH_RARE) == 1
        if is_rare:
            texts[0] = f"{RARE} {texts[0]}"
        agent, facts = rng.choice(self._staff), self._facts(place)
        created, changed = at = int(str(facts["created_at"])), int(str(facts["updated_at"]))
        ticket = {
            **facts,
            **self._asked(person),
            "number": number,
            "team": rng.choices([*TEAMS], weights=[*TEAMS.values()])[0],
            "product": rng.choice(PRODUCTS),
            "subject": subject,
            "assignee": agent,
            "channel": rng.choice(("chat", "form", "email")),
            "version": 3,
            "flags": "",
            "last_seq": len(texts),
            "last_public_seq": len(texts),
            "size": self._events(number, texts, account, agent, at, made["ticket_events"]),
            **self._triaged(number, place, is_rare=is_rare, made=made),
        }
        made["tickets"].append(tuple(ticket[name] for name in COLUMNS["tickets"]))
        change = made["ticket_changes"]
        change.append((number, created, "staff", agent, "Colleague", "assignee", None, json.dumps(agent)))
        if facts["solvings"]:
            change.append((number, changed, "staff", agent, "Colleague", "status", '"open"', '"solved"'))
        if place % 10 == 0:
            other = (person + 7) % len(self.accounts)
            made["ticket_participants"].append((number, _address(other), 0, self.accounts[other]))
        self._passages(number, (subject, person, address), texts, made["ticket_passages"])
        self._letters(number, (address, account), min(len(texts), WITH_LETTERS), at, made["letters"])

    def _triaged(self, number: int, place: int, *, is_rare: bool, made: dict[str, list[Row]]) -> dict[str, object]:
        """Priority, tags and custom fields of a ticket."""
        tags = [tag for tag, has in ((COMMON_TAG, place % 5 == 0), (RARE_TAG, is_rare)) if has]
        made["ticket_tags"] += [(tag, number) for tag in tags]
        cause = _CAUSES[place // 3 % len(_CAUSES)] if place % 3 == 0 else None
        if cause is not None:
            made["ticket_field_values"].append((f"{FIELD}:{cause}", number))
        return {
            "priority": self._rng.choices((0, 1, 2, 3), weights=(10, 75, 12, 3))[0],
            "tags": " ".join(tags),
            "custom_fields": None if cause is None else json.dumps({FIELD: cause}),
        }

    def _facts(self, place: int) -> dict[str, object]:
        """Status and times of a ticket. Tickets of the last 30 days are more often unsolved than older tickets."""
        rng, now = self._rng, self._now
        created = now - YEARS_MS + YEARS_MS * place // (self.count + 1)
        changed = min(now, created + rng.randrange(6 * DAY_MS))
        solved = rng.random() < (0.97 if now - created > 30 * DAY_MS else 0.4)
        status = "solved" if solved else rng.choice(("open", "open", "awaiting_reply"))
        until = changed + 28 * DAY_MS if solved else None
        return {
            "status": status,
            "resolution": "set_up" if solved else None,
            "solvings": int(solved),
            "created_at": created,
            "updated_at": changed,
            "waiting_since": created if status == "open" else None,
            "awaiting_since": changed if status == "awaiting_reply" else None,
            "solved_at": changed if solved else None,
            "closed_at": until if until is not None and until < now else None,
            "reopen_until": until,
            "sla_due": None if solved else changed + 2 * DAY_MS,
            "sla_warn": None if solved else changed + DAY_MS,
        }

    def _asked(self, person: int) -> dict[str, object]:
        address = _address(person)
        return {
            "client": self.clients[self._client_of[person]],
            "requester": self.accounts[person],
            "requester_name": f"Person {person}",
            "requester_email": address,
            "requester_address": address,
            "requester_verified": True,
        }

    def _events(
        self, number: int, texts: Sequence[str], account: str, agent: str, at: tuple[int, int], events: list[Row]
    ) -> int:
        size = 0
        for seq, text in enumerate(texts, 1):
            when = at[0] + (at[1] - at[0]) * seq // len(texts)
            kind, who, name = ("customer", account, "Person") if seq % 2 else ("staff", agent, "Colleague")
            author = f'{{"kind":"{kind}","id":"{who}","name":"{name}"}}'
            body = f'{{"type":"reply","at":"{rfc3339(when)}","from":{author},"text":"{text}","files":[]}}'
            events.append((number, seq, seq - 1, False, when, body))
            size += len(body)
        return size

    def _passages(
        self, number: int, properties: tuple[str, int, str], texts: Sequence[str], passages: list[Row]
    ) -> None:
        subject, person, address = properties
        first = number * ID_OF_TICKET + 2
        words = f"{subject} person {person} {address.replace('@', ' ').replace('.', ' ')}"
        passages.append((first, number, PROPERTIES, 0, words))
        passages += [(first + 2 * seq, number, OWN, seq, text) for seq, text in enumerate(texts, 1)]

    def _letters(self, number: int, to: tuple[str, str], events: int, at: tuple[int, int], letters: list[Row]) -> None:
        address, account = to
        for seq in range(1, events + 1, 2):
            kind = "received" if seq == 1 else "reply"
            name = f"{number}-{seq}"
            letter = (kind, number, None if seq == 1 else seq - 1, address, address, account, False, "{}", "accepted")
            letters.append((*letter, f"{number:032x}{seq:032x}", f"<0{name}@bench.example>", at[0], at[0], 1, at[1]))


def _address(person: int) -> str:
    return f"0person{person}@customers.example"


def _uuid(rng: random.Random) -> str:
    return str(UUID(int=rng.getrandbits(124), version=4))


def _word(rng: random.Random) -> str:
    return "".join(rng.choice("bdfgklmnprstvz") + rng.choice("aeiou") for _ in range(rng.randint(2, 4)))
