"""Search by meaning, where words fail: who does what was asked for in other words.

A question that names no activity ("company that fills syringes") is asked again by the name of the activity that it
means (`openvalley.vocabulary.meanings`, a table written by hand). Nothing is downloaded, and nothing is learnt.
"""

from dataclasses import replace

from openvalley.atlas.search import METHOD, SearchAnswer, SearchIndex, SearchRequest
from openvalley.resolve.normalise import fold
from openvalley.vocabulary.meanings import activities_meant
from openvalley.vocabulary.terms import Vocabulary, terms

#: How far from a named thing one lies that is only meant: the share of its score.
_MEANT = 0.9
#: A first hit of this likeness is what was named, misspelt perhaps: nothing else is put before it.
_NAMED = 0.6


def by_meaning(index: SearchIndex, request: SearchRequest, answer: SearchAnswer) -> SearchAnswer:
    """Return an answer with those first that do what was meant; the same answer where nothing is meant.

    Only the first page is asked again: deeper ones are of the words alone.
    """
    if answer.items and answer.items[0].score >= _NAMED:
        return answer
    codes = activities_meant(fold(request.text))
    if not codes or request.offset or (request.types and "organisation" not in request.types):
        return answer
    found = []
    for code in codes:
        name = terms(Vocabulary.ACTIVITY)[code].labels["en"]
        held = set(fold(name).split())
        found += [hit for hit in index.search(replace(request, text=name, facets=False)).items
                  if hit.type == "organisation" and held <= set(hit.shown["tags"])]
    found.sort(key=lambda hit: hit.score)
    best = {hit.id: replace(hit, score=round(hit.score * _MEANT, 4)) for hit in found}
    meant = sorted(best.values(), key=lambda hit: (-hit.score, hit.id))
    if not meant:
        return answer
    items = [*meant, *(hit for hit in answer.items if hit.id not in best)][:request.limit]
    return replace(answer, items=items, total=max(answer.total, len(items)), method=f"{METHOD}, meanings-1")
