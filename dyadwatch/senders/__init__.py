"""Senders: the ways to reach a subscriber, one module per channel.

A sender carries bytes that were decided elsewhere and reports what came of the attempt. Nothing here chooses
subscribers, decides on retries, or reads a row.
"""
