"""Random starts that several tests draw."""

import numpy as np
from hypothesis import strategies as st


@st.composite
def uniform_starts(draw):
    """Features, one weight for all of them, and a radius."""
    mu = draw(st.lists(st.floats(0.2, 5.0), min_size=1, max_size=6, unique=True))
    return np.array(mu), draw(st.floats(0.02, 2.0)), draw(st.floats(0.1, 3.0))
