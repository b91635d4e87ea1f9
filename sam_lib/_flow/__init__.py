"""The engine of ``flows``: an integrator with events, and the fields that it integrates.

``field`` says what a field is made of; ``smooth`` has no jumps, ``signs`` jumps where a parameter
changes its sign, ``switches`` and ``ties`` where the gradient vanishes or its largest entries tie;
``copies`` keeps parameters equal that are equal by symmetry.
"""
