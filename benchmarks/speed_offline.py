"""Speed without a network: cost of a case, memory, start, loading, report, unrelated projects."""

import json
import re
from functools import partial
from pathlib import Path
from statistics import median

from measure import BrokenRunError, Measured, green, interleaved, middle
from project import Project, configuration, dataset_rows, dataset_suite, installed, yaml_suite
from rows import Row

_NOWHERE = "http://127.0.0.1:9"


def _project(folder: Path) -> Project:
    project = Project(folder)
    project.write("llmeval.toml", configuration(_NOWHERE))
    return project


def _run(project: Project, folder: str) -> Measured:
    return green(project.pytest("-q", folder))


_ITEMS = """
import pytest
class Nothing(pytest.Item):
    def runtest(self):
        pass
class Lines(pytest.File):
    def collect(self):
        for number in range(int(self.path.read_text())):
            yield Nothing.from_parent(self, name=str(number))
def pytest_collect_file(file_path, parent):
    return Lines.from_parent(parent, path=file_path) if file_path.suffix == ".items" else None
"""
_ITEM_US = 226
"""What such an item took (220 to 232) where the bounds of this page were set: a machine on which
it takes longer is slower by as much."""


def offline(folder: Path, rounds: int) -> list[Row]:
    """Measure the cost of a case with the `echo` adapter, and 100,000 of them."""
    project = _project(folder / "llmeval")
    plain = Project(folder / "plain")
    plain.write("conftest.py", _ITEMS)
    plain.write("one/one.items", "1")
    plain.write("many/many.items", "10000")
    project.write("one/one.eval.yaml", yaml_suite("one", "echo", 1))
    project.write("yaml/yaml.eval.yaml", yaml_suite("yaml", "echo", 10_000))
    for count in (10_000, 100_000):
        project.write_lines(f"data/{count}.jsonl", dataset_rows(count))
        suite = dataset_suite(f"rows-{count}", "echo", f"../data/{count}.jsonl")
        project.write(f"rows{count}/rows.eval.yaml", suite)
    names = ("one", "yaml", "rows10000")
    sides = {name: partial(_run, project, name) for name in names}
    sides |= {f"{name} item": partial(_run, plain, name) for name in ("one", "many")}
    found = interleaved(rounds, sides)
    one, yaml, rows = (middle(found[name]) for name in names)
    item = _each(middle(found["many item"]), middle(found["one item"]), 10_000)
    large = _run(project, "rows100000")
    beside = f"{_cpu(yaml, one, 10_000)}; {yaml.wall_s:.2f} s, one case {one.wall_s:.2f} s"
    return [
        Row("offline, 10,000 YAML cases: each beyond start-up", _each(yaml, one, 10_000), "us",
            250, 120, beside),
        Row("offline, 10,000 JSONL rows: each beyond start-up", _each(rows, one, 10_000), "us",
            250, 120, f"{_cpu(rows, one, 10_000)}; {rows.wall_s:.2f} s in all"),
        Row("plain pytest: each of 10,000 items that do nothing", item, "us", note=
            f"{_ITEM_US} us where the bounds were set: {item / _ITEM_US:.2f} x as slow here"),
        Row("offline, a YAML case / such an item", _each(yaml, one, 10_000) / item, "x",
            250 / _ITEM_US, 120 / _ITEM_US, "no matter how fast the machine"),
        Row("offline, a JSONL row / such an item", _each(rows, one, 10_000) / item, "x",
            250 / _ITEM_US, 120 / _ITEM_US),
        Row("offline, 10,000 YAML cases: peak memory", yaml.peak_mib, "MiB", 140, 100),
        Row("offline, 100,000 JSONL rows: wall", large.wall_s, "s", 40, 15,
            f"{_cpu(large, one, 100_000)}; 1 run"),
        Row("offline, 100,000 JSONL rows: peak memory", large.peak_mib, "MiB", 400, 300),
        Row("offline, 100,000 rows against 10,000: wall", large.wall_s / rows.wall_s, "x", 11),
    ]  # fmt: skip


def _each(many: Measured, one: Measured, count: int) -> float:
    return (many.wall_s - one.wall_s) / (count - 1) * 1e6


def _cpu(many: Measured, one: Measured, count: int) -> str:
    """Say what a case costs in CPU time, which a busy machine moves less than wall time."""
    return f"{(many.cpu_s - one.cpu_s) / (count - 1) * 1e6:.0f} us of CPU"


def start(folder: Path, rounds: int) -> list[Row]:
    """Measure what one case costs over one empty test, and `llmeval --help`."""
    project = _project(folder / "llmeval")
    project.write("suites/one.eval.yaml", yaml_suite("one", "echo", 1))
    plain = Project(folder / "plain")
    plain.write("test_empty.py", "def test_empty():\n    pass\n")
    sides = {
        "case": lambda: green(project.pytest("-q", "suites")),
        "empty": lambda: green(plain.pytest("-q")),
        "help": lambda: green(project.command("--help")),
        "python": lambda: green(project.python("pass")),
    }
    found = interleaved(max(rounds, 9), sides)
    case, empty, usage, python = (middle(found[name]) for name in sides)
    return [
        Row("one case more than one empty test", case.wall_s - empty.wall_s, "s", 0.2, 0.1,
            f"{case.cpu_s - empty.cpu_s:.3f} s of CPU; {case.wall_s:.3f} s, `pytest -q` with one "
            f"empty test {empty.wall_s:.3f} s"),
        Row("llmeval --help", usage.wall_s, "s", 0.15, 0.08,
            f"an empty Python process {python.wall_s:.3f} s"),
    ]  # fmt: skip


