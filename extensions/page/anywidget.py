"""What a live figure uses of anywidget, in a page without a kernel: traits that nothing syncs."""

import itertools

import traitlets

_count = itertools.count()


class AnyWidget(traitlets.HasTraits):
    """The state of a figure; the page draws it from there."""

    def __init__(self, **traits):
        super().__init__(**traits)
        self.model_id = f"fresh-{next(_count)}"

    def page_state(self):
        """The traits that the page needs, as plain data."""
        return {name: getattr(self, name) for name in self.trait_names(sync=True)}

    get_state = page_state
