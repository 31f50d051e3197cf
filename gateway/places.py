"""Places: where partners put files and where we put theirs, opened as the partner file says."""

from gateway.gateway import Gateway
from gateway.host_key import HostKey, find_host_key
from gateway.ledger.rates import ASK
from gateway.partners import InChannel, OutChannel, Partner
from gateway.partners.channel_checks import list_folders
from gateway.partners.partner import SftpServer, TakeRules
from gateway.transports.folder import FolderTransport
from gateway.transports.host_keys import HostKeyError, load_known_hosts
from gateway.transports.line import Line, Login, Server
from gateway.transports.sftp import SftpTransport
from gateway.transports.stability import Rules
from gateway.transports.transport import Transport

DONE_FOLDER = "done"


def make_folders(gateway: Gateway) -> list[str]:
    """Return a sentence for each folder of a channel that is missing and cannot be made.

    The others are made, open to their owner and group only.
    """
    sentences = []
    for partner in gateway.partners.list_partners():
        for folder in list_folders(partner):
            try:
                (gateway.site.home / folder).mkdir(mode=0o770, parents=True, exist_ok=True)
            except OSError as error:
                why = f"{error.strerror}: {error.filename}"
                advice = "move what is in its way, or let cmgateway write there"
                sentences.append(
                    f"partner {partner.name}: its folder {folder} cannot be made ({why}); {advice}"
                )
    return sentences


def open_source(gateway: Gateway, partner: Partner, channel: InChannel) -> Transport:
    """Return the place a partner's files arrive at; a server is connected to at its first use."""
    rules = rules_of(channel.take)
    done = DONE_FOLDER if channel.settle == "done-folder" else ""
    if channel.sftp is None:
        return FolderTransport(gateway.site.home / channel.folder, rules, done)
    key = (partner.name, "in", channel.name)
    kept = gateway.lines.find(key, channel)
    if kept is not None:
        return kept
    line = _open_line(gateway, channel.sftp)
    return gateway.lines.keep(key, channel, SftpTransport(line, channel.folder, rules, done))


def open_target(gateway: Gateway, partner: Partner, channel: OutChannel) -> Transport:
    """Return the place we put a partner's files."""
    if channel.sftp is None:
        return FolderTransport(gateway.site.home / channel.folder)
    key = (partner.name, "out", channel.name)
    kept = gateway.lines.find(key, channel)
    if kept is not None:
        return kept
    line = _open_line(gateway, channel.sftp)
    return gateway.lines.keep(key, channel, SftpTransport(line, channel.folder))


def rules_of(take: TakeRules) -> Rules:
    """Return when a file is taken, as the transports and the stability rules understand it."""
    ways = ["still"] if take.stable_seconds >= 0 and not take.marker else []
    ways += ["marker"] if take.marker else []
    ways += ["trailer"] if take.trailer else []
    return Rules(
        ways=tuple(ways),  # type: ignore[arg-type]
        seconds=take.stable_seconds,
        markers=(take.marker,) if take.marker else (),
        include=(*take.only, f"*{ASK}") if take.only else ("*",),
        exclude=Rules().exclude + take.never,
        max_size=take.max_bytes,
    )


def _open_line(gateway: Gateway, sftp: SftpServer) -> Line:
    secrets = gateway.secrets

    def login() -> Login:
        return Login(
            key=secrets.get(sftp.key) if sftp.key else "",
            passphrase=secrets.get(sftp.passphrase) if sftp.passphrase else "",
            password=secrets.get(sftp.password) if sftp.password else "",
        )

    server = Server(host=sftp.host, port=sftp.port, user=sftp.user)
    return Line(server, lambda: _load_pins(gateway, sftp), login)


def _load_pins(gateway: Gateway, sftp: SftpServer) -> list[HostKey]:
    found = [find_host_key(text) for text in sftp.host_keys]
    pins = [key for key in found if key is not None]
    if sftp.known_hosts:
        pins += load_known_hosts(gateway.site.home / sftp.known_hosts, sftp.host, sftp.port)
    if not pins:
        raise HostKeyError(
            f"no host key is pinned for {sftp.host}; ask the partner for it and fill host_key"
        )
    return pins
