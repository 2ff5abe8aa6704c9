"""`examples/containers/`: checked by the parser of Docker Compose and by Caddy. No image is built."""

from __future__ import annotations

import json
import os
import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from subprocess import PIPE, STDOUT, run

from server.live.processes.hosts import found
from server.settings import Settings, load
from tests.running import HOURS, ROOT, Frame

EXAMPLES = ROOT / "examples" / "containers"
GIVEN = {"SECRET": "s" * 32, "DATABASE_PASSWORD": "p" * 16, "HOST": "support.example.com"}


def checked(*command: str, **variables: str) -> tuple[int, str]:
    env = {**os.environ, **variables}
    ended = run(command, cwd=EXAMPLES, env=env, stdout=PIPE, stderr=STDOUT, text=True, timeout=60)
    return ended.returncode, ended.stdout


def composed() -> Frame:
    status, printed = checked("docker-compose", "config", "--format", "json", **GIVEN)
    assert status == 0, printed
    found: Frame = json.loads(printed)
    return found


def test_compose_file_without_secrets_names_what_is_missing() -> None:
    status, printed = checked("docker-compose", "config", "--quiet")
    assert status != 0 and "make .env first" in printed


def test_compose_file_publishes_only_the_proxy() -> None:
    services = composed()["services"]
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert published.keys() == {"proxy", "mail"}
    assert [port["host_ip"] for port in published["mail"]] == ["127.0.0.1"]


def test_settings_of_the_compose_file_are_settings_of_the_program() -> None:
    services = composed()["services"]
    known = {f"SWITCHBOARD_{name.upper()}" for name in Settings.model_fields}
    for name in ("desk-1", "desk-2", "migrate"):
        given = services[name]["environment"]
        assert given.keys() <= known, given.keys() - known
        assert given["SWITCHBOARD_BASE_URL"] == "https://support.example.com"
    proxy = services["proxy"]["networks"]["default"]["ipv4_address"]
    assert services["desk-1"]["environment"]["SWITCHBOARD_TRUSTED_PROXIES"] == proxy


def test_servers_share_files_mails_and_hours_only(tmp_path: Path) -> None:
    services = composed()["services"]
    first, second = ({one["target"]: one["source"] for one in services[f"desk-{n}"]["volumes"]} for n in (1, 2))
    folder = "/var/lib/switchboard"
    assert {target.removeprefix(f"{folder}/") for target in first} == {"data", "data/files", "data/mail/in", "hours"}
    assert {target for target, source in first.items() if second[target] != source} == {f"{folder}/data"}
    compared = {path.relative_to(tmp_path) for path in found(load(data=tmp_path, hours=HOURS)).markers}
    assert {f"{folder}/data/{name}" for name in compared} <= first.keys()
    assert f"SWITCHBOARD_HOURS={folder}/hours/" in (EXAMPLES / "Containerfile").read_text(encoding="utf-8")


def test_no_other_container_gets_the_address_of_the_proxy() -> None:
    made = composed()
    proxy = ip_address(made["services"]["proxy"]["networks"]["default"]["ipv4_address"])
    (given,) = made["networks"]["default"]["ipam"]["config"]
    assert proxy in ip_network(given["subnet"]) and proxy not in ip_network(given["ip_range"])


def test_database_counts_as_ready_only_once_it_listens_to_the_desk() -> None:
    assert "--host=127.0.0.1" in composed()["services"]["database"]["healthcheck"]["test"]


def test_image_can_back_up_the_database() -> None:
    """The client of Debian 13 is as new as the server."""
    text = (EXAMPLES / "Containerfile").read_text(encoding="utf-8")
    assert "python:3.13-slim-trixie\n" in text and "postgresql-client" in text
    assert composed()["services"]["database"]["image"].endswith("postgres:17")


def test_caddyfile_is_valid() -> None:
    status, printed = checked(
        "caddy", "adapt", "--adapter", "caddyfile", "--config", "Caddyfile", "--validate", **GIVEN
    )
    assert status == 0, printed


def test_files_that_the_image_is_made_of_exist_and_are_not_ignored() -> None:
    text = (EXAMPLES / "Containerfile").read_text(encoding="utf-8")
    ignored = set((EXAMPLES / "Containerfile.dockerignore").read_text(encoding="utf-8").split("\n"))
    copied = re.findall(r"^COPY (?:--chown=\S+ )?([\w.]+) \S+$", text, re.MULTILINE)
    assert set(copied) >= {"requirements.txt", "hours.yaml"}
    assert all((ROOT / name).exists() and name not in ignored for name in copied)
