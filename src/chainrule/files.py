"""Files read with a bound on their size, and written whole or not at all.

A written file is first completed beside its target, forced to the disk, and then renamed onto it, which
POSIX and Windows do in one step (``os.replace``): a reader sees the old file or the new one, never half of one.
"""

from __future__ import annotations

import codecs
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from chainrule.errors import FileError


def read_bounded(path: str | os.PathLike[str], limit: int, advice: str) -> bytes:
    """The bytes of a file of at most `limit` bytes; a larger one is refused with `advice`."""
    try:
        with open(path, "rb") as file:
            content = file.read(limit + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL character in the name
        raise FileError(f"cannot read {os.fspath(path)}: {_reason(error)}; check the name") from None
    if len(content) > limit:
        raise FileError(f"{os.fspath(path)} is larger than {limit / 2**20:,.0f} MiB, the most that is read; {advice}")
    return content


def decode_text(content: bytes, path: str | os.PathLike[str], kind: str) -> str:
    """UTF-8 text, with or without a byte order mark, or UTF-16 with one; anything else is refused as not being a `kind` file."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not content.startswith(codecs.BOM_UTF32_LE):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise FileError(
                f"{os.fspath(path)} is not a {kind} file: it begins as UTF-16 text, and byte {error.start + 1} is not; save it as UTF-8 text"
            ) from None
    if 0 in content:
        raise FileError(f"{os.fspath(path)} is not a {kind} file: it holds binary data; needed UTF-8 text")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileError(
            f"{os.fspath(path)} is not a {kind} file: byte {error.start + 1} is not UTF-8; save it as UTF-8 text"
        ) from None


def require_writable(path: str | os.PathLike[str]) -> None:
    """Raise FileError if `path` certainly cannot be written, before any work is done for it."""
    target = Path(path)
    try:
        os.path.realpath(target)  # raises for a NUL in the name, of which pathlib only says that it is no folder
        folder, is_folder = target.parent, target.is_dir()
        reachable = folder.is_dir()
    except (OSError, ValueError) as error:
        raise FileError(f"cannot write {target}: {_reason(error)}; choose another path") from None
    if is_folder:
        raise FileError(f"cannot write {target}: it is a folder; name a file in it")
    if not reachable:
        raise FileError(f"cannot write {target}: there is no folder {folder}; create it or choose another path")
    place = target if target.exists() and not target.is_file() else folder
    if not os.access(place, os.W_OK):
        raise FileError(f"cannot write {target}: no permission to write in {folder}; choose another path")


def write_whole(path: str | os.PathLike[str], content: str | bytes | Iterable[str]) -> None:
    """Write `content`, in one piece or in many, to `path`, replacing a file that exists in one step.

    Raises
    ------
    FileError
        If it cannot be written; the old file, if any, is then untouched and nothing is left beside it.
    """
    require_writable(path)
    pieces = [content] if isinstance(content, (str, bytes)) else content
    data = (piece.encode("utf-8") if isinstance(piece, str) else piece for piece in pieces)
    target = Path(os.path.realpath(path))  # a link keeps pointing at the file it names
    try:
        if target.exists() and not target.is_file():  # a device or a pipe has nothing to protect
            with target.open("wb") as file:
                file.writelines(data)
        else:
            _replace(target, data)
    except UnicodeEncodeError as error:
        raise FileError(
            f"cannot write {os.fspath(path)}: it would hold {error.object[error.start]!r}, half of a character; name it otherwise"
        ) from None
    except OSError as error:
        raise FileError(f"cannot write {os.fspath(path)}: {_reason(error)}; choose another path") from None


def _replace(target: Path, data: Iterable[bytes]) -> None:
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
    handle, beside = tempfile.mkstemp(prefix=".chainrule-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, mode)
        os.replace(beside, target)
    except BaseException:  # Ctrl-C too leaves nothing behind
        Path(beside).unlink(missing_ok=True)
        raise


def _umask() -> int:
    current = os.umask(0o077)
    os.umask(current)
    return current


def _reason(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
