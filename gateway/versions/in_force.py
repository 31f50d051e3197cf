"""In force: which published version of each mapping runs for a partner, and which is tried beside it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from translators.findings import Finding
from translators.mapper.causes import Causes, find_causes
from translators.mapper.compile import compile_mapping
from translators.mapper.errors import MappingError
from translators.mapper.load import Library
from translators.mapper.read_mapping import ReadMapping
from translators.mapper.write_mapping import WriteMapping

if TYPE_CHECKING:  # authoring commands do without a database
    from gateway.ledger.versions import Stage, VersionRow

MARKED_TEST = ("T", "I")  # ISA15
Compiled = ReadMapping | WriteMapping | list[Finding]


@dataclass(slots=True)
class Published:
    """One version at a stage; compiled when it is first needed."""

    row: "VersionRow"
    texts: dict[str, str]  # each file as it was published
    _mapping: Compiled | None = None

    @property
    def stage(self) -> "Stage":
        """Return the stage it was published at."""
        return self.row.stage

    @property
    def mapping(self) -> Compiled:
        """Return the version compiled, or what this cmgateway has against it."""
        if self._mapping is None:
            self._mapping = self._compile()
        return self._mapping

    def _compile(self) -> Compiled:
        try:
            return compile_mapping(Library((), self.texts).load_mapping(self.row.mapping))
        except MappingError as error:
            return list(error.findings)


@dataclass(slots=True, frozen=True)
class InForce:
    """What is published of one mapping for one partner: what runs, and what is tried beside it.

    The last word counts: published live, a version runs and nothing is tried; at another stage it
    is tried beside the one that was live before. Where none was, what is tried is all there is,
    and nothing takes effect.
    """

    live: Published | None = None
    trial: Published | None = None
    causes: list[Causes] = field(default_factory=list)

    @property
    def runs(self) -> Published | None:
        """Return the version documents are read by."""
        return self.live or self.trial

    @property
    def is_in_test(self) -> bool:
        """Return whether all documents are read, and answered, as test."""
        return self.live is None and self.trial is not None and self.trial.stage == "test"

    @property
    def shadow(self) -> Published | None:
        """Return the version that reads beside the live one."""
        is_beside = self.live is not None and self.trial is not None
        return self.trial if is_beside and self.trial and self.trial.stage == "shadow" else None

    def find_trial(self, usage: str) -> Published | None:
        """Return the version that reads a document without effect, None where the live one reads it.

        Beside a live version, a version at stage test reads what ISA15 marks as test.
        """
        if self.trial is None or self.live is None:
            return self.trial
        is_marked = usage in MARKED_TEST
        return self.trial if self.trial.stage == "test" and is_marked else None

    def find_causes(self) -> Causes:
        """Return what differs between the live version and the one beside it; found out once."""
        if not self.causes:
            old, new = (one.mapping if one else None for one in (self.live, self.trial))
            if not isinstance(old, list | None) and not isinstance(new, list | None):
                self.causes.append(find_causes(old.source, new.source))
        return self.causes[0] if self.causes else Causes()
