"""In JupyterLab a figure is a live widget: its traits reach the kernel and come back."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

CELLS = [
    "from sam_lib import live\ngate = live.Gate(rho=0.5)\ngate",
    "print('kernel has', gate.rho)",
    "gate.depth = 4",
]


@pytest.fixture
def lab(tmp_path):
    """A JupyterLab of its own on a notebook with one figure; the address of the notebook."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, tmp_path / "figure.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.port_retries=0"]
    command += [f"--ServerApp.port={port}", "--IdentityProvider.token=", "--ServerApp.password="]
    command += [f"--ServerApp.root_dir={tmp_path}", "--allow-root", "--ip=127.0.0.1"]
    command += [
        "--expose-app-in-browser",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=" + NEVER,
    ]
    home = os.environ | {"JUPYTER_CONFIG_DIR": str(tmp_path / "config"), "HOME": str(tmp_path)}
    with open(tmp_path / "lab.log", "w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=home, cwd=tmp_path)
        try:
            wait_for(f"http://127.0.0.1:{port}/api/status", tmp_path / "lab.log")
            yield f"http://127.0.0.1:{port}/lab/tree/figure.ipynb"
        finally:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(20)


NEVER = "jupyterlab.NeverCheckForUpdate"


def wait_for(address, log):
    for _ in range(2400):
        with contextlib.suppress(OSError):
            with urllib.request.urlopen(address, timeout=5) as answer:
                return json.load(answer)
        time.sleep(0.25)
    pytest.fail(log.read_text())


# A keypress that arrives before the kernel does is lost, so cells run by commands of the Lab.
READY = """async () => {
    const app = window.jupyterapp;
    await app.restored;
    const notebook = app.shell.currentWidget;
    await notebook.context.ready;
    await notebook.sessionContext.ready;
    await notebook.revealed;
}"""
RUN = """async (n) => {
    const app = window.jupyterapp;
    app.shell.currentWidget.content.activeCellIndex = n;
    await app.commands.execute("notebook:run-cell");
}"""


def test_traits_sync_both_ways(lab, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.set_default_timeout(600_000)
    page.goto(lab)
    page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext")
    page.evaluate(READY)
    page.evaluate(RUN, 0)
    figure = page.locator("figure.live")
    figure.locator(".live-said:not(:empty)").wait_for()
    slider = figure.locator("input[type=range]").first
    assert slider.evaluate("(node) => Number(node.value)") == 0.5
    slider.press("ArrowRight")
    page.evaluate(RUN, 1)
    while not page.get_by_text("kernel has 0.51").count():  # the message may still be on its way
        page.evaluate(RUN, 1)
    page.evaluate(RUN, 2)
    page.wait_for_function(
        "document.querySelector('figure.live input[type=radio]:checked')"
        ".nextSibling.textContent === '4'"
    )
    assert figure.get_by_role("button", name="copy code").count() == 1
    page.close()
