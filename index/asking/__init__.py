"""From what somebody typed to what is searched for: cleaned, spelt, made whole, and judged."""

from index.asking.prepare import Asked, prepare

__all__ = ["Asked", "prepare"]
