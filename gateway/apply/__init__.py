"""Apply: what a mapped document changes in the ledger, and which effects it asks for."""
