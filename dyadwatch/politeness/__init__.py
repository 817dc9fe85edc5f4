"""Politeness: what a publisher allows of crawlers, and what counts as one host when requests are limited.

Pure: robots.txt and URLs in, decisions out. Requests are sent by `web`, counted by `broker` and put in order by
`pipeline`.
"""
