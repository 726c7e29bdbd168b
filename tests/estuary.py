"""The river world with what the other registers know of it: trials, calls, regions and their figures.

Files are in the registers' true formats. Regions are rectangles: Brussels is a hole in Flanders, as it is on maps.
"""

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from worlds import RIVER

#: What stands in a title that would run in a page that does not escape.
SCRIPT = "<script>alert(2)</script>"
#: Days far enough away that the calls stay as they are here.
LONG_AGO, LONG_HENCE = "2021-04-15", "2099-06-30"
_KAAI = {"facility": "Kaai University Hospital", "city": "Leuven", "zip": "3000", "country": "Belgium",
         "geoPoint": {"lat": 50.88, "lon": 4.70}}
_ABROAD = {"facility": "Elsewhere Clinic", "city": "Utrecht", "country": "Netherlands"}


def study(number: int, title: str, sites: Sequence[Mapping[str, Any]] = (_KAAI,), **modules: Any) -> dict[str, Any]:
    """Return a study of ClinicalTrials.gov; `modules` replace those of its protocol, by their names without Module."""
    protocol = {
        "identification": {"nctId": f"NCT9900{number:04}", "briefTitle": title},
        "status": {"overallStatus": "COMPLETED", "startDateStruct": {"date": f"20{number + 9:02}-02-03"},
                   "completionDateStruct": {"date": f"20{number + 9:02}-12-24"},
                   "lastUpdatePostDateStruct": {"date": "2025-01-23"}},
        "sponsorCollaborators": {"leadSponsor": {"name": "Kaai University Hospital", "class": "OTHER"}},
        "conditions": {"conditions": ["Healthy"]},
        "design": {"studyType": "INTERVENTIONAL", "phases": ["PHASE1"],
                   "enrollmentInfo": {"count": 12, "type": "ACTUAL"}},
        "contactsLocations": {"locations": list(sites)}, **modules,
    }
    return {"protocolSection": {f"{name}Module": module for name, module in protocol.items()}, "hasResults": False}


_STUDIES = [
    study(1, "River fever vaccine in adults", [_KAAI, {"facility": "Dike Clinic", "city": "Gent", "country": "Belgium"},
                                               _ABROAD, {"city": "Amsterdam", "country": "Netherlands"}],
          identification={"nctId": "NCT99000001", "briefTitle": "River fever vaccine in adults", "acronym": "RIVERVAC",
                          "officialTitle": "A trial of a vaccine against river fever in adults along the Schelde",
                          "secondaryIdInfos": [{"id": "2004-000123-45", "type": "EUDRACT_NUMBER"}],
                          "orgStudyIdInfo": {"id": "SB-17"}},
          status={"overallStatus": "RECRUITING", "startDateStruct": {"date": "2024-03"},
                  "completionDateStruct": {"date": LONG_HENCE}, "studyFirstPostDateStruct": {"date": "2024-01-09"},
                  "lastUpdatePostDateStruct": {"date": "2025-01-23"}},
          sponsorCollaborators={"leadSponsor": {"name": "Schelde Biotech", "class": "INDUSTRY"},
                                "collaborators": [{"name": "Polder Foundation", "class": "OTHER"}]},
          description={"briefSummary": "We look at river fever."},
          conditions={"conditions": ["River fever", f"Fever {SCRIPT}"], "keywords": ["water"]},
          design={"studyType": "INTERVENTIONAL", "phases": ["PHASE2", "PHASE3"],
                  "enrollmentInfo": {"count": 1200, "type": "ESTIMATED"}},
          armsInterventions={"interventions": [{"type": "BIOLOGICAL", "name": "rivervac"}]},
          eligibility={"sex": "FEMALE", "minimumAge": "18 Years", "maximumAge": "6 Months", "healthyVolunteers": True}),
    study(2, f"Tides {SCRIPT}", [_ABROAD],
          status={"overallStatus": "UNKNOWN", "startDateStruct": {"date": "2015-05-05"},
                  "completionDateStruct": {"date": "2016-05-05"}},
          sponsorCollaborators={"leadSponsor": {"name": "Dr. Jan Janssens, MD", "class": "INDIV"}},
          design={"studyType": "OBSERVATIONAL"}),
    study(3, "Never begun", [],
          status={"overallStatus": "WITHDRAWN", "startDateStruct": {"date": "2022-01-10"}}),
    *(study(number, f"Dosing study {number}") for number in range(4, 15)),
]
_CALL_COLUMNS = ("ccm2Id", "callYear", "clusterCode", "clusterName", "destination", "destCode", "pubDate", "openDate",
                 "closeDate", "s2Date", "status", "process", "actionType", "callId", "callTitle", "topicId",
                 "topicTitle", "topicUrl")


def topic(code: str, title: str, **changed: str) -> dict[str, str]:
    """Return a row of the list of calls: open from long ago for long."""
    return {
        "clusterName": "1. Health", "destination": "Living by rivers", "pubDate": LONG_AGO, "openDate": LONG_AGO,
        "closeDate": LONG_HENCE, "status": "Closed", "process": "single-stage", "actionType": "HORIZON-RIA",
        "callId": "HORIZON-HLTH-2024-RIVER-01", "callTitle": "Rivers and health", "topicId": code, "topicTitle": title,
        "topicUrl": f"https://portal.example/{code.lower()}", **changed,
    }


