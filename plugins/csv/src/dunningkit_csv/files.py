"""Opening a file: what tells one state of it from the next, and what a failure means for whoever reads it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dunningkit.errors import ConfigError, TransientError


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells one state of a file from the next."""

    size: int
    modified_ns: int
    changed_ns: int
    inode: int


def fingerprint(path: Path) -> Fingerprint:
    """Take the file's fingerprint; raises `ConfigError` when there is no such file."""
    with reported(path):
        found = path.stat()
        return Fingerprint(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


@contextmanager
def reported(path: Path) -> Iterator[None]:
    """Turn what the operating system says into what a host should do about it."""
    try:
        yield
    except FileNotFoundError as error:
        raise ConfigError(
            f"There is no file {path}. Export it from the ledger to that place, or correct the setting path.",
            path=str(path),
        ) from error
    except IsADirectoryError as error:
        raise ConfigError(
            f"{path} is a folder, not a file. Name the file in it in the setting path.", path=str(path)
        ) from error
    except PermissionError as error:
        raise ConfigError(
            f"The file {path} cannot be opened: {error.strerror}. Correct the setting path or the file's rights.",
            path=str(path),
        ) from error
    except UnicodeError as error:
        raise ConfigError(
            f"{path.name} is not written in the encoding of its setting, or is cut off in the middle of a character. "
            f"Set encoding to auto, or export the file again. ({path})",
            path=str(path),
        ) from error
    except OSError as error:
        raise TransientError(
            f"Reading {path} failed: {error.strerror or type(error).__name__}. It is tried again on the next run.",
            path=str(path),
        ) from error
