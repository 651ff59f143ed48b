"""Claims about an expression that is written out in the certificate (docs/certificate.md, section 9)."""

from chainrule_fast.expression.method import check_expression

__all__ = ["check_expression"]
