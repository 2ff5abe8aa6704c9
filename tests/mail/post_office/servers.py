"""Real mail servers of the tests: a postfix, the mailboxes of a dovecot, and OpenDKIM to sign and to check.

They have folders and ports of their own, and reach nothing but the desk and these mailboxes. They need root, as any
mail server.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
import smtplib
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from string import Template

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.faults.server import free_port
from tests.running import DEADLINE_S, ROOT, Frame, eventually

HERE = Path(__file__).parent
ANA, BO, GONE = "ana@northlake.example", "bo@careless.example", "gone@northlake.example"
"""Ana and Bo have mailboxes. Both are away. Bo's mail server loses the headers that keep Bo's from telling so."""
_SYSTEM = "/usr/sbin:/usr/bin:/sbin:/bin"


class PostOffice:
    """The mail servers. `desk` is the port at which the desk takes mail over LMTP, `mx` that of its mail server.

    `outside` is the port at which customers hand over their mail. Their mail server signs it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk, self.mx, self.outside, self.mailboxes, self.signs, self.verifies = (free_port() for _ in range(6))

    async def send(self, sender: str, to: str, mail: bytes, *, port: int | None = None) -> None:
        """Hand over a mail of a customer. Raises smtplib.SMTPException if it is refused."""

        def sending() -> None:
            with smtplib.SMTP("127.0.0.1", port or self.outside, timeout=DEADLINE_S) as connection:
                connection.sendmail(sender, [to], mail)

        await asyncio.to_thread(sending)

    def mail_of(self, address: str) -> list[EmailMessage]:
        """What lies in a mailbox."""
        files = sorted((self._home(address) / "Maildir" / "new").glob("*"))
        return [message_from_bytes(file.read_bytes(), policy=default) for file in files]

    def queue(self) -> list[Frame]:
        """The mails that postfix has accepted and not delivered yet."""
        listed = self._command("postqueue", "-j").stdout.splitlines()
        return [json.loads(line) for line in listed]

    def flush(self) -> None:
        """Let postfix try the delayed mails again."""
        self._command("postqueue", "-f")

    def log(self, server: str) -> str:
        return (self.folder / f"{server}.log").read_text()

    def _command(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        command = [f"/usr/sbin/{name}", "-c", str(self.folder / "postfix"), *words]
        return subprocess.run(command, check=True, capture_output=True, text=True, env={"PATH": _SYSTEM})

    # -- before it starts -------------------------------------------------------------------------

    def furnish(self) -> None:
        """Write what the servers read."""
        self.folder.chmod(0o755)  # Servers enter it as users of their own.
        for name in ("postfix/spool", "postfix/data", "dovecot/run", "dovecot/state", "dkim"):
            (self.folder / name).mkdir(parents=True)
        shutil.chown(self.folder / "postfix" / "data", "postfix")
        documented = self._documented()
        self._write("postfix/main.cf", "postfix-main.cf", documented=documented["/etc/postfix/main.cf"])
        self._write("postfix/master.cf", "postfix-master.cf")
        self._write("postfix/unknown-headers", "unknown-headers")
        domains = f"northlake.example lmtp:[127.0.0.1]:{self.mailboxes}\n"
        domains += f"careless.example careless:[127.0.0.1]:{self.mailboxes}\n"
        (self.folder / "postfix" / "switchboard").write_text(documented["/etc/postfix/switchboard"] + domains)
        self._write("dovecot/dovecot.conf", "dovecot.conf")
        self._write("dkim/signs.conf", "opendkim-signs.conf")
        self._write("dkim/verifies.conf", "opendkim-verifies.conf", documented=documented["/etc/opendkim.conf"])
        self._add_mailboxes()
        self._add_key()

    def _documented(self) -> dict[str, str]:
        """The files that docs/mail.md tells operators to write, with the addresses of the tests."""
        page = (ROOT / "docs" / "mail.md").read_text()
        blocks = dict(re.findall(r"^`(/etc/[^`]+)`.*?:\n\n```\n(.+?)```$", page, re.MULTILINE | re.DOTALL))
        own = {
            "/etc/postfix/": f"{self.folder}/postfix/",
            "[127.0.0.1]:2424": f"[127.0.0.1]:{self.desk}",
            "inet:127.0.0.1:8891": f"inet:127.0.0.1:{self.verifies}",
            "inet:8891@127.0.0.1": f"inet:{self.verifies}@127.0.0.1",
            "media@support.example": "media@teams.example",
        }
        for written, ours in own.items():
            assert any(written in block for block in blocks.values()), f"docs/mail.md has no {written}"
            blocks = {name: block.replace(written, ours) for name, block in blocks.items()}
        return blocks

    def _write(self, name: str, template: str, **more: str) -> None:
        text = Template((HERE / template).read_text()).substitute(
            folder=self.folder,
            mx=self.mx,
            outside=self.outside,
            mailboxes=self.mailboxes,
            signs=self.signs,
            **more,
        )
        (self.folder / name).write_text(text)

    def _home(self, address: str) -> Path:
        return self.folder / "mailboxes" / address

    def _add_mailboxes(self) -> None:
        users = []
        for address in (ANA, BO):
            home = self._home(address)
            home.mkdir(parents=True)
            shutil.copyfile(HERE / "vacation.sieve", home / ".dovecot.sieve")
            shutil.chown(home, "dovecot", "dovecot")
            owner = home.stat()
            users.append(f"{address}:{{PLAIN}}never used:{owner.st_uid}:{owner.st_gid}::{home}::\n")
        (self.folder / "dovecot" / "users").write_text("".join(users))

    def _add_key(self) -> None:
        """The key that signs the customers' mail. Its public half is found in a file, as by a query to DNS."""
        key = rsa.generate_private_key(65_537, 2_048)
        pem, nothing = serialization.Encoding.PEM, serialization.NoEncryption()
        secret = key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, nothing)
        (self.folder / "dkim" / "key.pem").write_bytes(secret)
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        public = base64.b64encode(key.public_key().public_bytes(serialization.Encoding.DER, form)).decode()
        domains = ("northlake.example", "careless.example")
        lines = [f"mail._domainkey.{domain} v=DKIM1; k=rsa; p={public}\n" for domain in domains]
        (self.folder / "dkim" / "public").write_text("".join(lines))


