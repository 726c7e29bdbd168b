"""Examples of the API: what each route may be asked, and an answer cut down to its shape; its names are invented.

Reads ``examples/NAME.json`` beside this module, one for each operation. Next: the description of the API.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

#: What may be asked, by operation: things that an atlas of Belgium knows.
ASKED: Mapping[str, Mapping[str, Any]] = {
    "chain": {"platform": "gene-therapy", "language": "nl"},
    "connect": {"need": "viral vectors for gene therapy", "limit": 5},
    "discover": {"topic": "antibody", "limit": 5},
    "educate": {"stage": "manufacturing"},
    "fund": {"need": "gene therapy", "language": "fr"},
    "rank": {"level": "nuts2", "limit": 10},
    "test": {"condition": "melanoma", "phase": "2"},
    "search": {"q": "Universiteit Gent", "type": "organisation", "limit": 10},
    "organisations": {"kind": ["university"], "limit": 10},
    "organisation": {"known_id": "https://ror.org/00cv9y106"},
    "projects": {"programme": ["HORIZON"], "limit": 10},
    "project": {"known_id": "cordis:101116741"},
    "trials": {"phase": ["3"], "limit": 10},
    "trial": {"known_id": "clinicaltrials:NCT04374565"},
    "calls": {"standing": ["open"], "order": "deadline"},
    "call": {"known_id": "HORIZON-HLTH-2027-01"},
    "region": {"known_id": "BE23"},
    "needs": {"kind": "offer", "language": "en"},
    "map": {"stage": "manufacturing"},
    "network": {"known_id": "https://ror.org/00cv9y106", "since": 2020},
    "pack-row": {"known_id": "capability:eurogentec-plasmid-dna"},
    "press": {"language": "de"},
    "sources": {"language": "en"},
    "health-data": {"q": "diabetes", "limit": 10},
}
_FOLDER = Path(__file__).with_name("examples")


@cache
def answer(operation: str) -> Any:  # noqa: ANN401 - JSON's own types
    """Return what an operation answers, cut down to its shape."""
    return json.loads((_FOLDER / f"{operation}.json").read_text(encoding="utf-8"))


def add_examples(schema: Mapping[str, Any]) -> None:
    """Give each operation of a description its examples.

    Raises:
        FileNotFoundError: an operation has none, a mistake of ours.

    """
    for path in schema["paths"].values():
        for operation in path.values():
            asked = ASKED.get(operation["operationId"], {})
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in asked:
                    parameter["example"] = asked[parameter["name"]]
            operation["responses"] = deepcopy(operation["responses"])  # one description serves all routes
            operation["responses"]["200"]["content"]["application/json"]["example"] = answer(operation["operationId"])
            for status, response in operation["responses"].items():
                if status in _PROBLEMS:
                    response["content"]["application/problem+json"]["example"] = _PROBLEMS[status]


def _problem(status: int, code: str, title: str, detail: str) -> Mapping[str, Any]:
    return {"type": f"urn:openvalley:error:{code}", "title": title, "detail": detail, "status": status, "code": code}


_PROBLEMS: Mapping[str, Mapping[str, Any]] = {str(entry["status"]): entry for entry in (
    _problem(400, "bad_input", "There is no parameter 'kidn'.", "Parameters: limit, offset, kind, ..."),
    _problem(401, "bad_key", "This key is withdrawn.", "Make another under My OpenValley, or ask without a key."),
    _problem(404, "unknown_id", "Nothing has the id 'pic:1'.", "Find the id with: /api/v1/search?q=NAME"),
    _problem(429, "too_many", "Too many questions from one place.", "Ask again in a moment, or less often."),
    _problem(503, "nothing_built", "There is no atlas yet.", "Build the starter atlas with: openvalley build"),
)}
