"""SQL expressions that connectors share: the canonical form of a web domain, money, dates and country codes."""

#: Country codes that EU registers write differently from ISO 3166-1 (Interinstitutional Style Guide, annex A5).
EU_COUNTRIES = {"EL": "GR", "UK": "GB"}

#: Participants of the largest studies known: 99 million in the Global Vaccine Data Network's cohort (Faksova et al.,
#: Vaccine 42 (2024) 2200-2211).
LARGEST_STUDY = 100_000_000
#: From this many nines on a number of participants is none: 99999 stands in EU registers, 99999999 in American ones.
PLACEHOLDER_NINES = 5

#: Domains that host many organisations' pages: they identify none of them.
SHARED_DOMAINS = (
    "facebook.com", "linkedin.com", "twitter.com", "sites.google.com", "google.com", "wikipedia.org", "wordpress.com",
    "blogspot.com", "github.io", "github.com", "instagram.com", "youtube.com", "wixsite.com",
)


def filled(column: str) -> str:
    """Return the column's text without surrounding white space; empty text is null."""
    return f"nullif(trim({column}, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '')"


def domain(url: str) -> str:
    """Return the host of a web address, without ``www.``; null for shared hosts and for what is no address."""
    host = f"regexp_extract(lower({url}), '^(?:https?://)?(?:www[0-9]?\\.)?([a-z0-9.-]+\\.[a-z]{{2,24}})', 1)"
    listed = ", ".join(f"'{shared}'" for shared in SHARED_DOMAINS)
    return f"CASE WHEN {host} IN ('', {listed}) THEN NULL ELSE {host} END"


def country(column: str) -> str:
    """Return the ISO 3166-1 alpha-2 code of an EU register's country code; null when it is no code."""
    cases = " ".join(f"WHEN '{theirs}' THEN '{iso}'" for theirs, iso in EU_COUNTRIES.items())
    code = f"upper(trim({column}))"
    return f"CASE {code} {cases} ELSE CASE WHEN regexp_full_match({code}, '[A-Z]{{2}}') THEN {code} END END"


def head_count(column: str) -> str:
    """Return a number of participants; null for the nines of an unknown number, and above what a study has counted."""
    number = f"try_cast({column} AS BIGINT)"
    return (f"CASE WHEN {number} BETWEEN 0 AND {LARGEST_STUDY} AND NOT regexp_full_match(CAST({column} AS VARCHAR), "
            f"'9{{{PLACEHOLDER_NINES},}}') THEN {number}::INTEGER END")


def money(column: str) -> str:
    """Return an amount in euro; a decimal comma is read as a point."""
    return f"try_cast(replace({column}, ',', '.') AS DOUBLE)"


def wrong_money(column: str) -> str:
    """Return the condition that a filled amount is no number, or negative, or not finite."""
    return f"{filled(column)} IS NOT NULL AND NOT coalesce({money(column)} >= 0 AND isfinite({money(column)}), false)"


def day(column: str) -> str:
    """Return the date of an ISO date or timestamp."""
    text = f"left(trim({column}), 10)"
    # The form is checked because the cast also takes words such as 'infinity' and 'epoch'.
    return f"CASE WHEN regexp_full_match({text}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') THEN try_cast({text} AS DATE) END"


def wrong_day(column: str) -> str:
    """Return the condition that a filled date is no date."""
    return f"{filled(column)} IS NOT NULL AND {day(column)} IS NULL"
