"""Lines: the transports to partners' servers, one a channel, kept from poll to poll."""

import threading
from collections.abc import Hashable
from dataclasses import dataclass, field

from gateway.transports.sftp import SftpTransport


@dataclass(slots=True)
class Lines:
    """Open transports by channel; one whose settings changed is closed and made anew."""

    _kept: dict[Hashable, tuple[object, SftpTransport]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, channel: Hashable, settings: object) -> SftpTransport | None:
        """Return the transport that was kept with these settings."""
        with self._lock:
            kept = self._kept.get(channel)
        return kept[1] if kept is not None and kept[0] == settings else None

    def keep(self, channel: Hashable, settings: object, transport: SftpTransport) -> SftpTransport:
        """Return the transport, kept from now on; an older one of the channel is closed."""
        with self._lock:
            before = self._kept.get(channel)
            self._kept[channel] = (settings, transport)
        if before is not None:
            before[1].close()
        return transport

    def close(self) -> None:
        """Hang up everywhere."""
        with self._lock:
            kept, self._kept = self._kept, {}
        for _, transport in kept.values():
            transport.close()
