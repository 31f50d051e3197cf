"""PGP: what a partner encrypted for us is opened, what it must have signed is checked, what we send is sealed.

The gpg program does it (OpenPGP, RFC 9580), each time with nothing but the keys of one partner in a folder of its own.
"""

import re
import subprocess
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gateway.partners import Partner
from gateway.partners.partner import Pgp
from gateway.secrets import SecretError, Secrets
from translators.document import Document
from translators.findings import Finding

_ARMOR = (b"-----BEGIN PGP MESSAGE-----", b"-----BEGIN PGP SIGNED MESSAGE-----")
# The packet of a session key for somebody (RFC 9580, 4.2 and 5.1): its tag, its length in the old or new
# way, its version. A text that begins with one of these letters has no such character behind.
_SESSION_KEY = re.compile(
    rb"(?:\x84.|\x85..|\x86.{4}|\xc1(?:[\x00-\xbf]|[\xc0-\xdf].|\xff.{4}))[\x03\x06]", re.DOTALL
)
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_LOOK = 4096
NOT_ENCRYPTED = "not-encrypted"
_WORD = re.compile(r"^\[GNUPG:\] (\w+)(.*)$", re.MULTILINE)
_OPENED = frozenset({"DECRYPTION_OKAY", "GOODSIG", "BADSIG", "ERRSIG", "EXPKEYSIG", "REVKEYSIG"})
_DAMAGED = frozenset({"DECRYPTION_FAILED", "NODATA", "BADMDC", "BADARMOR"})
_ENDINGS = (".pgp", ".gpg", ".asc")


class PgpError(Exception):
    """A file cannot be opened, or is not signed as agreed; `code` and `advice` are of its finding."""

    def __init__(self, code: str, sentence: str, advice: str) -> None:
        """Keep the parts."""
        super().__init__(sentence)
        self.code, self.advice = code, advice


def is_pgp(data: bytes) -> bool:
    """Return whether the bytes are a PGP message."""
    return bool(_SESSION_KEY.match(data)) or data[:64].lstrip().startswith(_ARMOR)


def is_encrypted(data: bytes) -> bool:
    """Return whether the bytes are a PGP message that only the holder of a key can read.

    One that is only signed is not: what is in it lies open.
    """
    if _SESSION_KEY.match(data):
        return True
    if not data[:64].lstrip().startswith(_ARMOR[0]):
        return False
    # Behind the headers of the armor and an empty line (RFC 9580, 6.2).
    body = _BLANK_LINE.split(data[:_LOOK], maxsplit=1)[-1][:64]
    try:
        return bool(_SESSION_KEY.match(b64decode(body.strip()[:16])))
    except ValueError:
        return False


def is_refused_open(partner: Partner, channel: str, name: str, data: bytes) -> bool:
    """Return whether a file came as it is through a channel that requires encryption.

    What was inside a message has a name with the message's before it; only messages are opened there.
    """
    where = channel.rpartition("/")[2]
    agreed = next((one for one in partner.channels.arriving if one.name == where), None)
    is_required = agreed is not None and agreed.encryption == "required"
    return is_required and "/" not in name and not is_encrypted(data)


def refuse_open(name: str) -> Document:
    """Return the document that stands for a file that was to be encrypted and is not."""
    error = PgpError(
        NOT_ENCRYPTED,
        "it is not encrypted, and this channel requires it",
        "encrypt it with the public key we gave you, and send it again",
    )
    return refuse_pgp(name, error)


def name_inside(name: str) -> str:
    """Return what the file inside is called: the name without .pgp, .gpg or .asc."""
    inside = name.rpartition("/")[2]
    stem, dot, ending = inside.rpartition(".")
    return stem if stem and dot + ending.lower() in _ENDINGS else inside


def open_pgp(secrets: Secrets, partner: Partner, data: bytes, most_bytes: int) -> bytes:
    """Return what is inside; raises PgpError where it cannot be opened or is not signed as agreed."""
    agreed = partner.pgp
    if agreed is None:
        said = f"it is a PGP message, and no keys are agreed with {partner.name}"
        raise PgpError("cannot-decrypt", said, "send it as it is, or ask us for our key")
    with _keys(secrets, agreed) as (gpg, ours, theirs):
        # One byte more than may be: so that what is exactly as large as allowed is not refused.
        gpg.options = ["--max-output", str(most_bytes + 1)]
        passphrase = secrets.get(agreed.passphrase) if agreed.passphrase else None
        found = gpg.decrypt(data, passphrase=passphrase, always_trust=True)
    inside, words = bytes(found.data), _read_words(found.stderr)
    if len(inside) > most_bytes or "exceeded" in found.stderr:
        said = "what is in it is larger than the channel allows"
        raise PgpError("cannot-decrypt", said, "send it in parts")
    if not (words.keys() & _OPENED) or words.keys() & _DAMAGED:
        raise _cannot_decrypt(words, ours)
    if theirs and not _is_signed(words, theirs):
        raise _bad_signature(words, theirs[0])
    return inside


