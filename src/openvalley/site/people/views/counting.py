"""The hub for programs, as JSON: a cohort in, what nodes tell out; for curators alone, since nodes count questions."""

import json

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from openvalley.errors import BadCohort, BadInput
from openvalley.healthdata.cdm.asking import cohort_from
from openvalley.healthdata.hub.adding import ask
from openvalley.healthdata.hub.nodes import load_hub
from openvalley.site.pages.machine import json_answer, problem_answer
from openvalley.site.people.guarding import PersonalRequest
from openvalley.site.shelf import home_settings

#: Bytes of a cohort; a hundred criteria need a tenth of it.
_LARGEST = 65_536


@require_POST
def cohort(request: PersonalRequest) -> HttpResponse:
    """Ask the nodes of the home's hub.toml for the cohort in the body, as `openvalley cohort --file` does."""
    try:
        answer = ask(load_hub(home_settings().home / "hub.toml"), cohort_from(_sent(request)))
    except BadInput as wrong:
        return problem_answer(400, wrong.message, wrong.hint, wrong.code)
    return json_answer({"cohorts": [answer.as_data()]})


def _sent(request: PersonalRequest) -> object:
    body = request.read(_LARGEST + 1)
    if len(body) > _LARGEST:
        raise BadInput(f"A cohort has at most {_LARGEST:,} bytes.", hint="Ask for fewer criteria.")
    try:
        found: object = json.loads(body)
    except (ValueError, RecursionError) as wrong:
        raise BadCohort("The body is no JSON.", hint='Send a cohort such as {"condition": "SNOMED:44054006"}.',
                        term="body") from wrong
    return found
