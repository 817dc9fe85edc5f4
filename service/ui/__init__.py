"""The web pages for people: server-rendered HTML with its
templates, style sheet and icon, and no third-party asset.

What a page shows comes from the same functions as the REST API.
"""
