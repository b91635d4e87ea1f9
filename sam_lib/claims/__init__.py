"""A claim, its check, its verdict.

``claims.yml`` lists every statement of the book. A chapter calls ``check`` where a statement
stands; the verdict that it returns is shown in the page and collected into the ledger.
"""

from sam_lib.claims.residual import Variant
from sam_lib.claims.residual import worst as size
from sam_lib.claims.verdict import KINDS, PROOFS, Claim, ClaimFailed, Verdict, check, registry

__all__ = [
    "KINDS",
    "PROOFS",
    "Claim",
    "ClaimFailed",
    "Variant",
    "Verdict",
    "check",
    "registry",
    "size",
]
