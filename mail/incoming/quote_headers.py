"""Recognizes the headers that Outlook and similar programs put above a quote, in many languages. Pure.

These programs do not mark the lines of the quote with `>`. The header is a block of lines such as `From: …`, `Sent: …`,
`To: …`, `Subject: …`. People also write lines such as `From: …` and `To: …` themselves. So a block is a header only if
it has a writer, a date and a subject.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

_Field = Literal["from", "sent", "to", "subject"]

LINES_MAX = 16
"""Maximum number of lines of a header."""
_LINE_MAX = 500
_LABELS: dict[_Field, str] = {
    "from": "from|von|de|da|van|od|från|fra|lähettäjä|feladó|de la|kimden|gönderen|от|від|από|差出人|发件人|寄件者"
    "|보낸 사람",
    "sent": "sent|date|gesendet|datum|envoyé|enviado|enviado el|fecha|enviada em|enviada|enviado em|data|inviato"
    "|data invio|verzonden|wysłano|skickat|sendt|dato|lähetetty|päivämäärä|päiväys|elküldve|küldve|dátum|trimis"
    "|gönderildi|gönderme tarihi|tarih|отправлено|дата|надіслано|στάλθηκε|ημερομηνία|odesláno|送信日時|日付|发送时间"
    "|日期|傳送時間|寄件日期|보낸 날짜|날짜",
    "to": "to|an|à|para|a|aan|do|till|til|komu|vastaanottaja|címzett|către|kime|alıcı|кому|προς|宛先|收件人|收件者"
    "|받는 사람",
    "subject": "subject|betreff|objet|asunto|assunto|oggetto|onderwerp|temat|ämne|emne|aihe|tárgy|subiect|konu|тема"
    "|θέμα|předmět|件名|主题|主旨|제목",
}
_FIELDS: dict[str, tuple[_Field, ...]] = {}
for _field, _words in _LABELS.items():
    for _word in _words.split("|"):
        _FIELDS[_word] = (*_FIELDS.get(_word, ()), _field)
_LINE = re.compile(r"[\s*_]*([^\W\d_][^:\uff1a*_]{0,24}?)[\s*_\xa0]*[:\uff1a][\s*_\xa0]*(.*)")
_SEPARATOR = re.compile(r"[-_\s]{3,}([^-_]{3,60}?)[-_\s]{3,}")
_RULE = re.compile(r"[_-]{10,}")
_FORWARDED = re.compile(
    r"forward|weitergeleitet|weiterleitung|transf[ée]r|transmis|reenviad|encaminhad|inoltrat|doorgestuurd|przekazan"
    r"|vidarebefordra|videresend|edelleenvälitetty|välitetty|переслан|преадресован|továbbított|přeposlan|iletilen"
    r"|redirec?ționat|προωθημένο|転送|转发|轉寄|전달",
    re.IGNORECASE,
)
_FORWARDING_SUBJECT = re.compile(
    r"\W*(?:fwd?|wg|tr|rv|enc|i|doorst|vs|pd|vb|fs|vl|ynt|ilt|πρθ|转发|轉寄|転送|전달)\s*[:\uff1a]", re.IGNORECASE
)
_ANSWERS_BELOW = re.compile(
    r"\b(?:below|in-?line|in (?:red|blue|green|bold|capitals)|unten|unterhalb|in (?:rot|blau|grün)"
    r"|ci-dessous|dessous|en (?:rouge|bleu|vert|gras)|(?:m[áa]s )?abajo|en (?:rojo|azul|verde|negrita))\b",
    re.IGNORECASE,
)


def is_header(lines: Sequence[str], place: int) -> bool:
    """True if the header of a quote begins at this line."""
    if _field_of(lines[place], "from") is None:
        return False
    found: set[_Field] = {"from"}
    blank = False
    for line in lines[place + 1 : place + LINES_MAX]:
        if not line.strip():
            # Some programs write an empty line after each line.
            if blank:
                break
            blank = True
            continue
        fields = [field for field in _LABELS if (value := _field_of(line, field)) is not None and _fits(field, value)]
        if not fields and blank:
            break
        blank = False
        found.update(fields)
        if {"sent", "subject"} <= found:
            return True
    return False


def begins_above(lines: Sequence[str], first: int) -> int:
    """The index of the first line of a quote whose header begins at line `first`. If there is a rule or a line such as
    `-----Original Message-----` right above the header, the quote begins there."""
    above = first - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    if above >= 0 and (_RULE.fullmatch(lines[above].strip()) or _SEPARATOR.fullmatch(lines[above][:_LINE_MAX].strip())):
        return above
    return first


def announces_forward(line: str) -> bool:
    """True for a line such as `---------- Forwarded message ---------` or `Begin forwarded message:`."""
    text = line.strip().strip("*>")
    is_marked = text.startswith("---") or text.endswith((":", "\uff1a"))
    return is_marked and len(text) <= 100 and _FORWARDED.search(text) is not None


def is_forward(subject: str) -> bool:
    """True for the subject of a mail that passes on another mail, such as `FW: Rates`."""
    return _FORWARDING_SUBJECT.match(subject) is not None


def says_answers_are_below(text: str) -> bool:
    """True if a text above a quote seems to say that its writer answered within the quote."""
    return _ANSWERS_BELOW.search(text) is not None


def _field_of(line: str, field: _Field) -> str | None:
    """The value of this header field, if the line has the field. Otherwise None."""
    found = _LINE.match(line[:_LINE_MAX])
    label = " ".join(found[1].lower().split()) if found is not None else ""
    return found[2] if found is not None and field in _FIELDS.get(label, ()) else None


def _fits(field: _Field, value: str) -> bool:
    return field != "sent" or any(character.isdigit() for character in value)
