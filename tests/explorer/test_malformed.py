"""A malformed request gets a status, and leaves no trace in the log but a line."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys

PROBLEM = {"inputs": ["x"], "weights": {"w_x": "free", "bias": 0}, "data": {"points": [[1, 0], [-2, 1]]}}


def answered(port: int, text: bytes) -> int:
    """The status of the answer to some bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(text)
        found = re.match(rb"HTTP/1\.1 (\d+)", connection.recv(200))
    return int(found[1]) if found else 0


def test_a_malformed_request_gets_a_status_and_no_traceback() -> None:
    options = ["--inputs", "x", "--fix", "bias=0", "--point=1,0", "--point=-2,1"]
    command = [sys.executable, "-m", "chainrule", "explore", *options, "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"127\.0\.0\.1:(\d+)/", process.stdout.readline())
        assert found is not None
        port = int(found[1])
        try:
            head = f"Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nConnection: close\r\n"

            def post(body: bytes) -> int:
                return answered(
                    port, f"POST /page HTTP/1.1\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
                )

            assert answered(port, b"\x00\xff\r\n\r\n") == 400
            assert answered(port, f"POST /page HTTP/1.1\r\n{head}Content-Length: abc\r\n\r\n".encode()) == 400
            assert (
                answered(port, f"POST /page HTTP/1.1\r\n{head}Transfer-Encoding: chunked\r\n\r\nZZ\r\n".encode()) == 400
            )
            assert answered(port, f"GET /prove HTTP/1.1\r\n{head}Upgrade: websocket\r\n\r\n".encode()) in (
                400,
                403,
                404,
            )
            with socket.create_connection(("127.0.0.1", port)) as connection:  # one that breaks off
                connection.sendall(f"POST /page HTTP/1.1\r\n{head}Content-Length: 100\r\n\r\n{{".encode())
            for body in (
                b"",
                b"[]",
                b"\xff",
                b"[" * 100_000,
                b'{"state": 1, "problem": 1}',
                b'{"state": null, "problem": {}}',
            ):
                assert post(body) == 400
            assert post(json.dumps({"state": {}, "problem": PROBLEM | {"title": "\ud800"}}).encode()) == 200
        finally:
            process.send_signal(signal.SIGINT)
        assert "Traceback" not in process.communicate(timeout=30)[1]
