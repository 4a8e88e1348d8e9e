"""HTTPS beside HTTP, as clients meet it that check whom they talk to."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any

import httpx2
import pytest

from mockserver.authority import Authority
from mockserver.certificates import Signed, new_server
from mockserver.providers import PROVIDERS
from tests.journeys.conftest import Refused, Serve, Server
from tests.providers.emma.client import basic
from tests.workspace import Workspace

PATIENCE_SECONDS = 20.0
HOSTS = [host for provider in PROVIDERS for host in provider.hosts]
NEAR = ["localhost", "127.0.0.1", "::1", *(f"{provider.name}.localhost" for provider in PROVIDERS)]
TLS = ("--tls", "--tls-port", "0")
_names = count(1)


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with both ports and an authority of its own, that at the end has complained of nothing."""
    folder = tmp_path_factory.mktemp("encrypted")
    server = Server(folder / "server", *TLS, "--throttle", "off", variables=variables(folder / "ca"))
    yield server
    complaints = server.errors()
    server.see_off()

    assert "" == complaints


@pytest.fixture
def server(encrypted: Server) -> Iterator[httpx2.Client]:
    """A client that calls it over HTTPS and trusts its authority: `workspace` is made through it."""
    with httpx2.Client(base_url=encrypted.ready["tls_url"], verify=trusting(encrypted), timeout=PATIENCE_SECONDS) as client:
        yield client


@pytest.fixture
def workspace(server: httpx2.Client) -> Iterator[Workspace]:
    made = Workspace(server, f"tls-{next(_names)}")
    made.control("POST", "workspaces", json={"name": made.name})
    yield made
    made.control("DELETE", f"workspaces/{made.name}")


def variables(folder: Path, **further: str) -> dict[str, str]:
    return {"MOCKSERVER_CA_DIR": str(folder), **further}


def trusting(server: Server) -> ssl.SSLContext:
    """As strict as Python is from 3.13 on."""
    context = ssl.create_default_context(cafile=server.ready["ca_file"])
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def port(server: Server) -> int:
    return int(server.ready["tls_url"].rpartition(":")[2])


def connect(server: Server, host: str, context: ssl.SSLContext) -> ssl.SSLSocket:
    """A connection by a client that believes to talk to `host`."""
    plain = socket.create_connection(("127.0.0.1", port(server)), PATIENCE_SECONDS)
    try:
        return context.wrap_socket(plain, server_hostname=host)
    except BaseException:
        plain.close()
        raise


# Whom a client talks to


