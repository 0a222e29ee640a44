"""The stage of the end-to-end tests: a directory, a tenant and the real programs, each in a folder of its own.

Everything runs on loopback below one temporary folder and is gone afterwards. Environment:
UPLIFT_BIN (folder of the programs), UPLIFT_KEEP=1 (leave the folder and say where).
"""
import contextlib
import csv
import io
import json
import os
import pathlib
import pty
import secrets
import select
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(os.environ.get("UPLIFT_BIN", HERE.parent.parent / "build/dev/bin"))
CLIENT_ID = "11111111-2222-4333-8444-555555555555"
SECRET = "Sandbox-Secret-0001~"
SKU_E3 = "SPE_E3"
DISABLED_PLAN = "YAMMER_ENTERPRISE"

ROLES = ["User.ReadWrite.All", "LicenseAssignment.ReadWrite.All", "GroupMember.ReadWrite.All",
         "Organization.Read.All", "Domain.Read.All"]


def free_port(count=1):
    """A port such that it and its followers are free."""
    while True:
        sockets = []
        try:
            first = socket.socket()
            first.bind(("127.0.0.1", 0))
            sockets.append(first)
            port = first.getsockname()[1]
            for offset in range(1, count):
                extra = socket.socket()
                sockets.append(extra)
                extra.bind(("127.0.0.1", port + offset))
            return port
        except OSError:
            continue
        finally:
            for one in sockets:
                one.close()


def wait_until(true, what, timeout=60, every=0.1):
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        value = true()
        if value:
            return value
        time.sleep(every)
    raise AssertionError(f"waited {timeout} s for {what}")


def read_env(text):
    env = {}
    for line in text.splitlines():
        key, eq, value = line.partition("=")
        if eq and key.isupper():
            env[key] = value.strip("'")
    return env


def tenant_definition(seats=1_000_000, throttle_scale=1, read_lag=(0, 0), index_lag=(0, 0), extra=None):
    definition = {
        "tenant": {"id": "0b3c1d52-7d0e-4b0c-9a54-6f1c0a2d7e11", "name": "Contoso"},
        "domains": [
            {"name": "contoso.onmicrosoft.com", "initial": True},
            {"name": "contoso.com", "default": True},
            {"name": "fabrikam.com", "verified": False},
        ],
        "apps": [{"client_id": CLIENT_ID, "name": "Uplift", "secrets": [SECRET], "roles": ROLES}],
        "skus": [{"sku": SKU_E3, "seats": seats}, {"sku": "SPE_E5", "seats": seats}],
        "groups": [
            {"name": "All Staff", "kind": "security"},
            {"name": "VPN", "kind": "microsoft365", "mail": "sg-vpn@contoso.com"},
        ],
        "throttle_scale": throttle_scale,
        "read_lag": list(read_lag),
        "index_lag": list(index_lag),
    }
    definition.update(extra or {})
    return definition


class Sandbox:
    """uplift-sandbox and its control endpoints."""

    def __init__(self, folder, definition, faults=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.definition = self.folder / "tenant.json"
        self.definition.write_text(json.dumps(definition))
        self.port = free_port()
        self.faults = faults
        self.process = None

    def start(self):
        arguments = [BIN / "uplift-sandbox", "--tenant", self.definition, "--dir", self.folder,
                     "--listen", f"127.0.0.1:{self.port}"]
        if self.faults is not None:
            path = self.folder / "faults.json"
            path.write_text(json.dumps(self.faults))
            arguments += ["--faults", path]
        (self.folder / "ready.json").unlink(missing_ok=True)
        with open(self.folder / "sandbox.log", "ab") as log:
            self.process = subprocess.Popen([str(a) for a in arguments], stdout=log, stderr=log)
        wait_until(lambda: (self.folder / "ready.json").exists() or self.process.poll() is not None, "the sandbox")
        if self.process.poll() is not None:
            raise AssertionError((self.folder / "sandbox.log").read_text())
        self.base = json.loads((self.folder / "ready.json").read_text())["base"]
        return self

    def ask(self, path, body=None):
        context = ssl.create_default_context(cafile=str(self.folder / "ca.pem"))
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=data,
                                         headers={"Content-Type": "application/json"} if data else {})
        with urllib.request.urlopen(request, context=context, timeout=60) as reply:
            return json.loads(reply.read() or b"null")

    def state(self):
        return self.ask("/sandbox/state")

    def summary(self):
        return self.ask("/sandbox/summary")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


