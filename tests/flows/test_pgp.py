"""Files encrypted and signed with PGP, by real gpg on both sides."""

import io
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import gnupg
import pytest

from gateway.deliver import deliver_effect
from gateway.pgp import is_pgp
from gateway.sealed import load_leaving

WEEK = Path(__file__).resolve().parents[2] / "console" / "demo" / "week"
ACK = (WEEK / "3_855.edi").read_bytes()
ACME = "drop/acme/in"
WORD = "a long word of ours"
AGREED = "\npgp: {key: OUR_PGP, passphrase: OUR_WORD, partner_key: ACME_PGP}\n"


class Ring:
    """One side's gpg with keys of everybody: ours, acme's and a stranger's."""

    def __init__(self, home: str) -> None:
        """Make the keys."""
        (Path(home) / "gpg-agent.conf").write_text("s2k-count 65536\n")
        self.gpg = gnupg.GPG(gnupghome=home)
        self.keys = {name: self._make(name) for name in ("ours", "acme", "stranger")}
        self.ours = self.gpg.export_keys(self.keys["ours"], secret=True, passphrase=WORD)
        self.theirs = self.gpg.export_keys(self.keys["acme"])

    def _make(self, name: str) -> str:
        kind = {"key_type": "EDDSA", "key_curve": "ed25519"}
        sub = {"subkey_type": "ECDH", "subkey_curve": "cv25519"}
        secret = {"passphrase": WORD} if name == "ours" else {"no_protection": True}
        email = f"{name}@example.com"
        wanted = self.gpg.gen_key_input(name_real=name, name_email=email, **kind, **sub, **secret)
        made = self.gpg.gen_key(wanted)
        assert made.fingerprint, made.stderr
        return str(made.fingerprint)

    def seal(self, data: bytes, recipient: str = "ours", signer: str | None = "acme") -> bytes:
        """Return the bytes encrypted for one and signed by another."""
        sign = self.keys[signer] if signer else None
        found = self.gpg.encrypt(data, self.keys[recipient], sign=sign, always_trust=True)
        assert found.ok, found.stderr
        return bytes(found.data)


@pytest.fixture(scope="module")
def ring() -> Iterator[Ring]:
    """Return the keys; the path of their folder must be short, for the socket of the agent."""
    if shutil.which("gpg") is None:
        assert not os.environ.get("CI")
        pytest.skip("no gpg is installed; run scripts/services.sh as root")
    home = tempfile.mkdtemp(prefix="cmg-")
    try:
        yield Ring(home)
    finally:
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False)
        shutil.rmtree(home, ignore_errors=True)  # the agent takes its sockets away meanwhile


@pytest.fixture
def agreed(world, ring, monkeypatch):
    """Return a site that has agreed keys with acme, and that acme owes an answer to."""
    monkeypatch.setenv("CMGATEWAY_SECRET_OUR_PGP", ring.ours)
    monkeypatch.setenv("CMGATEWAY_SECRET_OUR_WORD", WORD)
    monkeypatch.setenv("CMGATEWAY_SECRET_ACME_PGP", ring.theirs)
    file = world.home / "partners" / "acme.yaml"
    file.write_text(file.read_text().replace('"*.edi"', '"*.edi*"') + AGREED)
    world.gateway.reload()
    assert {} == world.gateway.partners.findings
    return world


def test_what_is_encrypted_and_signed_is_taken_and_answered_in_kind(agreed, ring) -> None:
    """The order goes out encrypted for acme and signed by us; its answer comes back the same way."""
    agreed.release_orders()
    sent = next(data for name, data in agreed.out("acme").items() if name.startswith("850"))
    opened = ring.gpg.decrypt(sent)
    assert (True, ring.keys["ours"]) == (opened.valid, opened.fingerprint)
    assert bytes(opened.data).startswith(b"ISA*")

    agreed.drop(ACME, "855.edi.pgp", ring.seal(ACK))
    agreed.turn(4)
    assert "delivered" == agreed.file("855.edi.pgp/855.edi").state
    assert "ignored" == agreed.file("855.edi.pgp").state
    assert ACK == agreed.gateway.archive.load(agreed.file("855.edi.pgp/855.edi").sha256)


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (lambda ring: ring.seal(ACK, "stranger"), "cannot-decrypt", "which we do not have"),
        (lambda ring: ring.seal(ACK, signer=None), "bad-signature", "it is not signed"),
        (
            lambda ring: ring.seal(ACK, signer="stranger"),
            "bad-signature",
            "not with the agreed one",
        ),
        (lambda ring: ring.seal(ACK)[:400], "cannot-decrypt", "it cannot be decrypted"),
        (
            lambda _: b"-----BEGIN PGP MESSAGE-----\n\nnothing\n",
            "cannot-decrypt",
            "it cannot be decrypted",
        ),
        (lambda ring: ring.seal(bytes(60_000_000)), "cannot-decrypt", "larger than the channel"),
    ],
    ids=["for another", "unsigned", "by another", "cut", "hollow", "bomb"],
)
def test_what_is_not_as_agreed_is_parked_with_the_reason(
    agreed, ring, make: Callable[[Ring], bytes], code: str, said: str
) -> None:
    """Nothing of it is used, and its sender is told what to do."""
    agreed.send(ACME, "855.edi.pgp", make(ring))
    file = agreed.file("855.edi.pgp")

    assert ("parked", [code]) == (file.state, agreed.codes("855.edi.pgp"))
    assert said in file.reason


