"""Reads funding call topics: pages of the Funding & Tenders portal's search API, or a table made from it.

Each result of the API has `metadata`, in which every field is a list of texts. A topic comes once for each of its
actions, and again when the index moves while its pages are read; its rows are joined, and no deadline is lost.
"""

import re
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from openvalley.errors import SourceChanged
from openvalley.sources.calls.pages import TOPICS, fetch
from openvalley.sources.intake import CsvTable, Intake
from openvalley.sources.sql import day, filled, wrong_day
from openvalley.vocabulary.records import CALL

__all__ = ["fetch", "read"]

#: A topic's page in the portal.
TOPIC_PAGE = "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen/opportunities/topic-details/"

_TABLE = CsvTable(
    needed=("topicId", "topicTitle", "callId", "callTitle", "actionType", "status", "openDate", "closeDate", "s2Date"),
    known=("ccm2Id", "callYear", "clusterCode", "clusterName", "destination", "destCode", "pubDate", "process",
           "topicUrl"),
    delimiter=",",
)
_CHANGED = "The last good version stays in use. The portal changed its search; adapt the connector."
_FILE_DATE = re.compile(r"HE_calls_(\d{4}-\d{2}-\d{2})\.csv")
_CODES = Path(__file__).parent / "codes.toml"
#: Part of a topic's id before its year: the cluster or partnership that calls.
_CLUSTER = "regexp_extract(upper(id), '^([A-Z0-9-]+?)-20[0-9]{2}(-|$)', 1)"


@cache
def codes() -> dict[str, dict[str, str]]:
    """Return the portal's codes of statuses, programmes and clusters."""
    return tomllib.loads(_CODES.read_text(encoding="utf-8"))


def read(intake: Intake) -> None:
    """Turn the table or the pages into call records, one a topic."""
    intake.connection.execute(_TOPIC_TABLE)
    for file in sorted(intake.files):
        if file.endswith(".json"):
            _read_page(intake, file)
        else:
            _read_table(intake, file)
    files = ", ".join(sorted(intake.files)) if len(intake.files) == 1 else "topics"
    intake.quarantine("topic", files, {
        "it has no topic id": "id IS NULL",
        "it has no title": "title IS NULL",
        "its publication date is no date": wrong_day("published"),
        "its opening date is no date": wrong_day("opens"),
        "a deadline is no date": f"len(list_filter(deadlines, lambda d: {wrong_day('d')})) > 0",
        "it closes before it opens": f"list_max(list_transform(deadlines, lambda d: {day('d')})) < {day('opens')}",
    })
    intake.count("rows joined to another of their topic", "SELECT count(*) - count(DISTINCT id) FROM topic")
    intake.records(CALL, files, _RECORDS)
    intake.count("calls without a deadline", f"SELECT count(*) FROM ({_RECORDS}) WHERE len(deadlines) = 0")


_TOPIC_TABLE = """
CREATE TABLE topic (line BIGINT, file VARCHAR, id VARCHAR, title VARCHAR, description VARCHAR, call_id VARCHAR,
    call_title VARCHAR, programme VARCHAR, cluster VARCHAR, destination VARCHAR, action_type VARCHAR, procedure VARCHAR,
    stated_status VARCHAR, published VARCHAR, opens VARCHAR, deadlines VARCHAR[], budget DOUBLE, url VARCHAR,
    keywords VARCHAR[])
"""


def _read_table(intake: Intake, file: str) -> None:
    intake.csv("part", file, _TABLE)
    named = _FILE_DATE.fullmatch(file)
    intake.as_of = date.fromisoformat(named[1]) if named else None
    intake.connection.execute(f"""
        INSERT INTO topic
        SELECT line, ?, {filled('topicId')}, {filled('topicTitle')}, NULL, {filled('callId')}, {filled('callTitle')},
            'HORIZON', coalesce({filled('clusterName')}, {filled('clusterCode')}), {filled('destination')},
            {filled('actionType')}, {filled('process')}, {filled('status')}, {filled('pubDate')}, {filled('openDate')},
            list_filter([{filled('closeDate')}, {filled('s2Date')}], lambda d: d IS NOT NULL), NULL,
            {filled('topicUrl')}, NULL
        FROM part
    """, [file])


