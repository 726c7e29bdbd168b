"""Invented enterprises in the tables of the KBO's open data, which its tests share."""

import csv
import io

FOLDER = "KboOpenData_0137_2025_07_Full"
_COLUMNS = {
    "meta": ("Variable", "Value"),
    "code": ("Category", "Code", "Language", "Description"),
    "enterprise": ("EnterpriseNumber", "Status", "JuridicalSituation", "TypeOfEnterprise", "JuridicalForm",
                   "JuridicalFormCAC", "StartDate"),
    "establishment": ("EstablishmentNumber", "StartDate", "EnterpriseNumber"),
    "denomination": ("EntityNumber", "Language", "TypeOfDenomination", "Denomination"),
    "address": ("EntityNumber", "TypeOfAddress", "CountryNL", "CountryFR", "Zipcode", "MunicipalityNL",
                "MunicipalityFR", "StreetNL", "StreetFR", "HouseNumber", "Box", "ExtraAddressInfo", "DateStrikingOff"),
    "activity": ("EntityNumber", "ActivityGroup", "NaceVersion", "NaceCode", "Classification"),
}
#: Invented enterprise numbers with fitting check digits: a life-science company, a bakery, a person.
BIOTECH, BAKERY, PERSON = "1999.999.052", "1999.998.953", "1999.998.854"
_META = [("SnapshotDate", "30-05-2025"), ("ExtractTimestamp", "01-06-2025 07:07:49"), ("ExtractType", "full")]
_CODES = [
    ("JuridicalSituation", "000", "FR", "Situation normale"), ("JuridicalSituation", "000", "NL", "Normale toestand"),
    ("JuridicalSituation", "012", "FR", "Dissolution anticipée - Liquidation"),
    ("JuridicalSituation", "021", "FR", "Fusion par absorption"),
    ("JuridicalSituation", "050", "FR", "Ouverture de faillite"),
    ("JuridicalSituation", "051", "FR", "Clôture de faillite avec excusabilité"),
    ("JuridicalSituation", "090", "NL", "Gerechtelijke reorganisatie"),
    ("JuridicalSituation", "777", "FR", "Voyage dans la lune"),
    ("JuridicalForm", "014", "FR", "Société anonyme"), ("JuridicalForm", "014", "NL", "Naamloze vennootschap"),
    ("JuridicalForm", "017", "FR", "Association sans but lucratif"),
    ("JuridicalForm", "124", "NL", "Openbare instelling"), ("JuridicalForm", "225", "FR", "Congrégation"),
    ("Nace2025", "72100", "FR", "Recherche"), ("Nace2025", "72100", "NL", "Onderzoek"),
    ("Nace2008", "72110", "NL", "Biotechnologie"),
]


def an_enterprise(number=BIOTECH, **changed):
    return {"EnterpriseNumber": number, "Status": "AC", "JuridicalSituation": "000", "TypeOfEnterprise": "2",
            "JuridicalForm": "014", "StartDate": "09-08-1960", **changed}


def an_activity(number=BIOTECH, code="72100", version="2025", classification="MAIN"):
    return {"EntityNumber": number, "ActivityGroup": "001", "NaceVersion": version, "NaceCode": code,
            "Classification": classification}


def a_name(value, number=BIOTECH, language="2", kind="001"):
    return {"EntityNumber": number, "Language": language, "TypeOfDenomination": kind, "Denomination": value}


def an_address(number=BIOTECH, **changed):
    return {"EntityNumber": number, "TypeOfAddress": "REGO", "Zipcode": "9000", "MunicipalityNL": "Gent",
            "MunicipalityFR": "Gand", "StreetNL": "Kaai", "HouseNumber": "1", **changed}


def a_table(table, rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, _COLUMNS[table], quoting=csv.QUOTE_ALL, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(row if isinstance(row, dict) else dict(zip(_COLUMNS[table], row, strict=True)) for row in rows)
    return text.getvalue().encode()


def all_tables(**tables):
    usual = {"meta": _META, "code": _CODES, "enterprise": [an_enterprise()], "activity": [an_activity()],
             "denomination": [a_name("Schelde Biotech")], "address": [an_address()]}
    files = {f"{table}.csv": a_table(table, {**usual, **tables}.get(table, [])) for table in _COLUMNS}
    return {**files, "contact.csv": b"EntityNumber,Value\n" + BIOTECH.encode() + b',"jan@example.org"\n'}