def test_a_changed_message_is_refused(agreed, ring) -> None:
    """Signed in clear, then changed: the signature does not fit."""
    signed = str(ring.gpg.sign(ACK.decode(), keyid=ring.keys["acme"]))
    agreed.send(ACME, "855.edi.asc", signed.replace("*144*", "*999*").encode())

    assert "it was changed after it was signed" in agreed.file("855.edi.asc").reason


def test_without_agreed_keys_a_message_is_told_for_what_it_is(world, ring) -> None:
    """Its sender hears that nothing is agreed, not that his columns are wrong."""
    world.send(ACME, "855.edi", ring.seal(ACK))

    assert "no keys are agreed with acme" in world.file("855.edi").reason


def test_a_text_that_begins_with_an_accent_is_no_message(ring) -> None:
    """Á in cp1252 is the first byte of many messages; both ways of writing those are known."""
    binary = ring.gpg.encrypt(ACK, ring.keys["ours"], always_trust=True, armor=False)

    assert is_pgp(bytes(binary.data))
    assert is_pgp(ring.seal(ACK))
    assert not any(map(is_pgp, ("Ár;Mennyiség\n".encode("cp1252"), ACK, b"", b"\xc1")))


def test_a_repeat_puts_the_same_bytes(agreed) -> None:
    """Killed after the file was put and before that was noted: what lies there is found, not refused."""
    agreed.release_orders()
    (effect,) = [one for one in agreed.effects() if one.kind == "put" and one.target == "acme"][:1]
    before = agreed.out("acme")[effect.payload["name"]]

    assert before == load_leaving(agreed.gateway, agreed.gateway.partners.get("acme"), effect)
    assert deliver_effect(agreed.gateway, effect)
    assert before == agreed.out("acme")[effect.payload["name"]]


def _zip(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("855.edi", data)
    return out.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        lambda _: ACK,
        lambda _: _zip(ACK),
        lambda ring: str(ring.gpg.sign(ACK.decode(), keyid=ring.keys["acme"])),
        lambda ring: bytes(ring.gpg.sign(ACK, keyid=ring.keys["acme"], clearsign=False).data),
    ],
    ids=["open", "in a ZIP", "signed in clear", "signed"],
)
def test_where_encryption_is_required_what_is_not_is_quarantined_and_answered(
    agreed, ring, make: Callable[[Ring], bytes | str]
) -> None:
    """Nothing of it is used, its sender is told, and the same encrypted is taken."""
    _require(agreed)
    agreed.release_orders()
    agreed.send(ACME, "855.edi.txt", make(ring))

    file = agreed.file("855.edi.txt")
    assert ("quarantined", ["not-encrypted"]) == (file.state, agreed.codes("855.edi.txt"))
    [told] = [data for name, data in agreed.out("acme").items() if "855.edi.txt" in name]
    assert b"encrypt it with the public key we gave you" in bytes(ring.gpg.decrypt(told).data)

    agreed.drop(ACME, "855.edi.pgp", ring.seal(ACK))
    agreed.turn(4)
    assert "delivered" == agreed.file("855.edi.pgp/855.edi").state


def test_encryption_cannot_be_required_without_a_key_of_ours(agreed) -> None:
    """Nobody could send anything; the author is told."""
    _require(agreed)
    file = agreed.home / "partners" / "acme.yaml"
    file.write_text(file.read_text().replace("key: OUR_PGP, passphrase: OUR_WORD, ", ""))
    agreed.gateway.reload()
    assert ["missing-key"] == [one.code for one in agreed.gateway.partners.findings["acme"]]


def _require(site) -> None:
    file = site.home / "partners" / "acme.yaml"
    wanted = "folder: drop/acme/in, encryption: required"
    text = file.read_text().replace("folder: drop/acme/in", wanted)
    if wanted not in text or "{name: drop" not in text:
        text = text.replace(wanted, "folder: drop/acme/in\n      encryption: required")
    file.write_text(text)
    site.gateway.reload()
    assert {} == site.gateway.partners.findings