def seal_pgp(secrets: Secrets, agreed: Pgp, data: bytes) -> bytes:
    """Return the bytes encrypted for the partner and signed by us; no two times alike."""
    with _keys(secrets, agreed) as (gpg, ours, theirs):
        if not theirs:
            raise PgpError(
                "cannot-decrypt", "pgp has no partner_key to encrypt for", "add partner_key"
            )
        passphrase = secrets.get(agreed.passphrase) if agreed.passphrase else None
        signer = ours[0] if ours else None
        sealed = gpg.encrypt(
            data, theirs[:1], sign=signer, passphrase=passphrase, always_trust=True, armor=False
        )
    if not sealed.ok:
        said = f"gpg cannot encrypt with these keys: {sealed.status}"
        raise PgpError("cannot-decrypt", said, "has a key run out? ask the partner for its new one")
    return bytes(sealed.data)


def refuse_pgp(name: str, error: PgpError | SecretError) -> Document:
    """Return the document that stands for a file that was not opened."""
    finding = Finding(
        level="error",
        code=getattr(error, "code", "cannot-decrypt"),
        sentence=f"{name}: {error}",
        advice=getattr(error, "advice", "set the secret, then rerun the file"),
        place="the whole file",
    )
    return Document(kind="pgp", place="the whole file", findings=[finding])


@contextmanager
def _keys(secrets: Secrets, agreed: Pgp) -> Iterator[tuple[Any, list[str], list[str]]]:
    """Yield gpg with the keys of one partner, the fingerprints of ours and of theirs."""
    import gnupg  # noqa: PLC0415 only where PGP is agreed

    with tempfile.TemporaryDirectory(prefix="cmgateway-gpg-") as home:
        # Keys live there for moments: making them hard to guess anew each time would cost seconds.
        (Path(home) / "gpg-agent.conf").write_text("s2k-count 65536\n", encoding="ascii")
        gpg = gnupg.GPG(gnupghome=home)
        try:
            ours = _import(gpg, secrets, agreed.key)
            theirs = _import(gpg, secrets, agreed.partner_key)
            yield gpg, ours, theirs
        finally:
            # It starts an agent for each folder, which would live on.
            command = ["gpgconf", "--homedir", home, "--kill", "all"]
            subprocess.run(command, check=False, capture_output=True)  # noqa: S603 our own words


def _import(gpg: Any, secrets: Secrets, name: str) -> list[str]:
    if not name:
        return []
    found = gpg.import_keys(secrets.get(name))
    prints = [str(one) for one in dict.fromkeys(found.fingerprints) if one]
    if not prints:
        said = f"the secret {name} holds no PGP key"
        raise PgpError(
            "cannot-decrypt", said, "export it with gpg --armor --export, or --export-secret-keys"
        )
    return prints


def _read_words(status: str) -> dict[str, str]:
    """Return what gpg said by its own words (doc/DETAILS of GnuPG), each with what follows it."""
    found = _WORD.findall(status)
    return {word: rest.strip() for word, rest in reversed(found)}


def _is_signed(words: dict[str, str], theirs: list[str]) -> bool:
    """Return whether there is a good signature of a key of theirs, or of a subkey of one."""
    named = {*words.get("VALIDSIG", "").split()}
    return "GOODSIG" in words and not named.isdisjoint(theirs)


def _bad_signature(words: dict[str, str], theirs: str) -> PgpError:
    by = next((words[one].split()[0] for one in ("GOODSIG", "ERRSIG") if one in words), "")
    if "BADSIG" in words:
        said = "its signature does not fit: it was changed after it was signed, or is damaged"
    elif by:
        said = f"it is signed with key {by}, not with the agreed one, {theirs[-16:]}"
    elif "EXPKEYSIG" in words or "REVKEYSIG" in words:
        said = f"it is signed with key {theirs[-16:]}, which has run out or was called back"
    else:
        said = f"it is not signed; agreed is the signature of key {theirs[-16:]}"
    return PgpError("bad-signature", said, "sign it with the agreed key and send it again")


def _cannot_decrypt(words: dict[str, str], ours: list[str]) -> PgpError:
    if "NO_SECKEY" in words:
        mine = f"; ours is {ours[0][-16:]}" if ours else ""
        said = f"it is encrypted for key {words['NO_SECKEY']}, which we do not have{mine}"
        return PgpError("cannot-decrypt", said, "encrypt it with the public key we gave you")
    said = "it cannot be decrypted, or ends too early"
    return PgpError("cannot-decrypt", said, "send it again; it was damaged, as a rule")
