"""Canned replies of the demo: Priya's own, those of two teams, and those of everybody."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from uuid_utils import uuid7

from attachments.adapters.blobs import FolderBlobs
from attachments.adapters.records import SqlRecords
from attachments.file import File
from canned_replies.adapters.store import SqlStore
from canned_replies.macro import Actions
from canned_replies.reply import DAY_MS, Locale, WantedReply
from canned_replies.service import CannedReplies
from identity.actor import Actor
from storage.ports import Tx

_Texts = Mapping[Locale, str]
_EVERYBODYS: tuple[tuple[str, str, _Texts, int], ...] = (
    (
        "hello",
        "Greeting",
        {
            "en": "Hi {{customer.first_name}}, {{agent.first_name}} here. I have your message, one moment.",
            "fr": "Bonjour {{customer.first_name}}, ici {{agent.first_name}}. J’ai votre message, un instant.",
            "es": "Hola {{customer.first_name}}, soy {{agent.first_name}}. Tengo su mensaje, un momento, lo reviso.",
        },
        19,
    ),
    (
        "looking",
        "I am looking into it",
        {
            "en": "I’m reading your order now and will be back in about five minutes.",
            "fr": "Je lis votre commande et je reviens vers vous dans cinq minutes environ.",
        },
        8,
    ),
    (
        "goodbye",
        "Goodbye",
        {
            "en": "Glad that it works again. You can reply to ticket #{{ticket.number}} at any time. Have a good day!",
            "fr": "Ravie que tout fonctionne. Vous pouvez répondre au ticket n° {{ticket.number}} à tout moment.",
            "es": "Me alegra que funcione. Puede responder al ticket n.º {{ticket.number}} cuando quiera.",
        },
        5,
    ),
)
_OF_MEDIA: tuple[tuple[str, str, _Texts, int], ...] = (
    (
        "flight-overlap",
        "Flight dates overlap",
        {"en": "Lines can’t overlap by a day. Start the next line the day after the one before ends."},
        4,
    ),
    (
        "invoice-finance",
        "Invoices go to Finance",
        {
            "en": "For the invoice, Finance is the right team: they’re here until 17:00 ET. I’ll transfer you.",
            "fr": "Pour la facture, l’équipe Finance vous répondra : elle est là jusqu’à 17 h, heure de l’Est.",
        },
        3,
    ),
)
_OWN: tuple[tuple[str, str, _Texts, int], ...] = (
    ("history", "Where the history is", {"en": "Open the order, then History on the right. Choose All changes."}, 2),
)


_TEMPLATE = b"Order,Line,Publisher,Start,End,Gross\r\n1001,1,Example Times,2026-12-01,2026-12-31,1200.00\r\n"
_WITH_FILE = WantedReply(
    "order-template",
    "Template to import orders",
    "team",
    "media",
    {
        "en": "Please fill in the attached template, one line for each order line, and import it with File > Import.",
        "fr": "Remplissez le modèle ci-joint, une ligne par ligne de commande, et importez-le par Fichier > Importer.",
    },
)
_ANSWERED = WantedReply(
    "answered",
    "Answered, solve it",
    "all",
    None,
    {
        "en": "Glad that I could help. Write back at any time if something is left.",
        "fr": "Ravie d’avoir pu vous aider. Écrivez-nous s’il reste quelque chose.",
        "es": "Me alegra haberle ayudado. Escríbanos si queda algo.",
    },
    Actions(status="solved", resolution="support_question", take=True),
)


def add_canned_replies(tx: Tx, staff: Mapping[str, Actor], data: Path, now: int) -> None:
    """`staff`: the demo's people, by first name. `data`: the data folder."""
    replies = CannedReplies(SqlStore(), lambda: {"media"}, lambda: uuid7().hex)
    admin = next(actor for actor in staff.values() if actor.role == "admin")
    for shortcut, name, texts, uses in _EVERYBODYS:
        _add(tx, replies, admin, WantedReply(shortcut, name, "all", None, texts), uses, now)
    _add(tx, replies, admin, _ANSWERED, 7, now)
    for shortcut, name, texts, uses in _OF_MEDIA:
        _add(tx, replies, admin, WantedReply(shortcut, name, "team", "media", texts), uses, now)
    _add_file(tx, _add(tx, replies, admin, _WITH_FILE, 1, now), admin, data, now)
    for shortcut, name, texts, uses in _OWN:
        _add(tx, replies, staff["Priya"], WantedReply(shortcut, name, "own", None, texts), uses, now)


def _add(tx: Tx, replies: CannedReplies[Tx], by: Actor, wanted: WantedReply, uses: int, now: int) -> str:
    added = replies.add(tx, by, wanted, now - 30 * DAY_MS)
    for number in range(uses):
        replies.count_use(tx, by, added.id, now - (uses - number) * DAY_MS)
    return added.id


def _add_file(tx: Tx, reply: str, by: Actor, data: Path, now: int) -> None:
    id_, digest = str(uuid7()), hashlib.sha256(_TEMPLATE).hexdigest()
    FolderBlobs(data / "files").save(id_, _TEMPLATE)
    file = File(
        id=id_,
        uploader=by.id,
        name="order-template.csv",
        type="text/csv",
        size=len(_TEMPLATE),
        sha256=digest,
        created_at=now,
    )
    SqlRecords().add(tx, file)
    SqlRecords().attach(tx, [id_], f"reply:{reply}", staff_only=True, now=now)
