"""Workers: other processes do a kernel's work as this one would, and nothing is lost with one of them."""

import io
import logging
import pickle

import pyarrow as pa
import pytest

from openvalley.engine import workers
from openvalley.engine.workers import serve, spread
from openvalley.resolve.normalise import key_names

_BATCHES = [pa.RecordBatch.from_arrays([pa.array([f"Kaai {number} NV", None, "Leie"])], ["name"])
            for number in range(40)]


class _Differing:
    """A kernel that gives batches back in this process, and does something else in a worker."""

    def __init__(self, elsewhere: str) -> None:
        self._elsewhere = elsewhere

    def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        return batch

    def __reduce__(self):
        return eval, (f"lambda batch: {self._elsewhere}",)


@pytest.fixture
def started(monkeypatch):
    """The workers that a test starts."""
    found = []

    class Worker(workers._Worker):
        def __init__(self) -> None:
            super().__init__()
            found.append(self)

    monkeypatch.setattr(workers, "_Worker", Worker)
    return found


@pytest.mark.parametrize("processes", [1, 2, 3])
def test_each_batch_is_answered_in_its_place(processes, started):
    answers = spread(key_names, _BATCHES, processes)
    assert answers == [key_names(batch) for batch in _BATCHES]
    assert len(started) == processes - 1
    assert all(worker._process.poll() is not None for worker in started)


def test_no_more_processes_than_batches(started):
    assert spread(key_names, [], 4) == []
    assert spread(key_names, _BATCHES[:1], 4) == [key_names(_BATCHES[0])]
    assert not started


@pytest.mark.parametrize("ending", [
    "__import__('os')._exit(3)", "1 / 0", "__import__('signal').raise_signal(__import__('signal').SIGKILL)",
])
def test_what_a_worker_leaves_undone_is_done_here_and_told(ending, caplog):
    with caplog.at_level(logging.WARNING):
        assert spread(_Differing(ending), _BATCHES, 2) == _BATCHES
    assert "ended before its work was done" in caplog.text


def test_what_a_library_prints_in_a_worker_is_no_answer(caplog):
    printing = "(print('noise'), __import__('os').write(1, b'noise'), batch)[2]"
    assert spread(_Differing(printing), _BATCHES, 2) == _BATCHES
    assert not caplog.text


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_kernel_that_fails_fails_here_and_leaves_no_process(error, started, caplog):
    class Failing(_Differing):
        def __call__(self, batch: pa.RecordBatch) -> pa.RecordBatch:
            raise error(f"{batch.num_rows} rows")

    with pytest.raises(error, match="3 rows"):
        spread(Failing("__import__('time').sleep(600)"), _BATCHES, 2)
    assert [worker._process.poll() is not None for worker in started] == [True]
    assert not caplog.text


def test_a_worker_answers_until_nothing_more_comes():
    asked = io.BytesIO(b"".join(map(pickle.dumps, [key_names, *_BATCHES])))
    answered = io.BytesIO()
    serve(asked, answered)
    answered.seek(0)
    assert [pickle.load(answered) for _ in _BATCHES] == [key_names(batch) for batch in _BATCHES]
    assert answered.read() == b""