_TOPICS = [
    topic("HORIZON-HLTH-2024-RIVER-01-01", "Healthy rivers"),
    topic("HORIZON-HLTH-2024-RIVER-01-02-two-stage", "Clean rivers in two steps", process="two-stage",
          closeDate="2022-09-20", s2Date=LONG_HENCE),
    topic("HORIZON-HLTH-2021-RIVER-01-03", f"Old rivers {SCRIPT}", closeDate="2021-09-21", status="Open",
          topicUrl="javascript:alert(3)"),
    topic("HORIZON-HLTH-2098-RIVER-01-04", "Rivers to come", openDate="2098-01-01", clusterName="Missions",
          actionType="HORIZON-CSA"),
    topic("HORIZON-HLTH-2024-RIVER-01-05", "Rivers without a day", openDate="", closeDate=""),
]
_REGION_CORNERS = {
    "BE": ("Belgique/België", 2.5, 49.5, 6.4, 51.5), "BE1": ("Bruxelles/Brussel", 4.25, 50.75, 4.45, 50.95),
    "BE2": ("Vlaams Gewest", 2.5, 50.7, 6.0, 51.5), "BE3": ("Région wallonne", 2.8, 49.5, 6.4, 50.7),
    "BE10": ("Bruxelles/Brussel", 4.25, 50.75, 4.45, 50.95), "BE21": ("Prov. Antwerpen", 4.2, 51.0, 5.2, 51.5),
    "BE23": ("Prov. Oost-Vlaanderen", 3.3, 50.7, 4.2, 51.4), "BE24": ("Prov. Vlaams-Brabant", 4.5, 50.7, 5.2, 51.0),
    "BE100": ("Arr. Bruxelles/Brussel", 4.25, 50.75, 4.45, 50.95), "BE211": ("Arr. Antwerpen", 4.2, 51.1, 4.7, 51.5),
    "BE231": ("Arr. Aalst", 3.9, 50.7, 4.2, 51.0), "BE234": ("Arr. Gent", 3.4, 50.9, 3.9, 51.3),
    "BE242": ("Arr. Leuven", 4.5, 50.7, 5.2, 51.0), "NL": ("Nederland", 3.3, 50.8, 7.2, 53.5),
}
_FIGURES = [
    {"input_var_code": "tgs00010", "input_var_desc": "Unemployment rate by NUTS 2 regions", "geo": "BE23",
     "time": year, "values": value, "unit": "PC", "sex": sex, "age": "Y_GE15"}
    for year, sex, value in (("2018", "T", "3.1"), ("2019", "T", "2.9"), ("2019", "F", "2.5"))
] + [{"input_var_code": "tgs00096", "input_var_desc": "Population on 1 January by NUTS 2 region", "geo": "BE23",
      "time": "2019", "values": "1516283", "unit": "NR", "sex": "T", "age": "TOTAL"}]
_FIGURE_COLUMNS = ("unit", "geo", "time", "values", "input_var_code", "input_var_desc", "sex", "age")
_OTHER_REGISTER = (
    ",trial_id,global_end_of_trial_date,first_version_date,this_version_date,trial_countries,results_type,"
    "recruitment_countries,trial_start_date,error\n"
    "0,2004-000123-45,2010-04-27,2015-07-31,2016-07-06,\"['BE', 'IT']\",Tabular,\"{'Belgium': 11}\",2003-07-16,\n")


def _ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def _feature(code: str) -> dict[str, Any]:
    name, *corners = _REGION_CORNERS[code]
    hole = [_ring(*_REGION_CORNERS["BE1"][1:])[::-1]] if code == "BE2" else []
    return {"type": "Feature", "id": code, "geometry": {"type": "Polygon", "coordinates": [_ring(*corners), *hole]},
            "properties": {"NUTS_ID": code, "LEVL_CODE": len(code) - 2, "CNTR_CODE": code[:2], "FID": code,
                           "NUTS_NAME": name, "NAME_LATN": name, "MOUNT_TYPE": 0, "URBN_TYPE": None,
                           "COAST_TYPE": None}}


def _level(level: int) -> bytes:
    features = [_feature(code) for code in _REGION_CORNERS if len(code) - 2 == level]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _table(columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _packed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def files_of(studies: Sequence[Mapping[str, Any]], topics: Sequence[Mapping[str, str]]) -> dict[str, bytes]:
    """Return the files in which ClinicalTrials.gov and the list of calls give these, by their places in a mirror."""
    return {"clinicaltrials/studies-0001.json.gz": _packed(json.dumps({"studies": list(studies)}).encode()),
            "funding/HE_calls_2024-07-11.csv": _table(_CALL_COLUMNS, topics)}


ESTUARY = replace(RIVER, files={
    **files_of(_STUDIES, _TOPICS),
    "euctr/euctr_trials_2020-12.csv.gz": _packed(_OTHER_REGISTER.encode()),
    "nuts/nuts_indicators.csv": _table(_FIGURE_COLUMNS, _FIGURES),
    **{f"nuts/NUTS_RG_03M_2021_4326_LEVL_{level}.geojson": _level(level) for level in range(4)},
})
