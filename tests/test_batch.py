"""Many files: in order, whatever they were spread over; and nothing in one of them ends the others."""

import concurrent.futures as cf
import zlib
from concurrent.futures.process import BrokenProcessPool

import pytest

from builders_archives import Part, raw_zip
from builders_fit import simple_run
from builders_season import gpx, morning, stride_speeds
from legspeed.model import FileResult
from legspeed.readers import discover
from legspeed.seasons import spread
from legspeed.seasons.batch import digest_file, map_files
from legspeed.settings import Settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs")
    for number in range(9):
        speeds = stride_speeds(2) if number % 3 == 0 else [3.0] * 300
        (path / f"{number}.gpx").write_text(gpx(morning(number), speeds))
    (path / "4.gpx").write_text("<html><body>not found</body></html>")
    (path / "5.gpx").write_text(gpx(morning(5), [7.5] * 300, sport="cycling"))
    return path


def entries(path):
    return list(discover([path], Settings()))


def test_results_are_in_order_and_the_same_wherever_they_were_made(folder):
    found = entries(folder)
    here = map_files(found, settings=Settings(), jobs=1)
    assert [r.source for r in here] == [f"{n}.gpx" for n in range(9)]
    assert map_files(found, settings=Settings(), jobs=2) == here
    with cf.ThreadPoolExecutor(3) as threads:
        assert map_files(found, settings=Settings(), executor=threads) == here
        assert threads.submit(int, "1").result() == 1  # it was left open


def test_a_broken_file_and_another_sport_do_not_end_the_batch(folder):
    results = {r.source: r for r in map_files(entries(folder), settings=Settings(), jobs=1)}
    assert [f.code for f in results["4.gpx"].failures] == ["unreadable"]
    assert [n.reason for n in results["5.gpx"].not_runs] == ["cycling"]
    assert sum(len(r.digests) for r in results.values()) == 7


