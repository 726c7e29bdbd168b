"""Fuzzes a node's Beacon API with schemathesis, from the specification's own request schema."""

import contextlib
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bars import Bar

from openvalley.healthdata.cdm.opening import open_cdm
from openvalley.healthdata.cdm.synthetic import Recipe, make_cdm
from openvalley.healthdata.demo import served
from openvalley.healthdata.disclosure.clients import hashed
from openvalley.healthdata.disclosure.gate import Gate
from openvalley.healthdata.disclosure.policy import load_policy
from openvalley.healthdata.node.web import Application

_EXAMPLES = 400
_KEY = "the fuzzer's key"
_MINIMUM = 10
_SERVER_ERROR = 500
_WHAT = "fuzzed requests (schemathesis): answers with status 5xx, or a count below the minimum"


def fuzz(beacon: Path) -> list[Bar]:
    """Send requests by the specification, and against it; count what may not come back."""
    if not beacon.is_dir():
        return [Bar(_WHAT, "0", f"no schemas at {beacon}", None)]
    try:
        import schemathesis  # noqa: F401, PLC0415
    except ModuleNotFoundError:
        return [Bar(_WHAT, "0", "schemathesis is not installed: make bench-healthdata does", None)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        make_cdm(path / "cdm.duckdb", Recipe(2000, 1, 0, 0))
        (path / "policy.toml").write_text(
            '[node]\nid = "example.node"\nname = "Node"\norganisation = "Hospital"\nenvironment = "test"\n'
            '[limits]\nquestions_a_day = 100000\nquestions = 100000\n'
            f'[[clients]]\nid = "fuzzer"\nkey_sha256 = "{hashed(_KEY)}"\n', encoding="utf-8")
        with open_cdm(str(path / "cdm.duckdb")) as cdm, \
                served([Application(Gate(cdm, load_policy(path / "policy.toml")))]) as (url,):
            statuses, wrong = _send(url, _openapi(beacon))
    told = ", ".join(f"{status}: {number:,}" for status, number in sorted(statuses.items()))
    return [Bar(_WHAT, "0", str(wrong), wrong == 0), Bar("  statuses", "-", told, None)]


def _send(url: str, document: dict[str, Any]) -> tuple[Counter[int], int]:
    import hypothesis.errors  # noqa: PLC0415
    import schemathesis  # noqa: PLC0415

    schema = schemathesis.openapi.from_dict(document)
    statuses: Counter[int] = Counter()
    small = 0
    for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
        for found in schema.get_all_operations():
            operation = found.ok()

            @hypothesis.settings(max_examples=_EXAMPLES, deadline=None, database=None, derandomize=True,
                                 suppress_health_check=list(hypothesis.HealthCheck))
            @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
            def one(case: Any) -> None:  # noqa: ANN401 - schemathesis's own case
                nonlocal small
                answered = case.call(base_url=url, headers={"Authorization": f"Bearer {_KEY}"})
                statuses[answered.status_code] += 1
                try:
                    told = answered.json().get("responseSummary", {}).get("numTotalResults", _MINIMUM)
                except ValueError:
                    told = _MINIMUM
                small += told < _MINIMUM

            # Where nothing can be sent, nothing wrong can be sent either.
            with contextlib.suppress(hypothesis.errors.Unsatisfiable):
                one()
    return statuses, small + sum(number for status, number in statuses.items() if status >= _SERVER_ERROR)


def _openapi(beacon: Path) -> dict[str, Any]:
    """Return the paths of a node: with the specification's request body, and with one that can be answered."""
    body = _whole(beacon / "requests" / "beaconRequestBody.json")
    term = _object(id={"enum": ["SNOMED:44054006", "LOINC:4548-4", "RxNorm:6809", "age", "sex", "period"]},
                   operator={"enum": ["=", "<", ">", "!", ">=", "<="]},
                   value={"enum": ["7", "P50Y", "female", "2020-01-01"]})
    leaf = {"anyOf": [_object(sex={"enum": ["female", "male"]}),
                      _object(condition={"enum": ["SNOMED:44054006", 201820]}),
                      _object(age=_object(min={"type": "integer", "minimum": 0, "maximum": 140})),
                      _object(measurement={"const": "LOINC:4548-4"}, min={"type": "number"})]}
    many = {"type": "array", "items": leaf, "minItems": 1, "maxItems": 4}
    cohort = {"anyOf": [leaf, _object(all=many), _object(any=many), _object(**{"not": leaf})]}
    granularity = {"enum": ["boolean", "count"]}
    likely = [_object(requestedGranularity=granularity, requestParameters=_object(cohort=cohort)),
              _object(requestedGranularity=granularity, filters={"type": "array", "items": term, "maxItems": 2}),
              _object(requestedGranularity=granularity, filters={"type": "array", "items": _object(
                  id={"enum": ["SNOMED:44054006", "NCIT:C16576", "RxNorm:6809"]}), "maxItems": 3})]
    likely_body = {"anyOf": [_object(meta=_object(apiVersion={"const": "v2.0"}), query=query) for query in likely]}
    response = {"200": {"description": "an answer"}}
    paths: dict[str, Any] = {path: {"get": {"responses": response}} for path in (
        "/", "/info", "/configuration", "/map", "/entry_types", "/filtering_terms", "/service-info")}
    query = [{"in": "query", "name": name, "schema": {"type": "string"}}
             for name in ("filters", "requestedGranularity", "skip", "limit")]
    paths["/individuals"] = {
        "get": {"parameters": query, "responses": response},
        "post": {"requestBody": {"content": {"application/json": {"schema": body}}}, "responses": response}}
    # The same address: a slash at the end makes it another operation for the fuzzer.
    paths["/individuals/"] = {
        "post": {"requestBody": {"content": {"application/json": {"schema": likely_body}}}, "responses": response}}
    return {"openapi": "3.1.0", "info": {"title": "Node", "version": "2"}, "paths": paths}


def _object(**properties: Any) -> dict[str, Any]:  # noqa: ANN401 - schemas
    """Return the schema of an object with these fields and no others."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _whole(file: Path, pointer: str = "") -> Any:  # noqa: ANN401 - a schema
    """Return a schema with every reference replaced by what it refers to."""
    document = json.loads(file.read_text(encoding="utf-8"))
    for step in [step for step in pointer.split("/") if step]:
        document = document[step]
    return _resolved(document, file)


def _resolved(value: Any, file: Path) -> Any:  # noqa: ANN401 - a schema
    if isinstance(value, list):
        return [_resolved(one, file) for one in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("$ref"), str):
        name, _, pointer = value["$ref"].partition("#")
        return _whole((file.parent / name).resolve() if name else file, pointer)
    return {key: _resolved(one, file) for key, one in value.items()
            if key not in {"$schema", "$defs", "example", "examples"} or (isinstance(one, dict) and key != "$defs")}