class Slapd:
    def __init__(self, folder, people):
        self.folder, self.port, self.people = pathlib.Path(folder), free_port(2), people

    def start(self):
        out = subprocess.run([HERE / "servers/slapd-up.sh", self.folder, str(self.port), str(self.people)],
                             check=True, capture_output=True, text=True).stdout
        self.env = read_env(out)
        return self

    def stop(self):
        subprocess.run([HERE / "servers/slapd-down.sh", self.folder], check=False, capture_output=True)


class Samba:
    def __init__(self, folder, ip="127.0.0.61"):
        self.folder, self.ip = pathlib.Path(folder), ip

    def start(self):
        out = subprocess.run([HERE / "servers/samba-up.sh", self.folder, self.ip],
                             check=True, capture_output=True, text=True).stdout
        self.env = read_env(out)
        return self

    def stop(self):
        subprocess.run([HERE / "servers/samba-down.sh", self.folder], check=False, capture_output=True)


class Daemon:
    """upliftd with its configuration, and upliftctl to talk to it."""

    def __init__(self, folder, directory_env, sandbox, profile="", tenant="", service="", uris=None):
        self.folder = pathlib.Path(folder)
        self.state = self.folder / "state"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.socket = self.folder / "run" / "control.sock"
        self.socket.parent.mkdir(exist_ok=True, mode=0o700)
        self.secret("ad-password", directory_env["BIND_PASSWORD"].encode())
        self.secret("graph-secret", SECRET.encode())
        if not (self.folder / "sealing-key").exists():
            self.secret("sealing-key", secrets.token_bytes(32))
        self.config = self.folder / "uplift.toml"
        uris = uris or [directory_env["LDAPS_URI"]]
        self.config.write_text(f"""
[directory.corp]
uris = {json.dumps(uris)}
base_dn = "{directory_env['BASE_DN']}"
bind_dn = "{directory_env['BIND_DN']}"
password = {{ file = "{self.folder}/ad-password" }}
ca_file = "{directory_env['CA_FILE']}"

[tenant.contoso]
id = "contoso.onmicrosoft.com"
client_id = "{CLIENT_ID}"
client_secret = {{ file = "{self.folder}/graph-secret" }}
endpoints = {{ login = "{sandbox.base}", graph = "{sandbox.base}", exchange = "{sandbox.base}" }}
ca_file = "{sandbox.folder}/ca.pem"
{tenant}

{profile or default_profile()}

[service]
state_dir = "{self.state}"
socket = "{self.socket}"
default_profile = "staff"
sealing_key = {{ file = "{self.folder}/sealing-key" }}
{service}
""")
        self.config.chmod(0o600)
        self.process = None

    def secret(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        path.chmod(0o600)

    def start(self, wait=True):
        with open(self.folder / "upliftd.log", "ab") as log:
            self.process = subprocess.Popen([str(BIN / "upliftd"), "--config", str(self.config)],
                                            stdout=log, stderr=log)
        if wait:
            wait_until(lambda: self.process.poll() is not None or
                       self.ctl("status", "--quiet", check=False).returncode != 69, "upliftd", 30)
            if self.process.poll() is not None:
                raise AssertionError(f"upliftd ended with {self.process.returncode}:\n" + self.log_text()[-4000:])
        return self

    def log_text(self):
        return (self.folder / "upliftd.log").read_text(errors="replace")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def ctl(self, *arguments, check=True, timeout=120, **options):
        command = [str(BIN / "upliftctl"), "--socket", str(self.socket), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, **options)
        if check and done.returncode != 0:
            raise AssertionError(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}\n"
                                 + self.log_text()[-3000:])
        return done

    def lines(self, *arguments, **options):
        """The objects that a --json list command prints, one a line."""
        return [json.loads(line) for line in self.ctl(*arguments, "--json", **options).stdout.splitlines() if line]

    def drop(self, name, text, profile=None):
        """Puts a file into the watched folder the way a careful program does: written elsewhere, renamed in."""
        inbox = self.state / "inbox"
        if profile:
            inbox = inbox / profile
        wait_until(inbox.is_dir, "the inbox")
        data = text if isinstance(text, bytes) else text.encode()
        part = inbox / (name + ".part")
        part.write_bytes(data)
        part.chmod(0o640)
        part.rename(inbox / name)

    def wait_accepted(self, name, timeout=60):
        def found():
            for path in (self.state / "accepted").glob("J*-" + name):
                return path.name.split("-")[0]
            errors = list((self.state / "rejected").glob(name + "*.error.txt"))
            if errors:
                raise AssertionError(errors[0].read_text())
            return None
        return wait_until(found, f"{name} to be accepted", timeout)

    def job(self, job):
        return self.lines("job", "show", job)[0]

    def wait_job(self, job, timeout=300, states=("done", "partial", "failed", "cancelled")):
        def ended():
            done = self.ctl("job", "show", job, "--json", check=False)
            if done.returncode not in (0, 1) or not done.stdout:
                return None
            shown = json.loads(done.stdout.splitlines()[0])
            return shown if shown["state"] in states else None
        return wait_until(ended, f"{job} to end", timeout, every=0.3)

    def results(self, job, timeout=30):
        path = self.state / "results" / f"{job}.csv"
        wait_until(path.exists, str(path), timeout)
        return list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))

    def reveal(self, job, timeout=120):
        """`job passwords` on a terminal of its own, as a person would run it; gives {upn: password}."""
        master, slave = pty.openpty()
        process = subprocess.Popen(
            [str(BIN / "upliftctl"), "--socket", str(self.socket), "--no-color", "job", "passwords", job],
            stdin=slave, stdout=slave, stderr=slave, close_fds=True, env={**os.environ, "COLUMNS": "400"})
        os.close(slave)
        text, end = b"", time.monotonic() + timeout
        while time.monotonic() < end:
            ready, _, _ = select.select([master], [], [], 0.2)
            if ready:
                try:
                    piece = os.read(master, 65536)
                except OSError:
                    break
                if not piece:
                    break
                text += piece
                if b"shows the next page" in piece:
                    os.write(master, b"\n")
            elif process.poll() is not None:
                break
        process.wait(10)
        os.close(master)
        shown = {}
        for line in text.decode(errors="replace").splitlines():
            words = line.split()  # ROW USER PASSWORD NAME…
            if len(words) >= 3 and words[0].isdigit() and "@" in words[1]:
                shown[words[1].lower()] = words[2]
        return shown, text.decode(errors="replace")


