"""The `concord` command. One file a command; `main` is the entry point.

Nothing heavy is imported until a command that needs it runs: `concord --help` must feel instant.
"""

from bot.cli.app import main

__all__ = ["main"]
