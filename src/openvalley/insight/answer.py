"""Answers: what every question gives back, whoever asked and in whichever language it is read.

An answer holds no sentences. It holds statements: the code of a sentence, the facts that fill it, and where each fact
can be checked. `openvalley.insight.sentences` says a statement in nl, fr, de or en.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from openvalley.insight.called import Called
from openvalley.insight.sentences import said


@dataclass(frozen=True)
class Citation:
    """Where a fact can be checked: a subject of the atlas, and the row of the source that says so.

    Attributes:
        subject: id of the organisation, project, trial, call or region of the atlas.
        source: name of the source, as the atlas's manifest has it.
        source_id: the row of the source; None where the fact is counted over many rows.
        prop: the property of the claim; None where one row tells everything (projects, trials, calls).

    """

    subject: str
    source: str
    source_id: str | None = None
    prop: str | None = None


@dataclass(frozen=True)
class Statement:
    """One sentence of evidence: ``code`` (``connect.shared_topic``) names it, ``values`` fill it."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    citations: Sequence[Citation] = ()


@dataclass(frozen=True)
class Item:
    """One thing that an answer names: an organisation, call, instrument, occupation, region or result.

    Attributes:
        id: its public id; full https://ror.org/ addresses where one exists.
        type: organisation, project, trial, call, region, occupation or a table of the region pack (instrument ...).
        name: what it is called; that of an organisation (`Called`) knows its forms in other languages.
        score: what `Answer.score_means` says; None where the answer is no ranking.
        evidence: why it is there, strongest first.
        values: further figures and facts of it, by the names that the question's documentation lists.
        names: what it is called by language, where that differs.
        mark: what a reader must see beside its name; None for most.

    """

    id: str
    type: str
    name: str
    score: float | None = None
    evidence: Sequence[Statement] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    mark: Statement | None = None

    def name_in(self, language: str) -> str:
        """Return what it is called in a language, else its name."""
        if isinstance(self.name, Called):
            return self.name.in_language(language)
        return self.names.get(language) or self.name


@dataclass(frozen=True)
class Answer:
    """What a question gives back.

    Attributes:
        question: connect, discover, test, fund, educate, chain or rank.
        asked: the question as it was understood, with every default that was used.
        method: name and version of the method; docs/methods/ has a page of each.
        atlas_version: the atlas that was asked.
        items: best first, where there is an order.
        total: how many there are; ``items`` may be cut to what was asked for.
        summary: the answer in a few sentences.
        score_means: what a score says; None where nothing is scored.
        caveats: what the data behind the answer cannot say.
        cannot_tell: why there is no answer; then ``items`` is empty.
        figures: tables beside the list, for pictures: name to rows; a cell may be a statement.

    """

    question: str
    asked: Mapping[str, Any]
    method: str
    atlas_version: str
    items: Sequence[Item] = ()
    total: int = 0
    summary: Sequence[Statement] = ()
    score_means: Statement | None = None
    caveats: Sequence[Statement] = ()
    cannot_tell: Statement | None = None
    figures: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)


def left_out(answer: Answer) -> list[Item]:
    """Return what an answer left out, nearest first, each with the sentence that says why; none where it tells none."""
    return [Item(row["id"], row["type"], row["name"], None, [row["why"]])
            for row in answer.figures.get("excluded", ())]


def left_out_told(answer: Answer) -> Statement:
    """Return the sentence above what an answer left out."""
    return Statement(f"{answer.question}.left_out", {"offers": len(answer.figures["excluded"])})


def as_data(answer: Answer, language: str) -> dict[str, Any]:
    """Return an answer as plain data with its sentences in a language: the one shape of ``--json`` and of the API."""
    return {
        "question": answer.question, "asked": dict(answer.asked), "method": answer.method,
        "atlas_version": answer.atlas_version, "language": language, "total": answer.total,
        "summary": _all_said(answer.summary, language),
        "score_means": _said(answer.score_means, language), "cannot_tell": _said(answer.cannot_tell, language),
        "caveats": _all_said(answer.caveats, language),
        "items": [_item(item, language) for item in answer.items],
        "figures": {name: [_figure(row, language) for row in rows] for name, rows in answer.figures.items()},
    }


def _figure(row: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return a row of a table as data: sentences and names of several languages in one."""
    return {name: _statement(cell, language) if isinstance(cell, Statement) else
            cell.in_language(language) if isinstance(cell, Called) else cell for name, cell in row.items()}


def _item(item: Item, language: str) -> dict[str, Any]:
    return {"id": item.id, "type": item.type, "name": item.name_in(language), "score": item.score,
            "evidence": _all_said(item.evidence, language), "values": dict(item.values)}


def _all_said(statements: Sequence[Statement], language: str) -> list[dict[str, Any]]:
    return [_statement(statement, language) for statement in statements]


def _said(statement: Statement | None, language: str) -> dict[str, Any] | None:
    return None if statement is None else _statement(statement, language)


def _statement(statement: Statement, language: str) -> dict[str, Any]:
    return {
        "code": statement.code, "text": said(statement.code, statement.values, language),
        "values": dict(statement.values),
        "citations": [{"subject": cited.subject, "source": cited.source, "source_id": cited.source_id,
                       "property": cited.prop} for cited in statement.citations],
    }
