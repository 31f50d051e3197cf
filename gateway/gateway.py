"""The gateway opened: one site with its ledger, archive, partners and mappings."""

import threading
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from gateway.archive import Archive
from gateway.at_work import AtWork
from gateway.erps import Erps
from gateway.events.broker import Broker
from gateway.events.journal import Journal
from gateway.events.webhook import Webhooks
from gateway.ledger.ledger import Ledger, open_ledger
from gateway.lines import Lines
from gateway.partners import Partners, load_partners
from gateway.secrets import Secrets
from gateway.settings import Site, content_roots, load_site
from gateway.shelf import Shelf
from gateway.versions.running import Versions


@dataclass(slots=True)
class Gateway:
    """What every step needs to do its work."""

    site: Site
    ledger: Ledger
    archive: Archive
    partners: Partners
    shelf: Shelf
    journal: Journal
    secrets: Secrets = field(default_factory=Secrets)
    erps: Erps = field(default_factory=Erps)
    lines: Lines = field(default_factory=Lines)
    at_work: AtWork = field(default_factory=AtWork)
    webhooks: Webhooks = field(default_factory=Webhooks)
    broker: Broker = field(default_factory=Broker)
    versions: Versions = field(default_factory=Versions)
    bell: threading.Event = field(default_factory=threading.Event)  # rung when a file has come

    def hang_up(self) -> None:
        """Close the connections to partners' servers, receivers and the broker."""
        self.lines.close()
        self.webhooks.close()
        self.broker.close()

    def for_partner(self, partner: str) -> "Gateway":
        """Return the gateway with the mappings that run for a partner, held for the time of one file.

        They are those published when `versions` looked last.
        """
        return replace(self, shelf=self.shelf.held(self.versions.of(partner)))

    def look_for_versions(self) -> "Gateway":
        """Return the gateway after it took in what was published meanwhile."""
        with self.ledger.read() as tx:
            self.versions.look(tx)
        return self

    def reload(self) -> None:
        """Read partner files anew; mappings notice their own changes."""
        self.partners = load_partners(self.site)


def open_gateway(home: Path | None = None) -> Gateway:
    """Return the gateway of the site at `home`; raises SettingsError or LedgerError."""
    site = load_site(home)
    return Gateway(
        site=site,
        ledger=open_ledger(site.database_url),
        archive=Archive(site.archive_url),
        partners=load_partners(site),
        shelf=Shelf(content_roots(site, "mappings")),
        journal=Journal(site.journal),
    )


@cache
def opened(home: str) -> Gateway:
    """Return the gateway of a site, opened once a process; flows and workers name sites by folder."""
    return open_gateway(Path(home))
