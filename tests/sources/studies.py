"""Invented studies in the register's own tree, which tests of ClinicalTrials.gov share."""

import json

SITE = {"facility": "Schelde University Hospital", "city": "Antwerp", "state": "Antwerpen", "zip": "2000",
        "country": "Belgium", "status": "RECRUITING", "geoPoint": {"lat": 51.2, "lon": 4.4}}


def a_study(number=1, **changed):
    """Return a study in the register's tree; `changed` gives values by dotted path below protocolSection."""
    protocol = {
        "identificationModule": {"nctId": f"NCT9900{number:04}", "briefTitle": "A trial along the river"},
        "statusModule": {"overallStatus": "RECRUITING", "startDateStruct": {"date": "2024-03-01"},
                         "lastUpdatePostDateStruct": {"date": "2025-01-23"}},
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "Schelde Pharma NV", "class": "INDUSTRY"}},
        "conditionsModule": {"conditions": ["River fever"]},
        "designModule": {"studyType": "INTERVENTIONAL", "phases": ["PHASE2"],
                         "enrollmentInfo": {"count": 120, "type": "ESTIMATED"}},
        "contactsLocationsModule": {"locations": [dict(SITE)]},
    }
    for path, value in changed.items():
        *modules, last = path.split("__")
        place = protocol
        for module in modules:
            place = place.setdefault(module, {})
        place[last] = value
    return {"protocolSection": protocol, "derivedSection": {}, "hasResults": False}


def a_page(*studies, **more):
    return json.dumps({"studies": list(studies), **more}).encode()
