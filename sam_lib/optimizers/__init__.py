"""SAM for training networks, as a PyTorch optimizer.

PyTorch is optional: ``pip install sam-lib[torch]``, then ``from sam_lib.optimizers.torch import
SAM``. Nothing else of the library needs it.
"""

NORMS = (1, 2, float("inf"))
KINDS = ("normalized", "unnormalized", "margin")
