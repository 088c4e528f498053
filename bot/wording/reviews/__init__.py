"""The sentences of code reviews, in three languages; `bot.wording` says them with all others."""
