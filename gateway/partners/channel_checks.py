"""What the channels of a partner must hold beyond the schema, alone and beside those of others."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from gateway.host_key import find_host_key
from gateway.partners.partner import InChannel, OutChannel, Partner, SftpServer
from gateway.yaml_file import KeyPath, YamlFile
from translators.findings import Finding

Claim = tuple[str, ...]


def check_channels(partner: Partner, file: YamlFile) -> Iterator[Finding]:
    """Yield what contradicts itself in the channels of one partner."""
    sides: dict[str, Sequence[InChannel | OutChannel]] = {
        "in": partner.channels.arriving,
        "out": partner.channels.leaving,
    }
    for side, channels in sides.items():
        for index, channel in enumerate(channels):
            path = ("channels", side, index)
            yield from _check_way(channel, file, path)
            if getattr(channel, "encryption", "") and not (partner.pgp and partner.pgp.key):
                sentence = f"channel {channel.name} requires encryption, and pgp has no key of ours"
                advice = "add pgp: {key: OUR_PGP}, the name of the secret that holds it"
                yield _at(file, path, "missing-key", sentence, advice)
            if channel.sftp is not None:
                yield from _check_sftp(channel.sftp, file, (*path, "sftp"))
            if channel.sftp is not None and partner.role == "erp" and side == "out":
                sentence = "the ERP is told through a folder of this machine only"
                yield _at(file, path, "bad-value", sentence, "mount it, and name the folder")


def list_claims(partner: Partner) -> Iterator[tuple[Claim, str]]:
    """Yield what no other partner may have: the places of its files, its tokens."""
    for channel in _list_channels(partner):
        if isinstance(channel, InChannel) and channel.https is not None:
            yield ("token", channel.https.token), f"the token {channel.https.token}"
        elif isinstance(channel, InChannel) and channel.asks is not None:
            continue
        elif channel.sftp is not None:
            where = (channel.sftp.host.lower(), str(channel.sftp.port), channel.sftp.user)
            yield ("place", *where, plain_folder(channel.folder)), f"the place {channel.place}"
        else:
            folder = plain_folder(channel.folder)
            yield ("place", folder), f"the folder {folder}"


def list_folders(partner: Partner) -> Iterator[PurePosixPath]:
    """Yield the folders of this machine that a partner reads or writes."""
    for channel in _list_channels(partner):
        if channel.is_folder and channel.folder:  # one without is told of, and holds nobody's files
            yield PurePosixPath(plain_folder(channel.folder))


def _list_channels(partner: Partner) -> list[InChannel | OutChannel]:
    return [*partner.channels.arriving, *partner.channels.leaving]


def plain_folder(folder: str) -> str:
    """Return the folder written in the one way it is compared in."""
    start = "/" if folder.startswith("/") else ""
    return start + "/".join(part for part in folder.split("/") if part not in ("", "."))


def _check_way(channel: InChannel | OutChannel, file: YamlFile, path: KeyPath) -> Iterator[Finding]:
    https = getattr(channel, "https", None)
    if getattr(channel, "asks", None) is not None:
        if https is not None or channel.sftp is not None or channel.folder:
            sentence = f"channel {channel.name} asks the ERP and has a folder or server as well"
            yield _at(file, path, "two-ways", sentence, "make it two channels")
        return
    if https is not None and (channel.sftp is not None or channel.folder):
        sentence = f"channel {channel.name} is https and has a folder or server as well"
        yield _at(file, path, "two-ways", sentence, "make it two channels")
    if https is None and not channel.folder:
        sentence = f"channel {channel.name} has no folder"
        yield _at(file, path, "missing-key", sentence, "add folder: where its files arrive")


def _check_sftp(sftp: SftpServer, file: YamlFile, path: KeyPath) -> Iterator[Finding]:
    if bool(sftp.key) == bool(sftp.password):
        sentence = "sftp needs a key or a password, and not both"
        yield _at(file, path, "missing-key", sentence, "name one secret as key: or password:")
    if not sftp.host_keys and not sftp.known_hosts:
        sentence = f"no host key is pinned for {sftp.host}, so anybody could stand in for it"
        advice = "ask the partner for it and fill host_key; ssh-keyscan shows what to compare"
        yield _at(file, path, "no-host-key", sentence, advice)
    if not 0 < sftp.port < 65536:
        yield _at(file, path, "bad-value", f"port holds {sftp.port}", "wanted is 1 to 65535")
    for text in sftp.host_keys:
        if find_host_key(text) is None:
            sentence = f"host_key holds '{text[:30]}…', which is no whole public key"
            advice = "copy it again: the type, a space, and all of AAAA…"
            yield _at(file, (*path, "host_key"), "bad-value", sentence, advice)


def _at(file: YamlFile, path: KeyPath, code: str, sentence: str, advice: str) -> Finding:
    place = file.place(path)
    return Finding(level="error", code=code, sentence=sentence, place=place, advice=advice)
