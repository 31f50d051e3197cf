"""Line: one SSH connection to a server, kept while it lives and reopened after it failed."""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import msgspec

from gateway.host_key import HostKey
from gateway.transports.host_keys import HostKeyError, algorithms_of, must_be_pinned
from gateway.transports.transport import TransportError

PATIENCE = 20.0  # seconds without progress after which a server counts as dead (C-37)
CONNECT_SECONDS = 10.0
KEEP_ALIVE_SECONDS = 15
LONGEST_PAUSE = 300.0


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """Where to connect and as whom."""

    host: str
    port: int = 22
    user: str

    def __str__(self) -> str:
        """Return it as people write it; nothing in it is secret."""
        return f"{self.user}@{self.host}:{self.port}"


@dataclass(slots=True, frozen=True)
class Login:
    """What proves who we are: a private key or a password; never printed."""

    key: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(slots=True)
class _Watchdog:
    """When the server must have answered; one thread a connection looks at it."""

    deadline: float | None = None
    has_bitten: bool = False
    stopped: threading.Event = field(default_factory=threading.Event)


def _watch(dog: _Watchdog, ssh: Any, patience: float) -> None:
    """Hang up when the deadline has passed: whatever waits for the server then fails."""
    while not dog.stopped.wait(patience / 8):
        deadline = dog.deadline
        if deadline is not None and time.monotonic() > deadline:
            dog.has_bitten = True
            _end(ssh)
            return


