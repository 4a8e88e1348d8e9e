"""The certificate authority's folder: what is made, what is kept, what is made again, and what is refused."""

import logging
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from mockserver.authority import Authority, AuthorityRefused, certified_names, folder
from mockserver.certificates import Signed, new_authority, new_server
from mockserver.providers import PROVIDERS
from mockserver.settings import Settings

NAMES = ("api.e2ma.net", "localhost", "127.0.0.1")
NOW = datetime.now(UTC)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "data" / "ca"


def use(place: Path, *names: str) -> None:
    """What a server does when it starts."""
    Authority(place, names or NAMES).server_context()


def authority(place: Path) -> Signed:
    return Signed.read((place / "private" / "authority.pem").read_bytes())


def server(place: Path) -> Signed:
    return Signed.read((place / "private" / "server.pem").read_bytes())


def put(path: Path, signed: Signed) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(signed.dump())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# What is made


def test_keys_are_for_their_owner_only_and_the_certificate_is_for_everybody(place: Path) -> None:
    use(place)

    assert 0o700 == mode(place / "private")
    assert [0o600, 0o600] == [mode(place / "private" / name) for name in ("authority.pem", "server.pem")]
    assert 0o444 == mode(place / "ca.pem") & 0o444
    assert b"PRIVATE KEY" not in (place / "ca.pem").read_bytes()


def test_the_authority_signs_servers_of_its_names_and_nothing_else(place: Path) -> None:
    use(place)
    extensions = x509.load_pem_x509_certificate((place / "ca.pem").read_bytes()).extensions
    constraints = extensions.get_extension_for_class(x509.NameConstraints)

    assert x509.BasicConstraints(ca=True, path_length=0) == extensions.get_extension_for_class(x509.BasicConstraints).value
    assert constraints.critical
    assert ["api.e2ma.net", "localhost", "127.0.0.0/8", "::1/128", "127.0.0.1/32"] == [
        str(form.value) for form in constraints.value.permitted_subtrees or ()
    ]


def test_two_authorities_share_no_key_name_or_serial_number(tmp_path: Path) -> None:
    use(tmp_path / "one")
    use(tmp_path / "two")
    one, two = authority(tmp_path / "one").certificate, authority(tmp_path / "two").certificate

    assert one.public_key() != two.public_key()
    assert one.subject != two.subject
    assert one.serial_number != two.serial_number


def test_a_server_is_certified_for_what_it_is_found_by() -> None:
    vendors = [host for provider in PROVIDERS for host in (*provider.hosts, f"{provider.name}.localhost")]

    assert (*vendors, "localhost", "127.0.0.1", "::1") == certified_names(Settings(host="0.0.0.0"))  # noqa: S104
    assert "10.1.2.3" in certified_names(Settings(host="10.1.2.3"))
    assert {"mock", "box.test"} <= set(certified_names(Settings.model_validate({"tls_names": "Mock, box.test"})))


def test_it_is_with_the_user_s_data_unless_a_folder_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))

    assert tmp_path in folder(Settings()).parents
    assert tmp_path / "here" == folder(Settings(ca_dir=tmp_path / "here"))


# What is kept


def test_the_next_start_changes_nothing(place: Path) -> None:
    use(place)
    before = {path: path.read_bytes() for path in place.rglob("*.pem")}
    use(place)

    assert before == {path: path.read_bytes() for path in place.rglob("*.pem")}


def test_fewer_names_are_another_certificate_by_the_same_authority(place: Path) -> None:
    use(place)
    before = (place / "ca.pem").read_bytes()
    use(place, "localhost")
    names = server(place).certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert ["localhost"] == names.get_values_for_type(x509.DNSName)
    assert before == (place / "ca.pem").read_bytes()


