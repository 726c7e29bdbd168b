"""Facts: the winning claims turned into the tables that are searched, listed and drawn."""

from collections.abc import Sequence

import ibis
from ibis.expr.types import BooleanValue, Table

from openvalley.atlas.places import FOLDED, fold_cities, gazetteer
from openvalley.engine import Engine
from openvalley.sources.pack.region import Region
from openvalley.vocabulary.curated import Verification
from openvalley.vocabulary.properties import TAGS


def organisations(engine: Engine, claims: Table, home_countries: Sequence[str]) -> Table:
    """Return one row an organisation: the winning value of each property, and whether a verified row backs it.

    ``folded_city`` is the city's name as the gazetteer's are compared.
    """
    won = claims.filter(claims.wins)

    def fact(name: str, column: str = "value") -> ibis.Value:
        return won[column].max(where=won.property == name)

    wide = won.group_by(id="subject").aggregate(
        name=fact("name"), kind=fact("kind"), state=fact("state"), state_date=fact("state_date"),
        country=fact("country"), city=fact("city"), point=fact("city", "qualifier"), postcode=fact("postcode"),
        nuts=fact("nuts"), website=fact("website"), founded=fact("founded"), headcount=fact("headcount"),
        headcount_year=fact("headcount", "qualifier"), sme=fact("sme"),
        successor=fact("successor"), parent=fact("parent"),
        verified=(won.verification.fill_null("") != Verification.UNVERIFIED.value).any(),
    )
    wide = wide.mutate(
        kind=wide.kind.fill_null("other"), state=wide.state.fill_null("active"),
        founded=wide.founded.try_cast("int32"), headcount=wide.headcount.try_cast("int32"),
        headcount_year=wide.headcount_year.try_cast("int32"), sme=wide.sme == "true",
        register_latitude=wide.point.split(",")[0].try_cast("float64"),
        register_longitude=wide.point.split(",")[1].try_cast("float64"),
        named=wide.name.notnull(), in_region=wide.country.isin(list(home_countries)),
    )
    cities = won.filter((won.property == "city") & won.value.notnull()).select(city="value").distinct()
    cities = engine.map_batches(cities, fold_cities, FOLDED, "folded_cities")
    return engine.keep("organisation_facts", wide.left_join(cities, "city").drop("city_right"))


def towns(engine: Engine, wide: Table, region: Region) -> Table:
    """Return the region's places by all their names, and elsewhere the towns of organisations without a place."""
    needed = wide.filter(wide.folded_city.notnull() & ~_placed_by_register(wide)).group_by("country").aggregate(
        places=wide.folded_city.collect(distinct=True))
    others = {row["country"]: frozenset(row["places"]) for row in engine.arrow(needed).to_pylist() if row["country"]}
    return engine.table("towns", gazetteer(region.countries, others, region.towns))


def _placed_by_register(rows: Table) -> BooleanValue:
    return rows.register_latitude.notnull() & rows.register_longitude.notnull()


def placed(engine: Engine, wide: Table, places: Table) -> Table:
    """Add coordinates to organisations; ``placed_by`` says whether the register gave them, or the gazetteer.

    Args:
        engine: computes it.
        wide: what `organisations` returned.
        places: what `towns` returned.

    """
    found = places.select(place_country="country", place_name="place", gazetteer_latitude="latitude",
                          gazetteer_longitude="longitude")
    rows = wide.left_join(found, (wide.country == found.place_country) & (wide.folded_city == found.place_name))
    return engine.keep("organisation_placed", rows.mutate(
        latitude=ibis.coalesce(rows.register_latitude, rows.gazetteer_latitude),
        longitude=ibis.coalesce(rows.register_longitude, rows.gazetteer_longitude),
        placed_by=ibis.cases((_placed_by_register(rows), "register"), (rows.gazetteer_latitude.notnull(), "gazetteer"),
                             else_=ibis.null(str)),
    ).drop("point", "register_latitude", "register_longitude", "gazetteer_latitude", "gazetteer_longitude",
           "place_country", "place_name"))


def names(claims: Table, keyed: Table) -> Table:
    """Return every name of every organisation once: ``id``, ``value``, ``language``, ``kind``, ``key``, ``words``."""
    rows = claims.filter(claims.property == "other_name")
    rows = rows.mutate(kind=rows.qualifier.split(":")[0], language=rows.qualifier.split(":")[1].nullif(""))
    once = rows.group_by(id="subject", value="value").aggregate(language=rows.language.max(), kind=rows.kind.max())
    return once.join(keyed, once.value == keyed.name).drop("name")


def identifiers(claims: Table) -> Table:
    """Return every identifier of every organisation once: ``id``, ``scheme``, ``value``."""
    rows = claims.filter(claims.property == "identifier")
    return rows.select(id="subject", scheme="qualifier", value="value").distinct()


def tags(claims: Table) -> Table:
    """Return the stages, platforms and sectors of every organisation: ``id``, ``vocabulary``, ``code``."""
    rows = claims.filter(claims.property.isin(list(TAGS)))
    return rows.select(id="subject", vocabulary="property", code="value").distinct()


def domains(claims: Table) -> Table:
    """Return the web domains of every organisation: ``id``, ``domain``."""
    return claims.filter(claims.property == "domain").select(id="subject", domain="value").distinct()
