"""Files on disk, written whole or not at all, and read with errors that name them."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from qnet.errors import Refused


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """A temporary path that takes the place of `path` once the block ends well, and vanishes otherwise.

    Refused names `path` where the system refuses to write it: a full disk, a read-only folder.
    """
    target = Path(path)
    temporary = target.with_name(f".{os.getpid()}.{target.name}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield temporary
        with open(temporary, "rb") as written:
            os.fsync(written.fileno())  # else a power cut may keep the name and lose the bytes
        os.replace(temporary, target)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        other = "" if error.filename in (None, str(temporary), str(target)) else f" ({error.filename})"
        raise Refused(f"{target} must be written whole, but the system refuses: {reason}{other}") from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def read_json(path: str | Path) -> Any:
    """Content of a JSON file. Refused names one that is damaged."""
    if not Path(path).is_file():
        raise Refused(f"{path} must exist, but does not")
    try:
        return json.loads(Path(path).read_bytes())
    except ValueError as error:
        raise Refused(f"{path} must be complete JSON, but reading it failed ({error}); delete it") from None
