"""The review queue: doubtful pairs side by side, settled with single keys, exactly as `openvalley review` settles them.

Each request sits down anew: a decision is a judgement at once (`openvalley.atlas.sitting`), and what this browser
decided, so that it can be undone, stands in its session.
"""

from collections.abc import Mapping, Sequence
from threading import Lock

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from openvalley.atlas.doubts import Doubt, argue, doubts
from openvalley.atlas.reader import Atlas
from openvalley.atlas.sides import Side, sides
from openvalley.atlas.sitting import Decided, Sitting
from openvalley.errors import BadInput
from openvalley.resolve.judgement import Decision
from openvalley.resolve.judgements import JudgementStore
from openvalley.resolve.sent import readable
from openvalley.site.pages.doubt_words import told
from openvalley.site.people import audit
from openvalley.site.people.guarding import PersonalRequest
from openvalley.site.people.roles import judge_name
from openvalley.site.shelf import home_settings

#: Decisions that one browser can undo, the last first; and characters of a reason.
_UNDOABLE, _LONGEST_WHY = 50, 500
_SESSION = "judged"
_DECISIONS = {"same": Decision.SAME, "different": Decision.DIFFERENT, "none": Decision.NO_MATCH}

_lock = Lock()
_kept: dict[str, tuple[tuple[str, int], list[Doubt]]] = {}


def _queue(atlas: Atlas) -> Sequence[Doubt]:
    """Return the pairs that wait; found anew when there is another atlas or judgement."""
    settings = home_settings()
    made = len(JudgementStore(settings.judgements).history()) if settings.judgements.exists() else 0
    key, home = (atlas.version, made), str(settings.home)
    with _lock:
        if home not in _kept or _kept[home][0] != key:
            _kept[home] = key, doubts(atlas, settings)
        return _kept[home][1]


def _alone(atlas: Atlas) -> bool:
    """Tell whether an atlas is made of one source: nothing is there to join it to."""
    return len(atlas.manifest["sources"]) == 1


@require_safe
def page(request: PersonalRequest) -> HttpResponse:
    """Show the pair of the address, else the first one that waits."""
    if request.atlas is None:
        return render(request, "people/links.html", {"total": 0, "why": "nothing"})
    queue = _queue(request.atlas)
    wanted = request.GET.get("left", ""), request.GET.get("right", "")
    place = next((at for at, doubt in enumerate(queue) if doubt.pair == wanted), 0)
    doubt = queue[place] if queue else None
    both = sides(request.atlas, doubt.pair) if doubt else {}
    pair = [both[record] for record in doubt.pair if record in both] if doubt else []
    argued = argue(doubt, *pair) if doubt and len(pair) == 2 else None  # noqa: PLR2004 - a pair
    return render(request, "people/links.html", {
        "why": "alone" if _alone(request.atlas) else "",
        "total": len(queue), "number": place + 1, "doubt": doubt, "sides": pair,
        "speaks": [told(words) for words in argued.one] if argued else [],
        "hinders": [told(words) for words in argued.two] if argued else [],
        "asked": _called(doubt, both),
        "percent": round(100 * doubt.probability) if doubt and doubt.probability is not None else None,
        "previous": _url(queue, place - 1), "next": _url(queue, place + 1),
        "undoable": len(request.session.get(_SESSION, []))})


def _called(doubt: Doubt | None, both: Mapping[str, Side]) -> str:
    """Return what the side is called that may match nothing; empty where both are organisations of registers."""
    if doubt is None or not doubt.asked:
        return ""
    side = both.get(doubt.asked)
    return (side.name if side else None) or doubt.asked


def _url(queue: Sequence[Doubt], place: int) -> str:
    if not 0 <= place < len(queue):
        return ""
    return f"{reverse('curate-links')}?{urlencode({'left': queue[place].left, 'right': queue[place].right})}"


@require_POST
def decide(request: PersonalRequest) -> HttpResponse:
    """Keep a decision about a pair, and go on to the next one."""
    decision = _DECISIONS.get(request.POST.get("say", ""))
    wanted = request.POST.get("left", ""), request.POST.get("right", "")
    why = readable(request.POST.get("why", ""))[:_LONGEST_WHY]
    queue = _queue(request.atlas) if request.atlas else ()
    place = next((at for at, doubt in enumerate(queue) if doubt.pair == wanted), None)
    if request.atlas is None or decision is None or place is None:
        messages.info(request, _("This pair waits no longer."))
        return redirect("curate-links")
    store = JudgementStore(home_settings().judgements)
    sitting = Sitting(request.atlas, store, [queue[place]], judge_name(request.person))
    try:
        judgement = sitting.decide(decision, why)
    except BadInput:
        messages.error(request, _("This cannot be said of this pair, or the reason cannot be kept."))
        return redirect(_url(queue, place))
    kept = [*request.session.get(_SESSION, []), [judgement.left, judgement.right, judgement.at]]
    request.session[_SESSION] = kept[-_UNDOABLE:]
    audit.note(request.person, f"link.{decision.value}", f"{judgement.left} {judgement.right}".strip())
    messages.success(request, _("Kept. The next build heeds it."))
    return redirect(_url(queue, place + 1) or "curate-links")


@require_POST
def undo(request: PersonalRequest) -> HttpResponse:
    """Take back what this browser decided last, and look at it again."""
    kept = request.session.get(_SESSION, [])
    if request.atlas is None or not kept:
        messages.info(request, _("There is nothing to undo."))
        return redirect("curate-links")
    left, right, at = kept[-1]
    store = JudgementStore(home_settings().judgements)
    judgement = next((one for one in store.history() if (*one.pair, one.at) == (left, right, at)), None)
    request.session[_SESSION] = kept[:-1]
    if judgement is not None:
        sitting = Sitting(request.atlas, store, [], judge_name(request.person))
        sitting.decided.append(Decided(0, judgement))
        sitting.undo()
        audit.note(request.person, "link.undone", f"{left} {right}".strip())
        messages.success(request, _("Taken back."))
    return redirect(f"{reverse('curate-links')}?{urlencode({'left': left, 'right': right})}")
