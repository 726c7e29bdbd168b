"""What arrives packed is opened within bounds, and refused with a reason when it is broken or dangerous."""

import gzip
import io
import struct
import zipfile

import pytest

from openvalley.errors import SourceUnreadable
from openvalley.sources import unpack as module
from openvalley.sources.specification import Limits
from openvalley.sources.unpack import unpack

_PAGE = b"\xef\xbb\xbf\n <!DOCTYPE html><html><body>Maintenance</body></html>"


def _zip(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return packed.getvalue()


def _flagged(packed: bytes, *, flag: int = 0, method: int | None = None, size: int | None = None) -> bytes:
    """Change flag bits, method or declared size of a zip's first member, in both of its headers."""
    raw = bytearray(packed)
    for signature, flags_at, size_at in ((b"PK\x03\x04", 6, 22), (b"PK\x01\x02", 8, 24)):
        start = raw.index(signature)
        flags, packing = struct.unpack_from("<HH", raw, start + flags_at)
        struct.pack_into("<HH", raw, start + flags_at, flags | flag, packing if method is None else method)
        if size is not None:
            struct.pack_into("<I", raw, start + size_at, size)
    return bytes(raw)


@pytest.fixture
def opened(tmp_path):
    """Return a function that unpacks bytes under a file name, and gives what came out by path."""
    def unpack_bytes(name, content, limits=None):
        path = tmp_path / name
        path.write_bytes(content)
        into = tmp_path / "into"
        files = unpack(path, into, limits or Limits())
        base = path.parent if files == [path] else into
        return {file.relative_to(base).as_posix(): file.read_bytes() for file in files}

    return unpack_bytes


def test_members_come_out_in_name_order_below_their_folders(opened):
    content = {"b/data.csv": b"b", "a.csv": b"a", "b/notes.txt": b"n", "b/": b""}
    assert list(opened("x.zip", _zip(content)).items()) == [
        ("a.csv", b"a"), ("b/data.csv", b"b"), ("b/notes.txt", b"n")]


def test_a_gzip_file_loses_its_ending(opened):
    assert opened("table.csv.gz", gzip.compress(b"a;b\n")) == {"table.csv": b"a;b\n"}


def test_a_plain_file_stays_where_it_is(opened):
    assert opened("table.csv", b"a;b\n") == {"table.csv": b"a;b\n"}


_WHOLE_ZIP = _zip({"data.csv": bytes(range(256)) * 4000}, zipfile.ZIP_STORED)
_WHOLE_GZIP = gzip.compress(bytes(range(256)) * 4000)
_DATA_AT = 60


@pytest.mark.parametrize(("name", "content", "says"), [
    ("x.zip", _WHOLE_ZIP[:-100], "not a whole zip"),
    ("x.zip", _WHOLE_ZIP[:100], "not a whole zip"),
    ("x.zip", b"", "not a whole zip"),
    ("x.zip", _WHOLE_ZIP[:_DATA_AT] + b"\xff" + _WHOLE_ZIP[_DATA_AT + 1:], "cut off or damaged"),
    ("x.zip", _flagged(_zip({"a": b"some text"}), size=8), "cut off or damaged"),
    ("x.zip", _PAGE, "web page"),
    ("x.zip", _zip({"data.csv": _PAGE}), "web page"),
    ("x.zip", _flagged(_zip({"a": b"x"}), flag=1), "encrypted"),
    ("x.zip", _flagged(_zip({"a": b"x"}), method=99), "packed in a way"),
    ("x.csv.gz", _WHOLE_GZIP[:-20], "cut off or damaged"),
    ("x.csv.gz", _WHOLE_GZIP[:-3], "cut off or damaged"),
    ("x.csv.gz", _WHOLE_GZIP[:30] + b"\xff\xff\xff" + _WHOLE_GZIP[33:], "cut off or damaged"),
    ("x.csv.gz", b"plain text", "cut off or damaged"),
    ("x.csv.gz", _PAGE, "web page"),
    ("x.csv.gz", gzip.compress(_PAGE), "web page"),
    ("x.csv", _PAGE, "web page"),
    ("x.zip", _zip({"a" * 300: b"x"}), "more than 255 bytes"),
    ("x.zip", _zip({"a": b"x", "a/b": b"y"}), "more than once"),
    ("x.zip", _zip({"a/b": b"x", "a//b": b"y"}), "more than once"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_broken_files_are_refused_with_the_reason(opened, name, content, says):
    with pytest.raises(SourceUnreadable) as refused:
        opened(name, content)
    assert says in refused.value.message
    assert name in refused.value.message
    assert refused.value.hint
    assert refused.value.context["file"].endswith(name)


@pytest.mark.parametrize("name", [
    "../out.csv", "a/../../out.csv", "/etc/out.csv", "..\\out.csv", "\\out.csv", "C:\\out.csv", "C:/out.csv", ".", "..",
])
def test_paths_that_leave_the_folder_are_refused(opened, tmp_path, name):
    with pytest.raises(SourceUnreadable, match="leaves its folder"):
        opened("x.zip", _zip({"good.csv": b"good", name: b"evil"}))
    assert [path.name for path in tmp_path.rglob("*.csv")] == []


_SMALL = Limits(unpacked_bytes=50_000, ratio=10.0)


@pytest.mark.parametrize(("name", "content"), [
    ("x.zip", _zip({"zeros": bytes(60_000)})),
    ("x.zip", _zip({"a": bytes(30_000), "b": bytes(30_000)})),
    ("x.zip", _flagged(_zip({"zeros": bytes(60_000)}), size=70_000)),
    ("x.csv.gz", gzip.compress(bytes(60_000))),
], ids=["one member", "members together", "declared size", "gzip"])
def test_more_bytes_than_the_source_allows_are_refused(opened, name, content):
    with pytest.raises(SourceUnreadable, match="more than its source allows"):
        opened(name, content, _SMALL)


@pytest.mark.parametrize(("name", "content"), [
    ("x.zip", _zip({"zeros": bytes(40_000)})),
    ("x.zip", _zip({f"zeros{number}": bytes(2_000) for number in range(10)})),
    ("x.csv.gz", gzip.compress(bytes(40_000))),
], ids=["one member", "members together", "gzip"])
def test_a_bomb_is_told_by_its_ratio(opened, monkeypatch, name, content):
    monkeypatch.setattr(module, "_RATIO_FROM", 4_000)
    with pytest.raises(SourceUnreadable, match="more than its source allows"):
        opened(name, content, _SMALL)


def test_a_small_file_may_have_any_ratio(opened):
    assert opened("x.zip", _zip({"zeros": bytes(40_000)}), _SMALL) == {"zeros": bytes(40_000)}


def test_a_bomb_is_stopped_before_it_fills_the_disk(opened, monkeypatch, tmp_path):
    monkeypatch.setattr(module, "_RATIO_FROM", 4_000)
    monkeypatch.setattr(module, "READ_BYTES", 1_000)
    with pytest.raises(SourceUnreadable):
        opened("x.csv.gz", gzip.compress(bytes(10_000_000)), Limits(ratio=1.0))
    assert sum(path.stat().st_size for path in (tmp_path / "into").rglob("*")) < 50_000
