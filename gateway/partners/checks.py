"""What a partner file must hold beyond its schema, alone and beside the others."""

from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gateway.partners.channel_checks import check_channels, list_claims, list_folders
from gateway.partners.erp_checks import check_erp
from gateway.partners.partner import Partner
from gateway.partners.spread import check_spread
from gateway.yaml_file import KeyPath, YamlFile
from translators.findings import Finding
from translators.x12.grammar import Grammar, load_grammar
from translators.x12.guide_rules import (
    GuideRule,
    RuleError,
    find_forbidding,
    read_rule,
    read_rules,
)


def check_partner(partner: Partner, file: YamlFile) -> list[Finding]:
    """Return what contradicts itself inside one partner file."""
    return [
        *_check_name(partner, file),
        *_check_x12(partner, file),
        *_check_guides(partner, file),
        *_check_channels(partner, file),
        *check_channels(partner, file),
        *_check_words(partner, file),
        *_check_reminders(partner, file),
        *check_erp(partner, file),
        *check_spread(partner, file),
    ]


def check_together(partners: Mapping[str, Partner]) -> dict[str, list[Finding]]:
    """Return, for each partner, what it claims that an earlier one has: envelope names, folders."""
    owners: dict[tuple[str, ...], str] = {}
    findings: dict[str, list[Finding]] = {}
    for name, partner in partners.items():
        for claim, meaning in _list_claims(partner):
            owner = owners.setdefault(claim, name)
            if owner != name:
                finding = _error(
                    "claimed-twice",
                    f"{name}.yaml",
                    f"{meaning} belongs to {owner} already",
                    "no file could be told apart; change one of the two",
                )
                findings.setdefault(name, []).append(finding)
    for name, finding in _list_nested(partners):
        findings.setdefault(name, []).append(finding)
    return findings


def _list_nested(partners: Mapping[str, Partner]) -> Iterator[tuple[str, Finding]]:
    """Yield who has a folder inside, or around, one of another: it would see the other's files."""
    seen = [(one.name, folder) for one in partners.values() for folder in list_folders(one)]
    for number, (name, folder) in enumerate(seen):
        for owner, other in seen[:number]:
            if owner != name and (folder in other.parents or other in folder.parents):
                sentence = f"of the folders {folder} and {other} of {owner} one is in the other"
                advice = "partners must not see each other's files; give each a folder of its own"
                yield name, _error("shared-folder", f"{name}.yaml", sentence, advice)


def _list_claims(partner: Partner) -> Iterator[tuple[tuple[str, ...], str]]:
    for known in partner.identities.list_x12():
        claim = ("x12", known.qualifier, known.id, known.group_id)
        yield claim, f"the X12 name {known.qualifier}/{known.id} with group code {known.group_id}"
    yield from list_claims(partner)


def _check_name(partner: Partner, file: YamlFile) -> Iterator[Finding]:
    if f"{partner.name}.yaml" != file.name:
        yield _at(
            file,
            ("partner",),
            "wrong-name",
            f"the file is named {file.name} and says partner: {partner.name}",
            "give both the same name",
        )


def _check_x12(partner: Partner, file: YamlFile) -> Iterator[Finding]:
    agreed = [*partner.documents.arriving, *partner.documents.leaving]
    if not any(document.kind.startswith("x12 ") for document in agreed):
        return
    for side, known in (("identities", partner.identities), ("us", partner.us)):
        if known.x12 is None:
            yield _at(
                file,
                ("documents",),
                "no-identity",
                f"X12 documents are agreed, but {side}.x12 is missing",
                f"add {side}: x12: {{qualifier: …, id: …}}",
            )


def _check_guides(partner: Partner, file: YamlFile) -> Iterator[Finding]:
    """Yield a finding for each guide rule that cannot be: of no such place, code or form."""
    for index, agreed in enumerate(partner.documents.arriving):
        _, set_id, version = (*agreed.kind.split(" "), "", "")[:3]
        grammar = load_grammar(set_id, version) if agreed.guide else None
        known = (
            read_rules(agreed.guide, grammar, tuple(sorted(partner.own_codes.items())))
            if grammar
            else ()
        )
        for number, text in enumerate(agreed.guide):
            try:
                _check_guide_rule(text, grammar, partner, known)
            except RuleError as error:
                place: KeyPath = ("documents", "in", index, "guide", number)
                advice = "mend the rule, or take it out"
                yield _at(file, place, "bad-guide-rule", f"`{text}`: {error}", advice)


def _check_guide_rule(
    text: str, grammar: Grammar | None, partner: Partner, known: Sequence[GuideRule]
) -> None:
    """Raise RuleError where a rule cannot be, alone or beside the others."""
    if grammar is None:
        raise RuleError("only X12 sets whose version is known here have a guide")
    other = find_forbidding(read_rule(text, grammar, partner.own_codes), known)
    if other is not None:
        raise RuleError(f"another rule says `{other.text}`")


def _check_channels(partner: Partner, file: YamlFile) -> Iterator[Finding]:
    sides = (
        ("in", partner.documents.arriving, [one.name for one in partner.channels.arriving]),
        ("out", partner.documents.leaving, [one.name for one in partner.channels.leaving]),
    )
    for side, documents, names in sides:
        if len(set(names)) != len(names):
            yield _at(
                file,
                ("channels", side),
                "name-twice",
                "two channels have the same name",
                "rename one",
            )
        if documents and not names:
            sentence = f"documents are agreed, but there is no channel to carry them {side}"
            yield _at(
                file, ("documents", side), "no-channel", sentence, f"add one under channels.{side}"
            )
        for index, document in enumerate(documents):
            if document.channel and document.channel not in names:
                sentence = f"there is no channel {document.channel}"
                advice = "it may be " + (", ".join(names) or "none: add one under channels")
                yield _at(file, ("documents", side, index), "unknown-channel", sentence, advice)


def _check_words(partner: Partner, file: YamlFile) -> Iterator[Finding]:
    if partner.qualifications.items and not partner.qualifications.currency:
        sentence = "qualifications hold prices, but no currency"
        yield _at(
            file, ("qualifications",), "no-currency", sentence, "add currency: USD, or what holds"
        )
    try:
        ZoneInfo(partner.calendar.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        sentence = f"calendar.timezone holds '{partner.calendar.timezone}'"
        yield _at(
            file,
            ("calendar", "timezone"),
            "bad-value",
            sentence,
            "wanted is a name such as America/Chicago",
        )


def _check_reminders(partner: Partner, file: YamlFile) -> Iterator[Finding]:
    said, names = partner.reminders, [one.name for one in partner.channels.leaving]
    if said.channel and said.channel not in names:
        sentence = f"there is no channel out called {said.channel}"
        advice = "it may be " + (", ".join(names) or "none: add one under channels")
        yield _at(file, ("reminders", "channel"), "unknown-channel", sentence, advice)
    if said.form == "mail" and not said.sender:
        sentence = "reminders are mails, and do not say whose"
        yield _at(file, ("reminders",), "missing-key", sentence, "add sender: orders@…")
    hours = [step.after_hours for step in partner.escalation]
    if hours != sorted(hours):
        sentence = "the steps of the escalation are not in the order of their hours"
        yield _at(file, ("escalation",), "bad-value", sentence, "put the earliest first")


def _at(file: YamlFile, path: KeyPath, code: str, sentence: str, advice: str) -> Finding:
    return _error(code, file.place(path), sentence, advice)


def _error(code: str, place: str, sentence: str, advice: str) -> Finding:
    return Finding(level="error", code=code, sentence=sentence, place=place, advice=advice)
