"""The commands for whoever points a client at a running server: wait, env, ca, doctor."""

import shlex
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from mockserver.authority import Authority
from mockserver.doctor import TRUST_VARIABLES
from mockserver.providers import PROVIDERS
from tests.conftest import Run
from tests.journeys.conftest import Serve, Server, environment

HOSTS = [host for provider in PROVIDERS for host in provider.hosts]
BASE_URLS = [f"{provider.name.upper()}_BASE_URL" for provider in PROVIDERS]
PROXIES = ["http_proxy", "https_proxy", "all_proxy", "no_proxy"]


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with both ports, whose authority lies in a folder with a name that a shell must be spared."""
    folder = tmp_path_factory.mktemp("encrypted")
    place = {"MOCKSERVER_CA_DIR": str(folder / "it's here")}
    server = Server(folder / "server", "--tls", "--tls-port", "0", "--throttle", "off", variables=place)
    yield server
    server.see_off()


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is set that leads or trusts anywhere."""
    for name in [*TRUST_VARIABLES, *BASE_URLS, *PROXIES]:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def use_authority(monkeypatch: pytest.MonkeyPatch, server: Server) -> str:
    """Look where the server keeps its authority; returns the certificate's path."""
    file: str = server.ready["ca_file"]
    monkeypatch.setenv("MOCKSERVER_CA_DIR", str(Path(file).parent))
    return file


def names_lead_to(monkeypatch: pytest.MonkeyPatch, address: str, port: int = 443) -> None:
    resolve = socket.getaddrinfo

    def lead(host: Any, service: Any, *rest: Any, **further: Any) -> Any:
        there = (address, port) if host in HOSTS else (host, service)
        return resolve(*there, *rest, **further)

    monkeypatch.setattr(socket, "getaddrinfo", lead)


def names_lead_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve = socket.getaddrinfo

    def fail(host: Any, *rest: Any, **further: Any) -> Any:
        if host in HOSTS:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *rest, **further)

    monkeypatch.setattr(socket, "getaddrinfo", fail)


def findings(out: str) -> dict[str, str]:
    """What is found of each subject, without the advice: verdict and sentence."""
    lines = [line for line in out.splitlines() if not line.startswith(" ")]
    return {line[6:].partition(": ")[0]: f"{line[:4].strip()} {line.partition(': ')[2]}" for line in lines}


# wait


def test_wait_ends_at_once_when_a_server_is_ready(run: Run, running: Server, encrypted: Server) -> None:
    assert (0, "", "") == run("wait", "--url", running.url)
    assert (0, "", "") == run("wait", "--url", encrypted.ready["tls_url"])


def test_wait_gives_up_with_one_line(run: Run) -> None:
    url, began = f"http://127.0.0.1:{free_port()}", monotonic()
    code, out, err = run("wait", "--url", url, "--timeout", "0.3")

    assert (1, "", f"mockserver: no mockserver was ready at {url} within 0.3 seconds\n") == (code, out, err)
    assert 0.3 <= monotonic() - began < 3


@pytest.mark.parametrize("seconds", ["-1", "nan"])
def test_wait_is_told_how_long_by_a_number(run: Run, seconds: str) -> None:
    code, out, err = run("wait", "--timeout", seconds)

    assert (64, "") == (code, out)
    assert f"--timeout {float(seconds)} is no time to wait" in err


def test_wait_waits_for_a_server_that_starts_meanwhile(serve: Serve) -> None:
    port = free_port()
    waiting = subprocess.Popen(
        [sys.executable, "-m", "mockserver", "wait"], env=environment({"MOCKSERVER_URL": f"http://127.0.0.1:{port}"})
    )
    early = waiting.poll()
    serve("--port", str(port))

    assert early is None
    assert 0 == waiting.wait(20)


def test_wait_looks_where_a_server_of_the_same_environment_is(running: Server) -> None:
    """As the health check of a container does."""
    command = [sys.executable, "-m", "mockserver", "wait", "--timeout", "5"]

    assert 0 == subprocess.run(command, env=environment({"MOCKSERVER_PORT": str(running.port)}), check=False).returncode


