"""Files are written whole or not at all."""

import os

import pytest

from chainrule import files
from chainrule.errors import FileError


def test_a_file_is_replaced_and_keeps_its_mode(tmp_path):
    path = tmp_path / "page.html"
    files.write_whole(path, "old")
    path.chmod(0o640)
    files.write_whole(path, "new é")
    assert path.read_text(encoding="utf-8") == "new é"
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["page.html"]


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_is_cut_off_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch, failure):
    path = tmp_path / "page.html"
    path.write_text("old")

    def fail(_):
        raise failure

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(FileError if isinstance(failure, OSError) else KeyboardInterrupt):
        files.write_whole(path, "new" * 10000)
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["page.html"]


def test_a_link_keeps_pointing_at_the_file_that_is_replaced(tmp_path):
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    files.write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == "new"


@pytest.mark.parametrize(("name", "message"), [("no/where.html", "there is no folder"), (".", "is a folder")])
def test_a_path_that_cannot_be_written_is_refused_before_any_work(tmp_path, name, message):
    with pytest.raises(FileError, match=message):
        files.require_writable(tmp_path / name)


def test_a_device_can_be_written():
    files.write_whole("/dev/null", "gone")


def test_a_name_with_a_nul_is_refused():
    with pytest.raises(FileError):
        files.write_whole("a\0b", "x")
    with pytest.raises(FileError):
        files.read_bounded("a\0b", 10, "")
