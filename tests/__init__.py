"""Tests mirror the tree; see the README. A package, for another one of this name may be installed."""
