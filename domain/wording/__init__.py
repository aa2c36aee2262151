"""Wording: what is said to members, in words of their language.

The app has words of its own for everything, in English, Polish, Swedish and Serbian; programmes
may say it in theirs. It does not know when anything is said, or by which way.
"""

from domain.wording.apps import app_texts, catalogue, pushed_keys
from domain.wording.errors import BadTemplate, NoSuchKey, TemplateTooComplex, TemplateTooLarge
from domain.wording.keys import KEYS
from domain.wording.languages import lookup
from domain.wording.records import Key, Kind, Said, Value, Words
from domain.wording.rendering import ARG_BYTES_MAX, rendered, short
from domain.wording.saving import Edition, current, history, preview, save, usual_words
from domain.wording.vocabulary import Source, nearest

__all__ = [
    "ARG_BYTES_MAX",
    "KEYS",
    "BadTemplate",
    "Edition",
    "Key",
    "Kind",
    "NoSuchKey",
    "Said",
    "Source",
    "TemplateTooComplex",
    "TemplateTooLarge",
    "Value",
    "Words",
    "app_texts",
    "catalogue",
    "current",
    "history",
    "lookup",
    "nearest",
    "preview",
    "pushed_keys",
    "rendered",
    "save",
    "short",
    "usual_words",
]
