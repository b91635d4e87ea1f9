"""The class of every live figure, by its name."""

from sam_lib import live

FIGURES = {
    name: figure
    for name in live.__all__
    if isinstance(figure := getattr(live, name), type)
    and issubclass(figure, live.LiveFigure)
    and figure is not live.LiveFigure
}