def test_a_fault_of_ours_is_a_failure_without_a_traceback(folder, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("in the middle of it")

    monkeypatch.setattr("legspeed.segmenter.digest", fail)
    result = digest_file(entries(folder / "0.gpx")[0], settings=Settings())
    (failure,) = result.failures
    assert (failure.source, failure.code) == ("0.gpx", "internal")
    assert "ZeroDivisionError" in failure.message
    assert "report" in failure.message


def test_strict_makes_damage_a_failure(folder, tmp_path):
    cut = (folder / "0.gpx").read_text()[:60_000]
    (tmp_path / "cut.gpx").write_text(cut)
    (entry,) = entries(tmp_path / "cut.gpx")
    assert digest_file(entry, settings=Settings()).digests
    (failure,) = digest_file(entry, settings=Settings(), strict=True).failures
    assert failure.code == "truncated"


class TestDamageThatLeavesTooLittle:
    """A scrap of a run is no run by its speeds; that it is damaged must not be lost over that."""

    @staticmethod
    def walk(records):
        return simple_run(records, columns={"speed_mps": [1.2] * records}, summaries=False)

    @staticmethod
    def result(path, name, data):
        (path / name).write_bytes(data)
        return digest_file(entries(path / name)[0], settings=Settings())

    def test_a_run_damaged_inside_a_zip_fails_with_its_reason(self, tmp_path):
        run = simple_run(900)
        packed = zlib.compress(run, level=0, wbits=-15)[: len(simple_run(1, summaries=False)) - 4]
        result = self.result(tmp_path, "a.zip", raw_zip([Part("a.fit", run, packed=packed)]))
        (failure,) = result.failures
        assert (failure.source, failure.code) == ("a.zip!a.fit", "truncated")
        assert "the compressed data is damaged" in failure.message
        assert "does not show a run" in failure.message
        assert result.not_runs == result.digests == ()

    @pytest.mark.parametrize(("records", "failed"), [(1, True), (40, True), (80, False)])
    def test_enough_of_a_cut_file_shows_what_it_was(self, tmp_path, records, failed):
        walk, shorter = (self.walk(n) for n in (900, records))
        result = self.result(tmp_path, "a.fit", walk[: len(shorter) - 8])
        assert [f.code for f in result.failures] == ["truncated"] * failed
        assert len(result.not_runs) == (not failed)
        assert result.digests == ()

    def test_what_says_its_sport_or_is_whole_is_no_failure(self, tmp_path):
        ride = gpx(morning(0), [7.5] * 300, sport="cycling").encode()
        assert self.result(tmp_path, "ride.gpx", ride[:3000]).failures == ()
        short = self.walk(5)
        assert self.result(tmp_path, "short.fit", short).failures == ()
        assert len(self.result(tmp_path, "damaged.fit", short[:-2] + b"xx").failures) == 1


def test_progress_reaches_the_end_and_guesses_the_time_left(folder):
    told = []
    map_files(entries(folder), settings=Settings(), jobs=1, progress=lambda *state: told.append(state))
    assert [done for done, _, _ in told] == list(range(1, 10))
    assert all(total == 9 and left >= 0 for _, total, left in told)
    assert told[-1][2] == 0


def test_no_files_is_no_error():
    assert map_files([], settings=Settings()) == ()


class Breaking(cf.Executor):
    """An executor whose workers die after the first chunk."""

    def __init__(self):
        self.taken = 0

    def submit(self, fn, /, *args, **kwargs):
        future = cf.Future()
        self.taken += 1
        if self.taken == 1:
            future.set_result(fn(*args, **kwargs))
        else:
            future.set_exception(BrokenProcessPool("a worker was killed"))
        return future


def test_when_the_workers_die_the_rest_is_read_here(folder):
    found = entries(folder)
    assert map_files(found, settings=Settings(), executor=Breaking()) == map_files(found, settings=Settings(), jobs=1)


def test_an_interrupt_passes_and_cancels_what_has_not_begun(folder):
    futures = []

    class Interrupted(cf.Executor):
        def submit(self, *_, **__):
            future = cf.Future()
            if not futures:
                future.set_exception(KeyboardInterrupt())
            futures.append(future)
            return future

    with pytest.raises(KeyboardInterrupt):
        map_files(entries(folder), settings=Settings(), executor=Interrupted())
    assert all(future.cancelled() for future in futures[1:])


@pytest.mark.parametrize(("files", "workers"), [(1, 1), (12, 1), (13, 2), (400, 4)])
def test_workers_are_started_only_when_they_pay(files, workers, monkeypatch):
    started = []
    monkeypatch.setattr(spread, "cores", lambda: 4)
    monkeypatch.setattr(spread, "_map_here", lambda *_: started.append(1) or ())
    monkeypatch.setattr(spread, "_map_on_processes", lambda *a: started.append(a[2]) or ())
    map_files([None] * files, settings=Settings())
    assert started == [workers]


class TestSports:
    def reason(self, tmp_path, speeds, sport=None):
        (tmp_path / "a.gpx").write_text(gpx(morning(0), speeds, sport=sport, cadence=False))
        (entry,) = entries(tmp_path / "a.gpx")
        result = digest_file(entry, settings=Settings())
        return [n.reason for n in result.not_runs] if not result.digests else []

    def test_without_a_sport_the_speeds_decide(self, tmp_path):
        assert self.reason(tmp_path, [3.0] * 300) == []
        assert self.reason(tmp_path, [1.3] * 300) == ["names no sport, and at 1.3 m/s is a walk"]
        assert self.reason(tmp_path, [9.0] * 300) == ["names no sport, and at 9.0 m/s is no foot's speed"]

    def test_standing_is_not_slow_running(self, tmp_path):
        assert self.reason(tmp_path, [0.0] * 400 + [3.0] * 300) == []

    @pytest.mark.parametrize("sport", ["running", "trail_running", "Running", "treadmill running", "9"])
    def test_a_named_run_is_believed(self, tmp_path, sport):
        assert self.reason(tmp_path, [1.5] * 300, sport) == []

    @pytest.mark.parametrize("sport", ["walking", "hiking", "cycling", "swimming"])
    def test_another_sport_is_named(self, tmp_path, sport):
        assert self.reason(tmp_path, [3.0] * 300, sport) == [sport]


def test_a_second_run_of_one_file_gets_a_number(tmp_path):
    one = gpx(morning(0))
    two = gpx(morning(1))
    (tmp_path / "a.gpx").write_text(one.replace("</gpx>", two[two.index("<trk>") :]))
    (entry,) = entries(tmp_path / "a.gpx")
    result = digest_file(entry, settings=Settings())
    assert isinstance(result, FileResult)
    assert [d.source for d in result.digests] == ["a.gpx", "a.gpx#2"]
