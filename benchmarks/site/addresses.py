"""The addresses that the benchmarks of the site read: drawn from an atlas by a seed, the same for the same atlas."""

import random
from collections.abc import Iterator, Sequence
from urllib.parse import quote, urlencode

from openvalley.atlas.reader import Atlas
from openvalley.site.pages.addresses import key_of

_SEED = 20_261
_LANGUAGES = ("nl", "fr", "de", "en")
_WORDS = ("gene therapy", "mRNA", "antibody", "vaccine", "cell therapy", "lung cancer", "diabetes", "imaging", "CAR-T",
          "microbiome", "wearables", "fill and finish", "stem cells", "Alzheimer", "peptides", "clean room")
_SHARES = {"organisation": 22, "project": 14, "trial": 8, "search": 22, "network": 4, "question": 20, "API": 10}
_THINGS = {
    "organisation": "SELECT id FROM organisation WHERE in_region AND in_scope AND named ORDER BY id",
    "project": "SELECT p.id FROM project AS p JOIN life_science_project AS l ON l.project_id = p.id ORDER BY p.id",
    "trial": "SELECT id FROM trial WHERE in_region ORDER BY id",
}


def addresses(atlas: Atlas, number: int) -> Iterator[tuple[str, str]]:
    """Yield kinds and addresses, drawn by a seed: two pages in three are things and lists, one a question."""
    draw = random.Random(_SEED)
    things = {kind: [row["id"] for row in atlas.rows(query)] for kind, query in _THINGS.items()}
    towns = [row["city"] for row in atlas.rows(
        "SELECT city FROM organisation WHERE in_region AND city IS NOT NULL GROUP BY city HAVING count(*) > 2")]
    for _ in range(number):
        language = draw.choice(_LANGUAGES)
        kind = draw.choices(list(_SHARES), list(_SHARES.values()))[0]
        if kind in things:
            yield kind, f"/{language}/{kind}/{quote(key_of(draw.choice(things[kind])), safe='/:')}"
        elif kind == "network":
            key = quote(key_of(draw.choice(things["organisation"])), safe="/:")
            yield kind, f"/{language}/organisation/{key}/network"
        elif kind == "search":
            text = draw.choice((*_WORDS, *towns)) + draw.choice(("", " leuven", " clinical", " company"))
            yield kind, f"/{language}/search?{urlencode({'q': text})}"
        else:
            question, request = draw.choice(_requests(draw, things["organisation"]))
            query = urlencode(request, doseq=True)
            yield kind, f"/api/v1/{question}?{query}" if kind == "API" else f"/{language}/{question}?{query}"


def _requests(draw: random.Random, organisations: Sequence[str]) -> list[tuple[str, dict[str, str]]]:
    word, organisation = draw.choice(_WORDS), draw.choice(organisations)
    return [
        ("chain", {"platform": draw.choice(("vaccine", "cell-therapy", "gene-therapy", ""))}), ("chain", {}),
        ("connect", {"organisation": organisation}), ("connect", {"need": word}),
        ("discover", {}), ("discover", {"topic": word}), ("educate", {}), ("educate", {"stage": "manufacturing"}),
        ("fund", {"need": word}), ("fund", {"organisation": organisation}), ("rank", {}), ("rank", {"level": "nuts2"}),
        ("test", {"condition": draw.choice(("lung cancer", "multiple sclerosis", "diabetes", "breast cancer"))}),
    ]
