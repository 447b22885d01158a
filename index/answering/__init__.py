"""From ranked passages to an answer or a refusal."""

from index.answering.answerer import Answerer

__all__ = ["Answerer"]
