"""Where a run took place: interpreter, machine, versions, commit, CI job."""

import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

_PACKAGES = ("aiohttp", "jsonschema", "pytest", "pytest-xdist", "PyYAML", "rapidfuzz", "regex")
_GIT_TIMEOUT_S = 2.0


def describe(packages: Iterable[str] = _PACKAGES) -> dict[str, Any]:
    """Return interpreter, platform, number of processors and versions of installed packages."""
    return {
        "llmeval": _version(),
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "cpu_count": os.cpu_count(),
        "packages": _versions(packages),
    }


def _version() -> str:
    # By name: the package's front lies above this layer.
    version: str = import_module("llmeval").__version__
    return version


def _versions(packages: Iterable[str]) -> dict[str, str]:
    from importlib import metadata

    found = {}
    for package in packages:
        try:
            found[package] = metadata.version(package)
        except (metadata.PackageNotFoundError, ValueError):
            continue
    return found


def git_state(root: Path) -> dict[str, Any]:
    """Return `sha`, `branch` (None when detached) and `dirty`; empty outside a repository.

    Starts git once; a repository too large to look at within 2 s counts as none.
    """
    argv = ["git", "status", "--porcelain=v2", "--branch", "--untracked-files=no"]
    # Never wait for a lock, a password or a pager.
    environ = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603  # fixed arguments
            argv,
            cwd=root,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_GIT_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return {}
    return _parsed(done.stdout.decode("utf-8", "replace")) if done.returncode == 0 else {}


def _parsed(status: str) -> dict[str, Any]:
    heads = dict(
        line[2:].split(" ", 1) for line in status.splitlines() if line.startswith("# branch.")
    )
    sha = heads.get("branch.oid")
    if sha is None or sha == "(initial)":
        return {}
    branch = heads.get("branch.head")
    dirty = any(not line.startswith("#") for line in status.splitlines())
    return {"sha": sha, "branch": None if branch == "(detached)" else branch, "dirty": dirty}


_JOB_URLS = ("CI_JOB_URL", "BUILDKITE_BUILD_URL", "CIRCLE_BUILD_URL", "BUILD_URL")


def ci_url(environ: Mapping[str, str]) -> str | None:
    """Return the address of the CI job this runs in, None elsewhere."""
    if environ.get("GITHUB_RUN_ID") and environ.get("GITHUB_REPOSITORY"):
        server = environ.get("GITHUB_SERVER_URL", "https://github.com")
        return f"{server}/{environ['GITHUB_REPOSITORY']}/actions/runs/{environ['GITHUB_RUN_ID']}"
    if environ.get("SYSTEM_COLLECTIONURI") and environ.get("BUILD_BUILDID"):
        project = f"{environ['SYSTEM_COLLECTIONURI']}{environ.get('SYSTEM_TEAMPROJECT', '')}"
        return f"{project}/_build/results?buildId={environ['BUILD_BUILDID']}"
    return next((environ[name] for name in _JOB_URLS if environ.get(name)), None)