def test_more_names_renew_the_authority_and_keep_its_key(place: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A server that is running keeps being trusted by those who trust the renewed one."""
    use(place)
    before, running = authority(place), server(place)
    with caplog.at_level(logging.WARNING):
        use(place, *NAMES, "mock")
    after = authority(place)
    running.certificate.verify_directly_issued_by(after.certificate)
    use(place)

    assert before.certificate != after.certificate
    assert before.key.private_numbers() == after.key.private_numbers()
    assert [f"{place / 'ca.pem'} was renewed, for more names or a longer time: whoever holds a copy trusts it again"] == [
        record.getMessage() for record in caplog.records
    ]
    assert after.certificate == authority(place).certificate


# What is made again


@pytest.mark.parametrize(("age", "renewed"), [(360, False), (370, True), (500, True)])
def test_a_server_s_certificate_that_ends_soon_is_renewed(place: Path, age: int, renewed: bool) -> None:
    use(place)
    old = new_server(authority(place), NAMES, NOW - timedelta(days=age))
    put(place / "private" / "server.pem", old)
    use(place)

    assert renewed == (old.certificate != server(place).certificate)


@pytest.mark.parametrize(("age", "renewed"), [(9 * 365, False), (10 * 365 - 20, True), (11 * 365, True)])
def test_an_authority_that_ends_soon_is_renewed(place: Path, age: int, renewed: bool) -> None:
    old = new_authority(NAMES, NOW - timedelta(days=age))
    put(place / "private" / "authority.pem", old)
    use(place)

    assert renewed == (old.certificate != authority(place).certificate)
    assert server(place).certificate.not_valid_after_utc <= authority(place).certificate.not_valid_after_utc


@pytest.mark.parametrize("content", [b"", b"-----BEGIN", b"\xff\x00"])
def test_a_server_s_certificate_that_cannot_be_read_is_made_again(place: Path, content: bytes) -> None:
    use(place)
    (place / "private" / "server.pem").write_bytes(content)
    use(place)

    server(place).certificate.verify_directly_issued_by(authority(place).certificate)


def test_a_server_s_certificate_of_another_authority_is_made_again(place: Path, tmp_path: Path) -> None:
    use(place)
    use(tmp_path / "another")
    put(place / "private" / "server.pem", server(tmp_path / "another"))
    use(place)

    server(place).certificate.verify_directly_issued_by(authority(place).certificate)


@pytest.mark.parametrize("content", [None, b"", b"half"])
def test_the_copy_for_everybody_is_restored(place: Path, content: bytes | None) -> None:
    use(place)
    copy = place / "ca.pem"
    before = copy.read_bytes()
    copy.unlink() if content is None else copy.write_bytes(content)
    use(place)

    assert before == copy.read_bytes()


def test_what_a_killed_process_left_is_in_nobody_s_way(place: Path) -> None:
    (place / "private").mkdir(parents=True)
    (place / "private" / ".authority.pem.draft").write_text("-----BEGIN")
    use(place)

    assert ["authority.pem", "lock", "server.pem"] == sorted(path.name for path in (place / "private").iterdir())


def test_processes_that_start_together_agree_on_one(place: Path) -> None:
    program = f"from pathlib import Path; from tests.test_authority import use; use(Path({str(place)!r}))"
    started = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(4)]

    assert [0, 0, 0, 0] == [process.wait(60) for process in started]
    assert authority(place).public() == (place / "ca.pem").read_bytes()
    server(place).certificate.verify_directly_issued_by(authority(place).certificate)


# What is refused


def _half(text: bytes) -> bytes:
    return text[: len(text) // 2]


def _without_key(text: bytes) -> bytes:
    return text[text.index(b"-----BEGIN CERTIFICATE") :]


def _mixed(text: bytes) -> bytes:
    return new_authority(NAMES, NOW).dump().partition(b"-----BEGIN CERTIFICATE")[0] + _without_key(text)


def _nothing(_text: bytes) -> bytes:
    return b""


def _noise(_text: bytes) -> bytes:
    return b"\xff\x00"


def _a_server(text: bytes) -> bytes:
    return new_server(Signed.read(text), NAMES, NOW).dump()


@pytest.mark.parametrize("spoil", [_half, _without_key, _mixed, _a_server, _nothing, _noise])
def test_an_authority_that_is_spoilt_is_refused_and_left_alone(place: Path, spoil: object) -> None:
    use(place)
    path = place / "private" / "authority.pem"
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]
    before = {each: each.read_bytes() for each in place.rglob("*.pem")}
    with pytest.raises(AuthorityRefused) as refused:
        use(place)

    assert (
        f"{path}: is no certificate authority of mockserver, or only a part of one; "
        f"delete {place}, and a new one is made, which clients then have to trust"
    ) == str(refused.value)
    assert before == {each: each.read_bytes() for each in place.rglob("*.pem")}


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca").touch()

    with pytest.raises(AuthorityRefused, match=f"^{tmp_path}/ca: cannot keep a certificate authority: "):
        use(tmp_path / "ca")


def test_a_server_without_it_loads_no_cryptography() -> None:
    program = "import sys, mockserver.cli, mockserver.server; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()

    assert "mockserver.server" in loaded
    assert [] == [name for name in loaded if name.partition(".")[0] in {"cryptography", "platformdirs"}]
