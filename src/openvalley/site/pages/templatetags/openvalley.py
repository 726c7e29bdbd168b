"""How values are written on pages: numbers, money, days, terms, addresses."""

from datetime import date

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_compact_currency, format_currency, format_decimal
from django import template
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from openvalley.site.pages import addresses, link_words, source_words, trial_words, wording
from openvalley.site.pages.questions.asked import Asking
from openvalley.site.pages.questions.fields import Field

register = template.Library()

register.simple_tag(addresses.organisation_url, name="organisation_url")
register.simple_tag(addresses.project_url, name="project_url")
register.simple_tag(addresses.trial_url, name="trial_url")
register.simple_tag(addresses.call_url, name="call_url")
register.simple_tag(addresses.region_url, name="region_url")
register.simple_tag(addresses.pack_row_url, name="pack_row_url")
register.simple_tag(addresses.search_url, name="search_url")
register.simple_tag(wording.colon, name="colon")
register.filter("country", wording.country)
register.filter("language_name", wording.language_name)
register.filter("trial_state", trial_words.state_of)
register.filter("party_class", trial_words.party_class)
register.filter("age", trial_words.age)
register.filter("link_reasons", link_words.reasons)
register.filter("in_ten", link_words.in_ten)
register.filter("told", source_words.told)
register.filter("unit", wording.quoted_unit)

#: Whole numbers from here on are written in groups of three digits: those below may be years.
_GROUPED = 10_000
_MILLION = 1_000_000


@register.filter
def number(value: float) -> str:
    """Write a whole number with the language's thousands separator."""
    return str(number_format(round(value), 0, use_l10n=True, force_grouping=True))


@register.filter
def decimal(value: float) -> str:
    """Write a figure as it is, to two decimals at most, as the language does."""
    return str(format_decimal(value, "#,##0.##", locale=wording.language()))


@register.filter
def figure(value: object) -> str:
    """Write a cell of a table: numbers as the language does, to three decimals; years and words as they are."""
    if isinstance(value, float) or (isinstance(value, int) and value >= _GROUPED):
        return str(format_decimal(value, "#,##0.###", locale=wording.language()))
    return str(value)


@register.filter
def euro(value: float | None) -> str:
    """Write an amount in euro, from a million on shortened to one decimal, as the language does (Unicode CLDR)."""
    if value is None:
        return ""
    if value >= _MILLION:
        return format_compact_currency(value, "EUR", locale=wording.language(), fraction_digits=1)
    pattern = str(Locale(wording.language()).currency_formats["standard"].pattern).replace("#,##0.00", "#,##0")
    return format_currency(value, "EUR", pattern, locale=wording.language(), currency_digits=False)


@register.filter
def day(value: date | str | None) -> str:
    """Write a date in the language's form; partial dates (a year, a month) stay as the register gave them."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value[:10])
        except ValueError:
            return str(value)
    return format_date(value, "d MMM y", locale=wording.language()) if value else ""


@register.filter
def month_or_day(value: date) -> str:
    """Write a date that a register may have given to the month: the first of a month is written as its month."""
    return day(value) if value.day > 1 else format_date(value, "LLL y", locale=wording.language())


@register.filter
def trial_role(code: str) -> str:
    """Write the part that somebody has in a trial."""
    return str(trial_words.ROLES.get(code, code))


@register.filter
def trial_sex(code: str) -> str:
    """Write who may take part in a trial."""
    return str(trial_words.SEXES.get(code, code))


@register.filter
def kind(code: str) -> str:
    """Write an organisation's kind."""
    return wording.term("kind", code)


@register.filter
def state(code: str) -> str:
    """Write a life state."""
    return wording.term("state", code)


@register.filter
def programme(code: str | None) -> str:
    """Write a framework programme's name."""
    return wording.PROGRAMMES.get(code or "", code or "")


@register.filter
def role(code: str | None) -> str:
    """Write a participant's role."""
    return str(wording.ROLES.get(code or "", code or ""))


@register.filter
def status(code: str) -> str:
    """Write a project's status."""
    return str(wording.STATUSES.get(code, code))


@register.filter
def standing(code: str) -> str:
    """Write where a call stands."""
    return wording.value("standing", code)


@register.simple_tag
def term(vocabulary: str, code: str) -> str:
    """Write a term of a vocabulary."""
    return wording.term(vocabulary, code)


@register.simple_tag
def bar(part: float, whole: float) -> SafeString:
    """Draw how large a part is of a whole; the number beside it says the same."""
    share = round(100 * part / whole, 1) if whole else 0
    return format_html('<svg class="bar" aria-hidden="true" viewBox="0 0 100 10" preserveAspectRatio="none">'
                       '<rect width="{}" height="10"/></svg>', f"{share:.1f}")


@register.simple_tag(takes_context=True)
def instead(context: template.Context, field: Field, value: str) -> str:
    """Write the address of the same question with another value of a field."""
    asking: Asking = context["asking"]
    given = {name: list(values) for name, values in asking.values.items()}
    return addresses.question_url(asking.question.name, addresses.query_string({**given, field.name: value}))


@register.simple_tag
def part(field: Field, value: str) -> str:
    """Write the share that was given to one part of a whole, as a percentage."""
    share = field.parts.get(value, "")
    try:
        return f"{float(share) * 100:.4g}"
    except ValueError:
        return share
