"""An ERP that takes JSON files from a folder: one file a command, its name is the key."""

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from canonical.entities import write_plain
from canonical.erp_commands import ErpCommand
from gateway.disk import read_bytes, sync_folders, write_files
from gateway.erp.erp import Outcome, Plan, Released
from gateway.erp.errors import ErpContractError, ErpUnavailableError
from gateway.partners import Partner
from gateway.settings import Site

WORDS_IN = ("status", "unmentioned", "purpose")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST = 120
_HOLDS_MORE = (dict, list, tuple)


@dataclass(slots=True, frozen=True)
class FilesErp:
    """Files into `folder`; `kept` remembers each, since the ERP removes what it has read.

    Where both are on one disk they are two names of one file. Killed between the two, and the ERP
    faster than the repeat: then the same file comes a second time, under the same name and with the
    same `key` inside, for the ERP to pass over.
    """

    folder: Path
    kept: Path
    words: Mapping[str, str] = field(default_factory=dict)

    def released_orders(self, cursor: str) -> Released:
        """Return none: they arrive as files on the ERP partner's channel in."""
        return Released(cursor=cursor)

    def plan(self, command: ErpCommand, key: str) -> Plan:
        """Return the file's name and text; the ERP's words stand in place of ours."""
        name = type(command).__name__
        content = {"key": key, "data": _in_words(write_plain(command), self.words)}
        text = msgspec.json.format(msgspec.json.encode(content), indent=2).decode() + "\n"
        return Plan(key=key, command=name, target=file_name(name, key), content=text)

    def apply(self, plan: Plan) -> Outcome:
        """Put the file there unless this key was given before, in whole or not at all."""
        return self.apply_all([plan])[0]

    def apply_all(self, plans: Sequence[Plan]) -> list[Outcome]:
        """Put those files there whose keys were not given before; the folder is synced once for all."""
        try:
            copies = [read_bytes(f"{self.kept}/{plan.target}") for plan in plans]
            found = [self._find(*one) for one in zip(plans, copies, strict=True)]
            given = zip(plans, copies, found, strict=True)
            due = [plan for plan, before in zip(plans, found, strict=True) if before is None]
            _write_all(self.folder, due)
            unkept = [
                plan
                for plan, copy, before in given
                if copy is None and before in (None, plan.content.encode())
            ]
            _keep_all(self.folder, self.kept, unkept)
        except OSError as error:
            raise ErpUnavailableError(
                f"{error.filename or self.folder} cannot be written: {error.strerror or error}"
            ) from error
        return [self._tell(plan, before) for plan, before in zip(plans, found, strict=True)]

    def _find(self, plan: Plan, copy: bytes | None) -> bytes | None:
        """Return what was given under this key before."""
        return read_bytes(f"{self.folder}/{plan.target}") if copy is None else copy

    def _tell(self, plan: Plan, found: bytes | None) -> Outcome:
        if found is None:
            return Outcome(
                result="applied", reference=plan.target, sentence=f"{plan.target} was written"
            )
        if found != plan.content.encode():
            return self._diverged(plan)
        sentence = f"{plan.target} was written before, with the same content"
        return Outcome(result="already", reference=plan.target, sentence=sentence)

    def verify(self, plan: Plan) -> Outcome:
        """Return `applied` where our copy, and the file if the ERP has not taken it, hold the plan."""
        content = plan.content.encode()
        try:
            file, copy = (read_bytes(f"{one}/{plan.target}") for one in (self.folder, self.kept))
        except OSError as error:
            raise ErpUnavailableError(
                f"{plan.target} cannot be read: {error.strerror or error}"
            ) from error
        if copy == content and file in (None, content):
            sentence = f"{plan.target} is there" if file else f"{plan.target} was taken by the ERP"
            return Outcome(result="applied", reference=plan.target, sentence=sentence)
        return self._diverged(plan)

    def close(self) -> None:
        """Do nothing: nothing is held open."""

    def _diverged(self, plan: Plan) -> Outcome:
        sentence = (
            f"{plan.target} in {self.folder} is not what command {plan.key} says; "
            f"compare it with {self.kept / plan.target}, remove the wrong one and retry"
        )
        return Outcome(result="diverged", reference=plan.target, sentence=sentence)


def open_files_erp(site: Site, erp: Partner) -> FilesErp:
    """Return the door to the ERP partner's first channel out, below the home of the site."""
    channels = erp.channels.leaving
    if not channels:
        raise ErpContractError(f"{erp.name}.yaml has no channel out; add one under channels.out")
    return FilesErp(
        folder=site.home / channels[0].folder,
        kept=site.home / "var" / "erp" / erp.name,
        words=erp.dialect.status,
    )


def file_name(command: str, key: str) -> str:
    """Return the name of a command's file: two keys never share one."""
    plain = _UNSAFE.sub("_", key)
    if plain != key or len(plain) > _LONGEST:
        plain = f"{plain[:_LONGEST]}-{hashlib.sha256(key.encode()).hexdigest()[:12]}"
    return f"{command}-{plain}.json"


def _in_words(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {
            key: words.get(one, one)
            if key in WORDS_IN and isinstance(one, str)
            else _in_words(one, words)
            if isinstance(one, _HOLDS_MORE)
            else one
            for key, one in value.items()
        }
    return [_in_words(one, words) if isinstance(one, _HOLDS_MORE) else one for one in value]


def _write_all(folder: Path, plans: Sequence[Plan]) -> None:
    """Write each under a hidden name, sync, rename: a reader sees all of a file or nothing."""
    if not plans:
        return
    folder.mkdir(parents=True, exist_ok=True)
    parts = {one.target: f"{folder}/.{one.target}.part" for one in plans}
    # Commands are told in lanes: as many of these wait side by side as there are lanes.
    contents = {parts[one.target]: one.content.encode() for one in plans}
    write_files(contents, 0o666, side_by_side=1)
    for target, part in parts.items():
        os.replace(part, f"{folder}/{target}")  # noqa: PTH105 no Path is made for each of many
    sync_folders([folder])


def _keep_all(folder: Path, kept: Path, plans: Sequence[Plan]) -> None:
    """Give each file its second name; copy what the ERP took by now, or what lies on another disk."""
    if not plans:
        return
    kept.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_all(kept, [one for one in plans if not _has_twin(folder, kept, one.target)])
    sync_folders([kept])


def _has_twin(folder: Path, kept: Path, name: str) -> bool:
    try:
        os.link(f"{folder}/{name}", f"{kept}/{name}")
    except OSError:
        return False
    return True
