"""Answers of the questions in the terminal: in a sentence, the list with its evidence, what cannot be told."""

from collections.abc import Sequence

from rich.markup import escape

from openvalley.cli.edge import Edge
from openvalley.errors import BadInput
from openvalley.insight.answer import Answer, Statement, as_data, left_out, left_out_told
from openvalley.insight.sentences import said
from openvalley.vocabulary.terms import LANGUAGES

#: Evidence sentences of one item that the terminal shows; --json has all.
_SENTENCES = 4
#: Which sources mend what a sentence says that the atlas lacks: whoever reads a terminal can bring them in.
_MENDED_BY = {
    "discover.no_projects": "cordis", "discover.pack_alone": "cordis", "educate.no_lists": "shortages",
    "fund.no_calls_known": "calls", "fund.no_open_call_since": "calls", "rank.nothing_to_rank": "nuts eurostat cordis",
    "test.no_trials": "clinicaltrials",
}
#: Scores below this are written with a digit more.
_SMALL = 0.1


def print_answer(edge: Edge, answer: Answer, language: str) -> None:
    """Print an answer: as JSON where that is asked for, else in sentences of a language.

    Raises:
        BadInput: the language is none of the platform's.

    """
    if language not in LANGUAGES:
        raise BadInput(f"There is no language {language[:20]!r} here.", hint=f"Languages: {', '.join(LANGUAGES)}.")
    if edge.as_json:
        edge.print_json(as_data(answer, language))
        return
    if answer.cannot_tell is not None:
        edge.console.print(escape(_text(answer.cannot_tell, language)))
    _print_all(edge, answer.summary, language, "")
    _print_mending(edge, answer)
    for place, item in enumerate(answer.items, start=1):
        score = f"  {_score(item.score)}" if item.score is not None else ""
        mark = f"  ({escape(_text(item.mark, language))})" if item.mark else ""
        edge.console.print(f"{place:>3}.{score}  [bold]{escape(item.name_in(language))}[/]{mark}  {escape(item.id)}")
        _print_all(edge, item.evidence[:_SENTENCES], language, "      ")
    if answer.total > len(answer.items) > 0:
        edge.console.print(f"  {len(answer.items):,} / {answer.total:,}")
    _print_left_out(edge, answer, language)
    notes = [*([answer.score_means] if answer.score_means else []), *answer.caveats]
    _print_all(edge, notes, language, "  * ")


def _print_mending(edge: Edge, answer: Answer) -> None:
    """Print the commands that bring in what an answer says is missing."""
    told = [*([answer.cannot_tell] if answer.cannot_tell else []), *answer.summary, *answer.caveats]
    for sources in dict.fromkeys(_MENDED_BY[each.code] for each in told if each.code in _MENDED_BY):
        edge.console.print(f"  openvalley sync {sources} && openvalley build")


def _print_left_out(edge: Edge, answer: Answer, language: str) -> None:
    """Print what was left out and why, nearest first: as many as were asked for of each kind."""
    found = left_out(answer)
    if not found:
        return
    edge.console.print(escape(_text(left_out_told(answer), language)))
    listed = found[:answer.asked.get("limit", len(found))]
    for item in listed:
        edge.console.print(f"   -  [bold]{escape(item.name_in(language))}[/]  {escape(item.id)}")
        _print_all(edge, item.evidence, language, "      ")
    if len(found) > len(listed):
        edge.console.print(f"  {len(listed):,} / {len(found):,}")


def _print_all(edge: Edge, statements: Sequence[Statement], language: str, before: str) -> None:
    for statement in statements:
        edge.console.print(before + escape(_text(statement, language)))


def _text(statement: Statement, language: str) -> str:
    return said(statement.code, statement.values, language)


def _score(score: float) -> str:
    """Write a score with two digits, small ones with three: one in a hundred is not nothing."""
    return f"{score:.2f}" if score >= _SMALL or not score else f"{score:.3f}"
