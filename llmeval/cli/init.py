"""`llmeval init`: a running example."""

import argparse
from pathlib import Path

from llmeval.cli.console import Console

EXAMPLE = "  llmeval init my-project && cd my-project && pytest suites"

# File of the example to where it is written.
_FILES = {
    "llmeval.toml": "llmeval.toml",
    "bot.py": "bot.py",
    "suites/bot.eval.yaml": "suites/bot.eval.yaml",
    "suites/demo.eval.yaml": "suites/demo.eval.yaml",
    "github-workflow.yml": ".github/workflows/llmeval.yml",
    "gitignore": ".gitignore",
}
_ASKS_BOT = "suites/bot.eval.yaml"


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "folder", nargs="?", default=".", metavar="DIR", help="where to write it (default: here)"
    )


def run(args: argparse.Namespace, console: Console) -> int:
    """Write the example; files that exist are kept."""
    folder = Path(args.folder)
    source = Path(__file__).parent / "example"
    kept = set()
    for name, target in _FILES.items():
        path = folder / target
        if reason := _kept(path):
            console.note(f"kept    {path}: {reason}")
            kept.add(target)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((source / name).read_text(encoding="utf-8"), encoding="utf-8", newline="\n")
        console.note(f"written {path}")
    if "bot.py" in kept and _ASKS_BOT not in kept:
        console.note(
            f"edit    {folder / _ASKS_BOT}: it expects the answers of the example's bot.py, which "
            "was not written; name your function at `call` in [adapters.bot], "
            "and what you expect of it"
        )
    there = "" if folder == Path() else f"cd {folder} && "
    console.data(f"Run it: {there}pytest suites")
    return 0


def _kept(path: Path) -> str | None:
    if path.exists():
        return "exists already"
    project = path.parent / "pyproject.toml"
    if path.name == "llmeval.toml" and _is_configured(project):
        return f"{project} has [tool.llmeval]; add the adapter `bot` there"
    return None


def _is_configured(project: Path) -> bool:
    from llmeval.config.files import find

    return project.is_file() and find(project).path == project.absolute()
