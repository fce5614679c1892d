"""Where the files of a run are: `reports/<run>/`, and which run is the latest."""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from llmeval.errors import StoredFileError

LATEST = "latest"
RESULTS = "results.jsonl"


def new_name(now: datetime | None = None) -> str:
    """Return a name for a run: when it began (UTC) and four random characters."""
    return f"{(now or datetime.now(UTC)):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"


def new_run_folder(reports: Path, name: str | None = None) -> Path:
    """Make the folder of a new run.

    Args:
        reports: Folder of all runs; made when missing.
        name: Name of the run; None: a new one, which two runs at once never share.

    Raises:
        StoredFileError: It cannot be made.
    """
    for _ in range(100):
        folder = reports / (name or new_name())
        try:
            folder.mkdir(parents=True, exist_ok=name is not None)
            return folder
        except FileExistsError:
            if name is not None or not reports.is_dir():
                break
        except OSError as error:
            raise StoredFileError(
                f"{folder}: cannot be made: {error.strerror}; choose another folder with "
                "--llmeval-reports"
            ) from error
    raise StoredFileError(f"{reports}: a file is in the way; choose another --llmeval-reports")


def set_latest(reports: Path, folder: Path) -> None:
    """Make `latest` mean that run: a link, or a file with its name where links do not work."""
    link = reports / LATEST
    try:
        _replace(link, lambda fresh: fresh.symlink_to(folder.name, target_is_directory=True))
    except (OSError, NotImplementedError):
        _mark(link, folder.name)


def _replace(link: Path, make: Callable[[Path], object]) -> None:
    # Two runs may do this at once: each makes its own file and moves it into place.
    fresh = link.with_name(f".{LATEST}-{secrets.token_hex(4)}")
    make(fresh)
    try:
        fresh.replace(link)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def _mark(link: Path, name: str) -> None:
    try:
        if link.is_dir() and not link.is_symlink():
            (link / "run.txt").write_text(name + "\n", encoding="utf-8")
        else:
            _replace(link, lambda fresh: fresh.write_text(name + "\n", encoding="utf-8"))
    except OSError:
        # A convenience: the run itself has its folder.
        return


def find_run(reports: Path, run: str = LATEST) -> Path:
    """Return the folder of a run.

    Args:
        reports: Folder of all runs.
        run: Its name, a path to its folder or to a file in it, or "latest".

    Raises:
        StoredFileError: There is no such run.
    """
    for candidate in (reports / run, Path(run)):
        found = _run_at(candidate)
        if found is not None:
            return found
    if run == LATEST:
        newest = _newest(reports)
        if newest is not None:
            return newest
    raise StoredFileError(f"no run {run!r} in {reports}{_known(reports)}")


def _run_at(path: Path) -> Path | None:
    if path.name == LATEST and not path.is_symlink():
        marker = path / "run.txt" if path.is_dir() else path
        if marker.is_file():
            path = path.parent / marker.read_text(encoding="utf-8").strip()
    if path.is_file() and path.suffix in (".jsonl", ".json", ".html"):
        path = path.parent
    if not path.is_dir() or not any(path.glob("results*.jsonl")):
        return None
    return path.resolve()


def _newest(reports: Path) -> Path | None:
    names = _names(reports)
    return (reports / names[-1]).resolve() if names else None


def _names(reports: Path) -> list[str]:
    try:
        names = [entry.name for entry in reports.iterdir()]
    except OSError:
        return []
    return sorted(n for n in names if n != LATEST and any((reports / n).glob("results*.jsonl")))


def _known(reports: Path) -> str:
    names = _names(reports)
    return f"; there are {', '.join(names[-5:])}" if names else "; run pytest on a suite first"
