"""Certifying: an authority of our own, and the server's certificate under it.

Both are kept in a folder, so that a client which was told of the authority once believes it after
a restart as well. They are worth nothing outside this machine: the authority may only vouch for
the names below.
"""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

HOSTS = ("localhost", "fcm.googleapis.com", "oauth2.googleapis.com")
ADDRESSES = ("127.0.0.1", "::1")
# The two ends of what a test's clock may say; the files are made once and never renewed.
BEGINS = datetime(2020, 1, 1, tzinfo=UTC)
ENDS = BEGINS + timedelta(days=365 * 30)


def authority_file(folder: Path) -> Path:
    """The authority's certificate, for clients: made by `server_context`."""
    return folder / "ca.pem"


def server_context(folder: Path) -> ssl.SSLContext:
    """TLS for a server, HTTP/2 before HTTP/1.1, with the certificate kept in `folder`."""
    chain = folder / "server.pem"
    if not (chain.exists() and authority_file(folder).exists()):
        _make(folder, chain)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(chain)
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def _make(folder: Path, chain: Path) -> None:
    authority_key, server_key = ec.generate_private_key(ec.SECP256R1()), _key()
    authority_name, names = _name("FCM stand-in, an authority for this machine"), _names()
    authority = (
        _certificate(authority_name, authority_key.public_key(), authority_name, authority_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.NameConstraints(_permitted(), None), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    server = (
        _certificate(_name("FCM stand-in"), server_key.public_key(), authority_name, authority_key)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    private = server_key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    keep(chain, private + _pem(server) + _pem(authority))
    authority_file(folder).write_bytes(_pem(authority))


def keep(path: Path, secret: bytes) -> None:
    """Write a file that only its owner may read, from its first byte on."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_bytes(secret)


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _names() -> list[x509.GeneralName]:
    addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in ADDRESSES]
    return [*(x509.DNSName(host) for host in HOSTS), *addresses]


def _permitted() -> list[x509.GeneralName]:
    networks = [x509.IPAddress(ipaddress.ip_network(address)) for address in ADDRESSES]
    return [*(x509.DNSName(host) for host in HOSTS), *networks]


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey,
) -> x509.CertificateBuilder:
    signer = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGINS)
        .not_valid_after(ENDS)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(signer, critical=False)
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
