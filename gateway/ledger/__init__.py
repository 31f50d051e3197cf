"""The ledger: what arrived, what it meant, what was done about it."""
