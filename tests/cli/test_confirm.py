"""confirm: a row that a curator has checked is verified from the next build on, until somebody changes it."""

import csv

import pytest

import worlds
from openvalley.atlas.reader import open_atlas
from openvalley.settings import Settings
from worlds import curated_row, pack_row

_WORLD = worlds.World(
    pack=[pack_row("polder-cells", "Polder Cells", verification="unverified"), pack_row("kaai-fund", "Kaai Fund")],
    curated={"capabilities.csv": [curated_row(key="polder-filling", organisation="polder-cells",
                                              activity="fill-finish")]},
)
_AT = "https://register.example/polder"


@pytest.fixture
def home(tmp_path) -> Settings:
    settings = worlds.home_at(tmp_path / "home")
    worlds.build(settings, _WORLD)
    return settings


def _verified(settings):
    worlds.build(settings)
    atlas = open_atlas(settings.home)
    try:
        (row,) = atlas.rows("SELECT id, verified FROM organisation WHERE name = 'Polder Cells'")
        references = {claim.reference for claim in atlas.claims(row["id"])}
        return row["verified"], references
    finally:
        atlas.close()


def test_a_confirmed_row_is_verified_from_the_next_build_on(say, home):
    assert _verified(home)[0] is False
    said = say("confirm", "organisations/polder-cells", "--at", _AT, "--by", "a curator", "--home", home.home)
    assert (said.status, "next build" in said.out) == (0, True)
    assert _verified(home) == (True, {_AT})
    to_check = say("doctor", "--pack", "--home", home.home, "--json").json["unverified"]
    assert [(row["table"], row["key"]) for row in to_check] == [("capabilities", "polder-filling")]


def test_a_confirmation_can_be_taken_back(say, home):
    for more in ((), ("--undo",)):
        assert say("confirm", "organisations/polder-cells", "--at", _AT, *more, "--home", home.home).status == 0
    assert _verified(home)[0] is False


def test_a_row_that_is_changed_later_waits_again(say, home):
    say("confirm", "organisations/polder-cells", "--at", _AT, "--home", home.home)
    assert _verified(home)[0] is True
    path = home.own_regions / home.region / "organisations.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    city = rows[0].index("city")
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([rows[0], *([*row[:city], "Gent", *row[city + 1:]] for row in rows[1:])])
    assert _verified(home)[0] is False


@pytest.mark.parametrize(("arguments", "says"), [
    (("organisations/nobody", "--at", _AT), "has no row"), (("people/polder-cells", "--at", _AT), "no table"),
    (("polder-cells", "--at", _AT), "is no row"), (("organisations/polder-cells", "--at", "a leaflet"), "no address"),
    (("organisations/polder-cells", "--at", _AT, "--by", " "), "stands for it"),
])
def test_what_cannot_be_confirmed_is_said(say, home, arguments, says):
    said = say("confirm", *arguments, "--home", home.home, "--json")
    assert said.status == 3
    assert says in said.json["error"]["message"]
