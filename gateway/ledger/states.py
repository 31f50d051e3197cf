"""The closed lists of states: everything that arrives or is to be done is in exactly one."""

from collections.abc import Collection

from gateway.ledger.errors import LedgerError

# The six verbs in their past forms, and where work stops (DESIGN 2).
WORK_STATES = ("received", "read", "mapped", "applied", "routed", "delivered")
STOP_STATES = ("parked", "duplicate", "quarantined", "ignored")
HELD = ("parked", "quarantined")  # a person must look; the second must never be taken as it is
WAITING = "waiting"  # a file that is one part of a document: its other part has not come (B-87)
FILE_STATES = (*WORK_STATES, WAITING, *STOP_STATES)
DOCUMENT_STATES = WORK_STATES + STOP_STATES
UNFINISHED_FILES = ("received", "read", "mapped")  # processing was cut short, or never began
SETTLED_DOCUMENTS = ("applied", "routed", "delivered")  # their effects stand; never done again
EFFECT_STATES = ("pending", "taken", "done", "stuck", "skipped")
UNFINISHED_EFFECTS = ("pending", "taken", "stuck")
ORDER_STATES = (
    "released",
    "sent",
    "acknowledged",
    "partly_shipped",  # something promised, backordered or unanswered has not left
    "shipped",
    "received",
    "rerouted",
    "closed",
    "cancelled",
)
CHANGE_STATES = ("asked", "agreed", "partly_agreed", "refused", "replaced")
CASE_STATES = ("open", "closed")
REROUTE_STATES = (
    "reducing",  # the former CM is asked to make less; nobody else is ordered from yet
    "stuck",  # the new order could not be written; its reason says why
    "placed",  # the new order is with the next CM
    "taken",  # the next CM accepted
    "declined",  # the next CM refused; the need goes on with the new order
    "withdrawn",  # the former CM makes it after all, or a person called it off
)
ACKNOWLEDGED = (  # what became of a document we sent (B-44)
    "",
    "waiting",
    "accepted",
    "accepted_with_errors",
    "partial",
    "rejected",
    "overdue",
)


def must_be(word: str, words: Collection[str], what: str) -> str:
    """Return the word, or raise LedgerError with the words there are."""
    if word not in words:
        known = ", ".join(known or "''" for known in words)
        raise LedgerError(f"{word!r} is no {what}; it is one of {known}")
    return word