def _read_page(intake: Intake, file: str) -> None:
    """Add a page's topics to the others.

    Raises:
        SourceChanged: it is no page of results, or its results have lost a field that is needed.

    """
    intake.json("page", file)
    ((kind, count),) = intake.connection.execute(
        "SELECT any_value(json_type(json->'results')), sum(json_array_length(json->'results')) FROM page").fetchall()
    if kind != "ARRAY":
        raise SourceChanged(f"{file} is no page of results.", hint=_CHANGED, file=file)
    intake.connection.execute(_RESULTS)
    intake.quarantine("result", file, {"it has no metadata": "coalesce(json_type(metadata) <> 'OBJECT', true)"})
    fields = {row[0] for row in intake.connection.execute(
        "SELECT DISTINCT unnest(json_keys(metadata)) FROM result").fetchall()}
    vanished = {"identifier", "title", "status", "type"} - fields
    if count and vanished:
        raise SourceChanged(f"{file}: the fields {', '.join(sorted(vanished))} are gone.", hint=_CHANGED, file=file)
    intake.connection.execute(_PAGE_TOPICS, [file])


_RESULTS = """
CREATE OR REPLACE TABLE result AS
SELECT row_number() OVER () AS line, result->'metadata' AS metadata, result->>'language' AS language
FROM (SELECT unnest(from_json(json->'results', '["JSON"]')) AS result FROM page)
"""


def _texts(field: str) -> str:
    """Return a metadata field's texts; one text alone is taken as a list of one."""
    value = f"metadata->'{field}'"
    return (f"list_filter(CASE json_type({value}) WHEN 'ARRAY' THEN from_json({value}, '[\"VARCHAR\"]') "
            f"WHEN 'VARCHAR' THEN [metadata->>'{field}'] ELSE [] END, lambda text: {filled('text')} IS NOT NULL)")


def _first(field: str) -> str:
    return f"({_texts(field)})[1]"


def _named(value: str, table: str) -> str:
    """Return what a code is called; a code that is not known stays as it is."""
    cases = " ".join(f"WHEN '{code}' THEN '{name}'" for code, name in codes()[table].items())
    return f"CASE {value} {cases} ELSE {value} END"


#: What a topic may cost: the years of those actions in the call's overview that begin with the topic's id.
_BUDGET = """
list_sum(list_transform(list_filter(
    flatten(map_values(try_cast(try_cast(overview AS JSON)->'budgetTopicActionMap'
        AS MAP(VARCHAR, STRUCT(action VARCHAR, budgetYearMap MAP(VARCHAR, VARCHAR))[])))),
    lambda entry: starts_with(entry.action, id || ' ')),
    lambda entry: list_sum(list_transform(map_values(entry.budgetYearMap), lambda amount: try_cast(amount AS DOUBLE)))))
"""
#: Descriptions are HTML; the words are kept.
_PLAIN = "trim(regexp_replace(regexp_replace({}, '<[^>]*>', ' ', 'g'), '(\\s|&nbsp;)+', ' ', 'g'))"
_PAGE_TOPICS = f"""
INSERT INTO topic
SELECT line, ?, id, title, nullif({_PLAIN.format('description')}, ''), call_id, call_title,
    {_named('programme', 'programmes')}, {_named(f"nullif({_CLUSTER}, '')", 'clusters')}, destination, action_type,
    procedure, {_named('status', 'statuses')}, published, opens, deadlines, {_BUDGET}, '{TOPIC_PAGE}' || lower(id),
    keywords
FROM (
    SELECT line, trim({_first('identifier')}) AS id, trim({_first('title')}) AS title,
        coalesce({_first('descriptionByte')}, {_first('description')}) AS description,
        {_first('callIdentifier')} AS call_id, {_first('callTitle')} AS call_title,
        {_first('frameworkProgramme')} AS programme, {_first('destinationDescription')} AS destination,
        array_to_string({_texts('typesOfAction')}, '; ') AS action_type, {_first('deadlineModel')} AS procedure,
        {_first('status')} AS status, {_first('publicationDate')} AS published, {_first('startDate')} AS opens,
        {_texts('deadlineDate')} AS deadlines, {_first('budgetOverview')} AS overview, {_texts('keywords')} AS keywords
    FROM result WHERE coalesce(language, {_first('language')}, 'en') = 'en' AND {_first('type')} = '{TOPICS}'
)
"""


def _of(column: str) -> str:
    """Return a topic's value: the first that is filled among its rows."""
    return f"arg_min({column}, (file, line)) FILTER ({column} IS NOT NULL) AS {column}"


_RECORDS = f"""
SELECT arg_min(line, (file, line)) AS line, min(file) AS file, id AS source_id,
    {', '.join(map(_of, ('title', 'description', 'call_id', 'call_title', 'programme', 'cluster', 'destination')))},
    nullif(array_to_string(list_sort(list_distinct(list(action_type))), '; '), '') AS action_type,
    {', '.join(map(_of, ('procedure', 'stated_status', 'budget', 'url', 'keywords')))},
    min({day('published')}) AS published, min({day('opens')}) AS opens,
    list_sort(list_distinct(flatten(list(list_transform(deadlines, lambda d: {day('d')}))))) AS deadlines
FROM topic GROUP BY id
"""
