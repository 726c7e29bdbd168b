"""Reads the ROR data dump, schema v2 (https://ror.readme.io/docs/data-dump)."""

from collections.abc import Sequence

from openvalley.errors import SourceChanged
from openvalley.sources.fetch import Fetcher, RemoteFile
from openvalley.sources.intake import Intake
from openvalley.sources.sql import domain, filled
from openvalley.vocabulary.records import ORGANISATION

#: The ROR community on Zenodo; its records are the releases of the dump, newest first.
RELEASES = "https://zenodo.org/api/communities/ror-data/records"

_NEEDED = ("id", "names", "locations", "status", "types", "links", "external_ids", "relationships", "established")
_KNOWN = ("admin", "domains")
#: Fields that hold lists; null where a record was made from an older release.
_LISTS = ("names", "locations", "types", "links", "external_ids", "relationships", "domains")

_SCHEMA_2 = "_schema_v2.json"

#: ROR's types as organisation kinds, the most telling first: a funder that is a university is a university.
KINDS = {
    "education": "education", "healthcare": "care-provider", "facility": "research-institute", "company": "company",
    "government": "government", "archive": "archive", "nonprofit": "non-profit", "funder": "funder", "other": "other",
}
#: Identifiers of other registers that ROR gives and we know the form of.
_SCHEMES = ("grid", "isni", "wikidata", "fundref")


def locate(fetcher: Fetcher) -> Sequence[RemoteFile]:
    """Find the newest release's zip on Zenodo.

    Raises:
        SourceChanged: the answer holds no release with a zip file.

    """
    answer = fetcher.json(RELEASES, {"q": "", "sort": "newest", "size": "1"})
    for hit in answer.get("hits", {}).get("hits", []):
        for file in hit.get("files", []):
            if file["key"].endswith(".zip"):
                return [RemoteFile(file["key"], file["links"]["self"], file.get("checksum", ""), file.get("size"))]
    raise SourceChanged("The ROR community on Zenodo lists no release with a zip file.",
                        hint="Look at https://zenodo.org/communities/ror-data; the last good version stays in use.")


def read(intake: Intake) -> None:
    """Turn the dump into organisation records; withdrawn records stay, with their state."""
    # Releases up to 1.x hold schema v1 beside v2, and tell them apart by this ending.
    both = any(name.endswith(_SCHEMA_2) for name in intake.files)
    file = intake.only(_SCHEMA_2 if both else ".json")
    intake.json("raw", file)
    _check_fields(intake, file)
    intake.quarantine("raw", file, {
        "its id is no ROR id": "NOT coalesce(regexp_full_match(json->>'id', "
                               "'https://ror\\.org/0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}'), false)",
        "its fields are not of the schema": " OR ".join(
            f"json_type(json->'{field}') NOT IN ('ARRAY', 'NULL')" for field in _LISTS),
        "it has no name": "NOT coalesce(len(list_filter(json_extract_string(json, '$.names[*].value'), "
                          "lambda value: trim(value) <> '')) > 0, false)",
        "it has no country": "(json->>'$.locations[0].geonames_details.country_code') IS NULL",
    })
    intake.connection.execute(_TYPED)
    newest = intake.connection.execute("SELECT max(try_cast(modified AS DATE)) FROM typed").fetchone()
    intake.as_of = newest[0] if newest else None
    intake.count("withdrawn by the register", "SELECT count(*) FROM typed WHERE status = 'withdrawn'")
    intake.count("without a city", "SELECT count(*) FROM typed WHERE locations[1].geonames_details.name IS NULL")
    intake.records(ORGANISATION, file, _RECORDS)


def _check_fields(intake: Intake, file: str) -> None:
    rows = intake.connection.execute("SELECT DISTINCT unnest(json_keys(json)) FROM raw").fetchall()
    seen = {row[0] for row in rows}
    vanished = [field for field in _NEEDED if field not in seen]
    if vanished:
        raise SourceChanged(f"{file}: the fields {', '.join(vanished)} are gone.",
                            hint="The last good version stays in use. ROR changed its schema; adapt the connector.",
                            file=file, columns=vanished)
    unknown = sorted(seen - {*_NEEDED, *_KNOWN})
    if unknown:
        intake.warn(f"{file}: unknown fields {', '.join(unknown)}")


