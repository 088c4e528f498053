"""From what people post to `bot.review.material`: what chat did to it undone, diffs read, languages
named, pull requests fetched."""
