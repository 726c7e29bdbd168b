"""The tables of a region pack: the columns of each file, and the record type that its rows become.

docs/reference/region-pack.md explains each column to the people who fill it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from openvalley.sources.pack import cells
from openvalley.sources.pack.cells import Column, code_of, identifier, number, one_of
from openvalley.vocabulary import curated
from openvalley.vocabulary.curated import Verification
from openvalley.vocabulary.identifiers import Scheme
from openvalley.vocabulary.records import ORGANISATION, RecordType
from openvalley.vocabulary.terms import LANGUAGES, Vocabulary

#: Fields of a record that the columns of a pack have other names for, which say more to the people who fill them.
FIELDS = {"source": "reference", "nuts3": "nuts"}
#: What stands between the parts of a row's id.
JOINT = "/"
_CHECKED = (
    Column("source", cells.text, needed=True), Column("checked_on", cells.day, needed=True),
    Column("verification", one_of(*(known for known in Verification if known is not Verification.CONFIRMED)),
           needed=True),
)
_KEY = Column("key", cells.key, needed=True)
_NAMES = tuple(Column(f"name_{language}", cells.text) for language in LANGUAGES)
_PLACE = (Column("city", cells.text), Column("nuts3", cells.nuts3))
_STAGES = Column("stages", code_of(Vocabulary.STAGE), several=True)
_PLATFORMS = Column("platforms", code_of(Vocabulary.PLATFORM), several=True)
_SECTORS = Column("sectors", code_of(Vocabulary.SECTOR), several=True)
_PAGE = Column("page", cells.address)
_ABOUT = Column("about", cells.text)


def _organisation(name: str, *, needed: bool = False, several: bool = False, or_public_id: bool = False) -> Column:
    check = cells.text if or_public_id else cells.key
    return Column(name, check, needed, several, key_of_organisations=True, or_public_id=or_public_id)


@dataclass(frozen=True)
class PackTable:
    """A file of a pack: its record type, its columns, the columns that together are a row's id, and its references.

    A column fills the record's field of its name, but for the two of `FIELDS`.
    """

    file: str
    record_type: RecordType
    columns: tuple[Column, ...]
    identity: tuple[str, ...] = ("key",)

    @property
    def name(self) -> str:
        """What the table is called: its file without the ending."""
        return self.file.removesuffix(".csv")

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column | None:
        """Return the column of this name; None where there is none."""
        return next((column for column in self.columns if column.name == name), None)

    def id_of(self, row: Mapping[str, str]) -> str:
        """Return a row's id within the table."""
        return JOINT.join(row.get(name, "") for name in self.identity)

    @property
    def references(self) -> tuple[Column, ...]:
        """The columns that name organisations."""
        return tuple(column for column in self.columns if column.key_of_organisations)

    @property
    def texts_by_language(self) -> str:
        """What stands before the language in the columns that hold one text a language; empty where there is none."""
        return next((name.removesuffix("_en") for name in self.names if name.endswith("_en")), "")