_TYPED = """
CREATE OR REPLACE TABLE typed AS
SELECT line, json->>'id' AS id, json->>'status' AS status, try_cast(json->>'established' AS INTEGER) AS established,
    json->>'$.admin.last_modified.date' AS modified,
    from_json(json->'types', '["VARCHAR"]') AS types,
    from_json(json->'domains', '["VARCHAR"]') AS domains,
    list_filter(from_json(json->'names', '[{"value": "VARCHAR", "lang": "VARCHAR", "types": ["VARCHAR"]}]'),
                lambda n: trim(n.value) <> '') AS names,
    from_json(json->'links', '[{"value": "VARCHAR", "type": "VARCHAR"}]') AS links,
    list_filter(from_json(json->'relationships', '[{"id": "VARCHAR", "type": "VARCHAR"}]'),
                lambda r: r.id IS NOT NULL) AS relationships,
    from_json(json->'external_ids', '[{"type": "VARCHAR", "all": ["VARCHAR"]}]') AS external_ids,
    from_json(json->'locations', '[{"geonames_details": {"name": "VARCHAR", "country_code": "VARCHAR",
        "country_subdivision_code": "VARCHAR", "lat": "DOUBLE", "lng": "DOUBLE"}}]') AS locations
FROM raw
"""

_KIND_CASES = " ".join(f"WHEN '{theirs}' THEN '{ours}'" for theirs, ours in KINDS.items())
_KIND_ORDER = ", ".join(f"'{theirs}'" for theirs in KINDS)
_WEBSITE = filled("list_filter(links, lambda link: link.type = 'website')[1].value")

_RECORDS = f"""
SELECT line, id AS source_id,
    coalesce(list_filter(names, lambda n: list_contains(n.types, 'ror_display'))[1].value, names[1].value) AS name,
    list_transform(names, lambda n: {{'value': trim(n.value), 'language': n.lang, 'kind': CASE
        WHEN list_contains(n.types, 'acronym') THEN 'acronym'
        WHEN list_contains(n.types, 'label') OR list_contains(n.types, 'ror_display') THEN 'label'
        ELSE 'alias' END}}) AS names,
    list_transform(list_filter([{_KIND_ORDER}], lambda k: list_contains(types, k)),
                   lambda k: CASE k {_KIND_CASES} END) AS kinds,
    CASE WHEN status IN ('active', 'withdrawn') THEN status
         WHEN len(list_filter(relationships, lambda r: r.type = 'successor')) > 0 THEN 'merged'
         ELSE 'dormant' END AS state,
    list_concat([{{'scheme': 'ror', 'value': id}}], flatten(list_transform(
        list_filter(external_ids, lambda e: e.type IN {_SCHEMES}),
        lambda e: list_transform(e.all, lambda v: {{'scheme': e.type,
            'value': CASE WHEN e.type = 'isni' THEN replace(v, ' ', '') ELSE v END}})))) AS identifiers,
    locations[1].geonames_details.country_code AS country,
    list_transform(locations, lambda l: {{'city': l.geonames_details.name, 'postcode': NULL::VARCHAR,
        'country': l.geonames_details.country_code, 'region': l.geonames_details.country_subdivision_code,
        'nuts': NULL::VARCHAR, 'latitude': l.geonames_details.lat, 'longitude': l.geonames_details.lng}}) AS locations,
    {_WEBSITE} AS website,
    list_distinct(list_filter(list_append(coalesce(domains, []), {domain(_WEBSITE)}),
                              lambda d: d IS NOT NULL)) AS domains,
    established AS founded,
    list_transform(relationships, lambda r: {{'kind': r.type, 'scheme': 'ror', 'value': r.id}}) AS relations,
    'register' AS verification
FROM typed
"""
