"""The tables of the ledger; times are UTC, quantities are decimal text, JSON is text."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


files = Table(
    "files",
    metadata,
    _id(),
    Column("partner", String(80), nullable=False),
    Column("channel", String(200), nullable=False),
    Column("name", String(255), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("modified_at", DateTime),  # as the source told it
    Column("received_at", DateTime, nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("duplicate_of", Integer, ForeignKey("files.id")),
    Column("settled_at", DateTime),  # when the source was removed; empty: still to do
    Column("updated_at", DateTime, nullable=False),
    Column("lease_until", DateTime),
    Column("owner", String(80), nullable=False, default=""),  # who works on it
    Column("observations", Text, nullable=False, default="[]"),
    # Identity of a file is partner + content, never its name (DESIGN 7).
    Index(
        "uq_files_content",
        "partner",
        "sha256",
        unique=True,
        sqlite_where=text("duplicate_of IS NULL"),
        postgresql_where=text("duplicate_of IS NULL"),
    ),
    Index("ix_files_state", "state"),
    Index("ix_files_sha256", "sha256"),
    Index("ix_files_owner", "owner"),
    Index("ix_files_name", "name"),
    Index("ix_files_partner_received_at", "partner", "received_at"),
)

documents = Table(
    "documents",
    metadata,
    _id(),
    Column("file_id", Integer, ForeignKey("files.id")),  # empty for what we write
    Column("ordinal", Integer, nullable=False),  # counted from 1 in the file
    Column("direction", String(3), nullable=False),  # in, out
    Column("partner", String(80), nullable=False),
    Column("kind", String(80), nullable=False),  # x12 855 004010, csv, json
    Column("entity", String(40), nullable=False, default=""),
    Column("number", String(80), nullable=False, default=""),  # PO, shipment or group number
    Column("business_key", String(64)),  # B-68; empty where the document was not mapped
    Column("content", Text, nullable=False, default=""),  # canonical JSON
    Column("mapping", String(200), nullable=False, default=""),
    Column("mapping_version", String(64), nullable=False, default=""),
    Column("group_id", String(2), nullable=False, default=""),
    Column("interchange_control", String(14), nullable=False, default=""),
    Column("group_control", String(14), nullable=False, default=""),
    Column("set_control", String(14), nullable=False, default=""),
    Column("usage", String(1), nullable=False, default=""),
    Column("place", String(200), nullable=False, default=""),
    Column("sha256", String(64), nullable=False, default=""),  # bytes of what we wrote
    Column("answers", Integer, ForeignKey("documents.id")),  # the document that caused this one
    Column("acknowledged", String(30), nullable=False, default=""),  # for what we wrote
    Column("state", String(20), nullable=False),
    Column("reason", Text, nullable=False, default=""),
    Column("created_at", DateTime, nullable=False),
    Column("updated_at", DateTime, nullable=False),
    UniqueConstraint("file_id", "ordinal"),
    Index("ix_documents_business_key", "business_key"),
    Index("ix_documents_number", "number"),
    Index("ix_documents_group", "partner", "group_id", "group_control"),
)

document_orders = Table(
    "document_orders",
    metadata,
    Column("document_id", Integer, ForeignKey("documents.id"), primary_key=True),
    Column("po_number", String(80), primary_key=True),
    Index("ix_document_orders_po_number", "po_number"),
)

findings = Table(
    "findings",
    metadata,
    _id(),
    Column("file_id", Integer, ForeignKey("files.id")),
    Column("document_id", Integer, ForeignKey("documents.id")),
    Column("level", String(10), nullable=False),
    Column("code", String(60), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("detail", Text, nullable=False),  # the whole finding as JSON
    Column("quirk", String(40), nullable=False, server_default=""),  # that tolerates it
    Index("ix_findings_file_id", "file_id"),
    Index("ix_findings_document_id", "document_id"),
    Index(
        "ix_findings_quirk",
        "quirk",
        sqlite_where=text("quirk <> ''"),
        postgresql_where=text("quirk <> ''"),
    ),
)

effects = Table(
    "effects",
    metadata,
    _id(),
    Column("document_id", Integer, ForeignKey("documents.id")),  # empty: of a case or a file
    Column("key", String(120), nullable=False, unique=True),
    Column("kind", String(20), nullable=False),  # put, erp, event, webhook, broker
    Column("target", String(80), nullable=False),  # partner, erp, journal or receiver
    Column("order_key", String(80), nullable=False, default=""),  # same key: strictly in order
    Column("payload", Text, nullable=False),
    Column("plan", Text, nullable=False, default=""),  # what the ERP is to be told, before it is
    Column("state", String(10), nullable=False),  # pending, taken, done, stuck, skipped
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", DateTime, nullable=False),
    Column("lease_until", DateTime),
    Column("owner", String(80), nullable=False, default=""),
    Column("error", Text, nullable=False, default=""),
    Column("result", Text, nullable=False, default=""),
    Column("created_at", DateTime, nullable=False),
    Column("done_at", DateTime),
    Index("ix_effects_state_due_at", "state", "due_at"),
    Index("ix_effects_order_key_state", "order_key", "state"),
    Index("ix_effects_document_id", "document_id"),
    # What is still to be done is found without looking at all that ever was.
    Index(
        "ix_effects_open",
        "target",
        "id",
        sqlite_where=text("done_at IS NULL"),
        postgresql_where=text("done_at IS NULL"),
    ),
)

orders = Table(
    "orders",
    metadata,
    Column("po_number", String(80), primary_key=True),
    Column("partner", String(80), nullable=False),
    Column("state", String(20), nullable=False),  # released, sent, acknowledged, shipped, …
    Column("content", Text, nullable=False),  # PurchaseOrder as JSON
    Column("document_id", Integer, ForeignKey("documents.id"), nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("updated_at", DateTime, nullable=False),
)

commitments = Table(
    "commitments",
    metadata,
    _id(),
    Column("po_number", String(80), ForeignKey("orders.po_number"), nullable=False),
    Column("line_number", String(40), nullable=False),
    Column("kind", String(20), nullable=False),  # of canonical.postings.PostingKind
    Column("quantity", String(40), nullable=False),
    Column("unit", String(10), nullable=False),
    Column("promised_on", String(10), nullable=False, default=""),
    Column("means", String(20), nullable=False, default=""),
    Column("reason", String(80), nullable=False, default=""),
    Column("partner", String(80), nullable=False),
    Column("document_id", Integer, ForeignKey("documents.id"), nullable=False),
    Column("place", String(200), nullable=False, default=""),
    Column("ship_to", String(80), nullable=False, server_default=""),
    Column("superseded_by", Integer, ForeignKey("documents.id")),  # a later answer replaced it
    Column("posted_at", DateTime, nullable=False),
    Index("ix_commitments_po_number_line_number", "po_number", "line_number"),
)

# What the buyer asked to change of an order; it holds when its maker agrees (B-66, B-67).
order_changes = Table(
    "order_changes",
    metadata,
    _id(),
    Column("po_number", String(80), ForeignKey("orders.po_number"), nullable=False),
    Column("number", String(20), nullable=False),  # BCH05, as its maker is told
    Column("erp_number", String(80), nullable=False, default=""),  # as the ERP counts
    Column("partner", String(80), nullable=False),  # who is asked
    Column("state", String(20), nullable=False),  # asked, agreed, partly_agreed, refused, replaced
    Column("content", Text, nullable=False),  # OrderChange as JSON
    Column("document_id", Integer, ForeignKey("documents.id"), nullable=False),
    Column("answered_by", Integer, ForeignKey("documents.id")),
    Column("created_at", DateTime, nullable=False),
    Column("answered_at", DateTime),
    Index("ix_order_changes_po_number", "po_number"),
)

# What partners tell of capacity, stock, production and holds; what was told before is kept.
feeds = Table(
    "feeds",
    metadata,
    _id(),
    Column("partner", String(80), nullable=False),  # who holds or makes it
    Column("kind", String(20), nullable=False),  # capacity, stock, allocation, production, hold
    Column("item", String(80), nullable=False),
    Column("location", String(80), nullable=False, default=""),
    Column("measure", String(40), nullable=False),  # per_week, on_hand, consumed, …
    Column("quantity", String(40), nullable=False),
    Column("unit", String(10), nullable=False, default=""),
    Column("as_of", DateTime, nullable=False),
    Column("po_number", String(80), nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Column("document_id", Integer, ForeignKey("documents.id"), nullable=False),
    Column("is_newest", Boolean, nullable=False),
    Index("ix_feeds_partner_item", "partner", "item"),
    Index(
        "ix_feeds_newest",
        "partner",
        "kind",
        "item",
        sqlite_where=text("is_newest"),
        postgresql_where=text("is_newest"),
    ),
)

expectations = Table(
    "expectations",
    metadata,
    _id(),
    Column("po_number", String(80), nullable=False),
    Column("partner", String(80), nullable=False),
    Column("kind", String(10), nullable=False),  # 997, 855, 856, 861
    Column("due_at", DateTime, nullable=False),
    Column("document_id", Integer, ForeignKey("documents.id"), nullable=False),  # that caused it
    Column("met_by", Integer, ForeignKey("documents.id")),
    Column("warn_at", DateTime),  # when the partner is reminded; empty: never
    Column("warned_at", DateTime),
    Column("overdue_at", DateTime),  # when its case was opened
    Column("step", Integer, nullable=False, default=0, server_default="0"),  # of the escalation
    Index("ix_expectations_po_number_kind", "po_number", "kind"),
    Index(
        "ix_expectations_open",
        "due_at",
        sqlite_where=text("met_by IS NULL"),
        postgresql_where=text("met_by IS NULL"),
    ),
)

cases = Table(
    "cases",
    metadata,
    _id(),
    Column("kind", String(40), nullable=False),  # shortfall
    Column("po_number", String(80), nullable=False, default=""),
    Column("line_number", String(40), nullable=False, default=""),
    Column("document_id", Integer, ForeignKey("documents.id")),
    # What it is about where that is no order and no document, such as channel north/drop.
    Column("subject", String(280), nullable=False, server_default=""),
    Column("state", String(10), nullable=False),  # open, closed
    Column("owner", String(40), nullable=False),  # a role, such as buyer or ops
    Column("summary", Text, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("closed_at", DateTime),
    Column("closed_by", String(80), nullable=False, default=""),
    Column("resolution", Text, nullable=False, default=""),
    Index("ix_cases_state", "state"),
    Index("ix_cases_po_number", "po_number"),
)

decisions = Table(
    "decisions",
    metadata,
    _id(),
    Column("case_id", Integer, ForeignKey("cases.id"), nullable=False),
    Column("document_id", Integer, ForeignKey("documents.id"), nullable=False),
    Column("po_number", String(80), nullable=False),
    Column("line_number", String(40), nullable=False),
    Column("outcome", String(20), nullable=False),  # reroute, hold, ask
    Column("chosen", String(80), nullable=False, default=""),
    Column("reason", Text, nullable=False),
    Column("candidates", Text, nullable=False),  # JSON: each with score and reasons
    Column("inputs", Text, nullable=False),  # JSON: shortfall, rules
    Column("rules_version", String(64), nullable=False),
    Column("decided_by", String(80), nullable=False),  # rules, or a person
    Column("decided_at", DateTime, nullable=False),
    Index("ix_decisions_po_number", "po_number"),
)

# Identity of an interchange, to know a control number that comes back (B-25, B-27).
interchanges = Table(
    "interchanges",
    metadata,
    _id(),
    Column("sender", String(40), nullable=False),  # qualifier/id, as in ZZ/NORTH
    Column("receiver", String(40), nullable=False),
    Column("usage", String(1), nullable=False),
    Column("control", Integer, nullable=False),  # compared as a number (B-16)
    Column("sha256", String(64), nullable=False),  # of the interchange alone
    Column("file_id", Integer, ForeignKey("files.id"), nullable=False),
    Column("accepted", Boolean, nullable=False),  # a rejected one may be sent again corrected
    Column("received_at", DateTime, nullable=False),
    Index("ix_interchanges_identity", "sender", "receiver", "usage", "control"),
    Index("ix_interchanges_newest", "sender", "receiver", "usage", "id"),
)

# Where a partner's numbers began again with our consent: what came before no longer counts (F17).
epochs = Table(
    "epochs",
    metadata,
    _id(),
    Column("sender", String(40), nullable=False),
    Column("receiver", String(40), nullable=False),
    Column("usage", String(1), nullable=False),
    Column("after_id", Integer, nullable=False),  # the last interchange of the epoch before
    Column("began_at", DateTime, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_epochs_pair", "sender", "receiver", "usage"),
)

control_numbers = Table(
    "control_numbers",
    metadata,
    Column("sender", String(40), primary_key=True),
    Column("receiver", String(40), primary_key=True),
    Column("usage", String(1), primary_key=True),
    Column("scope", String(12), primary_key=True),  # interchange, group
    Column("value", Integer, nullable=False),
)

polls = Table(
    "polls",
    metadata,
    Column("channel", String(200), primary_key=True),
    Column("polled_at", DateTime, nullable=False),
    Column("error", Text, nullable=False, default=""),
    Column("alive", Boolean, nullable=False, default=True),
)

# How far an ERP was asked for released orders; one row a channel.
cursors = Table(
    "cursors",
    metadata,
    Column("channel", String(200), primary_key=True),
    Column("cursor", Text, nullable=False),
    Column("moved_at", DateTime, nullable=False),
)

# Who is changing an order in the ERP now: one writer an order, across threads and machines.
writers = Table(
    "writers",
    metadata,
    Column("order_key", String(120), primary_key=True),
    Column("owner", String(80), nullable=False),
    Column("lease_until", DateTime, nullable=False),
)

# What lies at a source and was not taken, and why not; gone when it is gone (never silent).
sightings = Table(
    "sightings",
    metadata,
    Column("channel", String(200), primary_key=True),
    Column("name", String(1600), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("modified_at", DateTime),
    Column("verdict", String(10), nullable=False),  # wait, ignore, quarantine
    Column("reason", Text, nullable=False),
    Column("since", DateTime, nullable=False),  # when it was first seen as it is
    Column("observations", Text, nullable=False, server_default="[]"),
)

# What people did, and why: retries, skips, reruns, approvals (C-48).
actions = Table(
    "actions",
    metadata,
    _id(),
    Column("actor", String(80), nullable=False),
    Column("verb", String(40), nullable=False),
    Column("subject", String(120), nullable=False),  # such as effect 12-1
    Column("reason", Text, nullable=False, default=""),
    Column("done_at", DateTime, nullable=False),
    Index("ix_actions_subject", "subject"),
)