_LOAD = """
import json, resource, sys, time
from datetime import date
from pathlib import Path
from llmeval.config import load as settings
from llmeval.registry import Registry
from llmeval.suite.load import load
configured = settings(Path.cwd(), {}, {})
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.perf_counter()
suite = load(Path(sys.argv[1]).resolve(), configured, Registry(), today=date.today())
took = time.perf_counter() - began
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"s": took, "cases": len(suite.cases), "mib": (after - before) / 1024}))
"""


def loading(folder: Path, rounds: int) -> list[Row]:
    """Measure loading and checking alone, in a fresh process each time."""
    project = _project(folder)
    project.write("suites/yaml.eval.yaml", yaml_suite("yaml", "echo", 10_000))
    project.write_lines("data/rows.jsonl", dataset_rows(100_000))
    suite = dataset_suite("rows", "echo", "../data/rows.jsonl")
    project.write("suites/rows.eval.yaml", suite)
    bounds = {
        "a 10,000-case YAML suite": ("yaml", 10_000, 0.7, 0.3),
        "a 100,000-row JSONL dataset": ("rows", 100_000, 2.0, None),
    }
    rows = []
    for what, (name, count, must, goal) in bounds.items():
        path = f"suites/{name}.eval.yaml"
        done = [json.loads(green(project.python(_LOAD, path)).output) for _ in range(rounds)]
        if {run["cases"] for run in done} != {count}:
            raise BrokenRunError(f"{what}: expected {count} cases, found {done[0]['cases']}")
        grown = f"memory grows by {median(run['mib'] for run in done):.0f} MiB"
        seconds = median(run["s"] for run in done)
        rows.append(Row(f"load and check {what}", seconds, "s", must, goal, grown))
    return rows


def report(folder: Path, rounds: int) -> list[Row]:
    """Measure the report of a run of 10,000 cases: the whole `llmeval report`."""
    project = _project(folder)
    project.write("suites/yaml.eval.yaml", yaml_suite("yaml", "echo", 10_000))
    green(project.pytest("-q", "suites"))
    done = middle([green(project.command("report")) for _ in range(rounds)])
    usage = middle([green(project.command("--help")) for _ in range(rounds)])
    page = project.folder / "reports" / "latest" / "report.html"
    return [
        Row("report of 10,000 cases (`llmeval report`, whole process)", done.wall_s, "s", 0.8, 0.5,
            f"{page.stat().st_size / 1e6:.1f} MB; `llmeval --help` {usage.wall_s:.2f} s"),
    ]  # fmt: skip


_CONFTEST = """
import json, sys
def pytest_unconfigure(config):
    heavy = ("sklearn", "scipy", "numpy", "jinja2", "jsonschema", "aiohttp", "yaml", "rapidfuzz")
    found = [name for name in sys.modules if name.split(".")[0] in ("llmeval", *heavy)]
    with open({path!r}, "w") as file:
        json.dump(found, file)
"""


def unrelated(folder: Path, rounds: int) -> list[Row]:
    """Measure a project that has nothing to do with us, with and without the plugin."""
    project = Project(folder / "project")
    modules = folder / "modules.json"
    project.write("conftest.py", _CONFTEST.replace("{path!r}", repr(str(modules))))
    tests = "".join(f"def test_{number}():\n    pass\n" for number in range(20))
    project.write("test_all.py", tests)
    green(project.pytest("-q"))  # leaves the caches that every later run finds
    files = _files(project)
    without = ("-p", "no:llmeval") if installed() else ("-p", "no:llmeval.plugin")
    sides = {
        "with": lambda: green(project.pytest("-q")),
        "without": lambda: green(project.pytest("-q", *without)),
    }
    found = interleaved(max(rounds, 15), sides)
    last = green(project.pytest("-q"))
    imported = json.loads(modules.read_text("utf-8"))
    ours = sorted(name for name in imported if name.startswith("llmeval"))
    differ = _shape(last.output) != _shape(found["without"][-1].output)
    more = [(a.wall_s - b.wall_s) * 1000 for a, b in zip(*found.values(), strict=True)]
    cpu = median((a.cpu_s - b.cpu_s) * 1000 for a, b in zip(*found.values(), strict=True))
    return [
        Row("unrelated project: time the plugin adds", median(more), "ms", 10, None,
            f"{cpu:.1f} ms of CPU; {len(more)} pairs"),
        Row("unrelated project: modules of ours imported", len(ours), "", 4, None, ", ".join(ours)),
        Row("unrelated project: heavy modules imported", len(imported) - len(ours), "", 0),
        Row("unrelated project: output differs", int(differ), "", 0),
        Row("unrelated project: files written", len(_files(project) ^ files), "", 0),
    ]  # fmt: skip


def _files(project: Project) -> set[str]:
    return {str(path) for path in project.folder.rglob("*")}


def _shape(output: str) -> str:
    return re.sub(r"\d+\.\d+s", "", output)
