"""How the service describes itself: its manifest, the types and properties that it knows, and suggestions of them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext

from openvalley.atlas.model import Organisation
from openvalley.atlas.reconciling import COMPARED
from openvalley.resolve.normalise import fold
from openvalley.site.pages import wording
from openvalley.site.reconcile.asked import MOST_QUERIES, ORGANISATION
from openvalley.vocabulary.terms import Vocabulary, terms

#: The version of the specification that is spoken.
VERSION = "0.2"
#: Size of a preview in pixels.
_WIDTH, _HEIGHT = 420, 180
#: Types or properties that are suggested at once.
_MOST_SUGGESTED = 20


def _fact(name: str) -> Callable[[Organisation], list[Any]]:
    def read(organisation: Organisation) -> list[Any]:
        value = getattr(organisation, name)
        return [] if value is None else [value]

    return read


def _number(scheme: str) -> Callable[[Organisation], list[Any]]:
    return lambda organisation: [value for known, value in organisation.identifiers if known == scheme]


def _terms(vocabulary: str, attribute: str) -> Callable[[Organisation], list[Any]]:
    def read(organisation: Organisation) -> list[Any]:
        held = getattr(organisation, attribute)
        return [wording.term(vocabulary, code) for code in ([held] if isinstance(held, str) else held)]

    return read


#: How the values of every property are read off an organisation, in the order in which properties are proposed.
PROPERTIES: Mapping[str, Callable[[Organisation], list[Any]]] = {
    "name": _fact("name"), "kind": _terms("kind", "kind"), "state": _terms("state", "state"),
    **{name: _fact(name) for name in ("country", "city", "postcode", "nuts", "website", "founded")},
    "stage": _terms("stage", "stages"), "platform": _terms("platform", "platforms"),
    "sector": _terms("sector", "sectors"), "projects": _fact("projects"), "eu_contribution": _fact("eu_contribution"),
    **{scheme: _number(scheme) for scheme in ("ror", "pic", "vat", "kbo", "lei", "wikidata")},
}


def named(code: str) -> str:
    """Return what a property is called in the reader's language."""
    of_lists = {"projects": gettext("Projects"), "eu_contribution": gettext("EU contribution")}
    return of_lists.get(code) or str(wording.PROPERTIES.get(code) or wording.scheme(code))


def manifest(base: str, version: str) -> dict[str, Any]:
    """Return the service's manifest.

    Args:
        base: address of the site, without a slash at its end.
        version: of this program.

    """
    service = {"service_url": base}
    return {
        "versions": [VERSION], "name": "OpenValley", "serviceVersion": version,
        "identifierSpace": f"{base}/", "schemaSpace": "https://schema.org/",
        "documentation": "https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/",
        "logo": f"{base}/reconcile/logo", "batchSize": MOST_QUERIES,
        "defaultTypes": [{"id": ORGANISATION, "name": gettext("Organisation")}],
        "view": {"url": f"{base}/reconcile/view?id={{{{id}}}}"},
        "preview": {"url": f"{base}/reconcile/preview?id={{{{id}}}}", "width": _WIDTH, "height": _HEIGHT},
        "suggest": {name: {**service, "service_path": f"/reconcile/suggest/{name}"}
                    for name in ("entity", "property", "type")},
        "extend": {"propose_properties": {**service, "service_path": "/reconcile/properties"}, "property_settings": []},
    }


def types(prefix: str) -> list[dict[str, Any]]:
    """Return the types whose name holds a text: organisations, and each kind of them."""
    kinds = {code: wording.term("kind", code) for code in terms(Vocabulary.KIND)}
    return _holding({ORGANISATION: gettext("Organisation"), **kinds}, prefix)


def properties(prefix: str) -> list[dict[str, Any]]:
    """Return the properties whose name holds a text, of those that a query may give."""
    return _holding({code: named(code) for code in COMPARED}, prefix)


def _holding(known: Mapping[str, str], text: str) -> list[dict[str, Any]]:
    wanted = fold(text)
    return [{"id": code, "name": name} for code, name in known.items()
            if wanted in fold(name) or wanted in code][:_MOST_SUGGESTED]
