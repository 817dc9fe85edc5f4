"""The sandbox: bytes from outside are parsed in a child process with bounded processor time and memory.

A document that exceeds the bounds ends the child, never the caller. Nothing here knows what is parsed.
"""

from dyadwatch.sandbox.sandbox import Sandbox, shared_sandbox, template_sandbox

__all__ = ["Sandbox", "shared_sandbox", "template_sandbox"]
