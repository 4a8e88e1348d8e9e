"""What stands in the certificates of the server's own authority; `authority.py` says where they lie.

The authority can vouch for a handful of names and for nothing else: whoever gets hold of its key cannot stand in for any
other site before a client that trusts it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LOOPBACK = ("127.0.0.0/8", "::1/128")
"""Addresses that an authority always vouches for."""

_AUTHORITY_LASTS = timedelta(days=10 * 365)
_SERVER_LASTS = timedelta(days=397)
"""As long as a public one may last; some clients take no longer."""
_BEFOREHAND = timedelta(days=30)
"""So long before their end certificates are renewed."""
_SLOW_CLOCKS = timedelta(days=1)
"""How far a client's clock may be behind."""

_Form = x509.DNSName | x509.IPAddress


@dataclass(frozen=True, slots=True)
class Signed:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def read(cls, text: bytes) -> "Signed":
        """Raises ValueError for anything but a key and the certificate that belongs to it."""
        try:
            key = load_pem_private_key(text, None)
            certificate = x509.load_pem_x509_certificate(text)
        except (TypeError, UnsupportedAlgorithm) as problem:
            raise ValueError(str(problem)) from problem
        if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate.public_key() != key.public_key():
            raise ValueError("the key is not that of the certificate")
        return cls(certificate, key)

    def dump(self) -> bytes:
        """Both as PEM, the key first."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + self.public()

    def public(self) -> bytes:
        """The certificate alone, as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    def lasts(self, now: datetime) -> bool:
        """Whether it is valid now, and need not be renewed yet."""
        return self.certificate.not_valid_before_utc <= now < self.certificate.not_valid_after_utc - _BEFOREHAND


def new_authority(names: Sequence[str], now: datetime, before: Signed | None = None) -> Signed:
    """An authority for `names`. With the one `before` it keeps key, subject and names, so what that signed stays good."""
    key = before.key if before is not None else ec.generate_private_key(ec.SECP256R1())
    serial = x509.random_serial_number()
    subject = before.certificate.subject if before is not None else _subject(f"mockserver local CA {serial & 0xFFFFFF:06x}")
    kept = _permitted(before.certificate) if before is not None else []
    permitted = [*dict.fromkeys([*kept, *_subtrees(names)])]
    builder = (
        _builder(subject, subject, key, serial, now, now + _AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
    )
    return Signed(builder.sign(key, SHA256()), key)


def new_server(authority: Signed, names: Sequence[str], now: datetime) -> Signed:
    """A server's certificate for exactly these host names and addresses."""
    key = ec.generate_private_key(ec.SECP256R1())
    end = min(now + _SERVER_LASTS, authority.certificate.not_valid_after_utc)
    issuer = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    builder = (
        _builder(_subject("mockserver"), authority.certificate.subject, key, x509.random_serial_number(), now, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer), critical=False)
        .add_extension(x509.SubjectAlternativeName([_form(name) for name in names]), critical=False)
    )
    return Signed(builder.sign(authority.key, SHA256()), key)


def is_authority(found: Signed) -> bool:
    """Whether it is a certificate of the kind that `new_authority` makes."""
    try:
        return bool(_permitted(found.certificate))
    except (ValueError, x509.ExtensionNotFound):
        return False


def permits(authority: x509.Certificate, names: Iterable[str]) -> bool:
    """Whether the authority may vouch for every one of the names."""
    subtrees = _permitted(authority)
    return all(any(_within(_form(name), subtree) for subtree in subtrees) for name in names)


def is_for(server: Signed, names: Sequence[str], authority: x509.Certificate) -> bool:
    """Whether a certificate is signed by the authority, for exactly these names."""
    try:
        server.certificate.verify_directly_issued_by(authority)
        found = server.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (InvalidSignature, TypeError, ValueError, x509.ExtensionNotFound):
        return False
    return set(found) == {_form(name) for name in names}


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    serial: int,
    now: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    """What both kinds of certificate have."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(now - _SLOW_CLOCKS)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _subject(name: str) -> x509.Name:
    return x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "mockserver"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )


def _subtrees(names: Iterable[str]) -> list[_Form]:
    """What an authority for these names is limited to; a host name stands for the names below it too."""
    forms = [_form(name) for name in names]
    loopback = [x509.IPAddress(ip_network(network)) for network in LOOPBACK]
    single = [x509.IPAddress(ip_network(form.value)) for form in forms if isinstance(form, x509.IPAddress)]
    return [*(form for form in forms if isinstance(form, x509.DNSName)), *loopback, *single]


def _permitted(authority: x509.Certificate) -> list[_Form]:
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    return [form for form in constraints.permitted_subtrees or () if isinstance(form, x509.DNSName | x509.IPAddress)]


def _within(form: _Form, subtree: _Form) -> bool:
    if isinstance(form, x509.DNSName):
        return isinstance(subtree, x509.DNSName) and f".{form.value}".endswith(f".{subtree.value}")
    address, network = form.value, subtree.value
    return (
        isinstance(address, IPv4Address | IPv6Address)
        and isinstance(network, IPv4Network | IPv6Network)
        and address in network
    )


def _form(name: str) -> _Form:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
