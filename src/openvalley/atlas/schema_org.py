"""The atlas in the words of schema.org: plain mappings in, JSON-LD nodes out, for exports and pages alike.

Only terms that schema.org has are used; where it has none for what we know, the nearest that is true stands, with a
comment. A thing has one ``@id`` everywhere - its ROR address, or ``urn:openvalley:`` and its public id - so that what
comes from exports and from pages falls together. Rows are those of the atlas's tables, or ``dataclasses.asdict`` of
what readers return; keys that a row lacks are taken as not known.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from openvalley.atlas.headline import COMPANY_KINDS
from openvalley.atlas.register_pages import web_address
from openvalley.vocabulary.identifiers import REGION_PREFIX, Scheme, is_valid
from openvalley.vocabulary.terms import Vocabulary, label

Row = Mapping[str, Any]
Node = dict[str, Any]

_VOCABULARY = "https://schema.org/"
#: The whole context: nothing has to be fetched to read what uses it. Values of these properties are addresses.
CONTEXT: Mapping[str, Any] = {
    "@vocab": _VOCABULARY,
    **{name: {"@type": "@id"} for name in ("mainEntityOfPage", "sameAs", "target", "url")},
}
_OWN = "urn:openvalley:"
#: How long the NUTS code of a whole country is.
_COUNTRY = 2
#: An address that RDF takes: without white space, and without characters that an IRI may not hold (RFC 3987).
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
#: Types of our kinds of organisation; what is not listed is an Organization.
_KINDS = {
    **dict.fromkeys(("university", "university-college", "education"), "CollegeOrUniversity"),
    "training-provider": "EducationalOrganization",
    "university-hospital": "Hospital", "general-hospital": "Hospital", "care-provider": "MedicalOrganization",
    **dict.fromkeys((*COMPANY_KINDS, "service-provider"), "Corporation"),
    "research-institute": "ResearchOrganization", "biobank": "ResearchOrganization", "funder": "FundingAgency",
    **dict.fromkeys(("government", "agency", "regulator"), "GovernmentOrganization"),
    "patient-organisation": "NGO", "non-profit": "NGO",
}
#: Properties of their own that schema.org has for identifiers.
_NUMBERS = {"vat": "vatID", "lei": "leiCode"}
#: Members of MedicalStudyStatus by our words for the state of a trial; for the others the register's word stands.
_STATES = {
    "not-yet-recruiting": "NotYetRecruiting", "recruiting": "Recruiting", "by-invitation": "EnrollingByInvitation",
    "running": "ActiveNotRecruiting", "suspended": "Suspended", "completed": "Completed", "terminated": "Terminated",
    "withdrawn": "Withdrawn",
}
_EU = {"funder": {"@type": "Organization", "name": "European Union"}}
_STUDIES = {"INTERVENTIONAL": "MedicalTrial", "OBSERVATIONAL": "MedicalObservationalStudy"}
_TRIAL_SCHEMES = (Scheme.NCT, Scheme.EU_CT, Scheme.EUDRACT)


def iri(public_id: str) -> str:
    """Return the ``@id`` of a thing: a ROR id is an address already, other public ids become a URN."""
    return public_id if public_id.startswith("https://") else _OWN + quote(public_id, safe=":/")


def as_organisation(row: Row) -> Node:
    """Return an organisation: typed by its kind, with its numbers, and as ``sameAs`` those that are web addresses.

    Args:
        row: id, name, kind, names (texts), identifiers (pairs of scheme and value), website, founded (year), state,
            state_date, country, city, postcode, nuts, latitude, longitude, parent (public id), verified (whether more
            than an unverified row of the region pack speaks of it).

    """
    numbers = [(scheme, value) for scheme, value in row.get("identifiers") or () if scheme]
    addresses = {web_address(scheme, value) for scheme, value in numbers} - {None, iri(row["id"])}
    return _filled({
        "@id": iri(row["id"]), "@type": _KINDS.get(row.get("kind") or "", "Organization"), "name": row.get("name"),
        "alternateName": sorted(set(row.get("names") or ()) - {row.get("name")}), "url": _address(row.get("website")),
        "foundingDate": str(row["founded"]) if row.get("founded") else None,
        "dissolutionDate": row.get("state_date") if row.get("state") == "dissolved" else None,
        "address": _filled({"@type": "PostalAddress", "addressLocality": row.get("city"),
                            "postalCode": row.get("postcode"), "addressCountry": row.get("country")}),
        "location": _place(row), "parentOrganization": _reference(row.get("parent")),
        **{_NUMBERS[scheme]: value for scheme, value in numbers if scheme in _NUMBERS},
        "identifier": [_number(scheme, value) for scheme, value in numbers],
        "sameAs": sorted(map(str, addresses)),
        # schema.org has no word for it; it names additionalProperty for what has none, on places and products.
        "additionalProperty": None if row.get("verified") is None else {
            "@type": "PropertyValue", "name": "verified", "value": row["verified"]},
    })


def as_project(row: Row) -> Node:
    """Return a project. A ResearchProject is an Organization, so it is founded and dissolved, and has members.

    Args:
        row: id, source_id, acronym, title, objective, start_date, end_date, doi, website, eu_contribution (euro),
            members (mappings with id, and name where it is to be said).

    """
    title, acronym = row.get("title"), row.get("acronym")
    return _filled({
        "@id": iri(row["id"]), "@type": "ResearchProject", "name": acronym or title or row["id"],
        "alternateName": title if acronym and title != acronym else None, "description": row.get("objective"),
        "identifier": row.get("source_id"), "url": _address(row.get("website")),
        "sameAs": f"https://doi.org/{quote(row['doi'], safe='/:.()')}" if row.get("doi") else None,
        "foundingDate": _day(row.get("start_date")), "dissolutionDate": _day(row.get("end_date")),
        "funding": {**_grant(row.get("eu_contribution")), **_EU} if row.get("eu_contribution") else None,
        "member": [_filled({"@id": iri(member["id"]), "@type": "Organization" if member.get("name") else None,
                            "name": member.get("name")}) for member in row.get("members") or ()],
    })


def as_trial(row: Row) -> Node:
    """Return a trial: a MedicalTrial where it intervenes, an observational study, or a study of neither kind.

    A study has no dates and no phase in schema.org: dates are those of the register's entry about it (``subjectOf``),
    the phase is an additional type.

    Args:
        row: id, source_id, title, official_title, acronym, summary, study_type, state (our word), status (the
            register's), phases (codes), start_date, end_date, first_posted, last_updated; conditions, interventions
            (texts); identifiers (pairs of scheme or None and value); parties (mappings: role, name, organisation_id)
            and sites (mappings: facility, city, country, organisation_id), which may say organisation_name too.

    """
    numbers = {(scheme, value) for scheme, value in row.get("identifiers") or () if scheme} | {
        (scheme.value, row["source_id"]) for scheme in _TRIAL_SCHEMES if is_valid(scheme, row.get("source_id") or "")}
    addresses = sorted(filter(None, (web_address(scheme, value) for scheme, value in numbers)))
    title = row.get("title") or row.get("official_title")
    state, status = row.get("state"), row.get("status")
    return _filled({
        "@id": iri(row["id"]), "@type": _STUDIES.get(row.get("study_type") or "", "MedicalStudy"),
        "name": title or row.get("acronym") or row["id"],
        "alternateName": [name for name in (row.get("acronym"), row.get("official_title")) if name and name != title],
        "description": row.get("summary"), "identifier": [_number(*number) for number in sorted(numbers)],
        "sameAs": addresses,
        "additionalType": [label(Vocabulary.TRIAL_PHASE, code, "en") for code in row.get("phases") or ()],
        "status": {"@id": _VOCABULARY + _STATES[state]} if state in _STATES else status,
        "healthCondition": [{"@type": "MedicalCondition", "name": name} for name in row.get("conditions") or ()],
        "studySubject": [{"@type": "MedicalEntity", "name": name} for name in row.get("interventions") or ()],
        "sponsor": [_party(party) for party in row.get("parties") or ()],
        "studyLocation": _towns(row.get("sites") or ()), "subjectOf": _entry(row, addresses),
    })


def as_call(row: Row) -> Node:
    """Return a funding call: the grant that is to be had, and for each deadline the action of applying for it.

    Args:
        row: id, source_id, title, description, call_title, programme, budget (euro), url, opens, deadlines (dates).

    """
    address = _address(row.get("url"))
    opens, given = _day(row.get("opens")), row.get("deadlines") or ()
    deadlines = [_day(deadline) for deadline in given] or ([None] if opens else [])
    return _filled({
        **_grant(row.get("budget")), "@id": iri(row["id"]), "@type": "MonetaryGrant",
        "name": row.get("title") or row["id"], "alternateName": row.get("call_title"),
        "description": row.get("description"), "identifier": row.get("source_id"), "url": address,
        "potentialAction": [_filled({"@type": "ApplyAction", "startTime": opens, "endTime": deadline,
                                     "target": address}) for deadline in deadlines],
    })


def as_region(row: Row) -> Node:
    """Return a NUTS region, which lies in the region that its code continues; never its boundary.

    Args:
        row: id (NUTS code, with or without ``nuts:``), name, latin_name, country.

    """
    code = str(row["id"]).removeprefix(REGION_PREFIX)
    names = [*dict.fromkeys(filter(None, (row.get("name"), row.get("latin_name"))))] or [code]
    return _filled({
        "@id": iri(REGION_PREFIX + code), "@type": "Country" if len(code) == _COUNTRY else "AdministrativeArea",
        "name": names[0], "alternateName": names[1:], "identifier": _number("nuts", code),
        "containedInPlace": {"@id": iri(REGION_PREFIX + code[:-1])} if len(code) > _COUNTRY else None,
    })


def as_source(source: Row) -> Node:
    """Return a source (an entry of the manifest) as the data set that it is: version, licence, date, publisher."""
    return _filled({
        "@id": source_id(source), "@type": "Dataset", "name": source["title"], "version": source.get("version"),
        "url": _address(source.get("homepage")), "dateModified": source.get("as_of"),
        "license": _filled({"@type": "CreativeWork", "name": source["licence"],
                            "url": _address(source.get("licence_url"))}),
        "creditText": source["attribution"], "description": source.get("covers"),
        "publisher": {"@type": "Organization", "name": source["publisher"]} if source.get("publisher") else None,
    })


def as_atlas(version: str, manifest: Row, sources: Iterable[Row]) -> Node:
    """Return an atlas, or what is taken of it, as a data set that is based on those of its sources."""
    return _filled({
        "@id": f"{_OWN}atlas:{version}", "@type": "Dataset",
        "name": f"OpenValley, atlas of {manifest['region']['title']['en']}", "version": version,
        "dateCreated": manifest["built_at"][:10], "isBasedOn": [{"@id": source_id(source)} for source in sources],
    })


def source_id(source: Row) -> str:
    """Return the ``@id`` of a source's version; of the source, where it has none."""
    return _OWN + quote(":".join(["source", source["name"], *filter(None, [source.get("version")])]), safe=":")


def document(thing: Node, *, page: str | None = None, sources: Collection[Row] = ()) -> Node:
    """Return a thing as a document of its own: with the context, the page about it, and the sources that tell of it.

    Args:
        thing: what one of the functions above returned.
        page: address of the page that shows it.
        sources: entries of the manifest.

    """
    told = [*filter(None, [thing.get("subjectOf")]), *map(as_source, sources)]
    return _filled({"@context": dict(CONTEXT), **thing, "mainEntityOfPage": page, "subjectOf": told})


def _place(row: Row) -> Node | None:
    geo = {"@type": "GeoCoordinates", "latitude": row.get("latitude"), "longitude": row.get("longitude")}
    geo = geo if None not in geo.values() else {}
    region = {"@id": iri(REGION_PREFIX + row["nuts"])} if row.get("nuts") else None
    return _filled({"@type": "Place", "geo": geo, "containedInPlace": region}) if geo or region else None


def _party(party: Row) -> Node:
    """Return who runs a trial; who helps is a sponsor in that role (schema.org has no word of its own for it)."""
    who = _mention(party, "name", "Organization")
    if party.get("role") in (None, "sponsor"):
        return who
    return {"@type": "Role", "roleName": party["role"], "sponsor": who}


def _towns(sites: Iterable[Row]) -> list[Node]:
    """Return where a trial runs: towns in countries, which hold the facilities (a study's location is an area)."""
    towns: dict[tuple[str, str], list[Node]] = {}
    for site in sites:
        facility = _mention(site, "facility", "Place")
        held = towns.setdefault((site.get("country") or "", site.get("city") or ""), [])
        if ("name" in facility or "@id" in facility) and facility not in held:
            held.append(facility)
    found = []
    for (code, city), held in sorted(towns.items()):
        country = {"@type": "Country", "identifier": code} if code else {}
        area = {"@type": "City", "name": city, "containedInPlace": country} if city else country
        found.append(_filled({**area, "containsPlace": held}) if area else {})
    return [*filter(None, found)]


def _mention(row: Row, written: str, kind: str) -> Node:
    """Return who is meant, or what is written: beside an organisation's own names no register's spelling stands."""
    known = _reference(row.get("organisation_id"))
    return _filled(known | {"name": row.get("organisation_name")} if known else
                   {"@type": kind, "name": row.get(written)})


def _entry(row: Row, addresses: list[str]) -> Node | None:
    """Return the register's entry about a trial, which has the dates: of the entry, and of the time it tells of."""
    begins, ends, posted, changed = (
        _day(row.get(name)) for name in ("start_date", "end_date", "first_posted", "last_updated"))
    span = f"{begins or '..'}/{ends or '..'}" if begins or ends else None  # open ends as in ISO 8601-2
    if not (span or posted or changed):
        return None
    return _filled({"@type": "WebPage", "url": addresses[0] if addresses else None, "datePublished": posted,
                    "dateModified": changed, "temporalCoverage": span})


def _grant(euro: float | None) -> Node:
    amount = {"@type": "MonetaryAmount", "value": euro, "currency": "EUR"}
    return {} if euro is None else {"@type": "MonetaryGrant", "amount": amount}


def _number(scheme: str, value: str) -> Node:
    return {"@type": "PropertyValue", "propertyID": scheme, "value": value}


def _reference(public_id: str | None) -> Node | None:
    return {"@id": iri(public_id)} if public_id else None


def _address(text: str | None) -> str | None:
    return text if text and _ADDRESS.fullmatch(text) else None


def _day(day: date | str | None) -> str | None:
    return day.isoformat() if isinstance(day, date) else day


def _filled(thing: Mapping[str, Any]) -> Node:
    """Return a node without what is not known."""
    return {name: value for name, value in thing.items() if value not in (None, [], {}, "")}
