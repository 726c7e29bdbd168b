"""Fetches studies page after page from ClinicalTrials.gov, API version 2 (OpenAPI document, operation listStudies)."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from openvalley.errors import SourceChanged, SourceUnavailable
from openvalley.sources.archive import ArchivedFile, file_of
from openvalley.sources.fetch import Fetcher
from openvalley.storage import storage_errors

#: Where the studies are.
STUDIES = "https://clinicaltrials.gov/api/v2/studies"
#: Countries whose trials are fetched, as the register writes them: Belgium, those across its borders, and the European
#: countries it is compared with.
COUNTRIES = ("Belgium", "Netherlands", "Luxembourg", "France", "Germany", "Denmark", "Ireland", "Switzerland",
             "Austria", "Sweden")
#: What is asked for: what becomes a record. Contacts, officials and investigators are left out on purpose.
FIELDS = (
    "NCTId", "NCTIdAlias", "OrgStudyId", "SecondaryId", "SecondaryIdType", "BriefTitle", "OfficialTitle", "Acronym",
    "BriefSummary", "OverallStatus", "StartDate", "PrimaryCompletionDate", "CompletionDate", "StudyFirstPostDate",
    "LastUpdatePostDate", "LeadSponsorName", "LeadSponsorClass", "CollaboratorName", "CollaboratorClass", "Condition",
    "Keyword", "ConditionMeshId", "ConditionMeshTerm", "StudyType", "Phase", "EnrollmentCount", "EnrollmentType",
    "InterventionType", "InterventionName", "HealthyVolunteers", "Sex", "MinimumAge", "MaximumAge", "LocationFacility",
    "LocationStatus", "LocationCity", "LocationState", "LocationZip", "LocationCountry", "LocationGeoPoint",
    "HasResults",
)
#: Studies a page: the most that the register gives.
PAGE_SIZE = 1_000
#: Share of the announced studies that may be missing at the end: some are withdrawn while the pages are fetched.
_MAY_VANISH = 0.001
#: Pages more than the announced number of studies needs: pages may be empty, but not without end.
_SPARE_PAGES = 20
_BAD_REQUEST = 400


class _Lost(Exception):  # noqa: N818 - a state of one walk over the pages; becomes SourceUnavailable when it repeats
    """The way from page to page was lost; says how."""


def fetch(fetcher: Fetcher, into: Path) -> list[ArchivedFile]:
    """Write all pages as ``studies-0001.json.gz`` and so on; a study that comes twice stands on its first page only.

    When the register forgets where we were, or skips studies, everything is asked once more.

    Raises:
        SourceChanged: the pages have another shape, or go in a circle.
        SourceUnavailable: the register cannot be reached, or lost the way twice.

    """
    reason = ""
    for _ in range(2):
        try:
            return _walk(fetcher, into)
        except _Lost as lost:
            reason = str(lost)
    raise SourceUnavailable(f"ClinicalTrials.gov: {reason}, twice.", url=STUDIES,
                            hint="The last good version stays in use. Run the sync again later.")


@dataclass
class _Walk:
    """What has come so far: the tokens that were followed, the studies by number, and how many were announced."""

    tokens: set[str] = field(default_factory=set)
    studies: set[str] = field(default_factory=set)
    announced: int | None = None

    def new(self, page: Mapping[str, Any]) -> list[Any]:
        """Return the studies of a page that have not come before."""
        found = []
        for study in page["studies"]:
            number = study["protocolSection"]["identificationModule"]["nctId"]
            if number not in self.studies:
                self.studies.add(number)
                found.append(study)
        return found

    def follow(self, page: Mapping[str, Any], pages: int) -> str:
        """Return the token of the page behind this one, or nothing at the end.

        Raises:
            SourceChanged: the pages go in a circle.

        """
        token = str(page.get("nextPageToken") or "")
        most = (self.announced or 0) // PAGE_SIZE * 2 + _SPARE_PAGES
        if token in self.tokens or (self.announced is not None and pages > most):
            raise SourceChanged(
                f"ClinicalTrials.gov: after {pages} pages and {len(self.studies):,} studies the pages go in a circle.",
                hint="The last good version stays in use. The register changed how it pages; adapt the connector.",
                url=STUDIES)
        if token:
            self.tokens.add(token)
        return token


def _walk(fetcher: Fetcher, into: Path) -> list[ArchivedFile]:
    walk = _Walk()
    files: list[ArchivedFile] = []
    token = ""
    for number in count(1):
        page = _page(fetcher, token)
        if number == 1:
            total = page.get("totalCount")
            walk.announced = total if isinstance(total, int) else None
        studies = walk.new(page)
        if studies:
            files.append(_write(into / f"studies-{len(files) + 1:04}.json.gz", studies))
        token = walk.follow(page, number)
        if not token:
            break
    missing = (walk.announced or 0) - len(walk.studies)
    if missing > (walk.announced or 0) * _MAY_VANISH:
        raise _Lost(f"{missing:,} of {walk.announced:,} studies stood on no page")
    return files


def _page(fetcher: Fetcher, token: str) -> Mapping[str, Any]:
    asked: dict[str, str | int] = {
        "filter.advanced": " OR ".join(f'AREA[LocationCountry]"{country}"' for country in COUNTRIES),
        # New studies come last, so that pages do not shift while they are fetched.
        "sort": "StudyFirstPostDate:asc", "fields": "|".join(FIELDS), "format": "json", "pageSize": PAGE_SIZE,
        "countTotal": "true",
    }
    try:
        page = fetcher.json(STUDIES, {**asked, "pageToken": token} if token else asked)
    except SourceUnavailable as problem:
        if token and problem.context.get("status") == _BAD_REQUEST:
            raise _Lost("the register no longer knew which page comes next") from problem
        raise
    if not isinstance(page, dict) or not isinstance(page.get("studies"), list):
        raise SourceChanged("ClinicalTrials.gov answered a page without a list of studies.", url=STUDIES,
                            hint="The last good version stays in use. The API changed; adapt the connector.")
    return page


def _write(path: Path, studies: list[Any]) -> ArchivedFile:
    """Write a page. Tokens and clock times are left out: the same studies are the same bytes."""
    text = json.dumps({"studies": studies}, ensure_ascii=False, separators=(",", ":"))
    with storage_errors(path):
        path.unlink(missing_ok=True)  # may be a link to an archived file, left by a sync that was killed
        # Halves of UTF-16 pairs, which JSON can carry and UTF-8 cannot, become question marks.
        path.write_bytes(gzip.compress(text.encode("utf-8", errors="replace"), mtime=0))
        return file_of(path, f"{STUDIES} ({path.name.removesuffix('.json.gz')})")