@asynccontextmanager
async def post_office() -> AsyncIterator[PostOffice]:
    """All servers, ready to be used. The logs of postfix and dovecot go to the output of the test at its end."""
    with tempfile.TemporaryDirectory(prefix="post-office-") as folder:
        office = PostOffice(Path(folder))
        office.furnish()
        at = office.folder
        async with AsyncExitStack() as servers:
            for words, ports in (
                (["opendkim", "-f", "-x", f"{at}/dkim/signs.conf"], [office.signs]),
                (["opendkim", "-f", "-x", f"{at}/dkim/verifies.conf"], [office.verifies]),
                (["dovecot", "-F", "-c", f"{at}/dovecot/dovecot.conf"], [office.mailboxes]),
                (["postfix", "-c", f"{at}/postfix", "start-fg"], [office.mx, office.outside]),
            ):
                await servers.enter_async_context(_served(words, ports, at / "output"))
            try:
                yield office
            finally:
                sys.stdout.write(office.log("postfix") + office.log("dovecot"))


@asynccontextmanager
async def _served(words: Sequence[str], ports: Sequence[int], output: Path) -> AsyncIterator[None]:
    """A server that listens at these ports."""
    process = _started(words, output)

    def listening() -> bool:
        return process.poll() is not None or all(map(_listens, ports))

    try:
        await eventually(listening, f"{words[0]} listens")
        assert process.poll() is None, output.read_text()
        yield
    finally:
        # The command of postfix waits for the process that serves, but does not pass signals on to it.
        stop = ["/usr/sbin/postfix", *words[1:-1], "stop"] if words[0] == "postfix" else ["kill", str(process.pid)]
        await asyncio.to_thread(subprocess.run, stop, capture_output=True, env={"PATH": _SYSTEM})
        await asyncio.to_thread(process.wait, DEADLINE_S)


def _started(words: Sequence[str], output: Path) -> subprocess.Popen[bytes]:
    """It has a session of its own, since some servers end the whole group of their processes."""
    with output.open("ab") as out:
        command = [f"/usr/sbin/{words[0]}", *words[1:]]
        return subprocess.Popen(command, stdout=out, stderr=out, env={"PATH": _SYSTEM}, start_new_session=True)


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), DEADLINE_S).close()
    except OSError:
        return False
    return True
