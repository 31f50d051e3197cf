"""ERPs: the doors of a site, opened as the ERP partner's file says, kept, and left alone when asked to."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.clock import now
from gateway.erp.erp import Erp
from gateway.erp.errors import ErpContractError, ErpError, ErpRestingError
from gateway.erp.files import open_files_erp
from gateway.partners import Partner
from gateway.secrets import Secrets
from gateway.settings import Site


@dataclass(slots=True)
class _Door:
    settings: object
    erp: Erp
    rests_until: datetime | None = None
    why: ErpError | None = None


@dataclass(slots=True)
class Erps:
    """Open doors by partner; one whose settings or secrets changed is closed and opened anew."""

    _doors: dict[str, _Door] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, site: Site, partner: Partner, secrets: Secrets) -> Erp:
        """Return the door; raises ErpRestingError while this ERP is left alone."""
        door = self._find(site, partner, secrets)
        if door.why is not None and door.rests_until is not None:
            left = (door.rests_until - now()).total_seconds()
            if left > 0:
                raise ErpRestingError(
                    f"left alone for {left:.0f} s more: {door.why}", retry_after=left
                )
            door.why = None
        return door.erp

    def rest(self, partner: Partner, error: ErpError, seconds: float) -> None:
        """Leave this ERP alone for so many seconds: it asked for it, or does not let us in."""
        with self._lock:
            door = self._doors.get(partner.name)
            if door is not None:
                door.why, door.rests_until = error, now() + timedelta(seconds=seconds)

    def close(self) -> None:
        """Hang up everywhere."""
        with self._lock:
            doors, self._doors = self._doors, {}
        for door in doors.values():
            door.erp.close()

    def _close(self, name: str) -> None:
        with self._lock:
            door = self._doors.pop(name, None)
        if door is not None:
            door.erp.close()

    def _find(self, site: Site, partner: Partner, secrets: Secrets) -> _Door:
        names = (partner.erp.password, partner.erp.token)
        known = tuple(secrets.get(name) if name else "" for name in names)
        settings = (partner.erp, partner.channels, partner.dialect, known)
        with self._lock:
            door = self._doors.get(partner.name)
            if door is not None and door.settings == settings:
                return door
            if door is not None:
                door.erp.close()
            opened = _Door(settings, open_door(site, partner, secrets))
            self._doors[partner.name] = opened
            return opened


def open_door(site: Site, partner: Partner, secrets: Secrets) -> Erp:
    """Return the ERP as the adapter its file names; raises ErpContractError where that cannot be."""
    adapter = partner.erp.adapter
    if adapter not in OPENERS:
        raise ErpContractError(f"{partner.name}.yaml: adapter {adapter} is not there yet")
    return OPENERS[adapter](site, partner, secrets)


def _open_files(site: Site, partner: Partner, _secrets: Secrets) -> Erp:
    return open_files_erp(site, partner)


def _open_http(_site: Site, partner: Partner, secrets: Secrets) -> Erp:
    # What speaks HTTP is loaded where it is used only: the command line stays light.
    from gateway.erp.http import HttpErp  # noqa: PLC0415
    from gateway.erp.wire import make_client  # noqa: PLC0415

    door = partner.erp
    headers = {"Authorization": f"Bearer {secrets.get(door.token)}"} if door.token else {}
    return HttpErp(make_client(door.url, door.timeout_seconds, headers))


def _open_tryton(_site: Site, partner: Partner, secrets: Secrets) -> Erp:
    from gateway.erp.tryton.erp import TrytonErp  # noqa: PLC0415
    from gateway.erp.tryton.rpc import Rpc  # noqa: PLC0415
    from gateway.erp.tryton.words import Words  # noqa: PLC0415

    door = partner.erp
    password = secrets.get(door.password)
    rpc = Rpc(door.url, door.database, door.user, password, door.timeout_seconds)
    return TrytonErp(rpc, Words(door.partners, door.units, door.locations))


def _open_idoc(site: Site, partner: Partner, _secrets: Secrets) -> Erp:
    from gateway.erp.idoc import open_idoc_erp  # noqa: PLC0415 loads lxml

    return open_idoc_erp(site, partner)


OPENERS: dict[str, Callable[[Site, Partner, Secrets], Erp]] = {
    "files": _open_files,
    "http": _open_http,
    "tryton": _open_tryton,
    "idoc": _open_idoc,
}
