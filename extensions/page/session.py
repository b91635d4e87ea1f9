"""Runs the cells of a page, each in the values that earlier cells left; knows no browser.

Every cell starts from what its providers left, so that the order in which a reader presses Run
does not matter. Values that a cell may change in place are copied first.
"""

import ast
import contextlib
import copy
import io
import linecache
import sys
import time
import traceback

import cells as analysis

PROJECTS = {"flint": "python-flint"}


class Page:
    """The cells of one chapter and what they left."""

    def __init__(self, name):
        self.name, self.emit = name, None
        self.keys, self.left = {}, {}

    def run(self, sources, target):
        """Run a cell and first those that it needs; what it shows is emitted as it comes."""
        try:
            cells = analysis.analyze_all(sources[: target + 1])
        except SyntaxError as error:
            self.emit("error", name="SyntaxError", text=str(error), trace="")
            return False
        order = analysis.needed(cells, target)
        for count, index in enumerate(order):
            used = analysis.providers(cells, index)
            key = hash(
                (cells[index].source, *sorted((n, self.keys.get(k)) for n, k in used.items()))
            )
            if index != target and self.keys.get(index) == key:
                continue
            self.emit("running", index=index, count=count + 1, of=len(order))
            if not self.execute(cells, index, used, shown=index == target):
                self.keys.pop(index, None)
                return False
            self.keys[index] = key
        return True

    def execute(self, cells, index, used, shown):
        """Run one cell; False if it raised."""
        cell = cells[index]
        space = {"__name__": "__main__", "display": self.show if shown else lambda *_: None}
        for name, where in used.items():
            if name in cells[where].leaves:
                value = self.left[where].get(name)
                space[name] = _own(value) if name in cell.touches else value
            else:
                exec(cells[where].imports[name], space)
        file = f"{self.name}, cell {index + 1}"
        linecache.cache[file] = (0, None, cell.source.splitlines(True), file)
        tree = ast.parse(cell.source, file)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        stream = Stream(self.emit) if shown else io.StringIO()
        self.plots(shown)
        try:
            with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(stream):
                exec(compile(tree, file, "exec"), space)
                if last is not None:
                    value = eval(compile(ast.Expression(last.value), file, "eval"), space)
                    if shown and value is not None:
                        self.show(value)
                self.figures(shown)
        except Exception as error:
            self.complain(error, index, shown)
            return False
        self.left[index] = {name: space[name] for name in cell.leaves if name in space}
        return True

    def show(self, *values):
        """What a notebook would show of a value."""
        for value in values:
            if hasattr(value, "record") and hasattr(value, "_repr_html_"):
                self.emit(
                    "verdict", record=value.record(), html=value._repr_html_(), text=repr(value)
                )
            elif hasattr(value, "_esm"):
                self.emit("live", state=value.page_state(), text=repr(value))
            elif latex := _latex(value):
                self.emit("latex", latex=latex, text=repr(value))
            elif hasattr(value, "_repr_html_") and (text := value._repr_html_()):
                self.emit("html", html=text, text=repr(value))
            else:
                self.emit("text", text=repr(value))

    def plots(self, shown):
        """Before a cell with plots: the book's style, and ``show`` draws into the page."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is not None:
            import sam_lib.figures

            sam_lib.figures.style()
            pyplot.show = lambda *_, **__: self.figures(shown)

    def figures(self, shown):
        """Draw the open plots, and close them."""
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot is None:
            return
        for number in pyplot.get_fignums() if shown else ():
            picture = io.StringIO()
            pyplot.figure(number).savefig(picture, format="svg")
            self.emit("figure", svg=picture.getvalue())
        pyplot.close("all")

    def complain(self, error, index, shown):
        frames = traceback.extract_tb(error.__traceback__)
        own = [f for f in frames if not f.filename.endswith(("session.py", "session.pyc"))]
        text = str(error) if shown else f"cell {index + 1}, which this one needs: {error}"
        trace = "".join(traceback.format_list(own))
        absent = _absent(error)
        self.emit("error", name=type(error).__name__, text=text, trace=trace, absent=absent)


class Stream(io.TextIOBase):
    """Printed text, sent line by line."""

    def __init__(self, emit):
        self.emit, self.rest = emit, ""

    def write(self, text):
        self.emit("stream", text=text)
        return len(text)


def _absent(error):
    """The package that does not exist in a browser, if that is why a cell failed; else nothing."""
    while error is not None:
        if isinstance(error, ModuleNotFoundError) and error.name:
            return PROJECTS.get(error.name, error.name)
        error = error.__cause__
    return ""


def _own(value):
    """A copy of what a cell may change in place; what has no copy is shared."""
    try:
        return copy.deepcopy(value)
    except TypeError:
        return value


def _latex(value):
    method = getattr(value, "_repr_latex_", None)
    return method() if method else None


PAGES = {}


def modules(sources, target):
    """The top-level modules that a run will import, as far as the cells tell."""
    try:
        cells = analysis.analyze_all(sources[: target + 1])
    except SyntaxError:
        return []
    return sorted(analysis.imported(cells, target))


def run(name, sources, target, emit):
    """Run a cell of a page; the seconds it took, and whether it went through."""
    page = PAGES.setdefault(name, Page(name))
    page.emit = lambda kind, **facts: emit(kind, facts)
    start = time.perf_counter()
    done = page.run(list(sources), target)
    return {"done": done, "seconds": time.perf_counter() - start}
