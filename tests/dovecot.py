"""A real Dovecot for tests: IMAP on free ports of 127.0.0.1, delivery by its own agent, mail in a folder of its own.

    with Dovecot() as server:
        server.append("desk@example.test", raw)
        settings.IMAP_URL = server.url("desk@example.test")

Every account has the password `PASSWORD`; XOAUTH2 and OAUTHBEARER ask the token server that stands beside it. Runs as
root (the mail then belongs to nobody) and as anybody else. `Dovecot.absent()` is the reason to skip, or empty.
"""

from __future__ import annotations

import base64
import grp
import imaplib
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, quote

from tests.certificates import Certificates
from tests.dnsserver import free_port

PASSWORD = "a long pass: word/with @ signs"
CLIENT_ID, CLIENT_SECRET, REFRESH = "practice-client", "client secret & more", "refresh-token-1"

CONF = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{cert}
ssl_key = <{key}
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
mail_location = maildir:{folder}/mail/%u
mail_home = {folder}/home/%u
first_valid_uid = 1
first_valid_gid = 1
default_internal_user = {internal}
default_login_user = {login}
default_internal_group = {group}
{chroots}
auth_failure_delay = 0
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {folder}/passwords
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid}
}}
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""

OAUTH2 = """
introspection_mode = post
introspection_url = http://127.0.0.1:{port}/introspect
username_attribute = email
active_attribute = active
active_value = true
"""


class TokenServer:
    """Answers refreshes with access tokens and tells Dovecot whose they are; `answer_with` makes it misbehave."""

    def __init__(self, user: str) -> None:
        self.user, self.tokens, self.asked = user, set[str](), list[dict[str, str]]()
        self.answer_with: tuple[int, bytes, dict[str, str]] | None = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_: Any) -> None:
                pass

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                status, body, more = outer.answer(self.path, {k: v[0] for k, v in parse_qs(sent).items()})
                self.send_response(status)
                for name, value in more.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}/token"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def answer(self, path: str, sent: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        """One POST."""
        if path == "/introspect":
            known = sent.get("token", "") in self.tokens
            return 200, json.dumps({"active": "true" if known else "false", "email": self.user}).encode(), {}
        self.asked.append(sent)
        if self.answer_with is not None:
            return self.answer_with
        right = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "refresh_token": REFRESH}
        if sent.get("grant_type") != "refresh_token" or any(sent.get(k) != v for k, v in right.items()):
            return 401, b'{"error": "invalid_client"}', {}
        token = secrets.token_urlsafe(16)
        self.tokens.add(token)
        return 200, json.dumps({"access_token": token, "expires_in": 3600, "token_type": "Bearer"}).encode(), {}

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()


class Dovecot:
    """Runs from the making of it to close()."""

    def __init__(self, *users: str) -> None:
        self.users = users or ("desk@example.test",)
        self.folder = Path(tempfile.mkdtemp(prefix="passalong-dovecot-"))
        self.folder.chmod(0o755)
        self.imap, self.imaps = free_port(), free_port()
        self.certificates = Certificates(self.folder)
        self.tokens = TokenServer(self.users[0])
        self._write()
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @staticmethod
    def absent() -> str:
        """Why these tests are skipped here; empty where they run."""
        return "" if shutil.which("dovecot") else "Dovecot is not installed (dovecot-imapd)"

    def _write(self) -> None:
        is_root = os.getuid() == 0
        me = pwd.getpwuid(os.getuid())
        owner = pwd.getpwnam("nobody") if is_root else me
        for name in ("run", "state", "mail", "home"):
            (self.folder / name).mkdir()
            if is_root and name in ("mail", "home"):
                os.chown(self.folder / name, owner.pw_uid, owner.pw_gid)
        group = "dovecot" if is_root else grp.getgrgid(me.pw_gid).gr_name
        lines = [f"{user}:{{PLAIN.b64}}{base64.b64encode(PASSWORD.encode()).decode()}\n" for user in self.users]
        (self.folder / "passwords").write_text("".join(lines))
        (self.folder / "oauth2.conf").write_text(OAUTH2.format(port=self.tokens.port))
        own = ("imap-login", "anvil", "pop3-login", "submission-login")
        chroots = "" if is_root else "".join(f"service {name} {{\n  chroot =\n}}\n" for name in own)
        self.conf = self.folder / "dovecot.conf"
        self.conf.write_text(
            CONF.format(
                folder=self.folder,
                cert=self.certificates.cert,
                key=self.certificates.key,
                internal="dovecot" if is_root else me.pw_name,
                login="dovenull" if is_root else me.pw_name,
                group=group,
                chroots=chroots,
                mail_uid=owner.pw_uid,
                mail_gid=owner.pw_gid,
                imap=self.imap,
                imaps=self.imaps,
            )
        )

    def start(self) -> None:
        """Run it, and wait until it answers."""
        self._process = subprocess.Popen(["dovecot", "-F", "-c", str(self.conf)], stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                imaplib.IMAP4("127.0.0.1", self.imap, timeout=1).shutdown()
                return
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.05)
        log = self.folder / "log"
        raise RuntimeError(f"Dovecot did not start: {log.read_text()[-2000:] if log.exists() else 'no log'}")

    def stop(self) -> None:
        """Let it end; what is in the mailboxes stays."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
            self._process = None

    def url(self, user: str = "", *, folder: str = "INBOX", password: str = PASSWORD, tls: bool = False) -> str:
        """What IMAP_URL would say."""
        scheme, port = ("imap+ssl", self.imaps) if tls else ("imap", self.imap)
        who = f"{quote(user or self.users[0], safe='')}:{quote(password, safe='')}"
        return f"{scheme}://{who}@127.0.0.1:{port}/{quote(folder)}"

    def client(self, user: str = "") -> imaplib.IMAP4:
        """An independent client, signed in."""
        client = imaplib.IMAP4("127.0.0.1", self.imap, timeout=60)
        client.login(user or self.users[0], PASSWORD)
        return client

    def append(self, raw: bytes, user: str = "", folder: str = "INBOX") -> None:
        """Put a message into a mailbox, unread."""
        client = self.client(user)
        said, _ = client.append(folder, "", "", raw)
        assert said == "OK"
        client.logout()

    def deliver(self, raw: bytes, user: str = "", sender: str = "someone@example.test") -> None:
        """Bring a message as a mail server does: by Dovecot's delivery agent, which adds its own headers."""
        agent = ["/usr/lib/dovecot/dovecot-lda", "-c", str(self.conf), "-d", user or self.users[0], "-f", sender]
        subprocess.run(agent, input=raw, check=True, capture_output=True, timeout=60)

    def wipe(self, user: str = "") -> None:
        """Lose a mailbox, as a server does that is set up anew: UIDVALIDITY changes, numbers start again."""
        self.stop()
        shutil.rmtree(self.folder / "mail" / (user or self.users[0]), ignore_errors=True)
        time.sleep(1.1)  # the new UIDVALIDITY is a time in seconds
        self.start()

    def close(self) -> None:
        """End, and forget everything."""
        self.stop()
        self.tokens.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()
