"""The same work with other tools: N cases, three plain assertions each, the local server.

    python -m venv peers && peers/bin/pip install pydantic-evals deepeval openai
    npm install --prefix peers-js promptfoo
    python benchmarks/peers.py --python peers/bin/python --promptfoo PATH

Whole processes, interleaved with plain `pytest` of ours; caching and telemetry off. What is not
installed is left out. Each tool is used as its own documentation shows it, at the concurrency
asked for.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from measure import HERE, Measured, Server, interleaved, machine, measure, middle, serving, table
from project import Project, configuration, yaml_suite

_PROGRAMS = {"pydantic-evals": "pydantic_evals", "deepeval": "deepeval"}


def sides(
    arguments: argparse.Namespace, folder: Path, server: Server
) -> dict[str, Callable[[], tuple[Measured, dict[str, Any]]]]:
    """Return what can be measured here: name -> one run with the server's counts."""
    project = Project(folder / "ours")
    project.write("llmeval.toml", configuration(server.url, arguments.concurrency))
    project.write("suites/peers.eval.yaml", yaml_suite("peers", "server", arguments.n))
    commands: dict[str, Callable[[], Measured]] = {
        "llmeval (plain pytest -q)": partial(project.pytest, "-q", "suites"),
    }
    environ = {**os.environ, **_quiet(server), "PROMPTFOO_CONFIG_DIR": str(folder / "promptfoo")}
    told = [str(arguments.n), str(arguments.concurrency)]
    for name, module in _PROGRAMS.items():
        if arguments.python and _has(arguments.python, module):
            program = str(HERE / "peer_programs" / f"{module}_run.py")
            line = [arguments.python, program, *told]
            commands[name] = partial(measure, line, cwd=folder, environ=environ)
    if arguments.promptfoo:
        config = _promptfoo(folder, server, arguments.n)
        line = [arguments.promptfoo, "eval", "-c", str(config), "--no-cache", "--no-table"]
        line += ["--no-progress-bar", "-j", str(arguments.concurrency)]
        commands["promptfoo"] = partial(measure, line, cwd=folder, environ=environ)
    return {name: partial(_counted, server, call) for name, call in commands.items()}


def _counted(server: Server, call: Callable[[], Measured]) -> tuple[Measured, dict[str, Any]]:
    server.reset()
    return call(), server.stats()


def _has(python: str, module: str) -> bool:
    found = subprocess.run(
        [python, "-c", f"import importlib.util as u, sys; sys.exit(not u.find_spec({module!r}))"],
        check=False,
    )
    return found.returncode == 0


def _quiet(server: Server) -> Mapping[str, str]:
    """Return the environment that keeps peers from calling home and points them at the server."""
    return {
        "OPENAI_API_KEY": "none",
        "OPENAI_BASE_URL": f"{server.url}/v1",
        "DEEPEVAL_TELEMETRY_OPT_OUT": "YES",
        "DEEPEVAL_RESULTS_FOLDER": "",
        "PROMPTFOO_DISABLE_TELEMETRY": "1",
        "PROMPTFOO_DISABLE_UPDATE": "1",
        "PROMPTFOO_DISABLE_REMOTE_GENERATION": "1",
        "PROMPTFOO_SELF_HOSTED": "1",
        "NO_COLOR": "1",
    }


def _promptfoo(folder: Path, server: Server, count: int) -> Path:
    text = "Question {n}: how long is a piece of string?"
    config = {
        "prompts": ["{{question}}"],
        "providers": [{"id": "openai:chat:local", "config": {"apiBaseUrl": f"{server.url}/v1"}}],
        "tests": [
            {
                "vars": {"question": text.format(n=number)},
                "assert": [
                    {"type": "contains", "value": f"Question {number}"},
                    {"type": "regex", "value": "piece of \\w+"},
                    {"type": "equals", "value": text.format(n=number)},
                ],
            }
            for number in range(count)
        ],
    }
    path = folder / "promptfooconfig.json"
    path.write_text(json.dumps(config), "utf-8")
    return path


def main() -> int:
    """Run the program."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=1000, help="cases (1000)")
    parser.add_argument("-c", "--concurrency", type=int, default=100, help="(100)")
    parser.add_argument("--behave", default="delay=0.05", metavar="QUERY", help="of the server")
    parser.add_argument("--python", help="interpreter that has peers installed")
    parser.add_argument("--promptfoo", help="the promptfoo program")
    parser.add_argument("--rounds", type=int, default=3, help="(3)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="llmeval-peers-"))
    try:
        with serving(arguments.behave) as server:
            found = interleaved(arguments.rounds, sides(arguments, folder, server))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    rows = _rows(found, arguments.n)
    if arguments.json:
        print(json.dumps({"machine": machine(), "rows": rows}, indent=1))
    else:
        print(", ".join(str(value) for value in machine().values()))
        heads = list(rows[0])
        print(table(heads, [[_cell(row[head]) for head in heads] for row in rows]))
    return int(any(row["exit"] for row in rows))


def _rows(found: dict[str, list[Any]], count: int) -> list[dict[str, Any]]:
    walls = {name: middle([run for run, _ in runs]) for name, runs in found.items()}
    ours = next(iter(walls.values())).wall_s
    return [
        {
            "tool": name,
            "wall s": run.wall_s,
            "x ours": run.wall_s / ours,
            "CPU s": run.cpu_s,
            "peak MiB": run.peak_mib,
            "exit": run.status,
            "requests more than cases": found[name][-1][1]["requests"] - count,
            "most in flight": max(stats["max_in_flight"] for _, stats in found[name]),
        }
        for name, run in walls.items()
    ]


def _cell(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main())
