"""The errors a caller may want to catch.

Each message says what was found, what was needed and what to do, with the values in it.
Mistakes of the caller raise; outcomes of honest work (no minimum, undecided) are returned.
"""


class ChainruleError(Exception):
    """Anything Chainrule refuses; the command line prints it and exits with status 2."""


class NumberError(ChainruleError, ValueError):
    """A number that cannot be read exactly, or lies outside the supported range."""


class ProblemError(ChainruleError, ValueError):
    """A problem that does not make sense: an unknown weight, a label outside [0, 1], no rows."""


class FileError(ChainruleError, OSError):
    """A file that cannot be read, is not what its name says, or cannot be written."""


class MissingExtraError(ChainruleError, ImportError):
    """A part of Chainrule whose libraries are not installed; names the command that brings them."""


class ExpressionError(ChainruleError, ValueError):
    """An equation that cannot be parsed or is too large; points at the character."""


class CertificateError(ChainruleError, ValueError):
    """A certificate that the independent checker refuses; names the place."""
