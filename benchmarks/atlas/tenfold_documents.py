"""The registers that come as JSON: where in a record the texts stand that become others in a copy, and its copying."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from tenfold_tables import Change

#: How a text is changed, and where it stands: in a dictionary or list, under a key.
Place = tuple[str, Any, Any]
#: Identifiers of other registers that ROR gives, and that tell organisations apart.
_OTHER_IDS = ("isni", "grid", "wikidata", "fundref")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
#: Studies of a page of ClinicalTrials.gov, as in the mirror.
STUDIES_A_PAGE = 500


def ror_places(record: dict[str, Any]) -> Iterator[Place]:
    """Yield the places of a ROR record that a copy changes; where it lies and when it was founded stays."""
    yield "ror", record, "id"
    for name in record["names"] or ():
        yield "name", name, "value"
    for link in record["links"] or ():
        if link["type"] == "website":
            yield "host", link, "value"
    for place in range(len(record.get("domains") or ())):
        yield "host", record["domains"], place
    for other in record["external_ids"] or ():
        if other["type"] in _OTHER_IDS:
            for place in range(len(other["all"])):
                yield other["type"], other["all"], place
            if other["preferred"]:
                yield other["type"], other, "preferred"
    for relation in record["relationships"] or ():
        yield "ror", relation, "id"
        yield "name", relation, "label"


def study_places(study: dict[str, Any]) -> Iterator[Place]:
    """Yield the places of a study that a copy changes: numbers, sponsors and sites; what is tried stays."""
    protocol = study["protocolSection"]
    known = protocol["identificationModule"]
    yield "nct", known, "nctId"
    for place in range(len(known.get("nctIdAliases", ()))):
        yield "nct", known["nctIdAliases"], place
    for other in (known.get("orgStudyIdInfo", {}), *known.get("secondaryIdInfos", ())):
        if "id" in other:
            yield "trial", other, "id"
    running = protocol.get("sponsorCollaboratorsModule", {})
    for party in (running.get("leadSponsor", {}), *running.get("collaborators", ())):
        if "name" in party:
            yield "name", party, "name"
    for site in protocol.get("contactsLocationsModule", {}).get("locations", ()):
        if "facility" in site:
            yield "name", site, "facility"


def ror_records(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the records of a dump: an array with a record a line."""
    for line in stream:
        text = line.strip().rstrip(b",")
        if text not in (b"[", b"]", b""):
            yield json.loads(text)


def texts(places: Iterable[Place]) -> Iterator[tuple[str, str]]:
    """Yield the texts of places, each with how it is changed."""
    for how, holder, key in places:
        yield how, holder[key]


def copies(document: dict[str, Any], places: Iterable[Place], changes: Mapping[str, Change], times: int,
           ) -> Iterator[str]:
    """Yield a document and its copies as JSON."""
    originals = [(changes[how], holder, key, holder[key]) for how, holder, key in places]
    for copy in range(times):
        for change, holder, key, text in originals:
            holder[key] = change(text, copy)
        yield _encode(document)


def multiply_ror(stream: IO[bytes], into: IO[bytes], changes: Mapping[str, Change], times: int) -> None:
    """Write a dump with every record followed by its copies."""
    into.write(b"[\n")
    before = ""
    for record in ror_records(stream):
        rows = copies(record, ror_places(record), changes, times)
        into.write((before + ",\n".join(rows)).encode())
        before = ",\n"
    into.write(b"\n]\n")


def pages(studies: Iterable[str]) -> Iterator[str]:
    """Yield pages of studies as the API gives them; each but the last names the file of the next."""
    page: list[str] = []
    number = 1
    for study in studies:
        if len(page) == STUDIES_A_PAGE:
            number += 1
            yield f'{{"studies":[{",".join(page)}],"nextPageToken":"{number:04}"}}'
            page = []
        page.append(study)
    yield f'{{"studies":[{",".join(page)}]}}'
