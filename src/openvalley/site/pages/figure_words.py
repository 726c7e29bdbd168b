"""The words of Eurostat's codes on region pages: units, what a figure is broken down by, and flags.

Codes that are not known stay as the register writes them.
"""

import re

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from openvalley.site.pages.wording import Text

#: Source: Eurostat's code lists UNIT, SEX, AGE and OBS_FLAG (https://ec.europa.eu/eurostat/data/metadata/code-lists).
UNITS: dict[str, Text] = {
    "NR": "", "PC": "%", "YR": _("years"), "RT": _("rate"), "FTE": _("full-time equivalents"),
    "THS": _("thousand"), "THS_PER": _("thousand people"), "THS_HD": _("thousand animals"), "HAB": _("inhabitants"),
    "MIO_EUR": _("million euro"), "EUR_HAB": _("euro per inhabitant"), "PC_GDP": _("% of gross domestic product"),
    "PPS_HAB": _("purchasing power standard per inhabitant"), "P_MHAB": _("per million inhabitants"),
    "P_HTHAB": _("per 100,000 inhabitants"), "PC_EMP": _("% of employment"), "PC_POP": _("% of the population"),
    "PC_ACT": _("% of the labour force"), "PC_HH_IACC": _("% of households with internet access"),
    "CLV_PCH_PRE": _("% change on the year before, in volume"),
    "CLV_PCH_PRE_HAB": _("% change on the year before, in volume per inhabitant"),
}
_SEXES: dict[str, Text] = {"T": "", "F": _("women"), "M": _("men")}
#: Sectors that spend on research, industries, levels of education, and what an income is made of.
_WORDS: dict[str, Text] = {
    "BES": _("business"), "GOV": _("government"), "HES": _("higher education"), "PNP": _("private non-profit"),
    "HTC": _("high technology"), "C_HTC": _("high-technology manufacturing"),
    "KIS_HTC": _("knowledge-intensive high-technology services"), "ED5-8": _("tertiary education"),
    "RSE": _("researchers"), "B6N": _("net disposable income"), "BAL": "", "HBEDT": _("all beds"),
}
_AGE_BETWEEN = re.compile("Y([0-9]+)-([0-9]+)")
_AGE_FROM = re.compile("Y_GE([0-9]+)")
FLAGS: dict[str, Text] = {
    "b": _("break in the series"), "c": _("confidential"), "d": _("definition differs"), "e": _("estimated"),
    "f": _("forecast"), "n": _("not significant"), "p": _("provisional"), "r": _("revised"),
    "s": _("estimated by Eurostat"), "u": _("low reliability"), "z": _("not applicable"),
}


def unit(code: str | None) -> str:
    """Return a unit in words."""
    return str(UNITS.get(code or "", code or ""))


def breakdown(dimensions: str) -> str:
    """Return what a figure is broken down by (``sex=F;age=Y_GE15``) in words; what covers everybody is left out."""
    parts = [_part(*pair.split("=", 1)) for pair in dimensions.split(";") if "=" in pair]
    return ", ".join(part for part in parts if part)


def _part(name: str, value: str) -> str:
    if name == "sex":
        return str(_SEXES.get(value, value))
    if name == "age":
        return _age(value)
    if value in _WORDS:
        return str(_WORDS[value])
    # What is written in words needs no name of its dimension; a code alone would say nothing.
    return value if " " in value else "" if value in {"TOTAL", ""} else f"{name} {value}"


def _age(value: str) -> str:
    if found := _AGE_BETWEEN.fullmatch(value):
        return _now("aged %(low)s to %(high)s") % {"low": found[1], "high": found[2]}
    if found := _AGE_FROM.fullmatch(value):
        return _now("aged %(low)s and over") % {"low": found[1]}
    return {"TOTAL": "", "Y_LT1": _now("under one year old")}.get(value, value)


def flag(codes: str | None) -> str:
    """Return a register's flags in words: each letter is one."""
    return ", ".join(str(FLAGS.get(code, code)) for code in (codes or "").strip())
