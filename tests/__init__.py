"""Tests mirror the tree. A package, for another one of this name may be installed."""
