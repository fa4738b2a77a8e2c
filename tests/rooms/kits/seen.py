"""A kit page served by itself, opened in Debian's Chromium; a PDF read by poppler."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from passalong.kits.rendering.page import VIEW_FIELD, headers

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PATH = "/k/abcdefgh23"


@dataclass
class Served:
    """A page at one address, with what was asked of its server and sent to it."""

    page: bytes
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    sent: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    goes: str = "/thanks"
    address: str = ""


def _handler(served: Served) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            if self.path == PATH:
                body = served.page.replace(VIEW_FIELD, VIEW_FIELD.replace(b'value=""', b'value="view12345678"'))
                self._answer(200, body, headers(served.page))
            elif self.path in served.files:
                media_type, body = served.files[self.path]
                self._answer(200, body, {"Content-Type": media_type})
            else:
                self._answer(404, b"none", {"Content-Type": "text/plain"})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()
            served.sent.append((self.path, dict(parse_qsl(body))))
            seen = self.path.endswith("/seen")
            self._answer(204 if seen else 303, b"", {} if seen else {"Location": served.goes})

        def _answer(self, status: int, body: bytes, said: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {**said, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            return

    return Handler


@contextmanager
def serving(page: bytes, **more: Any) -> Iterator[Served]:
    """The page at PATH of a server of its own, with the headers it asks for."""
    served = Served(page, **more)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(served))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    served.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def pdf_text(content: bytes, folder: Path) -> str:
    """What a reader can copy out of the PDF, in reading order, white space made single."""
    path = folder / "read.pdf"
    path.write_bytes(content)
    made = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, text=True, check=True)
    return " ".join(made.stdout.split())


def pdf_facts(content: bytes, folder: Path) -> dict[str, str]:
    """What pdfinfo says of it."""
    path = folder / "facts.pdf"
    path.write_bytes(content)
    made = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True)
    return dict(re.findall(r"^(.+?):\s+(.*)$", made.stdout, re.MULTILINE))


def pdf_pictures(content: bytes, folder: Path, dots: int = 100) -> list[Path]:
    """Every page of it as a picture."""
    path = folder / "pages.pdf"
    path.write_bytes(content)
    subprocess.run(["pdftoppm", "-r", str(dots), "-png", path, folder / "page"], capture_output=True, check=True)
    return sorted(folder.glob("page-*.png"))
