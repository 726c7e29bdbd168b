"""The map of the home page: names that can be read, on a wide page and on a phone."""

import re
from html import unescape
from itertools import combinations
from pathlib import Path

import pytest

#: Towns around Brussels, so close that not all of their names find room.
_TOWNS = [("Brussel", 50.85, 4.35, 143), ("Leuven", 50.88, 4.70, 27), ("Gent", 51.05, 3.72, 22),
          ("Antwerpen", 51.22, 4.40, 13), ("Li\u00e8ge", 50.63, 5.57, 10), ("Gembloux", 50.56, 4.69, 6),
          ("Louvain-la-Neuve", 50.67, 4.61, 6), ("Namur", 50.47, 4.87, 6), ("Gosselies", 50.47, 4.43, 5),
          ("Kortrijk", 50.83, 3.26, 5), ("Charleroi", 50.41, 4.44, 4), ("Diegem", 50.89, 4.44, 4),
          ("Mechelen", 51.03, 4.48, 3), ("Zaventem", 50.88, 4.47, 3), ("L\u2019Escaut & Fils", 50.3, 5.9, 2)]
_FONTS = {"wide": 13, "phone": 24}


@pytest.fixture
def drawn(site):
    from openvalley.atlas.pages import Town
    from openvalley.site.pages.picture import inline_map

    assert site.home.exists()
    towns = [Town(name.lower(), name, (name,), latitude, longitude, n) for name, latitude, longitude, n in _TOWNS]
    return inline_map(towns, None, "Map")


def _names(drawn):
    """Return the drawn names: whether each is for wide pages only, its middle and foot in pixels, and the text."""
    found = re.findall(r'<text class="town-name( wide)?"[^>]*translate\(([-\d.]+),\s*([-\d.]+)\)"[^>]*>([^<]+)', drawn)
    return [(bool(wide), float(x), float(y), unescape(text)) for wide, x, y, text in found]


@pytest.mark.parametrize("page", _FONTS)
def test_names_do_not_touch(drawn, page):
    shown = [name for name in _names(drawn) if page == "wide" or not name[0]]
    assert len(shown) > 4
    for (_, x, y, name), (_, other_x, other_y, other) in combinations(shown, 2):
        letters = 0.55 * _FONTS[page]  # are that wide on average
        apart = abs(x - other_x) - letters * (len(name) + len(other)) / 2
        assert apart > 0 or abs(y - other_y) > _FONTS[page], (name, other)


def test_a_name_lies_on_no_circle_of_a_town_of_its_size(site):
    from openvalley.atlas.pages import Town
    from openvalley.site.pages.picture import named_towns

    assert site.home.exists()
    gent = Town("gent", "Gent", ("Gent",), 51.05, 3.72, 12)
    close = Town("evergem", "Evergem", ("Evergem",), 51.11, 3.72, 9)
    small = Town("evergem", "Evergem", ("Evergem",), 51.11, 3.72, 1)
    far = Town("arlon", "Arlon", ("Arlon",), 49.68, 5.81, 4)
    assert gent not in named_towns([gent, close, far], None)
    assert gent in named_towns([gent, far, small], None)


def test_the_largest_town_is_always_named(drawn):
    names = {text: wide for wide, _, _, text in _names(drawn)}
    assert names["Brussel"] is False
    assert any(names.values())  # some have room on a wide page alone
    assert not {"Diegem", "Zaventem"} & names.keys()


def test_the_sizes_are_those_of_the_style(site):
    from openvalley.site.pages import picture

    assert site.home.exists()
    style = Path(picture.__file__).with_name("static").joinpath("openvalley/style.css").read_text(encoding="utf-8")
    assert re.search(rf"\.map \.town-name {{[^}}]*font: 500 {picture._FONT}px", style)
    sizes = [int(size) for size in re.findall(r"\.map \.town-name {{? ?font-size: (\d+)px", style)]
    assert max(sizes) == picture._FONT_ON_PHONE
    assert ".town-name.wide { display: none; }" in style