def test_something_else_that_listens_is_not_taken_for_a_server(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        code, _, _ = run("wait", "--url", f"http://127.0.0.1:{silent.getsockname()[1]}", "--timeout", "0.2")

    assert 1 == code


@pytest.mark.parametrize("url", ["here", "http://", "ftp://127.0.0.1", "http://127.0.0.1:99999", "http://a b", "http://a/b"])
@pytest.mark.parametrize("command", ["wait", "env", "doctor"])
def test_what_is_no_address_makes_no_sense(run: Run, command: str, url: str) -> None:
    code, out, err = run(command, "--url", url)

    assert (64, "") == (code, out)
    assert f"mockserver: {url!r} is no address of a server; expected one such as http://127.0.0.1:8765\n" == err


# env


def test_env_prints_lines_that_a_shell_takes(run: Run, running: Server) -> None:
    code, out, err = run("env", "--url", running.url)

    assert (0, "") == (code, err)
    assert {
        "EMMA_BASE_URL": f"{running.url}/emma",
        "EMMA_ACCOUNT_ID": "100",
        "EMMA_PUBLIC_KEY": "a1b2c3d4e5f6a7b8c9d0",
        "EMMA_PRIVATE_KEY": "d0c9b8a7f6e5d4c3b2a1",
        "EMFLUENCE_BASE_URL": f"{running.url}/emfluence",
        "EMFLUENCE_ACCESS_TOKEN": "00000000-0000-0000-0000-000000000001",
        "EMFLUENCE_USERNAME": "director",
        "ETHERMAILER_BASE_URL": f"{running.url}/ethermailer",
        "ETHERMAILER_API_KEY": running.api_key,
    } == exported(out)


def test_env_of_one_provider_and_of_a_workspace(run: Run, running: Server) -> None:
    with running.client() as client:
        client.post("/_mock/workspaces", json={"name": "env"})
    code, out, _ = run("env", "ethermailer", "--url", running.url, "--workspace", "env")
    variables = exported(out)
    answer = running.get("/ethermailer/user", key=variables["ETHERMAILER_API_KEY"])
    journal = running.get("/_mock/journal?workspace=env").json()

    assert 0 == code
    assert {"ETHERMAILER_BASE_URL", "ETHERMAILER_API_KEY"} == set(variables)
    assert 200 == answer.status_code
    assert ["/user"] == [call["path"] for call in journal]


def test_env_names_the_server_as_it_was_asked(run: Run, running: Server) -> None:
    """A server in a container knows itself by another name."""
    _, out, _ = run("env", "emma", "--url", f"http://localhost:{running.port}/")

    assert f"http://localhost:{running.port}/emma" == exported(out)["EMMA_BASE_URL"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
def test_env_for_https_is_all_that_curl_needs(run: Run, encrypted: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    file = use_authority(monkeypatch, encrypted)
    monkeypatch.setenv("MOCKSERVER_URL", encrypted.url)
    code, out, _ = run("env", "ethermailer", "--tls")
    call = 'curl -sf --noproxy "*" -H "Authorization: API $ETHERMAILER_API_KEY" "$ETHERMAILER_BASE_URL/user"'
    done = subprocess.run(["sh", "-c", f"{out}\n{call}"], capture_output=True, text=True, check=True)

    assert 0 == code
    assert '"username":"olivegrove"' in done.stdout
    assert dict.fromkeys(TRUST_VARIABLES, file).items() <= exported(out).items()
    assert f"{encrypted.ready['tls_url']}/ethermailer" == exported(out)["ETHERMAILER_BASE_URL"]


def test_env_for_https_wants_a_server_with_https(run: Run, running: Server) -> None:
    line = f"mockserver: the server at {running.url} does not serve HTTPS; `mockserver serve --tls` does\n"

    assert (1, "", line) == run("env", "--tls", "--url", running.url)


def test_env_for_https_wants_to_know_the_authority(
    run: Run, encrypted: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MOCKSERVER_CA_DIR", str(tmp_path))
    code, out, err = run("env", "--tls", "--url", encrypted.url)

    assert (1, "") == (code, out)
    assert err.startswith(f"mockserver: there is no {tmp_path}/ca.pem; MOCKSERVER_CA_DIR names the folder")


@pytest.mark.parametrize(
    ("asked", "code", "line"),
    [
        (("env", "ema"), 64, 'no provider is called "ema"; did you mean "emma"?'),
        (("env", "--workspace", "nobody"), 64, 'there is no workspace "nobody"; POST /_mock/workspaces makes one'),
    ],
)
def test_env_of_what_there_is_not(run: Run, running: Server, asked: tuple[str, ...], code: int, line: str) -> None:
    assert (code, "", f"mockserver: {line}\n") == run(*asked, "--url", running.url)


@pytest.mark.parametrize("command", ["env", "doctor"])
def test_a_server_that_is_not_there_is_one_line(run: Run, command: str) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    code, out, err = run(command, "--url", url)

    assert (1, "") == (code, out)
    assert err.startswith(f"mockserver: no mockserver answers at {url}: ")
    assert 1 == len(err.splitlines())


# ca


def test_ca_makes_an_authority_and_prints_where_it_is(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOCKSERVER_CA_DIR", str(tmp_path / "ca"))
    first = run("ca", "--path")
    made = (tmp_path / "ca" / "ca.pem").read_bytes()
    second = run("ca", "--path")

    assert (0, f"{tmp_path}/ca/ca.pem\n", "") == first == second
    assert made == (tmp_path / "ca" / "ca.pem").read_bytes()


def test_ca_says_how_to_trust_it_from_everywhere(run: Run, encrypted: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    file = use_authority(monkeypatch, encrypted)
    code, out, _ = run("ca")

    assert 0 == code
    assert f"  {file}\n" in out
    for client in ("requests", "httpx", "Node", "PHP", "Ruby", "curl", "Java", ".NET", *TRUST_VARIABLES):
        assert client in out
    assert f"curl --cacert {shlex.quote(file)}," in out


def test_ca_refuses_an_authority_that_is_spoilt(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    Authority(tmp_path, HOSTS).make().unlink()
    (tmp_path / "private" / "authority.pem").write_text("half")
    monkeypatch.setenv("MOCKSERVER_CA_DIR", str(tmp_path))
    code, out, err = run("ca")

    assert (1, "") == (code, out)
    assert err.startswith(f"mockserver: {tmp_path}/private/authority.pem: is no certificate authority of mockserver")
    assert 1 == len(err.splitlines())


@pytest.mark.skipif(shutil.which("keytool") is None, reason="Java is not here")
def test_the_line_for_java_makes_a_store(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOCKSERVER_CA_DIR", str(tmp_path / "ca"))
    _, out, _ = run("ca")
    line = next(line.partition("Java")[2] for line in out.splitlines() if "keytool" in line)
    subprocess.run(["sh", "-c", line], cwd=tmp_path, check=True, capture_output=True)

    assert (tmp_path / "mockserver.p12").stat().st_size > 0


# doctor


def test_doctor_is_content_where_everything_leads_to_the_server(
    run: Run, encrypted: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = use_authority(monkeypatch, encrypted)
    port = int(encrypted.ready["tls_url"].rpartition(":")[2])
    names_lead_to(monkeypatch, "127.0.0.1", port)
    for variable in TRUST_VARIABLES:
        monkeypatch.setenv(variable, file)
    monkeypatch.setenv("EMMA_BASE_URL", f"{encrypted.ready['tls_url']}/emma")
    code, out, err = run("doctor", "--strict", "--url", encrypted.url)

    assert (0, "") == (code, err)
    assert {"ok"} == {line[:4].strip() for line in out.splitlines()}
    assert {
        "authority": f"ok {file} vouches for 127.0.0.1:{port}",
        "Python": "ok trusts it",
        "EMMA_BASE_URL": f"ok is {encrypted.ready['tls_url']}/emma",
        **{host: f"ok leads to this server: https://{host}" for host in HOSTS},
    }.items() <= findings(out).items()


def test_doctor_warns_of_what_only_some_clients_need(run: Run, running: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    names_lead_nowhere(monkeypatch)
    code, out, _ = run("doctor", "--url", running.url)
    strict, again, _ = run("doctor", "--strict", "--url", running.url)
    found = findings(out)

    assert (0, 2) == (code, strict)
    assert out == again
    assert "warn the server does not serve HTTPS" == found["TLS"]
    assert {"warn leads nowhere"} == {found[host] for host in HOSTS}
    assert f"127.0.0.1 {HOSTS[0]}" in out


def test_doctor_does_not_ask_the_vendor(run: Run, encrypted: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    names_lead_to(monkeypatch, "52.0.0.1")
    use_authority(monkeypatch, encrypted)
    connect, asked = socket.create_connection, set()

    def note(address: Any, *rest: Any, **further: Any) -> Any:
        asked.add(address[0])
        return connect(address, *rest, **further)

    monkeypatch.setattr(socket, "create_connection", note)
    _, out, _ = run("doctor", "--url", encrypted.url)

    assert {"warn leads to the vendor (52.0.0.1), not to this server"} == {findings(out)[host] for host in HOSTS}
    assert {"127.0.0.1"} == asked


def test_doctor_tells_the_right_machine_with_the_wrong_port(
    run: Run, encrypted: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    names_lead_to(monkeypatch, "127.0.0.1", free_port())
    use_authority(monkeypatch, encrypted)
    code, out, _ = run("doctor", "--url", encrypted.url)

    assert 0 == code
    assert "warn leads to this server's machine, but not on port 443 with its certificate" == findings(out)["api.e2ma.net"]
    assert "MOCKSERVER_TLS_PORT=443" in out


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has all of 127.0.0.0/8")
def test_doctor_tells_of_names_that_lead_astray(run: Run, running: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    names_lead_to(monkeypatch, "127.0.0.9", free_port())
    code, out, _ = run("doctor", "--url", running.url)

    assert 2 == code
    assert "fail leads to 127.0.0.9, where this server does not answer" == findings(out)["api.e2ma.net"]


def test_doctor_tells_another_mockserver_from_this_one(
    run: Run, running: Server, encrypted: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    names_lead_to(monkeypatch, "127.0.0.1", int(encrypted.ready["tls_url"].rpartition(":")[2]))
    use_authority(monkeypatch, encrypted)
    _, out, _ = run("doctor", "--url", running.url)

    assert "ok" != findings(out)["api.e2ma.net"].split()[0]


def test_doctor_sees_who_does_not_trust_the_authority(
    run: Run, encrypted: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names_lead_nowhere(monkeypatch)
    file = use_authority(monkeypatch, encrypted)
    other = Authority(tmp_path / "other", HOSTS).make()
    monkeypatch.setenv("SSL_CERT_FILE", str(other))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nothing.pem"))
    monkeypatch.setenv("CURL_CA_BUNDLE", file)
    code, out, _ = run("doctor", "--url", encrypted.url)
    found = findings(out)

    assert 2 == code
    assert "warn does not trust it: unable to get local issuer certificate" == found["Python"]
    assert found["SSL_CERT_FILE"].startswith(f"warn names {other}, without the authority; ")
    assert f"fail names {tmp_path}/nothing.pem, which is no file" == found["REQUESTS_CA_BUNDLE"]
    assert "ok has the authority; it is for curl" == found["CURL_CA_BUNDLE"]
    assert "warn is not set; it is for Node" == found["NODE_EXTRA_CA_CERTS"]


def test_doctor_sees_the_authority_of_another_server(
    run: Run, encrypted: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names_lead_nowhere(monkeypatch)
    monkeypatch.setenv("MOCKSERVER_CA_DIR", str(tmp_path))
    missing = run("doctor", "--url", encrypted.url)
    file = Authority(tmp_path, HOSTS).make()
    other = run("doctor", "--url", encrypted.url)

    assert (2, 2) == (missing[0], other[0])
    assert f"fail there is no {file}" == findings(missing[1])["authority"]
    assert findings(other[1])["authority"].startswith(f"fail {file} does not vouch for this server: ")


def test_doctor_sees_a_proxy_in_the_way(run: Run, running: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    names_lead_nowhere(monkeypatch)
    monkeypatch.setenv("HTTP_PROXY", "http://user:secret@proxy.example:3128")
    through = run("doctor", "--url", running.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    past = run("doctor", "--url", running.url)

    assert (2, 0) == (through[0], past[0])
    assert "fail calls to 127.0.0.1 go to the proxy proxy.example:3128, not to this server" == findings(through[1])["proxy"]
    assert "secret" not in through[1]
    assert "proxy" not in findings(past[1])


def test_doctor_sees_a_base_url_that_leads_elsewhere(run: Run, running: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    names_lead_nowhere(monkeypatch)
    monkeypatch.setenv("EMMA_BASE_URL", "https://api.e2ma.net")
    _, out, _ = run("doctor", "--url", running.url)

    assert "warn is https://api.e2ma.net, not this server" == findings(out)["EMMA_BASE_URL"]
    assert "ETHERMAILER_BASE_URL" not in findings(out)


def exported(out: str) -> dict[str, str]:
    """The variables that a shell has after these lines, which are nothing but exports."""
    words = [shlex.split(line) for line in out.splitlines()]

    assert all(len(line) == 2 and line[0] == "export" for line in words)
    return {name: value for name, _, value in (line[1].partition("=") for line in words)}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
