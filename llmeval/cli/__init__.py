"""Sub-commands: each a few lines around one library call, one file a group.

`entry` finds the command, `console` writes, `project` loads what most commands need.
"""

from llmeval.cli.entry import main

__all__ = ["main"]
