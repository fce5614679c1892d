"""Files, environment and options -> one frozen Settings.

`files` finds and reads the configuration file; `values` turns what stands there into checked
values; `tables` reads its adapters, judges, checks and defaults; `layers` puts all of it together;
`adapters` fills in `{{ env.NAME }}` and builds. The table of options is `llmeval.options`.

Names are resolved at first use, so that importing one part does not import all.
"""

TYPE_CHECKING = False  # importing `typing` costs more than this module
if TYPE_CHECKING:
    from typing import Any

    from llmeval.config.adapters import build_adapter, register_checks, resolved
    from llmeval.config.files import find_root
    from llmeval.config.layers import load
    from llmeval.config.settings import AdapterConfig, Price, Settings

__all__ = [
    "AdapterConfig",
    "Price",
    "Settings",
    "build_adapter",
    "find_root",
    "load",
    "register_checks",
    "resolved",
]

_HOME = {
    "AdapterConfig": "settings",
    "Price": "settings",
    "Settings": "settings",
    "build_adapter": "adapters",
    "register_checks": "adapters",
    "resolved": "adapters",
    "find_root": "files",
    "load": "layers",
}


def __getattr__(name: str) -> "Any":
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
