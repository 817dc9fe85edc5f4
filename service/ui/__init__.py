"""The pages for people: server-rendered HTML with its templates, style and icons; no asset from elsewhere.

What a page shows comes from the same functions as the REST API.
"""
