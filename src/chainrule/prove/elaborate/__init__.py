"""From what a search has found to a certificate for the kernel; untrusted."""

from chainrule.prove.elaborate.document import elaborate, work

__all__ = ["elaborate", "work"]