ORGANISATIONS = PackTable("organisations.csv", ORGANISATION, (
    _KEY, *_NAMES, Column("aliases", cells.text, several=True), Column("former_names", cells.text, several=True),
    Column("acronym", cells.text), Column("kind", code_of(Vocabulary.KIND), needed=True),
    Column("state", code_of(Vocabulary.STATE), needed=True), Column("state_date", cells.partial_date),
    _organisation("successor"), Column("ror", identifier(Scheme.ROR)),
    Column("pic", identifier(Scheme.PIC), several=True),
    Column("kbo", identifier(Scheme.KBO)), Column("vat", identifier(Scheme.VAT)), Column("website", cells.address),
    _organisation("parent"), *_PLACE, _STAGES, _PLATFORMS, _SECTORS, Column("founded", cells.year),
    Column("headcount", cells.whole), Column("headcount_year", cells.year), *_CHECKED,
))
#: The tables beside the organisations; a pack may lack any of them.
TABLES = (
    PackTable("sites.csv", curated.SITE, (
        _KEY, _organisation("organisation", needed=True), Column("name", cells.text), *_PLACE, _STAGES, _PLATFORMS,
        Column("roles", code_of(Vocabulary.SITE_ROLE), several=True), *_CHECKED,
    )),
    PackTable("investors.csv", curated.INVESTOR, (
        _organisation("organisation", needed=True),
        Column("investment_stages", code_of(Vocabulary.INVESTMENT_STAGE), several=True),
        Column("min_ticket", number()), Column("max_ticket", number()),
        Column("fields", code_of(Vocabulary.SECTOR), several=True), Column("invests_in", cells.nuts, several=True),
        Column("ownership", code_of(Vocabulary.OWNERSHIP)), _PAGE, *_CHECKED,
    ), identity=("organisation",)),
    PackTable("capabilities.csv", curated.CAPABILITY, (
        _KEY, _organisation("organisation", needed=True), *_PLACE, Column("modality", code_of(Vocabulary.PLATFORM)),
        Column("activity", code_of(Vocabulary.ACTIVITY), needed=True),
        Column("scales", one_of("lab", "pilot", "clinical", "commercial"), several=True),
        Column("standards", one_of("GMP", "GLP", "GCP", "ISO13485", "ISO15189", "ISO17025"), several=True),
        Column("phases", code_of(Vocabulary.TRIAL_PHASE), several=True),
        Column("availability", code_of(Vocabulary.AVAILABILITY)), Column("note", cells.text), *_CHECKED,
    )),
    PackTable("instruments.csv", curated.INSTRUMENT, (
        _KEY, *_NAMES, _organisation("provider"), Column("level", code_of(Vocabulary.INSTRUMENT_LEVEL), needed=True),
        Column("dilutive", cells.yes_no, needed=True), Column("who_kinds", code_of(Vocabulary.KIND), several=True),
        Column("who_sizes", code_of(Vocabulary.COMPANY_SIZE), several=True),
        Column("who_seats", cells.nuts, several=True), Column("max_age_years", cells.whole),
        Column("min_amount", number()), Column("max_amount", number()), Column("max_intensity", number(0, 100)),
        Column("rhythm", code_of(Vocabulary.RHYTHM)), Column("cut_offs", cells.day, several=True),
        Column("cumulation", cells.text), _STAGES, _SECTORS, _PAGE, _ABOUT, *_CHECKED,
    )),
    PackTable("programmes.csv", curated.PROGRAMME, (
        _KEY, *_NAMES, Column("kind", code_of(Vocabulary.PROGRAMME_KIND), needed=True),
        _organisation("organisations", several=True), *_PLACE, Column("level", code_of(Vocabulary.EDUCATION_LEVEL)),
        Column("languages", cells.language, several=True), _STAGES, _SECTORS,
        Column("occupations", cells.matching(r"[0-9]{1,4}", "is not an ISCO-08 code"), several=True),
        Column("places", cells.whole), Column("places_year", cells.year), _PAGE, _ABOUT, *_CHECKED,
    )),
    PackTable("partnerships.csv", curated.PARTNERSHIP, (
        _KEY, *_NAMES, Column("kind", code_of(Vocabulary.PARTNERSHIP_KIND), needed=True), Column("theme", cells.text),
        _organisation("coordinator", or_public_id=True), _organisation("partners", several=True, or_public_id=True),
        Column("start", cells.partial_date), Column("end", cells.partial_date), Column("programme", cells.text),
        Column("project", cells.text), _PAGE, _ABOUT, *_CHECKED,
    )),
    PackTable("spin_offs.csv", curated.SPIN_OFF, (
        _organisation("company", needed=True), _organisation("parent", needed=True), Column("year", cells.year),
        Column("field", cells.text), *_CHECKED,
    ), identity=("company", "parent")),
    PackTable("events.csv", curated.EVENT, (
        _KEY, *_NAMES, _organisation("organiser"), Column("rhythm", code_of(Vocabulary.RHYTHM)),
        Column("months", cells.month, several=True), *_PLACE, _PAGE, _ABOUT, *_CHECKED,
    )),
    PackTable("figures.csv", curated.FIGURE, (
        _KEY, *(Column(f"label_{language}", cells.text) for language in LANGUAGES),
        Column("value", number(), needed=True), Column("unit", cells.text), Column("definition", cells.text),
        Column("as_of", cells.partial_date), Column("says", cells.text), *_CHECKED,
    )),
)
