"""What goes wrong with the ledger itself, as opposed to with a document."""


class LedgerError(Exception):
    """The ledger was asked for something it does not do; the sentence says what to do instead."""
