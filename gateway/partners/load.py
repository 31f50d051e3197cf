"""Partner files from the disk: a broken one becomes findings, the others go on."""

from pathlib import Path

import msgspec

from gateway.json_schema import check_by_schema
from gateway.partners.checks import check_partner, check_together
from gateway.partners.guides import place_guides
from gateway.partners.partner import Partner
from gateway.partners.partners import Partners
from gateway.partners.secrecy import check_secrecy
from gateway.settings import Site, content_roots
from gateway.yaml_file import YamlFile, merge_yaml, read_yaml
from translators.findings import Finding, has_errors

DEFAULTS = "_defaults.yaml"
SCHEMA = "partner.schema.json"


def load_partners(site: Site) -> Partners:
    """Return all partners of the site, with the findings of those whose file cannot be used."""
    roots = content_roots(site, "partners")
    if not roots:
        return Partners(folder=site.home / "partners")
    folder = roots[0]
    # The schema belongs to the program, not to the site: the last root is ours.
    schema = roots[-1] / SCHEMA
    defaults = (
        _load_file(folder / DEFAULTS) if (folder / DEFAULTS).is_file() else YamlFile(DEFAULTS, {})
    )
    seen = fingerprint_of(folder)
    loaded = {path.stem: _load_partner(path, defaults, schema) for path in _list_files(folder)}
    together = check_together({name: one for name, (one, _) in loaded.items() if one is not None})
    partners: dict[str, Partner] = {}
    findings: dict[str, tuple[Finding, ...]] = {}
    for name, (partner, alone) in loaded.items():
        found = (*alone, *together.get(name, ()))
        if found:
            findings[name] = found
        if partner is not None and not has_errors(found):
            partners[name] = partner
    return Partners(folder=folder, partners=partners, findings=findings, fingerprint=seen)


def load_partner(site: Site, name: str) -> Partner:
    """Return one partner without reading the files of the others; raises PartnerError.

    What only shows beside others, such as an id that two of them have, is not looked for.
    """
    roots = content_roots(site, "partners")
    known = {path.stem: path for path in _list_files(roots[0])} if roots else {}
    if name in known:
        folder, schema = roots[0], roots[-1] / SCHEMA
        defaults = YamlFile(DEFAULTS, {})
        if (folder / DEFAULTS).is_file():
            defaults = _load_file(folder / DEFAULTS)
        partner, findings = _load_partner(known[name], defaults, schema)
        if partner is not None and not has_errors(findings):
            return partner
    return load_partners(site).get(name)  # raises, naming the nearest partner or what is wrong


def fingerprint_of(folder: Path) -> str:
    """Return a text that changes when a partner file is added, removed or saved."""
    marks = []
    for path in [*_list_files(folder), folder / DEFAULTS]:
        if path.is_file():
            state = path.stat()
            marks.append(f"{path.name}:{state.st_size}:{state.st_mtime_ns}")
    return "|".join(marks)


def _list_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.yaml") if not path.name.startswith(("_", ".")))


def _load_file(path: Path) -> YamlFile:
    try:
        return read_yaml(path.read_bytes(), path.name)
    except OSError as error:
        sentence = f"the file cannot be opened: {error.strerror}"
        broken = Finding(level="error", code="unreadable-file", sentence=sentence, place=path.name)
        return YamlFile(path.name, findings=[broken])


def _load_partner(
    path: Path, defaults: YamlFile, schema: Path
) -> tuple[Partner | None, list[Finding]]:
    own = _load_file(path)
    file = merge_yaml(defaults, own)
    findings = file.findings or check_secrecy(own) or check_by_schema(file, schema)
    if findings:
        return None, findings
    try:
        partner = msgspec.convert(place_guides(file), Partner, strict=False)
    except msgspec.ValidationError as error:
        sentence = f"the file holds a value that cannot be read: {error}"
        return None, [Finding(level="error", code="bad-value", sentence=sentence, place=path.name)]
    return partner, check_partner(partner, file)
