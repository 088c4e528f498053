"""The rules for application commands: names, texts, options, sizes. Pure.

discord.com/developers/docs/interactions/application-commands
"""

from __future__ import annotations

import unicodedata
from typing import Any

from .refusal import Form

CHAT_INPUT, USER, MESSAGE, ENTRY_POINT = 1, 2, 3, 4
SUBCOMMAND, GROUP, STRING, INTEGER, CHANNEL, NUMBER = 1, 2, 3, 4, 7, 10
OPTION_TYPES = range(1, 12)
MOST = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15, ENTRY_POINT: 1}
CHARACTERS = 8_000
CREATES_PER_DAY = 200
OPTIONS = CHOICES = 25
_LOCALES = (
    "id,da,de,en-GB,en-US,es-ES,es-419,fr,hr,it,lt,hu,nl,no,pl,pt-BR,ro,fi,sv-SE,vi,tr,cs,el,"
    "bg,ru,uk,hi,th,zh-CN,ja,zh-TW,ko"
)
LOCALES = frozenset(_LOCALES.split(","))
_SCRIPTS = ((0x0900, 0x097F), (0x0E00, 0x0E7F))  # Devanagari and Thai, marks included
_INVALID = "APPLICATION_COMMAND_INVALID_NAME"


def check(form: Form, command: Any, path: str = "", *, in_guild: bool = False) -> None:
    """Check one command; what is wrong is noted in `form` under `path`."""
    at = f"{path}." if path else ""
    if not isinstance(command, dict):
        form.wrong(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return
    kind = command.get("type", CHAT_INPUT)
    if kind not in MOST:
        form.wrong(f"{at}type", "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4).")
        return
    _texts(form, at, command, plain=kind != CHAT_INPUT)
    _settings(form, at, command, in_guild=in_guild)
    if kind == CHAT_INPUT:
        _options(form, at, command.get("options"), depth=0)
    elif command.get("options"):
        message = "Context menu commands cannot have options"
        form.wrong(f"{at}options", "APPLICATION_COMMAND_CONTEXT_MENU_OPTIONS", message)
    if not form.errors and size(command) > CHARACTERS:
        message = f"Command exceeds maximum size ({CHARACTERS})"
        form.wrong(path, "APPLICATION_COMMAND_TOO_LARGE", message)


def valid_name(name: str) -> bool:
    """Tell whether a slash command or option may have this name."""

    def fits(character: str) -> bool:
        known = unicodedata.category(character)[0] in "LN" or character in "-_'"
        return known or any(low <= ord(character) <= high for low, high in _SCRIPTS)

    return 1 <= len(name) <= 32 and all(map(fits, name)) and name == name.lower()


def size(command: dict[str, Any]) -> int:
    """Return how many characters a command counts for: the longest translation of each text."""
    total = sum(_longest(command, field) for field in ("name", "description"))
    total += sum(size(option) for option in command.get("options") or ())
    for choice in command.get("choices") or ():
        total += _longest(choice, "name") + len(str(choice.get("value", "")))
    return total


def _longest(thing: dict[str, Any], field: str) -> int:
    translated = (thing.get(f"{field}_localizations") or {}).values()
    return max(len(str(text)) for text in (thing.get(field) or "", *translated))


def _texts(form: Form, at: str, thing: dict[str, Any], *, plain: bool = False) -> None:
    """Check name and description with their translations; `plain`: of a context menu."""
    _name(form, f"{at}name", thing.get("name"), plain=plain)
    for locale, text in _translations(form, at, thing, "name"):
        _name(form, f"{at}name_localizations.{locale}", text, plain=plain)
    description = thing.get("description")
    if plain:
        if description:
            message = "Context menu commands cannot have description"
            code = "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION"
            form.wrong(f"{at}description", code, message)
        return
    form.length(f"{at}description", description or "", 1, 100)
    for locale, text in _translations(form, at, thing, "description"):
        form.length(f"{at}description_localizations.{locale}", text, 1, 100)


def _name(form: Form, path: str, name: Any, *, plain: bool) -> None:
    if not form.length(path, name or "", 1, 32):
        return
    if not plain and not valid_name(name):
        form.wrong(path, _INVALID, "Command name is invalid")


def _translations(form: Form, at: str, thing: dict[str, Any], field: str) -> list[tuple[str, Any]]:
    given = thing.get(f"{field}_localizations")
    if given is None:
        return []
    if not isinstance(given, dict):
        path = f"{at}{field}_localizations"
        form.wrong(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return []
    for locale in set(given) - LOCALES:
        path = f"{at}{field}_localizations"
        form.wrong(path, "BASE_TYPE_CHOICES", f"'{locale}' is no locale of Discord's.")
    return [(locale, text) for locale, text in given.items() if text is not None]


def _settings(form: Form, at: str, command: dict[str, Any], *, in_guild: bool) -> None:
    for name, known in (("contexts", {0, 1, 2}), ("integration_types", {0, 1})):
        given = command.get(name)
        if given is None:
            continue
        path = f"{at}{name}"
        if in_guild:
            message = "Only global commands may have this field"
            form.wrong(path, "APPLICATION_COMMAND_GLOBAL_ONLY", message)
        elif not isinstance(given, list) or not given or len(set(given)) != len(given):
            form.wrong(path, "BASE_TYPE_BAD_LENGTH", "Must be a set of at least one value.")
        elif not set(given) <= known:
            form.wrong(path, "BASE_TYPE_CHOICES", f"Value must be one of {sorted(known)}.")
    rights = command.get("default_member_permissions")
    if rights is not None and not str(rights).isdigit():
        path = f"{at}default_member_permissions"
        form.wrong(path, "NUMBER_TYPE_COERCE", f'Value "{rights}" is not int.')
    if not isinstance(command.get("nsfw", False), bool):
        form.wrong(f"{at}nsfw", "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")


def _options(form: Form, at: str, options: Any, *, depth: int) -> None:
    if options is None:
        return
    if not isinstance(options, list) or not all(isinstance(o, dict) for o in options):
        form.wrong(f"{at}options", "LIST_TYPE_CONVERT", "Only lists of options may be used.")
        return
    if len(options) > OPTIONS:
        message = f"Must be {OPTIONS} or fewer in length."
        form.wrong(f"{at}options", "BASE_TYPE_MAX_LENGTH", message)
    _together(form, f"{at}options", options)
    for number, option in enumerate(options):
        _option(form, f"{at}options.{number}.", option, depth)


def _together(form: Form, path: str, options: list[dict[str, Any]]) -> None:
    """Check what concerns all options of a command: names, order, kinds."""
    names = [option.get("name") for option in options]
    if len(set(map(str, names))) != len(names):
        message = "Option names must be unique"
        form.wrong(path, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message)
    nested = [option.get("type") in (SUBCOMMAND, GROUP) for option in options]
    if any(nested) and not all(nested):
        message = "Sub-command option types are mutually exclusive to all other types"
        form.wrong(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        message = "Required options must be placed before non-required options"
        form.wrong(path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)


def _option(form: Form, at: str, option: dict[str, Any], depth: int) -> None:
    kind = option.get("type")
    if kind not in OPTION_TYPES:
        form.wrong(f"{at}type", "BASE_TYPE_CHOICES", "Value must be one of (1, ..., 11).")
        return
    _texts(form, at, option)
    if kind in (SUBCOMMAND, GROUP):
        if depth >= (2 if kind == SUBCOMMAND else 1):
            message = "Groups hold sub-commands, and those hold no further ones"
            form.wrong(f"{at}type", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
        _options(form, at, option.get("options"), depth=2 if kind == SUBCOMMAND else 1)
        return
    if option.get("options"):
        message = "Only sub-commands have options"
        form.wrong(f"{at}options", "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    _choices(form, at, option)


def _choices(form: Form, at: str, option: dict[str, Any]) -> None:
    choices, kind = option.get("choices"), option["type"]
    if kind not in (STRING, INTEGER, NUMBER):
        if choices or option.get("autocomplete"):
            message = "This type of option takes neither choices nor autocomplete"
            form.wrong(f"{at}choices", "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", message)
        return
    if choices and option.get("autocomplete"):
        message = "Cannot have choices when autocomplete is enabled"
        form.wrong(f"{at}choices", "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_CHOICES", message)
    if not choices:
        return
    if len(choices) > CHOICES:
        message = f"Must be {CHOICES} or fewer in length."
        form.wrong(f"{at}choices", "BASE_TYPE_MAX_LENGTH", message)
    for number, choice in enumerate(choices):
        path = f"{at}choices.{number}."
        form.length(f"{path}name", choice.get("name") or "", 1, 100)
        for locale, text in _translations(form, path, choice, "name"):
            form.length(f"{path}name_localizations.{locale}", text, 1, 100)
        if kind == STRING:
            form.length(f"{path}value", choice.get("value", ""), 1, 100)
        elif not isinstance(choice.get("value"), int | float):
            form.wrong(f"{path}value", "NUMBER_TYPE_COERCE", "Value is not a number.")
