"""Remote files: what is done with the files of an SFTP server, each step within its patience."""

import stat
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import msgspec

from gateway.transports.line import Line
from gateway.transports.transport import TransportError

BLOCK = 32_768  # what every server reads and writes at once
AHEAD = 64  # blocks asked for before the first has come: 2 MB on their way
PIECE = 8 * BLOCK  # written between two looks at the clock
MOST_NAMES = 100_000
_DATA = 103  # SSH_FXP_DATA


class RemoteFile(msgspec.Struct, frozen=True, kw_only=True):
    """One name of a remote folder as the server tells it; `modified` in seconds since 1970."""

    name: str
    size: int | None = None
    modified: int | None = None
    mode: int | None = None

    @property
    def fault(self) -> str:
        """Return why it is no file to be taken, or nothing."""
        if self.mode is None or self.size is None:
            return "the server does not tell its kind and size"
        if stat.S_ISLNK(self.mode):
            return "is a symbolic link"
        if stat.S_ISDIR(self.mode):
            return "is a folder; files are taken from the channel's folder only"
        return "" if stat.S_ISREG(self.mode) else "is no ordinary file"

    def is_as(self, other: "RemoteFile") -> bool:
        """Return whether size and time are the same."""
        return (self.size, self.modified) == (other.size, other.modified)


