"""Host key: the public key of a server as a partner file pins it."""

import base64
import binascii
import hashlib

import msgspec


class HostKey(msgspec.Struct, frozen=True):
    """A public key of a server, such as `ssh-ed25519 AAAA…` says it."""

    type: str
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """Return it as OpenSSH prints it, such as `SHA256:47DEQpj8…`."""
        digest = hashlib.sha256(self.blob).digest()
        return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def find_host_key(text: str) -> HostKey | None:
    """Return the key a line such as `ssh-ed25519 AAAA… comment` holds; None where it holds none."""
    kind, _, rest = text.strip().partition(" ")
    try:
        blob = base64.b64decode(rest.strip().partition(" ")[0], validate=True)
    except (binascii.Error, ValueError):
        return None
    # The blob is fields with their lengths, the first of them the name of its type (RFC 4253, 6.6).
    fields = _list_fields(blob)
    return HostKey(kind, blob) if len(fields) > 1 and fields[0] == kind.encode() else None


def _list_fields(blob: bytes) -> list[bytes]:
    """Return the fields, none where the last of them is cut off."""
    fields, at = [], 0
    while at < len(blob):
        begin = at + 4
        at = begin + int.from_bytes(blob[at:begin])
        fields.append(blob[begin:at])
    return fields if at == len(blob) else []