class Line:
    """The connection of one channel; threads that use it wait for each other.

    After a failure the next attempts wait 1, 2, 4 … seconds, at most five minutes, and fail at
    once meanwhile, so that a dead server costs nobody time.
    """

    def __init__(
        self,
        server: Server,
        pins: Callable[[], Sequence[HostKey]],
        login: Callable[[], Login],
        patience: float = PATIENCE,
    ) -> None:
        """Prepare; pins and login are asked for at each connection, so that new ones are taken."""
        self.server = server
        self.patience = patience
        self._pins = pins
        self._login = login
        self._ssh: Any = None
        self._sftp: Any = None
        self._watchdog = _Watchdog()
        self._lock = threading.RLock()
        self._failures = 0
        self._not_before = 0.0
        self._said = ""

    @contextmanager
    def use(self) -> Iterator[Any]:
        """Yield an open SFTP client; what fails with the server is told as TransportError.

        What the server says about one file is an OSError and leaves the line open.
        """
        with self._lock:
            yield from self._use()

    def _use(self) -> Iterator[Any]:
        sftp = self._open()
        try:
            yield sftp
        except TransportError:
            raise
        except Exception as error:
            if _is_an_answer(error) and self._is_open():
                raise
            raise self._fail(error) from error
        self._failures = 0

    @contextmanager
    def progress(self) -> Iterator[None]:
        """Give the server as much time as its patience allows for what is done inside."""
        watchdog = self._watchdog
        watchdog.deadline = time.monotonic() + self.patience
        try:
            yield
        except Exception as error:
            if watchdog.has_bitten:
                raise TimeoutError(f"no answer for {self.patience:g} seconds") from error
            raise
        finally:
            watchdog.deadline = None

    def close(self) -> None:
        """End the connection, if there is one."""
        self._watchdog.stopped.set()
        _end(self._ssh)
        self._ssh = self._sftp = None

    def _open(self) -> Any:
        if self._is_open():
            return self._sftp
        wait = self._not_before - time.monotonic()
        if wait > 0:
            raise TransportError(f"{self._said} (tried again in {wait:.0f} s)")
        self.close()
        try:
            self._connect()
        except HostKeyError as error:
            self._pause(f"{error}")
            raise
        except Exception as error:
            raise self._fail(error) from error
        return self._sftp

    def _is_open(self) -> bool:
        if self._sftp is None:
            return False
        channel = self._sftp.get_channel()
        return bool(self._ssh.is_active()) and not (channel.closed or channel.eof_received)

    def _connect(self) -> None:
        import paramiko  # noqa: PLC0415 a quarter of a second, only where SFTP is used

        # Its tracebacks are told by our own errors; what a server says is not for the log.
        logging.getLogger("paramiko").setLevel(logging.CRITICAL)
        pins, login = self._pins(), self._login()
        address = (self.server.host, self.server.port)
        plug = socket.create_connection(address, min(CONNECT_SECONDS, self.patience))
        self._ssh = paramiko.Transport(plug)
        self._watchdog = _Watchdog()
        watch = (self._watchdog, self._ssh, self.patience)
        threading.Thread(target=_watch, args=watch, daemon=True).start()
        with self.progress():
            self._greet(pins)
            self._log_in(login)
            self._ssh.set_keepalive(KEEP_ALIVE_SECONDS)
            self._sftp = paramiko.SFTPClient.from_transport(self._ssh)

    def _greet(self, pins: Sequence[HostKey]) -> None:
        """Agree on keys with the server; the host key is judged before anything of ours is sent."""
        import paramiko  # noqa: PLC0415

        ssh = self._ssh
        ssh.banner_timeout = ssh.auth_timeout = ssh.channel_timeout = self.patience
        wanted = algorithms_of(pins)
        options = ssh.get_security_options()
        options.key_types = [name for name in wanted if name in options.key_types]
        if not options.key_types:
            raise HostKeyError(f"host keys of type {', '.join(wanted)} are not known here")
        try:
            ssh.start_client(timeout=self.patience)
        except paramiko.SSHException as error:
            if "host key" not in str(error):
                raise
            kinds = ", ".join(key.type for key in pins)
            raise HostKeyError(
                f"{self.server} shows no host key of type {kinds}, which is pinned; "
                "ask the partner by telephone whether it changed its key, then change host_key"
            ) from error
        shown = ssh.get_remote_server_key()
        must_be_pinned(HostKey(shown.get_name(), shown.asbytes()), pins, str(self.server))

    def _log_in(self, login: Login) -> None:
        import paramiko  # noqa: PLC0415

        try:
            if login.key:
                self._ssh.auth_publickey(self.server.user, _read_key(login))
            else:
                self._ssh.auth_password(self.server.user, login.password)
        except paramiko.AuthenticationException as error:
            said = "key" if login.key else "password"
            raise TransportError(
                f"{self.server} refuses our {said}; ask the partner, or correct the secret"
            ) from error

    def _fail(self, error: Exception) -> TransportError:
        """Close the line, wait longer each time, and return the error as a sentence."""
        if isinstance(error, TransportError):
            sentence = f"{error}"
        else:
            said = getattr(error, "strerror", "") or f"{error}" or type(error).__name__
            sentence = f"{self.server}: {said}; check that the server is up and reachable"
        self._pause(sentence)
        return TransportError(sentence)

    def _pause(self, sentence: str) -> None:
        self.close()
        self._said = sentence
        self._not_before = time.monotonic() + min(2.0**self._failures, LONGEST_PAUSE)
        self._failures = min(self._failures + 1, 20)


def _end(ssh: Any) -> None:
    if ssh is not None:
        with suppress(Exception):  # it is given up whatever it says
            ssh.close()


def _is_an_answer(error: Exception) -> bool:
    """Return whether the server said no, rather than nothing."""
    return isinstance(error, OSError) and not isinstance(error, TimeoutError | ConnectionError)


def _read_key(login: Login) -> Any:
    """Return the private key; an error never shows any of it."""
    import paramiko  # noqa: PLC0415

    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        with suppress(paramiko.SSHException, ValueError, TypeError, IndexError, UnicodeError):
            return kind.from_private_key(StringIO(login.key), login.passphrase or None)
    raise TransportError(
        "the secret is no private key that can be opened; wanted is an OpenSSH key "
        "(ed25519, ecdsa or rsa), and its passphrase where it has one"
    )