def default_profile(name="staff", licenses=None, groups=None, password='{ mode = "random", length = 20 }', extra=""):
    licenses = f'[ {{ sku = "{SKU_E3}", disabled_plans = ["{DISABLED_PLAN}"] }} ]' if licenses is None else licenses
    groups = '["All Staff", "sg-vpn@contoso.com"]' if groups is None else groups
    return f"""
[profile.{name}]
directory = "corp"
tenant = "contoso"
domain = "contoso.com"
password = {password}
licenses = {licenses}
groups = {groups}
{extra}
"""


@contextlib.contextmanager
def stage(name):
    """A temporary folder, and everything started in it stopped at the end, last one first."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"uplift-{name}-"))
    with contextlib.ExitStack() as stack:
        def keep_or_remove():
            if os.environ.get("UPLIFT_KEEP"):
                print(f"kept: {folder}", file=sys.stderr)
            else:
                shutil.rmtree(folder, ignore_errors=True)
        stack.callback(keep_or_remove)

        def add(thing):
            stack.callback(thing.stop)
            return thing.start()
        yield folder, add


def check_accounts(state, people, want_license=True, want_groups=2, disabled_plan=DISABLED_PLAN):
    """Holds the tenant's truth against {anchor: upn}; returns the faults in words."""
    faults = []
    by_anchor = {}
    for user in state["users"]:
        if user.get("onPremisesImmutableId"):
            by_anchor.setdefault(user["onPremisesImmutableId"], []).append(user)
    for anchor, upn in people.items():
        users = by_anchor.get(anchor, [])
        if len(users) != 1:
            faults.append(f"{upn}: {len(users)} accounts with anchor {anchor}")
            continue
        user = users[0]
        if user["userPrincipalName"].lower() != upn.lower():
            faults.append(f"{upn}: account is called {user['userPrincipalName']}")
        licences = user["licenses"]
        if want_license:
            if [one["sku"] for one in licences] != [SKU_E3]:
                faults.append(f"{upn}: licences {licences}")
            elif disabled_plan and licences[0]["disabled"] != [disabled_plan]:
                faults.append(f"{upn}: disabled plans {licences[0]['disabled']}")
        elif licences:
            faults.append(f"{upn}: licences {licences} where none were wanted")
        if len(user["memberOf"]) != want_groups:
            faults.append(f"{upn}: {len(user['memberOf'])} groups")
    return faults
