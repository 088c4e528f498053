"""What chat platforms have in common beside their text and their streams: how they are called and
read, how their people are named and answered. Nothing here knows which platform it serves.
"""
