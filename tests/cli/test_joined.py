"""show says which rows likeness joined, and what is only probable."""

import alike
from alike import INSTITUTE, OBSERVATORY, SHORT, TYPED


def test_show_tells_joins_with_claims_and_probable_ones_always(say, tmp_path_factory):
    home = alike.alike(tmp_path_factory).home
    joined = f"joined by likeness: cordis/{TYPED} (National Instute of Estuary Research) with ror/{INSTITUTE}"
    assert joined in " ".join(say("show", INSTITUTE, "--claims", "--home", home).out.split())
    assert "joined by likeness" not in say("show", INSTITUTE, "--home", home).out
    (told,) = say("show", INSTITUTE, "--home", home, "--json").json["joined"]
    assert told["record"] == f"cordis/{TYPED}"
    assert {"code": "same-town", "detail": ""} in told["link"]["reasons"]
    assert f"probably the same as {OBSERVATORY}" in " ".join(say("show", f"pic:{SHORT}", "--home", home).out.split())
