"""Runs the hooks of a project's conftest.py files without pytest.

The commands and the Python API know the same checks and adapters as a run of pytest does, except
for those of installed pytest plugins.
"""

import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from llmeval.errors import ConfigError, ParameterError
from llmeval.registry import Registry

_HOOKS = ("pytest_llmeval_adapters", "pytest_llmeval_scorers")


def call_hooks(root: Path, registry: Registry) -> None:
    """Let the conftest.py files of a project register adapters and checks.

    Only those in the root and in the folders below it that name one of our hooks are imported.

    Raises:
        ConfigError: One cannot be imported, or registers something wrong.
    """
    for path in _conftests(root):
        module = _imported(path)
        for hook in _HOOKS:
            try:
                if function := getattr(module, hook, None):
                    function(registry=registry)
            except ParameterError as error:
                raise ConfigError(f"{path}: {hook}: {error}") from error


def _conftests(root: Path) -> Iterator[Path]:
    for path in (root / "conftest.py", *sorted(root.glob("*/conftest.py"))):
        try:
            source = path.read_bytes()
        except OSError:
            continue
        if any(hook.encode() in source for hook in _HOOKS):
            yield path


def _imported(path: Path) -> ModuleType:
    spec = spec_from_file_location(f"llmeval_hooks_of_{path.parent.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    if str(path.parent) not in sys.path:
        sys.path.insert(0, str(path.parent))
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # foreign code: told in one line, as any wrong file
        raise ConfigError(f"{path}: cannot be imported: {error!r}") from error
    return module
