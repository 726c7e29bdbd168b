"""Small registers in their true formats, with invented content, which the benchmarks' mirrors are grown from."""

ROR = [
    {"admin": {"created": {"date": "2020-01-01", "schema_version": "1.0"},
               "last_modified": {"date": "2024-01-01", "schema_version": "2.0"}},
     "domains": ["scheldelab.example"], "established": 1817,
     "external_ids": [{"type": "isni", "all": ["0000 0001 2069 7798"], "preferred": None},
                      {"type": "grid", "all": ["grid.5342.0"], "preferred": "grid.5342.0"},
                      {"type": "wikidata", "all": ["Q1137665"], "preferred": None},
                      {"type": "fundref", "all": ["501100004385", "100000001"], "preferred": "501100004385"}],
     "id": "https://ror.org/00cv9y106", "links": [{"type": "website", "value": "https://www.scheldelab.example/nl"},
                                                  {"type": "wikipedia", "value": "https://wiki.example/Scheldelab"}],
     "locations": [{"geonames_id": 1, "geonames_details": {"name": "Gent", "country_code": "BE", "lat": 51.0,
                                                           "lng": 3.7}}],
     "names": [{"value": "Université Scheldelab", "types": ["label"], "lang": "fr"},
               {"value": "Scheldelab University", "types": ["ror_display"], "lang": "en"},
               {"value": "SLU", "types": ["acronym"], "lang": None}],
     "relationships": [{"type": "child", "id": "https://ror.org/01hjzeq58", "label": "Maasinstituut"}],
     "status": "active", "types": ["education"]},
    {"admin": {}, "domains": [], "established": None, "external_ids": [], "id": "https://ror.org/01hjzeq58",
     "links": [{"type": "website", "value": "https://www.facebook.com/maas"}], "locations": [],
     "names": [{"value": "Maasinstituut", "types": ["ror_display", "label"], "lang": None},
               {"value": "マース研究所", "types": ["label"], "lang": "ja"}],
     "relationships": [], "status": "active", "types": ["facility"]},
]
PROJECTS = [
    {"id": "212426", "acronym": "MUSSEL", "status": "SIGNED", "title": 'Mussels; and "more"', "rcn": "212426",
     "objective": "Two\nlines", "grantDoi": "10.3030/776019", "startDate": "2019-01-01"},
    {"id": "101116741", "acronym": "", "status": "", "title": "", "rcn": "9", "objective": "", "grantDoi": "",
     "startDate": "2020-01-01"},
]
PARTICIPANTS = [
    {"projectID": "212426", "organisationID": "999986096", "vatNumber": "BE0248015142", "name": "SCHELDELAB UNIVERSITY",
     "shortName": "SLU", "city": "GENT", "organizationURL": "www.scheldelab.example", "role": "coordinator"},
    {"projectID": "212426", "organisationID": "998616262", "vatNumber": "NL803273150B02", "name": "Maasinstituut BV",
     "shortName": "", "city": "Maastricht", "organizationURL": "", "role": "participant"},
    {"projectID": "101116741", "organisationID": "998616262", "vatNumber": "MISSING", "name": "", "shortName": "",
     "city": "Maastricht", "organizationURL": "", "role": "participant"},
]
STUDIES = [
    {"protocolSection": {
        "identificationModule": {"nctId": "NCT04390503", "briefTitle": "Plasma", "nctIdAliases": ["NCT00000001"],
                                 "secondaryIdInfos": [{"id": "2006-005520-16", "type": "EUDRACT_NUMBER"}]},
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Scheldelab University", "class": "OTHER"},
                                       "collaborators": [{"name": "Maasinstituut"}]},
        "contactsLocationsModule": {"locations": [{"facility": "Scheldelab University, Gent", "city": "Gent"},
                                                  {"facility": "Research Site 12", "city": "Liège"}]}},
     "hasResults": False},
    {"protocolSection": {"identificationModule": {"nctId": "NCT04347798", "orgStudyIdInfo": {"id": "A-1"}}}},
]
