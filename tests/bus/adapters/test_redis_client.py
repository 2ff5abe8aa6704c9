from __future__ import annotations

from pathlib import Path

import pytest
import trustme
from redis.exceptions import AuthenticationError, ConnectionError

from bus.adapters.redis_client import check, client_of
from tests.faults.server import free_port
from tests.redis_server import RedisServer, redis_server, sentinel


@pytest.mark.parametrize(
    "url",
    [
        "redis://r:6379/0",
        "rediss://user:secret@r/1?ssl_ca_certs=/ca.pem",
        "unix:///run/r.sock?db=2",
        "redis+sentinel://a:1,b/desk",
        "rediss+sentinel://u:p@[::1]:26379/desk/3?sentinel_password=s",
    ],
)
def test_addresses_are_accepted(url: str) -> None:
    check(url)


@pytest.mark.parametrize(
    "url",
    [
        "localhost",
        "http://r",
        "redis:///",
        "redis://r/x",
        "redis://r:99999",
        "redis://r/0?colour=red",
        "redis+sentinel://a",
        "redis+sentinel:///desk",
        "redis+sentinel://a:x/desk",
        "redis+sentinel://a/desk?ssl_ca_certs=/ca.pem",
        "redis+sentinel://a,:1/desk",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        check(url)


async def answers(url: str) -> bool:
    client = client_of(url)
    try:
        return bool(await client.ping())
    finally:
        await client.aclose()


@pytest.mark.scaled
async def test_password_is_needed_where_the_server_has_one() -> None:
    port = free_port()
    with redis_server(port=port) as server:
        server.execute("CONFIG", "SET", "requirepass", "secret")
        assert await answers(f"redis://:secret@127.0.0.1:{port}/0")
        with pytest.raises(AuthenticationError):
            await answers(f"redis://:wrong@127.0.0.1:{port}/0")


@pytest.mark.scaled
async def test_tls_is_used_and_the_certificate_checked(tmp_path: Path) -> None:
    ca, port = trustme.CA(), free_port()
    certificate = ca.issue_cert("localhost")
    ca.cert_pem.write_to_path(tmp_path / "ca.pem")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    options = (
        "--tls-port",
        str(port),
        "--tls-cert-file",
        str(tmp_path / "cert.pem"),
        "--tls-key-file",
        str(tmp_path / "key.pem"),
        "--tls-ca-cert-file",
        str(tmp_path / "ca.pem"),
        "--tls-auth-clients",
        "no",
    )
    with redis_server(*options):
        assert await answers(f"rediss://localhost:{port}/0?ssl_ca_certs={tmp_path / 'ca.pem'}")
        with pytest.raises(ConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
            await answers(f"rediss://localhost:{port}/0")


@pytest.mark.scaled
async def test_sentinel_names_the_server_and_its_successor() -> None:
    """After the replica was promoted, a new client reaches it."""
    first, second = free_port(), free_port()
    with (
        redis_server(port=first) as master,
        redis_server("--replicaof", "127.0.0.1", str(first), port=second) as replica,
        sentinel(first) as port,
    ):
        url = f"redis+sentinel://127.0.0.1:{port}/desk/0"
        assert await answers(url)
        replica.execute("REPLICAOF", "NO", "ONE")
        master.stop()
        with RedisServer.connected(port) as watching:
            watching.execute_command("SENTINEL", "REMOVE", "desk")
            watching.execute_command("SENTINEL", "MONITOR", "desk", "127.0.0.1", second, 1)
        assert await answers(url)
        with pytest.raises(ConnectionError, match="No master found"):
            await answers(f"redis+sentinel://127.0.0.1:{port}/other")
