"""The documents of GA4GH Beacon v2 that a node answers with; `../shared/reference/beacon-v2` has their schemas."""

from collections.abc import Mapping, Sequence
from typing import Any

import openvalley
from openvalley.healthdata.disclosure.policy import Policy
from openvalley.healthdata.node.requests import SEXES

#: Version of the specification that answers follow.
API_VERSION = "v2.0.0"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_SCHEMA = {
    "id": "ga4gh-beacon-individual-v2.0.0", "name": "Default schema for an individual",
    "referenceToSchemaDefinition": "https://raw.githubusercontent.com/ga4gh-beacon/beacon-v2/main/models/json/"
                                   "beacon-v2-default-model/individuals/defaultSchema.json",
    "schemaVersion": "v2.0.0"}
_INDIVIDUAL = {
    "id": "individual", "name": "Individual", "partOfSpecification": "Beacon v2.0", "defaultSchema": _SCHEMA,
    "ontologyTermForThisType": {"id": "NCIT:C25190", "label": "Person"},
    "description": "Patients of the hospital. They are counted, never shown.", "nonFilteredQueriesAllowed": False}
#: Vocabularies of the OMOP CDM whose codes are understood as terms.
_RESOURCES = (("SNOMED", "SNOMED CT"), ("LOINC", "LOINC"), ("RxNorm", "RxNorm"), ("ATC", "ATC"), ("UCUM", "UCUM"),
              ("OMOP", "concept_id of the OMOP vocabulary"))
#: Filters that are no ontology terms.
_FIELDS = (("age", "Age in completed years on the day of the data"), ("sex", "female or male"),
           ("period", "When events began: a day (2024-12-31)"))
#: What a summary repeats where nothing could be understood.
NOTHING_RECEIVED: Mapping[str, Any] = {
    "apiVersion": API_VERSION, "requestedSchemas": [], "requestedGranularity": "boolean",
    "pagination": {"skip": 0, "limit": 10}}


class Documents:
    """Documents of one node."""

    def __init__(self, policy: Policy) -> None:
        """Keep whose they are."""
        self._node, self._disclosure = policy.node, policy.disclosure

    def info(self) -> dict[str, Any]:
        """Return who runs this Beacon."""
        organisation = {"id": self._node.id, "name": self._node.organisation}
        return self._informational({
            "id": self._node.id, "name": self._node.name, "apiVersion": API_VERSION, "version": openvalley.__version__,
            "environment": self._node.environment, "organization": organisation,
            "info": {"minimumCount": self._disclosure.minimum_count, "rounding": self._disclosure.rounding}})

    def service_info(self, root: str) -> dict[str, Any]:
        """Return the same in the form of GA4GH service-info, which is wrapped in nothing."""
        return {"id": self._node.id, "name": self._node.name, "version": openvalley.__version__,
                "type": {"group": "org.ga4gh", "artifact": "beacon", "version": API_VERSION},
                "organization": {"name": self._node.organisation, "url": root}, "environment": self._node.environment}

    def configuration(self) -> dict[str, Any]:
        """Return how safe and how mature this Beacon is."""
        status = {"prod": "PROD", "test": "TEST", "dev": "DEV", "staging": "TEST"}[self._node.environment]
        return self._informational({
            "$schema": _DRAFT, "maturityAttributes": {"productionStatus": status},
            "securityAttributes": {"defaultGranularity": "boolean", "securityLevels": ["CONTROLLED"]},
            "entryTypes": {"individual": _INDIVIDUAL}})

    def entry_types(self) -> dict[str, Any]:
        """Return what can be asked about: individuals."""
        return self._informational({"entryTypes": {"individual": _INDIVIDUAL}})

    def map(self, root: str) -> dict[str, Any]:
        """Return where it is asked."""
        return self._informational({"$schema": _DRAFT, "endpointSets": {
            "individual": {"entryType": "individual", "rootUrl": f"{root}/individuals"}}})

    def filtering_terms(self) -> dict[str, Any]:
        """Return what can be filtered by: kinds of terms. Which terms occur is not told: it would tell of patients."""
        terms: list[dict[str, Any]] = [
            {"type": "alphanumeric", "id": name, "label": label, "scopes": ["individual"]} for name, label in _FIELDS]
        terms += [{"type": "ontology", "id": name, "label": sex.value, "scopes": ["individual"]}
                  for name, sex in SEXES.items()]
        return self._informational({
            "filteringTerms": terms,
            "resources": [{"id": prefix.lower(), "name": name, "nameSpacePrefix": prefix}
                          for prefix, name in _RESOURCES]})

    def counted(self, count: int | None, granularity: str, summary: Mapping[str, Any],
                info: Mapping[str, Any]) -> dict[str, Any]:
        """Return an answer; a count that may not be told becomes a boolean answer, as the specification allows."""
        told: dict[str, Any] = {"exists": count is not None}
        returned = "count" if granularity == "count" and count is not None else "boolean"
        if returned == "count":
            told["numTotalResults"] = count
        return {"meta": self._meta(returned, summary), "responseSummary": told, "info": dict(info)}

    def error(self, status: int, message: str, summary: Mapping[str, Any] = NOTHING_RECEIVED) -> dict[str, Any]:
        """Return an error in Beacon's own shape."""
        return {"meta": self._meta("boolean", summary), "error": {"errorCode": status, "errorMessage": message}}

    def _informational(self, response: Mapping[str, Any]) -> dict[str, Any]:
        return {"meta": {"beaconId": self._node.id, "apiVersion": API_VERSION, "returnedSchemas": []},
                "response": response}

    def _meta(self, granularity: str, summary: Mapping[str, Any]) -> dict[str, Any]:
        schemas: Sequence[Mapping[str, str]] = [{"entityType": "individual", "schema": _SCHEMA["id"]}]
        return {"beaconId": self._node.id, "apiVersion": API_VERSION, "returnedSchemas": schemas,
                "returnedGranularity": granularity, "receivedRequestSummary": summary}
