"""HTTP calls to URLs that people can set. Private network addresses are refused, unless their host is allowed."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

import httpcore2

from egress.addresses import fault
from egress.errors import AddressRefused, NoAnswer, TooLong
from egress.names import Resolve, SystemNames
from egress.pinned import PinnedConnection
from egress.urls import Target, host_named, literal, target_of

TIMEOUT_S = 10.0
"""Time limit in seconds for a whole call: resolving the host, connecting, sending and reading."""
ANSWER_MAX = 1024 * 1024
"""Maximum size of the body of an answer, in bytes, unless the caller names another."""
_ADDRESSES_TRIED = 4


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """Keys are header names in lower case. Only the last value of a repeated header is kept."""
    body: bytes


class Egress:
    """Makes HTTP calls. Each call opens a new connection.

    - The host is resolved once per call. All of its IP addresses must be allowed. The connection goes to one of them.
    - Certificates are verified for the host in the URL.
    - Redirects are not followed. Cookies are not kept. Proxy settings in the environment are ignored.
    """

    def __init__(
        self,
        allowed: Collection[str] = (),
        *,
        resolve: Resolve | None = None,
        certificates: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
        answer_max: int = ANSWER_MAX,
    ) -> None:
        """`allowed`: the hosts that may have private network addresses. `answer_max`: the maximum size of the body of
        an answer, in bytes.

        `certificates`: the TLS settings with which servers are verified. By default, the certificate authorities of the
        operating system are trusted.
        """
        self._allowed = frozenset(host_named(host) for host in allowed)
        self._resolve = resolve or SystemNames()
        self._certificates = certificates
        self._timeout_s = timeout_s
        self._answer_max = answer_max

    def close(self) -> None:
        if isinstance(self._resolve, SystemNames):
            self._resolve.close()

    def allowing(self, host: str, timeout_s: float | None = None) -> Egress:
        """A copy that may also call `host` at a private address, perhaps with another time limit. The copy shares the
        resolver, so close only the original."""
        more = copy(self)
        more._timeout_s = timeout_s or self._timeout_s
        more._allowed = self._allowed | {host}
        return more

    def check(self, url: str) -> None:
        """Raise AddressRefused if `url` can never be called. The host name is not resolved: only `send` does this."""
        target = target_of(url)
        address = literal(target.host)
        if address is not None:
            self._check_addresses(target, [address])

    async def send(self, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Answer:
        """Call `url`, and return the answer, whatever its status is. Raises NotSent if the call is not allowed, or if
        no valid answer comes in time."""
        target = target_of(url)
        connection: PinnedConnection | None = None
        try:
            async with asyncio.timeout(self._timeout_s):
                connection = PinnedConnection(await self._addresses(target))
                return await self._call(connection, method, target, headers or {}, body)
        except TimeoutError:
            raise NoAnswer(f"{target.host} did not answer within {self._timeout_s:g} seconds.") from None
        except httpcore2.ProtocolError:
            raise NoAnswer(f"{target.host} did not answer in HTTP.") from None
        except (httpcore2.NetworkError, httpcore2.TimeoutException, OSError) as error:
            raise NoAnswer(_unreachable(target.host, error)) from None
        finally:
            if connection is not None:
                await connection.close()

    async def _addresses(self, target: Target) -> Sequence[str]:
        """The IP addresses to try for the host of `target`, at most _ADDRESSES_TRIED. All addresses of the host were
        checked, and are allowed."""
        own = literal(target.host)
        if own is not None:
            found = [own]
        else:
            try:
                found = [ip_address(address) for address in await self._resolve(target.host, target.port)]
            except (OSError, UnicodeError):
                raise NoAnswer(f"The host {target.host} was not found.") from None
            except ValueError:
                reason = f"{target.host} has an address that the desk does not call."
                raise AddressRefused(reason, for_good=False) from None
        if not found:
            raise NoAnswer(f"The host {target.host} was not found.")
        self._check_addresses(target, found)
        return [str(address) for address in found[:_ADDRESSES_TRIED]]

    def _check_addresses(self, target: Target, addresses: Iterable[IPv4Address | IPv6Address]) -> None:
        for address in addresses:
            what = fault(address, named=target.host in self._allowed)
            if what is not None:
                reason = f"{target.host} is {what}, which the desk does not call."
                raise AddressRefused(reason, for_good=literal(target.host) is not None)

    async def _call(
        self, connection: PinnedConnection, method: str, target: Target, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        if target.scheme == "https" and self._certificates is None:
            # Reading the system's certificates takes tens of milliseconds.
            self._certificates = await asyncio.to_thread(ssl.create_default_context)
        origin = httpcore2.Origin(target.scheme.encode(), target.host.encode(), target.port)
        client = httpcore2.AsyncHTTPConnection(
            origin, ssl_context=self._certificates, http1=True, http2=False, network_backend=connection
        )
        sent = {
            "Host": target.authority,
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "Switchboard",
            **headers,
        }
        if body or method not in ("GET", "HEAD"):
            sent["Content-Length"] = str(len(body))
        request = httpcore2.Request(
            method,
            httpcore2.URL(
                scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.path.encode()
            ),
            headers=list(sent.items()),
            content=body,
        )
        response = await client.handle_async_request(request)
        answer = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
        if answer.get("content-encoding", "identity").lower() != "identity":
            raise NoAnswer(f"{target.host} answered in an encoding that was not asked for.")
        return Answer(response.status, answer, await _limited(target.host, response, self._answer_max))


async def _limited(host: str, response: httpcore2.Response, answer_max: int) -> bytes:
    body = bytearray()
    async for part in response.aiter_stream():
        body += part
        if len(body) > answer_max:
            raise TooLong(f"{host} answered with more than {answer_max // 1024 // 1024} MiB.")
    return bytes(body)


def _unreachable(host: str, error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"The certificate of {host} is not valid: {cause.verify_message}."
        if isinstance(cause, ssl.SSLError):
            return f"{host} did not agree on an encrypted connection."
        cause = cause.__cause__ or cause.__context__
    return f"{host} could not be reached."
