"""Answers kept: a question that was asked of an atlas before is not worked out again, whoever asks.

Reads questions.py; the pages and the API ask through here, so that both give the same answer at the same cost.
"""

from datetime import UTC, date, datetime
from typing import Any

from openvalley.atlas.reader import Atlas
from openvalley.insight.answer import Answer
from openvalley.questions import Question
from openvalley.site.latest import Latest

#: Answers kept in a process: the largest (a ranking of all regions) takes some 2 MB.
_KEPT = 48

#: What an answer depends on: the atlas and when it was built, the day (calls are open or not), question and request.
_Key = tuple[str, str, date, str, Any]


_answers: Latest[_Key, Answer] = Latest(_KEPT)


def answered(atlas: Atlas, question: Question, request: Any) -> Answer:  # noqa: ANN401 - each question has a request of its own
    """Return the answer to a question, from memory where it was asked of this atlas today.

    Raises:
        BadInput: the request asks what cannot be asked.
        UnknownIdentity: it names what this atlas does not know.

    """
    key = (atlas.version, atlas.manifest["built_at"], datetime.now(UTC).date(), question.name, request)
    known = _answers.get(key)
    if known is None:
        known = question.answer(atlas, request)
        _answers.put(key, known)
    return known
