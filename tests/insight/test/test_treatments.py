"""Interventions are alike by their words, rare ones counting more; words of the design of a trial name none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvalley.insight.test.treatments import Treatments, telling

_TEXTS = ["Hydroxychloroquine Sulfate 200 MG", "hydroxychloroquine tablets", "Standard of care", "Placebo tablets",
          "Mobile app"]
_KNOWN = Treatments([telling([text]) for text in _TEXTS])


@pytest.mark.parametrize(("asked", "most"), [
    ("hydroxychloroquine", [0, 1]), ("Hydroxychloroquine sulfate", [0]), ("mobile app for pain", [4])])
def test_trials_with_the_words_that_tell_are_alike(asked, most):
    likeness = _KNOWN.likeness(telling([asked]))
    assert np.flatnonzero(likeness == likeness.max()).tolist() == most
    assert likeness.max() > 0


@pytest.mark.parametrize("asked", ["", "placebo", "standard of care", "zzyzx"])
def test_what_names_no_known_treatment_is_like_none(asked):
    assert _KNOWN.likeness(telling([asked])).tolist() == [0.0] * len(_TEXTS)


def test_only_trials_that_are_known_count():
    assert _KNOWN.likeness(telling(["mobile app"]), np.array([0, 4])).tolist() == [0.0, 1.0]


@given(st.lists(st.sampled_from(_TEXTS), max_size=4))
def test_likeness_is_a_share(texts):
    likeness = _KNOWN.likeness(telling(texts))
    assert ((likeness >= 0) & (likeness <= 1 + 1e-9)).all()
