"""Cases of RFC 6455 for a server that echoes, numbered like those of the Autobahn test suite that they follow.

They are written anew after its published descriptions, in its groups 1 to 7 and 10: that suite needs Python 2.7, which
systems do not have any more. What a case sends is bytes, in the pieces in which they go over the line.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
PROTOCOL_ERROR, NOT_UTF8 = 1002, 1007
KUHN = "Hello-µ@ßöäüàá-UTF-8!!"


@dataclass(frozen=True)
class Case:
    """What is sent, in pieces; the messages that come back, pongs as `("pong", payload)`; the code of the close, or
    None where the line stays until the client says 1000."""

    number: str
    pieces: tuple[bytes, ...]
    comes: tuple[tuple[str, bytes], ...] = ()
    closes: int | None = None


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, rsv: int = 0) -> bytes:
    """One masked frame, right or wrong."""
    length, mask = len(payload), os.urandom(4)
    head = bytes([fin << 7 | rsv << 4 | opcode])
    if length < 126:
        head += bytes([0x80 | length])
    elif length < 65_536:
        head += b"\xfe" + struct.pack("!H", length)
    else:
        head += b"\xff" + struct.pack("!Q", length)
    repeated = (mask * (length // 4 + 1))[:length]
    return head + mask + (int.from_bytes(payload) ^ int.from_bytes(repeated)).to_bytes(length)


def close(code: int | None = 1000, reason: bytes = b"") -> bytes:
    """A close frame."""
    return frame(CLOSE, b"" if code is None else struct.pack("!H", code) + reason)


def _chopped(data: bytes, size: int) -> tuple[bytes, ...]:
    return tuple(data[start : start + size] for start in range(0, len(data), size))


def _sizes() -> Iterator[Case]:
    for group, opcode, kind in ((1, TEXT, "text"), (2, BINARY, "binary")):
        for n, size in enumerate((0, 125, 126, 127, 128, 65_535, 65_536), 1):
            yield Case(f"1.{group}.{n}", (frame(opcode, b"*" * size),), ((kind, b"*" * size),))
        whole = frame(opcode, b"*" * 65_536)
        yield Case(f"1.{group}.8", _chopped(whole, 997), ((kind, b"*" * 65_536),))


def _pings() -> Iterator[Case]:
    for n, payload in enumerate((b"", b"Hello", b"\x00\xff\xfe\xfd\xfc\xfb\x00\xff", b"\xfe" * 125), 1):
        yield Case(f"2.{n}", (frame(PING, payload),), (("pong", payload),))
    yield Case("2.5", (frame(PING, b"\xfe" * 126),), closes=PROTOCOL_ERROR)
    yield Case("2.6", _chopped(frame(PING, b"\xfe" * 125), 1), (("pong", b"\xfe" * 125),))
    yield Case("2.7", (frame(PONG),))
    yield Case("2.8", (frame(PONG, b"unsolicited"),))
    yield Case("2.9", (frame(PONG, b"unsolicited"), frame(PING, b"ping")), (("pong", b"ping"),))
    pings = [f"payload-{n}".encode() for n in range(10)]
    pongs = tuple(("pong", payload) for payload in pings)
    yield Case("2.10", tuple(frame(PING, payload) for payload in pings), pongs)
    yield Case("2.11", _chopped(b"".join(frame(PING, payload) for payload in pings), 1), pongs)


def _reserved() -> Iterator[Case]:
    hello, echo = frame(TEXT, b"Hello"), (("text", b"Hello"),)
    yield Case("3.1", (frame(TEXT, b"Hello", rsv=1),), closes=PROTOCOL_ERROR)
    yield Case("3.2", (hello, frame(TEXT, b"Hello", rsv=2), frame(PING)), echo, PROTOCOL_ERROR)
    yield Case("3.3", (hello + frame(TEXT, b"Hello", rsv=3) + frame(PING),), echo, PROTOCOL_ERROR)
    whole = hello + frame(TEXT, b"Hello", rsv=4) + frame(PING)
    yield Case("3.4", _chopped(whole, 1), echo, PROTOCOL_ERROR)
    yield Case("3.5", (frame(BINARY, b"\x00\xff", rsv=5),), closes=PROTOCOL_ERROR)
    yield Case("3.6", (frame(PING, b"Hello", rsv=6),), closes=PROTOCOL_ERROR)
    yield Case("3.7", (frame(CLOSE, rsv=7),), closes=PROTOCOL_ERROR)
    for group, opcodes in ((1, range(3, 8)), (2, range(11, 16))):
        for n, opcode in enumerate(opcodes, 1):
            wrong = frame(opcode, b"Hello" if n % 2 == 0 else b"")
            yield Case(
                f"4.{group}.{n}",
                (wrong,) if n < 3 else (hello, wrong, frame(PING)),
                echo if n >= 3 else (),
                PROTOCOL_ERROR,
            )


def _fragments() -> Iterator[Case]:
    first, second = frame(TEXT, b"fragment1", fin=False), frame(CONTINUATION, b"fragment2")
    whole, pong = (("text", b"fragment1fragment2"),), (("pong", b"ping"),)
    stray = (frame(CONTINUATION, b"stray"), frame(TEXT, b"Hello"))
    yield Case("5.1", (frame(PING, b"a", fin=False), frame(CONTINUATION, b"b")), closes=PROTOCOL_ERROR)
    yield Case("5.2", (frame(PONG, b"a", fin=False), frame(CONTINUATION, b"b")), closes=PROTOCOL_ERROR)
    yield Case("5.3", (first, second), whole)
    yield Case("5.4", (first + second,), whole)
    yield Case("5.5", _chopped(first + second, 1), whole)
    yield Case("5.6", (first, frame(PING, b"ping"), second), pong + whole)
    yield Case("5.7", (first + frame(PING, b"ping") + second,), pong + whole)
    yield Case("5.8", _chopped(first + frame(PING, b"ping") + second, 1), pong + whole)
    for n, pieces in enumerate((stray, (b"".join(stray),), _chopped(b"".join(stray), 1)), 9):
        yield Case(f"5.{n}", pieces, closes=PROTOCOL_ERROR)
    stray = (frame(CONTINUATION, b"stray", fin=False), frame(TEXT, b"Hello"))
    for n, pieces in enumerate((stray, (b"".join(stray),), _chopped(b"".join(stray), 1)), 12):
        yield Case(f"5.{n}", pieces, closes=PROTOCOL_ERROR)
    third = (frame(CONTINUATION, b"fragment3", fin=False), frame(TEXT, b"fragment4"))
    yield Case("5.15", (first, second, *third), whole, PROTOCOL_ERROR)
    yield Case("5.16", (frame(CONTINUATION, b"1", fin=False), first, second) * 2, closes=PROTOCOL_ERROR)
    yield Case("5.17", (frame(CONTINUATION, b"1"), first, second) * 2, closes=PROTOCOL_ERROR)
    yield Case("5.18", (first, frame(TEXT, b"fragment2")), closes=PROTOCOL_ERROR)
    five = (
        frame(TEXT, b"fragment1", fin=False),
        frame(CONTINUATION, b"fragment2", fin=False),
        frame(PING, b"ping"),
        frame(CONTINUATION, b"fragment3", fin=False),
        frame(CONTINUATION, b"fragment4", fin=False),
        frame(PING, b"ping"),
        frame(CONTINUATION, b"fragment5"),
    )
    told = (*pong, *pong, ("text", b"fragment1fragment2fragment3fragment4fragment5"))
    yield Case("5.19", five, told)
    yield Case("5.20", (b"".join(five),), told)


VALID = ("κόσμε", *"\x00\x80ࠀ𐀀\x7f\u07ff\uffff\U0010ffff\ud7ff\ue000\ufffd\ufffe")
_INVALID = """
cebae1bdb9cf83cebcceb5eda080656469746564 f888808080 fc8480808080 f7bfbfbf f4908080 80 bf 80bf80 c0 e080 f08080 ff fe
c0af e080af f08080af c1bf e09fbf f08fbfbf eda080 edadbf edbfbf eda080edb080 cebae1bd
"""
INVALID = [bytes.fromhex(broken) for broken in _INVALID.split()]


def _utf8() -> Iterator[Case]:
    hello = KUHN.encode()
    yield Case("6.1.1", (frame(TEXT),), (("text", b""),))
    empty = (frame(TEXT, fin=False), frame(CONTINUATION, fin=False), frame(CONTINUATION))
    yield Case("6.1.2", empty, (("text", b""),))
    yield Case("6.1.3", (empty[0], frame(CONTINUATION, b"middle", fin=False), empty[2]), (("text", b"middle"),))
    yield Case("6.2.1", (frame(TEXT, hello),), (("text", hello),))
    yield Case("6.2.2", (frame(TEXT, hello[:10], fin=False), frame(CONTINUATION, hello[10:])), (("text", hello),))
    by_bytes = [
        frame(CONTINUATION if n else TEXT, hello[n : n + 1], fin=n == len(hello) - 1) for n in range(len(hello))
    ]
    yield Case("6.2.3", tuple(by_bytes), (("text", hello),))
    broken = INVALID[0]
    yield Case("6.3.1", (frame(TEXT, broken),), closes=NOT_UTF8)
    by_bytes = [
        frame(CONTINUATION if n else TEXT, broken[n : n + 1], fin=n == len(broken) - 1) for n in range(len(broken))
    ]
    yield Case("6.3.2", tuple(by_bytes), closes=NOT_UTF8)
    # Nobody is told at the first byte that is wrong, only at the end of the message: the suite calls that non-strict.
    yield Case("6.4.1", (frame(TEXT, broken[:11], fin=False), frame(CONTINUATION, broken[11:])), closes=NOT_UTF8)
    for n, text in enumerate(VALID, 1):
        yield Case(f"6.5.{n}", (frame(TEXT, text.encode()),), (("text", text.encode()),))
    for n, data in enumerate(INVALID[1:], 1):
        yield Case(f"6.6.{n}", (frame(TEXT, data),), closes=NOT_UTF8)


def _closing() -> Iterator[Case]:
    hello, echo = frame(TEXT, b"Hello"), (("text", b"Hello"),)
    yield Case("7.1.1", (hello, close()), echo, 1000)
    yield Case("7.1.2", (close() + close(),), closes=1000)
    yield Case("7.1.3", (close() + frame(PING, b"late"),), closes=1000)
    yield Case("7.1.4", (close() + hello,), closes=1000)
    yield Case(
        "7.1.5", (frame(TEXT, b"fragment1", fin=False) + close() + frame(CONTINUATION, b"fragment2"),), closes=1000
    )
    large = b"*" * 100_000
    yield Case("7.1.6", (frame(TEXT, large) + hello + close() + frame(PING),), (("text", large), *echo), 1000)
    yield Case("7.3.1", (close(None),), closes=1005)
    yield Case("7.3.2", (frame(CLOSE, b"a"),), closes=PROTOCOL_ERROR)
    yield Case("7.3.3", (close(),), closes=1000)
    yield Case("7.3.4", (close(1000, b"Hello World!"),), closes=1000)
    yield Case("7.3.5", (close(1000, b"*" * 123),), closes=1000)
    yield Case("7.3.6", (close(1000, b"*" * 124),), closes=PROTOCOL_ERROR)
    yield Case("7.5.1", (close(1000, INVALID[0]),), closes=NOT_UTF8)
    for n, code in enumerate((1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999), 1):
        yield Case(f"7.7.{n}", (close(code),), closes=code)
    for n, code in enumerate((0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999), 1):
        yield Case(f"7.9.{n}", (close(code),), closes=PROTOCOL_ERROR)
    for n, code in enumerate((5000, 65_535), 1):
        yield Case(f"7.13.{n}", (close(code),), closes=PROTOCOL_ERROR)


def _many_pieces() -> Iterator[Case]:
    payload = b"*" * 65_536
    parts = _chopped(payload, 1_300)
    frames = [frame(CONTINUATION if n else TEXT, part, fin=n == len(parts) - 1) for n, part in enumerate(parts)]
    yield Case("10.1.1", tuple(frames), (("text", payload),))


def cases() -> Iterator[Case]:
    """All of them."""
    for group in (_sizes, _pings, _reserved, _fragments, _utf8, _closing, _many_pieces):
        yield from group()
