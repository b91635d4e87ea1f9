"""A figure is an ordinary widget: its traits sync with a running kernel, both ways."""

import pytest
from jupyter_client.manager import start_new_kernel

SETUP = """
from sam_lib import live
gate = live.Gate(rho=0.5)
seen = []
gate.observe(lambda change: seen.append((change.name, change.new)), ["rho", "alpha"])
gate
"""


@pytest.fixture(scope="module")
def kernel():
    manager, client = start_new_kernel(startup_timeout=600)
    yield client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def run(client, code, allow=()):
    """Execute ``code``; returns the messages that the kernel published meanwhile.

    Errors fail the test unless their names are allowed.
    """
    request = client.execute(code)
    messages = []
    while True:
        message = client.get_iopub_msg(timeout=600)
        if message["msg_type"] == "error":
            assert message["content"]["ename"] in allow, message["content"]
        messages.append(message)
        done = message["msg_type"] == "status" and message["content"]["execution_state"] == "idle"
        if done and message["parent_header"].get("msg_id") == request:
            return messages


def printed(messages):
    return "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream").strip()


def test_both_ways(kernel):
    messages = run(kernel, SETUP)
    opened = [
        m["content"]
        for m in messages
        if m["msg_type"] == "comm_open" and "_esm" in m["content"]["data"]["state"]
    ]
    assert len(opened) == 1
    state = opened[0]["data"]["state"]
    assert state["_model_module"] == "anywidget" and "export default" in state["_esm"]
    assert state["rho"] == 0.5 and state["alpha"] == [1.1, 0.9, 0.8]
    shown = next(m["content"]["data"] for m in messages if m["msg_type"] == "execute_result")
    assert shown["text/plain"] == "Gate(name='gate', rho=0.5)"
    view = shown["application/vnd.jupyter.widget-view+json"]
    comm = opened[0]["comm_id"]
    assert view["model_id"] == comm

    def browser_sets(changes):
        data = {"method": "update", "state": changes, "buffer_paths": []}
        message = kernel.session.msg("comm_msg", {"comm_id": comm, "data": data})
        kernel.shell_channel.send(message)

    browser_sets({"rho": 1.25})
    browser_sets({"alpha": [0.2, 0.4, 1.9]})
    assert printed(run(kernel, "print(seen)")) == "[('rho', 1.25), ('alpha', [0.2, 0.4, 1.9])]"

    messages = run(kernel, "gate.depth = 4")
    sent = [m["content"] for m in messages if m["msg_type"] == "comm_msg"]
    assert {"comm_id": comm, "state": {"depth": 4}} in [
        {"comm_id": m["comm_id"], "state": m["data"].get("state")} for m in sent
    ]

    browser_sets({"rho": 99})
    assert printed(run(kernel, "print(gate.rho)", allow={"StateError"})) == "1.25"
