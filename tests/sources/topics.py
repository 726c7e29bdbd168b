"""Invented topics as the portal's search gives them, which tests of calls share."""

import json


def a_result(language="en", **changed):
    """A result as the search API gives it: each field a list of texts."""
    return {"reference": "1", "language": language, "metadata": {
        "type": ["1"], "identifier": ["HORIZON-HLTH-2025-RIVER-01-02"], "title": ["Clean rivers"],
        "callIdentifier": ["HORIZON-HLTH-2025-RIVER-01"], "callTitle": ["Rivers"], "status": ["31094502"],
        "startDate": ["2025-05-22T00:00:00.000+0000"], "deadlineDate": ["2025-09-16T00:00:00.000+0000"],
        "typesOfAction": ["HORIZON Research and Innovation Actions"], "frameworkProgramme": ["43108390"],
        "keywords": ["river", "health"], "deadlineModel": ["single-stage"],
        "descriptionByte": ["<p>Expected <b>outcome</b>:&nbsp;clean\nrivers.</p>"],
        **changed,
    }}


def a_page(*results, total=None, **changed):
    return json.dumps({"totalResults": total or len(results), "pageNumber": 1, "pageSize": 100,
                       "results": list(results), **changed}).encode()
