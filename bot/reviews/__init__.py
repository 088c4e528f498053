"""Reviews in conversations: what is wanted, the turn that reviews, what is kept and shown of it,
and the desk that answers presses. `door` is what the conversations know.

The review itself is `bot.review`, which knows no chat.
"""
