"""Host keys: the ones we pinned for a server, and whether the one it shows is among them."""

from collections.abc import Sequence
from pathlib import Path

from gateway.host_key import HostKey
from gateway.transports.transport import TransportError

_RSA = ("rsa-sha2-512", "rsa-sha2-256")  # how a key of type ssh-rsa signs today


class HostKeyError(TransportError):
    """The server shows another key than the pinned one, or none is pinned: nothing is sent to it."""


def load_known_hosts(path: Path, host: str, port: int) -> list[HostKey]:
    """Return the keys a known_hosts file has for a server; raises HostKeyError where it has none."""
    import paramiko  # noqa: PLC0415 a quarter of a second, only where SFTP is used

    name = host if port == 22 else f"[{host}]:{port}"
    try:
        entries = paramiko.HostKeys(str(path)).lookup(name) or {}
    except OSError as error:
        raise HostKeyError(f"{path} cannot be opened: {error.strerror}") from error
    keys = [HostKey(kind, key.asbytes()) for kind, key in entries.items()]
    if not keys:
        raise HostKeyError(
            f"{path} has no key of {name}; ask the partner for its fingerprint and add the key"
        )
    return keys


def algorithms_of(pinned: Sequence[HostKey]) -> tuple[str, ...]:
    """Return what to ask the server for, so that it shows a key of a type that is pinned."""
    found = [_RSA if key.type == "ssh-rsa" else (key.type,) for key in pinned]
    return tuple(dict.fromkeys(name for names in found for name in names))


def must_be_pinned(shown: HostKey, pinned: Sequence[HostKey], server: str) -> None:
    """Raise HostKeyError where the key a server shows is not one that was pinned for it."""
    if shown.blob in {key.blob for key in pinned}:
        return
    wanted = ", ".join(f"{key.type} {key.fingerprint}" for key in pinned)
    raise HostKeyError(
        f"{server} shows the host key {shown.type} {shown.fingerprint}, pinned is {wanted}; "
        "ask the partner by telephone whether it changed its key, then change host_key"
    )
