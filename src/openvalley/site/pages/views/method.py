"""The method of a question: how its answer is worked out, how good it is, and what not to use it for."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from openvalley.atlas.reader import Atlas
from openvalley.site.pages import addresses
from openvalley.site.pages.linked_pages import linked_page
from openvalley.site.pages.methods import method
from openvalley.site.pages.questions import words
from openvalley.site.pages.reading import AtlasRequest, reading


@reading
def page(request: AtlasRequest, atlas: Atlas, name: str) -> HttpResponse:
    """Show how a question is answered; in short in the reader's language, whole as it is written."""
    del atlas
    text, said = method(name), words.QUESTIONS[name]
    if not text:
        raise Http404
    return render(request, "pages/method.html", {
        "words": said, "text": text, "question_url": addresses.question_url(name),
        "linked_data": linked_page(request, "TechArticle", str(said.asks), abstract=str(said.method))})
