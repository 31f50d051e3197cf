"""Partner: who somebody is, how files travel, and what is agreed, as its YAML file says."""

from datetime import date
from decimal import Decimal
from typing import Literal

from msgspec import Struct, field

from canonical.changes import Semantics
from canonical.packs import PackSize
from canonical.tolerances import Tolerances
from gateway.partners.x12_terms import (
    Acknowledgments,
    AgreedQuirk,
    ControlNumbers,
    OutDelimiters,
)
from gateway.receivers import Receiver

Direction = Literal["in", "out"]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MEGABYTE = 1_000_000


class X12Identity(Struct, frozen=True, kw_only=True):
    """A name in an X12 envelope; `group` is the GS code where it is not the ISA id."""

    qualifier: str
    id: str
    group: str = ""

    @property
    def group_id(self) -> str:
        """Return what stands in GS02 or GS03."""
        return self.group or self.id


class Identities(Struct, frozen=True, kw_only=True):
    """What one side is called."""

    x12: X12Identity | None = None
    also_x12: tuple[X12Identity, ...] = ()

    def list_x12(self) -> tuple[X12Identity, ...]:
        """Return every X12 name of this side."""
        return (*((self.x12,) if self.x12 else ()), *self.also_x12)


class TakeRules(Struct, frozen=True, kw_only=True):
    """When a file of a channel is taken (B-88)."""

    stable_seconds: float = 2.0
    marker: str = ""
    trailer: bool = False
    only: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    max_megabytes: float = 100.0
    max_files_per_hour: int | None = None
    max_megabytes_per_day: float | None = None

    @property
    def max_bytes(self) -> int:
        """Return the size above which a file is put aside."""
        return int(self.max_megabytes * MEGABYTE)


class SftpServer(Struct, frozen=True, kw_only=True):
    """An SFTP server and who we are there; key, passphrase and password are names of secrets."""

    host: str
    user: str
    port: int = 22
    key: str = ""
    passphrase: str = ""
    password: str = ""
    host_key: str | tuple[str, ...] = ()
    known_hosts: str = ""

    @property
    def host_keys(self) -> tuple[str, ...]:
        """Return the pinned keys, such as `ssh-ed25519 AAAA…`."""
        return (self.host_key,) if isinstance(self.host_key, str) else self.host_key


class HttpsDoor(Struct, frozen=True, kw_only=True):
    """How a partner posts files to us; `token` is the name of a secret."""

    token: str


class Asks(Struct, frozen=True, kw_only=True):
    """That the ERP is asked for released orders, and how often."""

    every_seconds: float = 15.0


class InChannel(Struct, frozen=True, kw_only=True):
    """One place a partner puts files; `folder` is relative to the home of the site, or to the server's."""

    name: str
    folder: str = ""
    sftp: SftpServer | None = None
    https: HttpsDoor | None = None
    asks: Asks | None = None
    take: TakeRules = TakeRules()
    settle: Literal["delete", "done-folder"] = "delete"
    encryption: Literal["", "required"] = ""  # what is not encrypted for us is quarantined

    @property
    def is_folder(self) -> bool:
        """Return whether it is a folder of this machine."""
        return self.sftp is None and self.https is None and self.asks is None

    @property
    def is_distant(self) -> bool:
        """Return whether looking into it takes as long as another machine likes."""
        return self.sftp is not None or self.asks is not None

    @property
    def place(self) -> str:
        """Return where it is, as people write it."""
        if self.asks is not None:
            return "the ERP is asked"
        return "https" if self.https else _place_of(self.sftp, self.folder)


class OutChannel(Struct, frozen=True, kw_only=True):
    """One place we put files for a partner."""

    name: str
    folder: str
    sftp: SftpServer | None = None
    file_name: str = "{kind}_{number}_{control}"

    @property
    def is_folder(self) -> bool:
        """Return whether it is a folder of this machine."""
        return self.sftp is None

    @property
    def place(self) -> str:
        """Return where it is, as people write it."""
        return _place_of(self.sftp, self.folder)


class Pgp(Struct, frozen=True, kw_only=True):
    """PGP keys agreed with a partner, by the names of secrets, and the channels out it is used on."""

    key: str = ""  # our private key
    passphrase: str = ""
    partner_key: str = ""  # its public key
    channels: tuple[str, ...] | None = None

    def seals(self, channel: str) -> bool:
        """Return whether what leaves by this channel is encrypted."""
        return bool(self.partner_key) and (self.channels is None or channel in self.channels)


class Channels(Struct, frozen=True, kw_only=True):
    """All places of a partner."""

    arriving: tuple[InChannel, ...] = field(default=(), name="in")
    leaving: tuple[OutChannel, ...] = field(default=(), name="out")


class AgreedDocument(Struct, frozen=True, kw_only=True):
    """One kind of document that is agreed, and the mapping that reads or writes it."""

    kind: str
    mapping: str
    files: str = ""
    entity: str = ""
    channel: str = ""
    file_name: str = ""
    head: str = ""  # pattern of the files with the heads, where `files` hold the lines (B-87)
    by: str = ""
    count: str = ""
    wait_hours: float = 24.0
    guide: tuple[str, ...] = ()  # what is asked beyond the standard (B-39, B-49)
    guide_places: tuple[str, ...] = ()  # file:line of each rule, added when the file is read


class AgreedDocuments(Struct, frozen=True, kw_only=True):
    """All that is agreed, by direction as we see it."""

    arriving: tuple[AgreedDocument, ...] = field(default=(), name="in")
    leaving: tuple[AgreedDocument, ...] = field(default=(), name="out")


