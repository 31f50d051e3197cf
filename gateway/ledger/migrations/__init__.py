"""How ledgers of earlier versions are brought up to date."""
