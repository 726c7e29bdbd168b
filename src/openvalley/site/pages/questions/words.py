"""The words of the questions' pages: what each asks, what its fields are called, what is wrong with what was given."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Text = str | Promise


@dataclass(frozen=True)
class Words:
    """A question in words: its name in the navigation, the question itself, whom it helps, and its method in short."""

    name: Text
    asks: Text
    lead: Text
    method: Text
    #: Requests that show what can be asked, as query strings, with what each is called.
    examples: tuple[tuple[str, Text], ...] = ()
    #: Fields of which one must be given; empty where nothing must.
    needs: tuple[str, ...] = ()


QUESTIONS: Mapping[str, Words] = {
    "connect": Words(
        pgettext_lazy("question", "Partners"), _("Who could be a new partner?"),
        _("Organisations that have not worked together yet, and what speaks for it."),
        _("For an organisation with EU projects: who worked with whom on what; how often such suggestions came true "
          "was measured on later projects. For a need: what organisations are known to do, as the region pack has it."),
        (("need=filling+syringes", _("Filling syringes")),
         ("need=AAV+vector+manufacturing", _("Making AAV vectors"))), needs=("organisation", "need")),
    "test": Words(
        pgettext_lazy("question", "Trial sites"), _("Where could a study run?"),
        _("Sites by the trials that registers name them in: the condition, the phase, the kind of treatment."),
        _("Trials of registers are counted for each linked site: of the condition, the phase and the intervention. "
          "Experience under names that could not be linked is not counted, and quality is not judged."),
        (("condition=multiple+sclerosis", _("Multiple sclerosis")),
         ("condition=lung+cancer&phase=2", _("Lung cancer, phase 2")))),
    "fund": Words(
        pgettext_lazy("question", "Funding"), _("Which money fits?"),
        _("Subsidies, loans, calls and investors for an organisation or a need, with the conditions that decide."),
        _("Hard conditions come first: kind, size, seat, age and dates. What fails one is left out, with the condition "
          "named; what no source tells stays open. The rest is ordered by how near the words are."),
        (("need=gene+therapy+manufacturing", _("Making a gene therapy")),
         ("need=digital+health+app", _("A digital health application")))),
    "discover": Words(
        pgettext_lazy("question", "Research"), _("Which research is near the market?"),
        _("Research organisations by how near their projects are to use; or the results on one topic, and the way to "
          "them."),
        _("A declared index: companies in the projects, parts of the programmes that lie near the market, and how "
          "recent they are. A backtest holds it against the spin-offs that came later."),
        (("topic=mRNA+vaccines", _("mRNA vaccines")), ("topic=antibodies", _("Antibodies")))),
    "chain": Words(
        pgettext_lazy("question", "Value chain"), _("Where is the value chain strong, and where thin?"),
        _("Who does what from discovery to care, by technology and place; gaps and comparisons with other regions."),
        _("Roles come from the region pack and the registers behind it and are counted by stage, technology and place. "
          "Regions are compared only on what registers know of all of them."),
        (("platform=cell-therapy", _("Cell therapy")), ("compare=DK&compare=NL", _("Compared with Denmark and the "
                                                                                   "Netherlands")))),
    "educate": Words(
        pgettext_lazy("question", "Skills"), _("Which skills are short, and who trains for them?"),
        _("Occupations of the value chain on the official shortage lists, against the programmes that are known."),
        _("Titles of the shortage lists are matched with occupation groups by a table judged by hand, and these with "
          "the programmes of the region pack."),
        (("stage=manufacturing", _("Manufacturing")),)),
    "rank": Words(
        pgettext_lazy("question", "Ranking"), _("How do regions of Europe compare?"),
        _("An open ranking of countries or regions that says how sure each place is."),
        _("Seven declared indicators are brought to one scale and averaged; every choice that could have been another "
          "is drawn anew two thousand times, so that a place is an interval."),
        (("level=nuts2", _("Regions (NUTS 2) instead of countries")),)),
}

#: Questions that can be asked of one organisation, as its page puts them.
OF_ORGANISATION: Mapping[str, Text] = {
    "connect": _("With whom could it work next?"), "fund": _("Which money fits it?"),
    "discover": _("Which of its research is near the market?"),
}
#: What fields are called; ``question.field`` where a field means something of its own in one question.
LABELS: Mapping[str, Text] = {
    "platform": _("Technology platform"), "stage": _("Stage of the value chain"), "region": _("Region"),
    "regions": _("Region"), "country": _("Country"), "countries": _("Country"), "kind": _("Kind"), "kinds": _("Kind"),
    "compare": _("Compare with"), "limit": _("How many to list"), "topic": _("About what"),
    "organisation": _("Organisation"), "need": _("What is needed"), "as_of": _("On which day"), "call": _("Call"),
    "members": _("Members of a list"), "level": _("What is ranked"), "weights": _("Weights of the indicators"),
    "condition": _("Condition"), "phase": _("Phase"), "intervention": _("Treatment"),
    "programme": _("Programme"), "sector": _("Sector"), "sme": _("Only small and medium-sized enterprises"),
    "cross_sector": _("Only outside the own sectors"), "connect.organisation": _("Who asks"),
    "connect.country": _("Partners in the country"), "connect.region": _("Partners in the region"),
    "connect.kind": _("Kind of partner"),
    "connect.need": _("What a partner should do"), "chain.limit": _("Organisations named at each stage"),
    "fund.organisation": _("Who asks"),
    "fund.need": _("What the money is for"),
}
HELPS: Mapping[str, Text] = {
    "compare": _("Countries; other regions by their NUTS code, one a line."),
    "topic": _("A few words, in Dutch, French, German or English."),
    "organisation": _("A name, ROR id, PIC or VAT number."),
    "need": _("A few words, in Dutch, French, German or English."),
    "as_of": _("Calls are open or closed on this day. Today, when left empty."),
    "rank.as_of": _("Figures are new or old on this day. Today, when left empty."),
    "call": _("The call's topic: says which of the members fit it, instead of looking for money."),
    "members": _("One id a line."),
    "weights": _("Parts of the whole: twice the number counts twice. All weigh the same when none is given."),
    "condition": _("In Dutch, French, German or English."),
    "intervention": _("A few words, such as CAR-T or mobile app."),
}
#: Fields that wait behind "more choices": most people never need them.
FOLDED = ("limit", "as_of", "weights", "call", "members", "compare", "sector", "sme", "cross_sector", "connect.stage",
          "connect.platform")
#: Kinds of evidence on which regions are compared along the value chain.
EVIDENCE: Mapping[str, Text] = {
    "research": _("Research organisations"), "companies": _("Companies in research"),
    "trial_sites": _("Trial sites"), "hospitals": _("Hospitals"),
}
LEVELS: Mapping[str, Text] = {"country": _("Countries"), "nuts2": _("Regions (NUTS 2)")}
ANY: Text = pgettext_lazy("no choice made", "All")

#: What is wrong with a value, by why; ``%(given)s`` is the value.
FAULTS: Mapping[str, Text] = {
    "missing": _("This is needed."),
    "unknown": _("“%(given)s” is not known here."),
    "untried": _("No trial of this atlas is about “%(given)s”."),
    "nobody": _("The atlas knows no organisation called anything like “%(given)s”."),
    "several": _("“%(given)s” may be more than one organisation. Which one?"),
    "wordless": _("“%(given)s” holds no word to look for."),
    "elsewhere": _("“%(given)s” is not in the region of this atlas; others can be compared with."),
    "uncovered": _("No shortage list covers “%(given)s”."),
    "number": _("“%(given)s” is not a number that fits here."),
    "day": _("“%(given)s” is not a day. Write 2026-01-31."),
    "too-early": _("“%(given)s” is before what this atlas knows."),
    "too-low": _("“%(given)s” is too few."),
    "too-high": _("“%(given)s” is too many; 500 at most."),
    "twice": _("One indicator has two weights."),
    "sum": _("The weights do not add up to one whole."),
    "other": _("This cannot be used."),
}
#: What is wrong with one field of one question, where more can be said.
OWN_FAULTS: Mapping[str, Text] = {
    "test.condition.missing": _("Which condition? Say it in a few words."),
    "connect.organisation.missing": _("Partners for whom, or for what? Name an organisation, or say what is needed."),
    "fund.need.missing": _("Money for whom or what? Name an organisation, or say what the money is for."),
    "fund.members.missing": _("Which members? Give their ids, one a line."),
    "fund.call.missing": _("Which call? Members were given without one."),
}
TYPES: Mapping[str, Text] = {
    "organisation": _("Organisation"), "project": _("Project"), "trial": _("Trial"), "call": _("Call"),
    "region": _("Region"), "stage": _("Stage"), "occupation": _("Occupation"), "instrument": _("Instrument"),
    "investor": _("Investor"),
}


def label(question: str, field: str) -> str:
    """Return what a field is called; one without words stands under its own name."""
    return str(LABELS.get(f"{question}.{field}") or LABELS.get(field) or field)


def explanation(question: str, field: str) -> str:
    """Return what helps to fill a field in; empty where its label says all."""
    return str(HELPS.get(f"{question}.{field}") or HELPS.get(field) or "")


def fault(question: str, field: str, why: str, given: str) -> str:
    """Return what is wrong with what was given."""
    text = OWN_FAULTS.get(f"{question}.{field}.{why}") or FAULTS.get(why) or FAULTS["other"]
    return str(text) % {"given": given}