class Expectations(Struct, frozen=True, kw_only=True):
    """Hours until something must have come back; None where nothing is expected (F10)."""

    functional_ack_hours: float | None = None
    order_ack_hours: float | None = None
    ship_notice_hours: float | None = None
    file_hours: float | None = None  # of working time without any file (F9)
    receiving_advice_hours: float | None = None
    warn_hours: float | None = None
    silence_refuses: bool = False


class AlarmLimits(Struct, frozen=True, kw_only=True):
    """Shares of the documents of so many hours that are an alarm when passed; None: never (B-97)."""

    hours: float = 24.0
    at_least: int = 10  # documents; of fewer nobody is alarmed
    duplicates_percent: float | None = None
    rejects_percent: float | None = None
    defaults_percent: float | None = None
    field_defaults_percent: float | None = None
    number_gaps: bool = False  # of ISA13; only where the partner counts for us alone


class Retention(Struct, frozen=True, kw_only=True):
    """For how many days bytes are kept in the archive; None: for ever (B-95)."""

    days: int | None = None


class Feeds(Struct, frozen=True, kw_only=True):
    """How old the partner's word may be, in hours, and how far its stock from our books; None: no limit."""

    capacity_hours: float | None = None
    stock_hours: float | None = None
    consigned_percent: Decimal = Decimal(0)


class QualifiedItem(Struct, frozen=True, kw_only=True):
    """One part a partner may be asked to make; quantities and price are per `unit`."""

    item: str
    revisions: tuple[str, ...]
    price: Decimal
    unit: str
    lead_time_days: int
    capacity_per_week: Decimal | None = None
    max_order: Decimal | None = None


class Qualifications(Struct, frozen=True, kw_only=True):
    """What a partner is qualified for; certificates map to the last day each is valid."""

    currency: str = ""
    certificates: dict[str, date] = {}
    items: tuple[QualifiedItem, ...] = ()


class Location(Struct, frozen=True, kw_only=True):
    """A place on the map, in degrees; south and west are below 0."""

    latitude: float
    longitude: float


class Calendar(Struct, frozen=True, kw_only=True):
    """When people work there."""

    timezone: str = "UTC"
    workdays: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri")
    hours: tuple[str, ...] = ()  # such as 08:00-17:00; none means the whole day
    holidays: tuple[date, ...] = ()


class Contact(Struct, frozen=True, kw_only=True):
    """Whom to tell what."""

    role: Literal["edi", "orders", "quality", "escalation"]
    mail: str
    name: str = ""
    phone: str = ""


class SapNames(Struct, frozen=True, kw_only=True):
    """Who is who in the control record of an IDoc."""

    our_port: str
    our_number: str
    sap_port: str
    sap_number: str
    client: str = ""


class ErpDoor(Struct, frozen=True, kw_only=True):
    """How the ERP is told; password and token are names of secrets."""

    adapter: Literal["files", "http", "tryton", "idoc"] = "files"
    url: str = ""
    database: str = ""
    user: str = ""
    password: str = ""
    token: str = ""
    timeout_seconds: float = 30.0
    sap: SapNames | None = None
    partners: dict[str, str] = {}
    units: dict[str, str] = {}
    locations: dict[str, str] = {}

    @property
    def is_remote(self) -> bool:
        """Return whether it is spoken to over the network, and not through a folder."""
        return self.adapter in ("http", "tryton")


class Reminders(Struct, frozen=True, kw_only=True):
    """In which form and where a partner is told that an answer is due, or overdue."""

    form: Literal["text", "mail", "none"] = "text"
    channel: str = ""
    sender: str = ""


class EscalationStep(Struct, frozen=True, kw_only=True):
    """Who hears of an answer that is overdue for so long: a contact there, or somebody of ours."""

    after_hours: float
    tell: Literal["edi", "orders", "quality", "escalation"] | None = None
    owner: str = ""


class Dialect(Struct, frozen=True, kw_only=True):
    """The ERP's own words for ours."""

    status: dict[str, str] = {}


class Partner(Struct, frozen=True, kw_only=True):
    """One partner as its file says, `_defaults.yaml` merged under it."""

    name: str = field(name="partner")
    role: Literal["cm", "erp"]
    title: str = ""
    active: bool = True
    usage: Literal["production", "test"] = "test"
    identities: Identities = Identities()
    us: Identities = Identities()
    channels: Channels = Channels()
    pgp: Pgp | None = None
    documents: AgreedDocuments = AgreedDocuments()
    acknowledgments: Acknowledgments = Acknowledgments()
    delimiters: OutDelimiters = OutDelimiters()
    control_numbers: ControlNumbers = ControlNumbers()
    quirks: tuple[AgreedQuirk, ...] = ()
    own_codes: dict[str, frozenset[str]] = {}  # data element number to agreed codes (B-49)
    refused: tuple[Literal["line-count", "hash-total"], ...] = ()  # warnings that are errors (B-76)
    semantics: Semantics = Semantics()
    tolerances: Tolerances = Tolerances()
    expectations: Expectations = Expectations()
    alarms: AlarmLimits = AlarmLimits()
    retention: Retention = Retention()
    feeds: Feeds = Feeds()
    qualifications: Qualifications = Qualifications()
    pack_sizes: tuple[PackSize, ...] = ()
    location: Location | None = None
    transit_days: int = 0  # from its dock to ours (B-55)
    calendar: Calendar = Calendar()
    contacts: tuple[Contact, ...] = ()
    reminders: Reminders = Reminders()
    escalation: tuple[EscalationStep, ...] = ()
    webhooks: tuple[Receiver, ...] = ()
    dialect: Dialect = Dialect()
    erp: ErpDoor = ErpDoor()


def _place_of(sftp: SftpServer | None, folder: str) -> str:
    return folder if sftp is None else f"sftp://{sftp.user}@{sftp.host}:{sftp.port} {folder}"
