"""The interpreter for pages: only bytes of the table are accepted; without them, one line."""

import hashlib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def parts(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    import parts

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for name in ("BOOK_PARTS", "BOOK_WITHOUT_PYTHON"):
        monkeypatch.delenv(name, raising=False)
    return parts


def test_the_table_names_each_file_once_with_its_hash(parts):
    table = parts.table()
    assert set(parts.RUNTIME) <= table.keys()
    projects = [project for layer in parts.LAYERS.values() for project in layer]
    for project in projects:
        assert len([name for name in table if name.startswith(f"{project}-")]) == 1
    assert len(table) == len(parts.RUNTIME) + len(projects)
    assert all(len(digest) == 64 for digest in table.values())


def test_other_bytes_are_refused_from_a_folder_and_from_an_archive(parts, tmp_path, monkeypatch):
    monkeypatch.setattr(parts, "table", lambda: {"a.whl": hashlib.sha256(b"good").hexdigest()})
    folder, archive = tmp_path / "folder", tmp_path / "carrier.whl"
    folder.mkdir()
    with pytest.raises(ValueError, match=r"a\.whl is missing"):
        parts.accepted(folder)
    for content in (b"good", b"bad"):
        (folder / "a.whl").write_bytes(content)
        with zipfile.ZipFile(archive, "w") as made:
            made.writestr("carrier/pyodide/a.whl", content)
        for source in (folder, archive):
            if content == b"good":
                assert parts.accepted(source) == {"a.whl": b"good"}
            else:
                with pytest.raises(ValueError, match=r"is not the file of tools/parts/table\.txt"):
                    parts.accepted(source)


def test_without_the_parts_the_build_says_so_in_one_line(parts, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BOOK_PARTS", str(tmp_path))
    assert parts.provide() is None
    *_, last = capsys.readouterr().out.splitlines()
    assert last.startswith("No Python in the pages, the book is built without it: ")
    assert not parts.cache().exists()
    monkeypatch.setenv("BOOK_WITHOUT_PYTHON", "1")
    assert parts.provide() is None
    assert "BOOK_WITHOUT_PYTHON" in capsys.readouterr().out


def test_unpacked_are_modules_and_what_they_load_not_tests_and_headers(parts):
    unused = parts.UNUSED.search
    for name in ("numpy/tests/test_x.py", "numpy/_core/include/a.h", "x-1.dist-info/RECORD"):
        assert unused(name)
    for name in ("numpy/_core/_m.cpython-314-wasm32-emscripten.so", "sympy/physics/units.py"):
        assert not unused(name)