def test_a_client_with_the_vendor_s_address_fixed_in_its_code_reaches_the_server(
    encrypted: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is changed: the name leads here, and the authority is trusted."""
    name_leads_here(monkeypatch, "api.e2ma.net", encrypted)
    monkeypatch.setenv("SSL_CERT_FILE", encrypted.ready["ca_file"])
    keys = ("a1b2c3d4e5f6a7b8c9d0", "d0c9b8a7f6e5d4c3b2a1")
    answer = httpx2.get("https://api.e2ma.net/100/members/200", auth=keys, verify=ssl.create_default_context())

    assert 200 == answer.status_code
    assert {"first_name": "Emma", "last_name": "Smith", "favorite_food": "tacos"} == answer.json()["fields"]


@pytest.mark.parametrize("host", [*HOSTS, *NEAR])
def test_the_certificate_is_for_the_vendors_hosts_and_for_this_machine(encrypted: Server, host: str) -> None:
    with connect(encrypted, host, trusting(encrypted)) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        answer = connection.recv(1000)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("host", ["example.com", "e2ma.net", "login.e2ma.net", "127.0.0.2", "mock.test"])
def test_a_client_that_means_another_host_refuses_it(encrypted: Server, host: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=r"mismatch|not valid for"):
        connect(encrypted, host, trusting(encrypted))


def test_a_client_that_trusts_another_authority_refuses_it(encrypted: Server, tmp_path: Path) -> None:
    another = Authority(tmp_path / "ca", HOSTS).make()

    with pytest.raises(ssl.SSLCertVerificationError, match="unable to get local issuer certificate"):
        connect(encrypted, "api.e2ma.net", ssl.create_default_context(cafile=another))


def test_a_further_name_can_be_asked_for(serve: Serve, tmp_path: Path) -> None:
    names = {"MOCKSERVER_TLS_NAMES": "mock_server, mail.example.test,10.1.2.3"}
    server = serve(*TLS, variables=variables(tmp_path / "ca", **names))
    for name in ("mock_server", "mail.example.test", "10.1.2.3", "api.e2ma.net"):
        connect(server, name, trusting(server)).close()

    with pytest.raises(ssl.SSLCertVerificationError):
        connect(server, "other.example.test", trusting(server))


def test_a_certificate_for_another_site_by_the_same_authority_is_refused(encrypted: Server, tmp_path: Path) -> None:
    """Whoever steals the key cannot stand in for other sites before those that trust the authority."""
    authority = Signed.read((Path(encrypted.ready["ca_file"]).parent / "private" / "authority.pem").read_bytes())
    forged = tmp_path / "forged.pem"
    forged.write_bytes(new_server(authority, ["example.com"], authority.certificate.not_valid_before_utc).dump())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(forged)
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    speaking = context.wrap_bio(there, back, server_side=True)
    checking = trusting(encrypted).wrap_bio(back, there, server_hostname="example.com")

    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        _shake_hands(speaking, checking)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not here")
@pytest.mark.parametrize("host", HOSTS)
def test_openssl_finds_nothing_wrong(encrypted: Server, host: str) -> None:
    ca_file = Path(encrypted.ready["ca_file"])
    server_file = ca_file.parent / "private" / "server.pem"
    check = ["openssl", "verify", "-x509_strict", "-no-CApath", "-purpose", "sslserver", "-verify_hostname", host]
    done = subprocess.run([*check, "-CAfile", ca_file, server_file], capture_output=True, text=True, check=False)

    assert (0, f"{server_file}: OK\n") == (done.returncode, done.stdout)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node is not here")
def test_node_trusts_it_by_its_variable(encrypted: Server) -> None:
    program = """
      const https = require("https");
      const lookup = (host, options, found) => found(null, [{address: "127.0.0.1", family: 4}]);
      https.get({host: "api.ethermailer.com", port: process.argv[1], path: "/user", lookup,
                 headers: {Authorization: "API 100000000000000001-00000000-0000-0000"}},
                answer => answer.on("data", data => console.log(answer.statusCode, JSON.parse(data).username)))
           .on("error", error => console.log(error.code));
    """
    said = [
        subprocess.run(
            ["node", "-e", program, str(port(encrypted))], capture_output=True, text=True, env=trust, check=False
        ).stdout.strip()
        for trust in ({"NODE_EXTRA_CA_CERTS": encrypted.ready["ca_file"]}, {})
    ]

    assert ["200 olivegrove", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"] == said


# One server on two ports


def test_both_ports_answer_with_the_same_world(encrypted: Server, workspace: Workspace) -> None:
    key = f"ws-{workspace.name}"
    headers = {"Authorization": f"API {key}", "Content-Type": "application/json"}
    with encrypted.client() as plain:
        made = plain.post("/user/contact", headers=headers, json={"email": "both@example.com", "name": "Both"})
    read = workspace.server.get(f"/user/contact/{made.json()['text']}", headers=headers)

    assert "both@example.com" == read.json()["email"]


def test_the_address_is_in_the_ready_file_in_the_table_and_in_health(encrypted: Server, server: httpx2.Client) -> None:
    url, ca_file = encrypted.ready["tls_url"], encrypted.ready["ca_file"]

    assert f"https://127.0.0.1:{port(encrypted)}" == url
    assert ["TLS", url, "authority", ca_file, "(mockserver", "ca)"] in [
        line.split() for line in encrypted.log().splitlines()
    ]
    assert url == server.get("/_mock/health").json()["tls_url"]


def test_without_the_option_there_is_no_second_port(serve: Serve, tmp_path: Path) -> None:
    server = serve(variables=variables(tmp_path / "ca"))

    assert (None, None) == (server.ready["tls_url"], server.ready["ca_file"])
    assert server.get("/_mock/health").json()["tls_url"] is None
    assert not (tmp_path / "ca").exists()


def test_links_to_further_pages_keep_the_scheme_and_host_of_the_call(workspace: Workspace, encrypted: Server) -> None:
    headers = {"Authorization": f"Bearer {workspace.key}"}
    asked = {"host": "api.emailer.emfluence.com:443"}
    with encrypted.client() as plain:
        answers = [
            workspace.server.post("/emfluence/v1/contacts/search", headers=headers, json={"rpp": 1}),
            workspace.server.post("/v1/contacts/search", headers={**headers, **asked}, json={"rpp": 1}),
            plain.post("/emfluence/v1/contacts/search", headers=headers, json={"rpp": 1}),
        ]

    assert [
        f"{encrypted.ready['tls_url']}/emfluence/v1/contacts/search?rpp=1&page=2",
        "https://api.emailer.emfluence.com:443/v1/contacts/search?rpp=1&page=2",
        f"{encrypted.url}/emfluence/v1/contacts/search?rpp=1&page=2",
    ] == [answer.json()["data"]["paging"]["next"] for answer in answers]


def test_a_provider_that_insists_on_https_is_content(workspace: Workspace, encrypted: Server) -> None:
    workspace.configure("emfluence", require_https=True)
    headers = {"Authorization": f"Bearer {workspace.key}"}
    with encrypted.client() as plain:
        answers = [client.post("/emfluence/v1/helper/ping", headers=headers) for client in (plain, workspace.server)]

    assert [4, 0] == [answer.json()["code"] for answer in answers]


def test_a_taken_port_is_one_line(refused: Refused, encrypted: Server, tmp_path: Path) -> None:
    code, lines = refused("--port", "0", "--tls", "--tls-port", str(port(encrypted)), variables=variables(tmp_path / "ca"))

    assert 1 == code
    assert [
        f"mockserver: cannot listen on 127.0.0.1:{port(encrypted)}: Address already in use; --tls-port 0 takes a free port"
    ] == lines


def test_a_port_without_tls_makes_no_sense(refused: Refused) -> None:
    assert (64, ["mockserver: --tls-port says nothing without --tls"]) == refused("--port", "0", "--tls-port", "0")


@pytest.mark.parametrize("name", ["not a name", "https://mock", "*.example.com", "mock:8443", "a..b", "-mock"])
def test_a_further_name_that_is_none_is_one_line(refused: Refused, name: str) -> None:
    code, lines = refused("--tls", variables={"MOCKSERVER_TLS_NAMES": f"mock,{name}"})

    assert 64 == code
    assert 1 == len(lines)
    assert f"{name!r} is neither a host name nor an address" in lines[0]


# What goes wrong on purpose


def test_a_connection_is_reset_before_the_answer(encrypted: Server, workspace: Workspace) -> None:
    break_user(workspace, kind="drop", at="before")
    with connect(encrypted, "api.ethermailer.com", trusting(encrypted)) as connection:
        connection.sendall(user_request(workspace))

        assert is_reset(connection)
    assert 200 == user(workspace).status_code


def test_a_connection_is_reset_in_the_middle_of_the_answer(encrypted: Server, workspace: Workspace) -> None:
    whole = user(workspace).content
    half = whole[: len(whole) // 2]
    break_user(workspace, kind="drop", at="middle")
    got = b""
    with connect(encrypted, "api.ethermailer.com", trusting(encrypted)) as connection:
        connection.sendall(user_request(workspace))
        while len(got.partition(b"\r\n\r\n")[2]) < len(half):
            got += connection.recv(1000)

        assert is_reset(connection)
    assert half == got.partition(b"\r\n\r\n")[2]


def test_an_answer_is_cut_off_and_the_connection_ends_in_good_order(workspace: Workspace) -> None:
    break_user(workspace, kind="truncate", size=5)

    with pytest.raises(httpx2.RemoteProtocolError, match=r"incomplete|without sending"):
        user(workspace)


def test_an_answer_is_lost(workspace: Workspace) -> None:
    break_user(workspace, kind="lose_answer")

    with pytest.raises(httpx2.RemoteProtocolError, match="without sending a response"):
        user(workspace)


def test_a_refusal_carries_the_vendor_s_reason_phrase(encrypted: Server, workspace: Workspace) -> None:
    act = {"kind": "refusal", "name": "rate_limit_exceeded"}
    workspace.control("POST", "faults", json={"match": {"provider": "emma"}, "when": {"first": 1}, "act": act})
    shown = basic(workspace.key, "any")
    with connect(encrypted, "api.e2ma.net", trusting(encrypted)) as connection:
        connection.sendall(f"GET /100/members HTTP/1.1\r\nHost: api.e2ma.net\r\nAuthorization: {shown}\r\n\r\n".encode())
        line = connection.recv(1000).partition(b"\r\n")[0]

    assert b"HTTP/1.1 403 Rate Limit Exceeded" == line


def test_what_is_no_tls_bothers_nobody(encrypted: Server, server: httpx2.Client) -> None:
    with socket.create_connection(("127.0.0.1", port(encrypted)), PATIENCE_SECONDS) as connection:
        connection.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        while connection.recv(1000):
            pass

    assert 200 == server.get("/livez").status_code


# How it ends


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_both_at_once_and_well(serve: Serve, tmp_path: Path, number: signal.Signals) -> None:
    """Idle clients on both ports, and one in the middle of its handshake, do not hold it back."""
    server = serve(*TLS, variables=variables(tmp_path / "ca"))
    with (
        server.client() as plain,
        connect(server, "localhost", trusting(server)) as idle,
        socket.create_connection(("127.0.0.1", port(server))),
    ):
        plain.get("/livez")
        idle.sendall(b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
        idle.recv(1000)
        began = monotonic()
        code = server.end(number)
        took = monotonic() - began

    assert 0 == code
    assert took < 3
    assert "" == server.errors()


def name_leads_here(monkeypatch: pytest.MonkeyPatch, name: str, server: Server) -> None:
    """What an alias of the host, or a line in /etc/hosts and port 443, does."""
    resolve = socket.getaddrinfo

    def lead(host: Any, service: Any, *rest: Any, **further: Any) -> Any:
        wanted = host.decode() if isinstance(host, bytes) else host
        here = ("127.0.0.1", port(server)) if wanted == name else (host, service)
        return resolve(*here, *rest, **further)

    monkeypatch.setattr(socket, "getaddrinfo", lead)
    for proxy in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(proxy, raising=False)


def break_user(workspace: Workspace, **act: Any) -> None:
    fault = {"match": {"operation": "get_user"}, "when": {"first": 1}, "act": act}
    workspace.control("POST", "faults", json=fault)


def user(workspace: Workspace) -> httpx2.Response:
    return workspace.server.get("/user", headers={"Authorization": f"API {workspace.key}"})


def user_request(workspace: Workspace) -> bytes:
    return f"GET /user HTTP/1.1\r\nHost: localhost\r\nAuthorization: API {workspace.key}\r\n\r\n".encode()


def is_reset(connection: ssl.SSLSocket) -> bool:
    """Whether the connection ends by a reset, asked below TLS: OpenSSL tells of an end where there was a reset."""
    with socket.socket(fileno=os.dup(connection.fileno())) as below:
        below.settimeout(PATIENCE_SECONDS)
        try:
            while below.recv(1000):
                pass
        except ConnectionResetError:
            return True
    return False


def _shake_hands(server: ssl.SSLObject, client: ssl.SSLObject) -> None:
    done: set[ssl.SSLObject] = set()
    while len(done) < 2:
        for side in (client, server):
            try:
                side.do_handshake()
                done.add(side)
            except ssl.SSLWantReadError:
                continue