class RemoteFiles:
    """The files of one server, spoken to over an open line; paths are bytes, as servers keep them.

    paramiko's own listing breaks at a name that is no UTF-8, and its reading ahead needs a thread
    that outlives a broken line; so both are done here with its requests.
    """

    def __init__(self, line: Line, sftp: Any) -> None:
        """Use the SFTP client that the line has opened."""
        self._line = line
        self._sftp = sftp

    def list(self, folder: bytes) -> list[RemoteFile]:
        """Return all names of a folder; what is no UTF-8 comes as surrogates."""
        from paramiko.sftp import CMD_CLOSE, CMD_OPENDIR  # noqa: PLC0415

        with self._line.progress():
            _, message = self._sftp._request(CMD_OPENDIR, folder)  # noqa: SLF001 see the class
        handle = message.get_binary()
        found: list[RemoteFile] = []
        while part := self._list_more(handle):
            found += part
            if len(found) > MOST_NAMES:
                raise TransportError(f"more than {MOST_NAMES} files; move the old ones elsewhere")
        with self._line.progress():
            self._sftp._request(CMD_CLOSE, handle)  # noqa: SLF001
        return [file for file in found if file.name not in {".", ".."}]

    def find(self, path: bytes) -> RemoteFile | None:
        """Return the file as it is now, of a link the link itself; None where there is none."""
        try:
            with self._line.progress():
                found = self._sftp.lstat(path)
        except FileNotFoundError:
            return None
        return _file_of(path.rpartition(b"/")[2], found)

    def read(self, path: bytes, size: int, start: int = 0) -> bytes:
        """Return up to `size` bytes; fewer where the file ends before."""
        with self._line.progress():
            file = self._sftp.open(path, "r")
        try:
            return b"".join(self._read_blocks(file.handle, start, size))
        finally:
            self._close(file)

    def write(self, path: bytes, data: bytes, start: int) -> None:
        """Write the bytes from `start` on; what stands before is kept, and must be there."""
        file = self._open_to_write(path, must_be_there=start > 0)
        try:
            file.seek(start)
            file.set_pipelined(True)
            end = max(start, len(data) - 1)
            for at in range(start, end, PIECE):
                with self._line.progress():
                    file.write(data[at : min(at + PIECE, end)])
            # The last byte waits for the answers to all that was written before.
            file.set_pipelined(False)
            with self._line.progress():
                file.write(data[end:])
                self._sync(file.handle)
        finally:
            self._close(file)

    def rename(self, old: bytes, new: bytes) -> bool:
        """Rename a file; false where the new name is taken. Nothing is ever overwritten.

        SFTP's plain rename must refuse a name that is taken, and OpenSSH does it with a link, in
        one step. Where a server has no plain rename of its own, the POSIX one comes after a look.
        """
        try:
            with self._line.progress():
                self._sftp.rename(old, new)
        except FileNotFoundError:
            raise
        except OSError:
            if self.find(new) is not None:
                return False
            with self._line.progress():
                self._sftp.posix_rename(old, new)
        return True

    def remove(self, path: bytes) -> None:
        """Remove a file; one that is gone is no fault."""
        try:
            with self._line.progress():
                self._sftp.remove(path)
        except FileNotFoundError:
            return

    def make_folder(self, path: bytes) -> None:
        """Make a folder where it is missing; a link in its place is refused."""
        found = self.find(path)
        if found is None:
            with self._line.progress():
                self._sftp.mkdir(path)
        elif found.mode is None or not stat.S_ISDIR(found.mode):
            raise TransportError(f"{found.name} is no folder; make it one")

    def _list_more(self, handle: bytes) -> tuple[RemoteFile, ...]:
        from paramiko.sftp import CMD_READDIR  # noqa: PLC0415
        from paramiko.sftp_attr import SFTPAttributes  # noqa: PLC0415

        try:
            with self._line.progress():
                _, message = self._sftp._request(CMD_READDIR, handle)  # noqa: SLF001
        except EOFError:
            return ()
        found = []
        for _ in range(min(message.get_int(), MOST_NAMES)):
            name, _long = message.get_string(), message.get_string()
            found.append(_file_of(name, SFTPAttributes._from_msg(message)))  # noqa: SLF001
        return tuple(found)

    def _read_blocks(self, handle: bytes, start: int, size: int) -> Iterator[bytes]:
        """Yield the blocks in order, many asked for ahead; ends where the file ends."""
        waiting: deque[tuple[int, int, _Answer]] = deque()
        at, end = start, start + size
        while waiting or at < end:
            while at < end and len(waiting) < AHEAD:
                wanted = min(BLOCK, end - at)
                waiting.append((at, wanted, self._ask(handle, at, wanted)))
                at += wanted
            begun, wanted, answer = waiting.popleft()
            with self._line.progress():
                while not answer.has_come:
                    self._sftp._read_response()  # noqa: SLF001
            data = answer.read(self._sftp)
            yield data
            if len(data) < wanted:  # servers may send less than asked: ask again from there
                waiting.clear()
                at = begun + len(data)
                if not data:
                    return

    def _ask(self, handle: bytes, at: int, size: int) -> "_Answer":
        from paramiko.sftp import CMD_READ, int64  # noqa: PLC0415

        answer = _Answer()
        with self._line.progress():
            self._sftp._async_request(answer, CMD_READ, handle, int64(at), size)  # noqa: SLF001
        return answer

    def _open_to_write(self, path: bytes, *, must_be_there: bool) -> Any:
        with self._line.progress():
            try:
                return self._sftp.open(path, "r+")
            except FileNotFoundError:
                if must_be_there:
                    raise
                return self._sftp.open(path, "wx")

    def _sync(self, handle: bytes) -> None:
        """Have it written to the server's disk, where the server can (OpenSSH)."""
        from paramiko.sftp import CMD_EXTENDED  # noqa: PLC0415

        try:
            self._sftp._request(CMD_EXTENDED, "fsync@openssh.com", handle)  # noqa: SLF001
        except OSError as error:
            if isinstance(error, TimeoutError | ConnectionError):
                raise

    def _close(self, file: Any) -> None:
        with suppress(Exception), self._line.progress():  # what went wrong has been said before
            file.close()


class _Answer:
    """One answer to a read that was asked for ahead."""

    def __init__(self) -> None:
        self.has_come = False
        self._kind = 0
        self._message: Any = None

    def _async_response(self, kind: int, message: Any, _number: int) -> None:
        self.has_come, self._kind, self._message = True, kind, message

    def read(self, sftp: Any) -> bytes:
        """Return the bytes, none at the end of the file; raises OSError as the server says."""
        if self._kind == _DATA:
            return bytes(self._message.get_string())
        try:
            sftp._convert_status(self._message)  # noqa: SLF001
        except EOFError:
            return b""
        raise TransportError("the server answered a read with nothing")


def _file_of(name: bytes, attributes: Any) -> RemoteFile:
    return RemoteFile(
        name=name.decode("utf-8", "surrogateescape"),
        size=attributes.st_size,
        modified=attributes.st_mtime,
        mode=attributes.st_mode,
    )
