"""What was computed from an atlas is kept as long as the atlas, and no longer."""

import gc
import weakref
from functools import partial

from openvalley.atlas.reader import open_atlas
from openvalley.atlas.remembering import remembered


class _Holding:
    """Something that holds its atlas, as profiles and pools do."""

    def __init__(self, atlas):
        self.atlas = atlas


def test_it_is_made_once_for_each_key(atlas):
    made = [remembered(atlas, key, object) for key in ("tests one", "tests two", "tests one")]
    assert made[0] is made[2]
    assert made[0] is not made[1]


def test_what_holds_its_atlas_goes_with_it(river_home):
    opened = open_atlas(river_home.home)
    kept = weakref.ref(remembered(opened, "tests holding", partial(_Holding, opened)))
    assert kept() is not None
    opened.close()
    del opened
    gc.collect()
    assert kept() is None
