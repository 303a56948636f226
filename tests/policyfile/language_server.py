"""The language server that YAML editors run, spoken to as an editor does: JSON-RPC over its standard streams."""

import json
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tests.cli.running import ROOT

_INSTALLED = ROOT / ".tools" / "node_modules" / ".bin" / "yaml-language-server"
SERVER = (
    os.environ.get("YAML_LANGUAGE_SERVER")
    or shutil.which("yaml-language-server")
    or (str(_INSTALLED) if _INSTALLED.exists() and shutil.which("node") else None)
)
HINT = "npm install --prefix .tools yaml-language-server@1"

_PATIENCE = 10.0
"""Seconds for one answer."""

_DIAGNOSED = "textDocument/publishDiagnostics"

Json = dict[str, Any]


class Editor:
    """An editor with one file open at a time."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._out: IO[bytes] = process.stdin
        self._heard: queue.SimpleQueue[Json] = queue.SimpleQueue()
        self._asked = 0
        self._uri = ""
        self.listener = threading.Thread(target=_hear, args=(process.stdout, self._heard), daemon=True)
        self.listener.start()

    def start(self) -> None:
        """Introduce ourselves, and leave the network alone: no catalogue of schemas."""
        text = {"completion": {"completionItem": {"snippetSupport": True}}, "hover": {"contentFormat": ["plaintext"]}}
        capabilities = {"textDocument": text, "workspace": {"configuration": True}}
        self._ask("initialize", {"processId": os.getpid(), "rootUri": None, "capabilities": capabilities})
        self._tell("initialized", {})

    def open(self, text: str) -> list[Json]:
        """Open a file with this text; its diagnostics, as soon as the server has looked at it."""
        self._uri = f"file:///work/{self._asked}/policies.yaml"
        self._asked += 1
        document = {"uri": self._uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        said = self._listen(lambda said: said.get("method") == _DIAGNOSED and said["params"]["uri"] == self._uri)
        diagnostics: list[Json] = said["params"]["diagnostics"]
        return diagnostics

    def hover(self, line: int, column: int) -> str:
        """What is shown over a place; lines and columns count from 0, as in the protocol."""
        found = self._ask("textDocument/hover", self._at(line, column))
        return str(found["contents"]["value"]) if found else ""

    def complete(self, line: int, column: int) -> list[str]:
        """What is offered at a place."""
        return [item["label"] for item in self.completions(line, column)]

    def completions(self, line: int, column: int) -> list[Json]:
        """What is offered at a place, with what it would insert."""
        found = self._ask("textDocument/completion", self._at(line, column))
        items: list[Json] = found["items"]
        return items

    def stop(self) -> None:
        """Say good-bye; the server ends by itself."""
        self._ask("shutdown", None)
        self._tell("exit", None)

    def _at(self, line: int, column: int) -> Json:
        return {"textDocument": {"uri": self._uri}, "position": {"line": line, "character": column}}

    def _ask(self, method: str, params: Json | None) -> Any:
        self._asked += 1
        number = self._asked
        self._send({"id": number, "method": method, "params": params})
        answer = self._listen(lambda said: said.get("id") == number and "method" not in said)
        assert "error" not in answer, answer
        return answer["result"]

    def _tell(self, method: str, params: Json | None) -> None:
        self._send({"method": method, "params": params})

    def _listen(self, wanted: Callable[[Json], bool]) -> Json:
        """The next message that is wanted; what the server asks of the editor meanwhile is answered."""
        while True:
            said = self._heard.get(timeout=_PATIENCE)
            if wanted(said):
                return said
            if "id" in said and "method" in said:
                self._send({"id": said["id"], "result": _answer(said)})

    def _send(self, message: Json) -> None:
        content = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._out.write(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
        self._out.flush()


def _answer(said: Json) -> Any:
    if said["method"] != "workspace/configuration":
        return None
    yaml = {"schemaStore": {"enable": False}, "validate": True, "hover": True, "completion": True}
    return [yaml if item.get("section") == "yaml" else {} for item in said["params"]["items"]]


def _hear(stream: IO[bytes], heard: "queue.SimpleQueue[Json]") -> None:
    """Put every message of the server into the queue, until it closes."""
    while header := stream.readline():
        length = int(header.split(b":")[1])
        while stream.readline().strip():
            pass
        heard.put(json.loads(stream.read(length)))


@contextmanager
def editing(home: Path) -> Iterator[Editor]:
    """An editor with the language server behind it."""
    assert SERVER is not None
    process = subprocess.Popen(
        [SERVER, "--stdio"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=home,
        env={"PATH": os.environ["PATH"], "HOME": str(home)},
    )
    with process:
        editor = Editor(process)
        try:
            editor.start()
            yield editor
            editor.stop()
            process.wait(_PATIENCE)
        finally:
            process.kill()
            editor.listener.join(_PATIENCE)
