"""What changed: who and what is new, gone or different since the atlas before this one."""

from django.http import HttpResponse
from django.shortcuts import render

from openvalley.atlas.reader import Atlas
from openvalley.site.pages.changes import LISTED, changed, summary
from openvalley.site.pages.reading import AtlasRequest, reading


@reading
def page(request: AtlasRequest, atlas: Atlas) -> HttpResponse:
    """Show what changed."""
    return render(request, "pages/changes.html", {"changes": summary(changed(atlas), LISTED), "listed": LISTED})
