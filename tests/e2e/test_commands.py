"""Every command of upliftctl over a real daemon: with and without --json, in success and in failure, for each role.

The commands are read from `--help`: one that has no case here fails the test, so none is forgotten.
"""
import base64
import json
import os
import pathlib
import pty
import re
import select
import signal
import subprocess
import time
import tomllib
import unicodedata
import unittest
import uuid

import jsonschema
from control_host import ControlHost
from people import ordinary, read_people
from stage import BIN, Daemon, HERE, Sandbox, Slapd, read_env, stage, tenant_definition, wait_until

BASE = "DC=corp,DC=example,DC=com"
SCRIPTS = f"OU=Scripts,{BASE}"
# Latin, Greek, Arabic, Han, Kana, joined emoji, a flag, Hebrew, Devanagari, letters with combining marks.
NAMES = {
    "alice": "Alice Example", "dimitris": "Δημήτρης Παπαδόπουλος", "layla": "ليلى الهاشمي", "xiaoming": "王小明",
    "sakura": "桜井さくら", "zoe": "Zoë 👩‍💻 O'Brien", "flag": "Flag 🇩🇪 Müller-Lüdenscheidt-Hohenzollern-Sigmaringen",
    "cohen": "דוד כהן", "kshitij": "क्षितिज शर्मा", "jose": "Jose\u0301 Nu\u0301n\u0303ez",
}
OFFLINE = {("sample",), ("explain",), ("schema",), ("plan", "show")}


def ldif_of_names():
    def value(text):
        return base64.b64encode(text.encode()).decode()
    lines = [f"dn: {SCRIPTS}", "objectClass: organizationalUnit", "ou: Scripts", ""]
    for sam, name in NAMES.items():
        dn = f"CN={name},{SCRIPTS}"
        lines += [f"dn:: {value(dn)}", f"cn:: {value(name)}", f"distinguishedName:: {value(dn)}",
                  "objectCategory: person", "objectClass: user", f"sAMAccountName: {sam}",
                  f"userPrincipalName: {sam}@corp.example.com", f"sn:: {value(name)}", f"displayName:: {value(name)}",
                  "c: DE", "department: Scripts", "userAccountControl: 512",
                  "objectGUID:: " + base64.b64encode(uuid.uuid5(uuid.NAMESPACE_DNS, sam).bytes_le).decode(), ""]
    return "\n".join(lines)


class SlapdOfNames(Slapd):
    def start(self):
        more = self.folder.parent / "names.ldif"
        more.write_text(ldif_of_names())
        out = subprocess.run([HERE / "servers/slapd-up.sh", self.folder, str(self.port), str(self.people), more],
                             check=True, capture_output=True, text=True).stdout
        self.env = read_env(out)
        return self


def columns_of(line):
    """Columns of a terminal, counted another way than the program does: by Python's own tables."""
    width, joined, flags = 0, False, 0
    for letter in line:
        code = ord(letter)
        if 0x1F1E6 <= code <= 0x1F1FF:
            flags += 1
            width += 2 if flags % 2 else 0
        elif joined or unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
            pass
        else:
            width += 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        joined = letter == "\u200d"
    return width


def faults_of_text(text, fits):
    faults = []
    for line in text.split("\n"):
        for letter in line:
            if unicodedata.category(letter) == "Cc":
                faults.append(f"control character {letter!r} in {line!r}")
        if fits and columns_of(line) > 80:
            faults.append(f"{columns_of(line)} columns: {line!r}")
    return faults


def objects_of(text):
    return [json.loads(line) for line in text.splitlines() if line]


class Case:
    """One way to call a command. `before` gives the arguments anew for each call, where it uses something up."""

    def __init__(self, code, *arguments, before=None, machine=False, stdin=None, says=None, fault=None):
        self.code, self.arguments, self.before = code, arguments, before
        self.machine, self.stdin, self.says, self.fault = machine, stdin, says, fault


class Stage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        context = stage("commands")
        cls.folder, cls.add = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.slapd = cls.add(SlapdOfNames(cls.folder / "ldap", 60))
        cls.people = list(ordinary(read_people(cls.slapd.env)).values())
        cls.sandbox = cls.add(Sandbox(cls.folder / "sandbox", tenant_definition(throttle_scale=20)))
        cls.make_daemon()

    @classmethod
    def make_daemon(cls):
        cls.daemon = cls.add(Daemon(cls.folder / "uplift", cls.slapd.env, cls.sandbox,
                                    tenant='writes_per_second = 400\nunknown_quiet = "1s"'))

    @classmethod
    def path(cls, name, text):
        path = cls.folder / name
        path.write_text(text)
        return path

    def run_ctl(self, *arguments, stdin=None, **environment):
        command = [str(BIN / "upliftctl"), "--socket", str(self.daemon.socket), *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, input=stdin or "",
                              env={**os.environ, "COLUMNS": "80", "TERM": "xterm-256color", **environment})

    def submit(self, *arguments):
        return self.daemon.lines("submit", *arguments)[0]["id"]

    def a_scheduled_job(self):
        self.count = getattr(self, "count", 0) + 1
        return self.submit("--user", self.people[0].upn, "--label", f"later {self.count}", "--at", "+1h")

    def an_ended_job(self):
        """Everybody named fails, so that it leaves no password and may be run any number of times."""
        self.count = getattr(self, "count", 0) + 1
        job = self.submit("--user", f"nobody{self.count}", "--label", f"failed {self.count}")
        self.daemon.wait_job(job)
        return job


def commands_in_help():
    """The commands that have no commands of their own, as --help says, from the top down."""
    found, left = [], [()]
    while left:
        path = left.pop()
        text = subprocess.run([BIN / "upliftctl", *path, "--help"], capture_output=True, text=True, check=True).stdout
        listed = re.search(r"\nCommands:\n((?:  .*\n)+)", text)
        inner = re.findall(r"^  (\w+)", listed.group(1), re.M) if listed else []
        left += [path + (name,) for name in inner]
        if not inner:
            found.append(path)
    return sorted(found)


class Commands(Stage):
    def cases(self):
        people = self.people
        good = self.path("good.csv", "sAMAccountName,#note\n" + "".join(f"{p.sam},x\n" for p in people[:5]))
        bad = self.path("bad.csv", "sAMAccountName,password,usageLocaton\nuser000001,x,DE\n,y,UK\n")
        job_file = self.path("good.json", json.dumps({"users": [{"sAMAccountName": people[6].sam}]}))
        bad_file = self.path("bad.json", json.dumps({"usres": [], "label": 7}))
        done = self.submit(good, "--wait")
        partial = json.loads(self.run_ctl("--json", "submit", "--user", people[7].upn, "--user", "nobody").stdout)["id"]
        self.daemon.wait_job(partial)
        scheduled = self.a_scheduled_job()
        names = self.submit("--ou", SCRIPTS, "--label", "Σχολείο مدرسة 学校 👩‍💻", "--wait")

        plan = self.folder / "december.plan"
        self.run_ctl("plan", good, "--out", plan)

        def a_scheduled():
            return [self.a_scheduled_job()]

        def an_ended():
            return [self.an_ended_job()]

        missing = Case(1, "J999", fault="UPL-1703")
        return {
            ("status",): [Case(0), Case(0, "--quiet")],
            ("version",): [Case(0)],
            ("submit",): [
                Case(0, good), Case(0, job_file), Case(0, "-", stdin="sAMAccountName\nuser000002\n"),
                Case(0, "--user", people[8].upn, "--user", "sAMAccountName=" + people[9].sam, "--at", "tomorrow 06:00"),
                Case(0, "--ou", SCRIPTS, "--exclude-ou", f"OU=x,{SCRIPTS}", "--filter", "(sn=*)", "--wait"),
                Case(1, bad, fault="UPL-11"), Case(1, bad_file, fault="UPL-11"),
                Case(1, self.folder / "missing.csv", fault="UPL-1118"),
                Case(1, good, "--profile", "stff", fault="UPL-1121", says="staff"),
                Case(1, "--ou", f"OU=nowhere,{BASE}", "--profile", "staff"),
                Case(2, fault="UPL-1708"), Case(2, good, "--user", "x"), Case(2, "--exclude-ou", "OU=x"),
                Case(2, good, "--at", "5", says="unit"), Case(2, good, "--watch", "--wait"),
            ],
            ("users",): [
                Case(0, "--ou", SCRIPTS), Case(0, "--ou", SCRIPTS, "--sort", "-name", "--limit", "3"),
                Case(0, "--filter", "(sAMAccountName=none-such)"), Case(0, "--limit", "2", "--no-headers"),
                Case(2, "--sort", "nmae", says="Did you mean name?"), Case(1, "--profile", "stff", fault="UPL-1121"),
                Case(1, "--filter", "((", fault="UPL-"), Case(2, "--watch"),
            ],
            ("jobs",): [Case(0), Case(0, "--sort", "-failed,id", "--limit", "2"), Case(2, "--sort", "x"),
                        Case(2, "--limit", "0"), Case(2, "--watch")],
            ("why",): [Case(0, people[0].sam), Case(0, people[0].guid), Case(0, people[0].dn), Case(0, people[0].upn),
                       Case(0, "layla@corp.example.com"), Case(1, "nobody"),
                       Case(1, "none-such@corp.example.com", fault="UPL-1704")],
            ("csv", "check"): [Case(0, good), Case(1, bad, fault="UPL-11"), Case(1, "missing.csv", fault="UPL-1118")],
            ("check",): [Case(0, job_file), Case(0, good), Case(1, bad_file, fault="UPL-11")],
            ("sample",): [Case(0, "csv", machine=True), Case(0, "json", machine=True), Case(0, "config", machine=True),
                          Case(2, "toml")],
            ("schema",): [Case(0, "job", machine=True), Case(0, "config", machine=True), Case(2, "people")],
            ("explain",): [Case(0, "UPL-1107"), Case(0, "csv_quote"), Case(0, "service.max_file"),
                           Case(0, "profile.staff"), Case(0, "domain"),
                           Case(2, "max_fiel", says="Did you mean max_file?")],
            ("doctor",): [Case(0), Case(0, "staff"), Case(1, "stff", fault="UPL-1121", says="Did you mean staff?"),
                          Case(2, "staff", "guests")],
            ("plan", "show"): [Case(0, plan), Case(1, "missing.plan", fault="UPL-")],
            ("tasks",): [Case(0), Case(0, "--by", "age"), Case(0, "--state", "failed", "--kind", "archive"),
                         Case(1, "--job", "x17", fault="UPL-"), Case(2, "--older", "5", says="unit"), Case(2, "--watch")],
            **{("task", order): [Case(1, "T999-archive", says="no such"), Case(0, "--state", "failed", "--yes"),
                                Case(2)]
               for order in ("run", "cancel", "retry", "hold", "release")},
            ("task", "defer"): [Case(1, "T999-archive", "--until", "+2h", says="no such"), Case(2, "T999-archive")],
            ("seats",): [Case(0), Case(0, "--refresh"), Case(2, "--sort", "x")],
            ("config", "show"): [Case(0), Case(0, "--sort", "-key"), Case(2, "--sort", "kye")],
            ("reload",): [Case(0)],
            ("drain",): [Case(0), Case(0, says="already")],
            ("undrain",): [Case(0), Case(0, says="not drained")],
            ("job", "show"): [Case(0, done), Case(0, partial), Case(0, names), Case(0, scheduled), missing],
            ("job", "watch"): [Case(0, done), Case(1, partial), missing],
            ("job", "wait"): [
                Case(0, done), Case(0, done, "--for", "mailbox"), Case(1, partial),
                Case(124, scheduled, "--timeout", "1s", fault="UPL-1713"), missing,
                Case(2, done, "--timeout", "30", says="unit")],
            ("job", "pause"): [Case(0, before=a_scheduled), Case(1, done, fault="UPL-1707"), missing],
            ("job", "resume"): [Case(0, before=a_scheduled, says="not paused"), missing],
            ("job", "cancel"): [Case(0, "--yes", before=a_scheduled), Case(2, scheduled, says="--yes"),
                                Case(1, "J999", "--yes", fault="UPL-1703")],
            ("job", "retry"): [Case(0, before=an_ended), missing],
            ("job", "export"): [Case(0, done, machine=True), Case(0, partial, "--retry", "--plain", machine=True),
                                missing],
            ("job", "passwords"): [Case(1, done, fault="UPL-1603")],
            ("job", "purge"): [
                Case(0, "--yes", before=an_ended), Case(2, partial, says="--yes"),
                Case(1, done, "--yes", fault="UPL-1711"), Case(1, scheduled, "--yes", fault="UPL-1710"),
                Case(1, "J999", "--yes", fault="UPL-1703")],
        }

    def check(self, path, case):
        """Runs the case both ways; gives what is wrong in words."""
        faults = []
        for as_json in (False, True):
            if as_json and path == ("job", "export") and "--retry" in case.arguments:
                continue  # the rows to drop again are a CSV only
            arguments = [*path, *(case.before() if case.before else []), *case.arguments]
            words = ["--json"] if as_json else []
            done = self.run_ctl(*arguments, *words, stdin=case.stdin)
            shown = f"upliftctl {' '.join(map(str, arguments + words))}"

            def fault(what):
                faults.append(f"{shown}: {what}\n{done.stdout[-600:]}{done.stderr[-600:]}")
            if done.returncode != case.code:
                fault(f"exit {done.returncode}, not {case.code}")
            failed = case.code != 0 and (case.code != 1 or done.stderr)
            if as_json:
                self.check_json(path, case, done, failed, fault)
            else:
                for one in (faults_of_text(done.stdout, not case.machine) if not case.machine else []) + \
                        faults_of_text(done.stderr, True):
                    fault(one)
                if failed and not re.search(r"UPL-\d{4} ", done.stderr):
                    fault("no code on stderr")
                if not failed and done.stderr:
                    fault("stderr is not empty")
                if case.says and case.says not in re.sub(r"\s+", " ", done.stdout + done.stderr):
                    fault(f"does not say {case.says!r}")
        return faults

    def check_json(self, path, case, done, failed, fault):
        try:
            for one in objects_of(done.stdout):
                if "$schema" not in one and not re.fullmatch(r"uplift\.\w+/\d+", one.get("schema", "")):
                    fault(f"no schema in {one}")
                for key in one:
                    if not re.fullmatch(r"\$?[a-z_]+", key) and "$schema" not in one:
                        fault(f"key {key} is not snake_case")
            lines = objects_of(done.stderr)
        except json.JSONDecodeError as error:
            fault(f"no JSON: {error}")
            return
        if not failed:
            if lines:
                fault("stderr is not empty")
            return
        if not lines or set(lines[-1]) != {"schema", "error"}:
            fault("stderr does not end in an error object")
            return
        error = lines[-1]["error"]
        if set(error) != {"code", "message", "cure", "person", "request_id", "place"}:
            fault(f"keys {sorted(error)}")
        if not re.fullmatch(r"UPL-\d{4}", error["code"]) or not error["message"] or not error["cure"]:
            fault(f"an error without code, message or cure: {error}")
        if case.fault and not error["code"].startswith(case.fault):
            fault(f"{error['code']}, not {case.fault}")

    def test_every_command_in_success_and_in_failure(self):
        cases, faults = self.cases(), []
        self.assertEqual(commands_in_help(), sorted(cases), "a command has no case here, or a case no command")
        # Drained at the end only: the others need jobs that run.
        for path, of_command in sorted(cases.items(), key=lambda one: (one[0] in (("drain",), ("undrain",)), one[0])):
            usage = [Case(2, "--no-such-option", fault="UPL-1708")]
            away = [] if path in OFFLINE or path == ("version",) else [self.unreachable(path, of_command[0])]
            for case in of_command + usage + [one for one in away if one]:
                faults += self.check(path, case)
            text = self.run_ctl(*path, "--help")
            faults += [f"{path} --help: {one}" for one in faults_of_text(text.stdout, True)]
            if text.returncode != 0 or "\nExample: upliftctl" not in text.stdout:
                faults.append(f"{path} --help has no example")
        self.assertEqual(len(faults), 0, "\n".join(faults))

    def unreachable(self, path, case):
        if path == ("job", "passwords"):
            return None  # asks for a terminal first
        words = ["J1"] if case.before else []
        return Case(69, *words, *case.arguments, "--socket", self.folder / "no.sock", stdin=case.stdin, fault="UPL-1706")

    def test_a_faulty_configuration_is_refused_with_78(self):
        before = self.daemon.config.read_text()
        self.addCleanup(self.daemon.config.write_text, before)
        self.daemon.config.write_text(before.replace('domain = "contoso.com"', "domain = 7"))

        done = self.run_ctl("reload", "--json")

        self.assertEqual(done.returncode, 78, done.stdout + done.stderr)
        self.assertRegex(objects_of(done.stderr)[-1]["error"]["code"], "UPL-10")

    def test_orders_given_twice_say_so(self):
        job = self.a_scheduled_job()
        for verb, state in (("pause", "paused"), ("resume", "scheduled")):
            first = objects_of(self.run_ctl("job", verb, job, "--json").stdout)[0]
            again = objects_of(self.run_ctl("job", verb, job, "--json").stdout)[0]
            self.assertEqual((first["changed"], first["state"]), (True, state))
            self.assertEqual((again["changed"], again["state"]), (False, state))
        self.run_ctl("job", "pause", job)
        self.assertIn("was paused already", self.run_ctl("job", "pause", job).stdout)
        self.run_ctl("job", "cancel", job, "--yes")

    def test_outputs_of_a_list(self):
        users = ["users", "--ou", SCRIPTS]
        table = self.run_ctl(*users).stdout.splitlines()
        self.assertEqual(len(table), len(NAMES) + 1)
        # The column behind the names begins at the same column of the screen in every line.
        starts = {columns_of(line[:re.search(r"\b(none|has|taken|unknown)\b|ACCOUNT", line).start()]) for line in table}
        self.assertEqual(len(starts), 1, "\n".join(table))
        self.assertIn("\u2068" + NAMES["layla"] + "\u2069", "\n".join(table))

        named = self.run_ctl(*users, "-o", "name", "--sort", "name").stdout.split()
        self.assertEqual(sorted(named), sorted(f"{sam}@corp.example.com" for sam in NAMES))
        self.assertEqual(len(self.run_ctl(*users, "-o", "json").stdout.splitlines()), len(NAMES))
        self.assertEqual(len(self.run_ctl(*users, "-o", "csv", "--no-headers").stdout.splitlines()), len(NAMES))
        wide = self.run_ctl(*users, "-o", "wide", COLUMNS="300").stdout
        self.assertIn(str(uuid.uuid5(uuid.NAMESPACE_DNS, "alice")), wide.lower())

        people = self.path("users.csv", self.run_ctl(*users, "-o", "csv").stdout)
        checked = objects_of(self.run_ctl("check", people, "--json").stdout)[0]
        self.assertEqual(checked["people"], len(NAMES))

    def test_samples_are_taken_by_what_they_are_samples_of(self):
        for kind in ("csv", "json"):
            sample = self.path(f"sample.{kind}", self.run_ctl("sample", kind).stdout)
            self.assertEqual(self.run_ctl("check", sample).returncode, 0)
        text = self.run_ctl("sample", "config").stdout
        path = self.path("sample.toml", text)
        done = subprocess.run([BIN / "upliftd", "--config", path, "--check-config"], capture_output=True, text=True)
        for code in re.findall(r"UPL-\d{4}", done.stdout + done.stderr):
            self.assertIn(code, ("UPL-1007",), done.stdout + done.stderr)  # its secrets are nobody's
        jsonschema.validate(tomllib.loads(text), json.loads(self.run_ctl("schema", "config").stdout))
        jsonschema.validate(tomllib.loads(self.daemon.config.read_text()),
                            json.loads(self.run_ctl("schema", "config").stdout))
        schema = json.loads(self.run_ctl("schema", "job").stdout)
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(json.loads(self.run_ctl("sample", "json").stdout), schema)
        with self.assertRaises(jsonschema.ValidationError):
            jsonschema.validate({"usres": []}, schema)
        broken = tomllib.loads(self.daemon.config.read_text())
        broken["profile"]["staff"]["seats"] = "sometimes"
        with self.assertRaises(jsonschema.ValidationError):
            jsonschema.validate(broken, json.loads(self.run_ctl("schema", "config").stdout))


class OnATerminal(Stage):
    """What is only there for people."""

    def on_terminal(self, *arguments, keys=(), rows=24, columns=80, until=None, then=None, **environment):
        """Gives the exit code and all that the terminal got. `keys`: (what is waited for, what is typed)."""
        master, slave = pty.openpty()
        import fcntl
        import struct
        import termios
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        env = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
        process = subprocess.Popen(
            [str(BIN / "upliftctl"), "--socket", str(self.daemon.socket), *map(str, arguments)],
            stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            env={**env, "TERM": "xterm-256color", **environment})
        os.close(slave)
        raw, text, keys, end = b"", "", list(keys), time.monotonic() + 30
        while time.monotonic() < end:
            ready, _, _ = select.select([master], [], [], 0.1)
            if ready:
                try:
                    piece = os.read(master, 65536)
                except OSError:
                    break
                if not piece:
                    break
                raw += piece
                text = raw.decode(errors="replace")
            if keys and keys[0][0] in text:
                os.write(master, keys.pop(0)[1].encode())
            if until and until in text:
                then(process)
                until = None
            if process.poll() is not None and not ready:
                break
        os.close(master)
        return process.wait(10), text

    def test_colours_are_for_terminals_and_can_be_refused(self):
        self.assertIn("\x1b[32mok", self.on_terminal("status")[1])
        for refused in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
            self.assertNotIn("\x1b", self.on_terminal("status", **refused)[1])
        self.assertNotIn("\x1b", self.on_terminal("status", "--no-color")[1])
        self.assertNotIn("\x1b", self.run_ctl("status").stdout)

    def test_destructive_orders_ask(self):
        job = self.a_scheduled_job()
        code, text = self.on_terminal("job", "cancel", job, keys=[("[y/N]", "n\n")])
        self.assertEqual(code, 130, text)
        self.assertEqual(self.daemon.job(job)["state"], "scheduled")
        code, text = self.on_terminal("job", "cancel", job, keys=[("[y/N]", "y\n")])
        self.assertEqual(code, 0, text)
        self.assertEqual(self.daemon.job(job)["state"], "cancelled")

    def test_the_next_command_is_said_to_people_only(self):
        job = self.a_scheduled_job()
        self.assertIn(f"Next: upliftctl job watch {job}", self.on_terminal("job", "show", job)[1])
        self.assertNotIn("Next:", self.on_terminal("job", "show", job, "--json")[1])
        self.assertNotIn("Next:", self.run_ctl("job", "show", job).stderr)
        self.run_ctl("job", "cancel", job, "--yes")

    def test_a_watch_that_is_interrupted_leaves_the_job(self):
        job = self.a_scheduled_job()
        code, text = self.on_terminal("job", "watch", job, until="scheduled",
                                      then=lambda process: process.send_signal(signal.SIGINT))
        self.assertEqual(code, 130)
        self.assertIn("The job goes on", text.replace("\r\n", " "))
        self.assertEqual(self.daemon.job(job)["state"], "scheduled")
        self.run_ctl("job", "cancel", job, "--yes")

    def test_a_list_that_is_watched_leaves_the_screen_as_it_was(self):
        code, text = self.on_terminal("users", "--ou", SCRIPTS, "--watch", rows=8, until="\x1b[J",
                                      then=lambda process: process.send_signal(signal.SIGINT))
        self.assertEqual(code, 130)
        self.assertTrue(text.startswith("\x1b[?1049h"), repr(text[:40]))
        self.assertTrue(text.endswith("\x1b[?1049l"), repr(text[-40:]))
        drawn = text[text.index("\x1b[H"):text.index("\x1b[J")]
        self.assertEqual(drawn.count("\r\n"), 7)  # eight lines of eleven
        for line in re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn).split("\r\n"):
            self.assertLessEqual(columns_of(line), 80)

    def test_tables_fit_every_terminal(self):
        self.submit("--ou", SCRIPTS, "--label", "Σχολείο مدرسة 学校 👩‍💻 and quite a long label behind it", "--wait")
        lists = [("jobs",), ("users", "--ou", SCRIPTS), ("users", "-o", "wide"), ("config", "show")]
        pages = [("status",), ("job", "show", "J1"), ("why", "layla@corp.example.com"), ("explain", "UPL-1708")]
        for columns in (30, 40, 60, 80, 100, 140, 200):
            for arguments in lists + (pages if columns >= 60 else []):
                text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.on_terminal(*arguments, columns=columns)[1])
                for line in text.split("\r\n"):
                    self.assertLessEqual(columns_of(line), columns, f"{arguments} at {columns}: {line!r}")

    def test_passwords_are_shown_once_and_only_on_a_terminal(self):
        job = self.submit("--user", self.people[20].upn, "--user", self.people[21].upn, "--wait")
        code, text = self.on_terminal("job", "passwords", job)
        self.assertEqual(code, 0)
        self.assertEqual(len(re.findall(r"@contoso\.com  \S{20}  ", text)), 2)
        code, text = self.on_terminal("job", "passwords", job)
        self.assertEqual(code, 1)
        self.assertIn("UPL-1604", text)


@unittest.skipUnless(os.geteuid() == 0, "roles are tried as root")
class Roles(unittest.TestCase):
    """product.md's table of who may do what, by the kernel's credentials over a 0660 root:uplift socket."""

    # What a member of uplift may; everything else that asks the daemon needs uplift-admin.
    MEMBER = {("tasks",), ("seats",), ("status",), ("version",), ("submit",), ("users",), ("jobs",), ("why",), ("csv", "check"), ("check",),
              ("config", "show"), ("job", "show"), ("job", "watch"), ("job", "wait"), ("job", "export")}
    ADMINISTRATOR = {("reload",), ("drain",), ("undrain",), ("job", "pause"), ("job", "resume"), ("job", "cancel"),
                     ("job", "retry"), ("job", "passwords"), ("job", "purge"), ("doctor",), ("task", "run"),
                     ("task", "cancel"), ("task", "retry"), ("task", "hold"), ("task", "release"), ("task", "defer")}

    @classmethod
    def setUpClass(cls):
        context = stage("roles")
        cls.folder, cls.add = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)
        cls.slapd = cls.add(Slapd(cls.folder / "ldap", 20))
        cls.sandbox = cls.add(Sandbox(cls.folder / "sandbox", tenant_definition(throttle_scale=20)))
        cls.host = cls.add(ControlHost(cls.folder, cls.slapd.env, cls.sandbox))

    def arguments(self, path):
        people = self.folder / "roles.csv"
        people.write_text("sAMAccountName\nuser000001\n")
        people.chmod(0o644)
        of_command = {("submit",): [people], ("csv", "check"): [people], ("check",): [people],
                      ("why",): ["user000001"], ("users",): ["--limit", "1"]}
        if path[0] == "task":
            return ["T999-archive"] + (["--until", "+2h"] if path[1] == "defer" else [])
        if path[0] == "job":
            return ["J1"] + (["--yes"] if path[1] in ("cancel", "purge") else [])
        return of_command.get(path, [])

    def call(self, user, path):
        arguments = [*path, *self.arguments(path)]
        if path != ("job", "passwords"):
            return self.host.ctl(user, *arguments, "--json")
        # On a terminal, as it would otherwise not come to ask.
        master, slave = pty.openpty()
        command = self.host.as_user(user, BIN / "upliftctl", "--socket", self.host.daemon.socket, "--json", *arguments)
        done = subprocess.run(command, stdin=slave, stdout=slave, stderr=subprocess.PIPE, text=True, timeout=60)
        os.close(slave)
        os.close(master)
        return done

    def test_each_command_for_each_role(self):
        self.assertEqual(sorted(self.MEMBER | self.ADMINISTRATOR | OFFLINE), commands_in_help(),
                         "a command has no role here")
        job = self.host.ctl("member", "submit", "--user", "user000002", "--wait", "--json")
        self.assertEqual(job.returncode, 0, job.stdout + job.stderr)
        faults = []
        # Purge comes last: the others speak of J1.
        for path in sorted(self.MEMBER | self.ADMINISTRATOR, key=lambda one: (one == ("job", "purge"), one)):
            for user in ("stranger", "member", "administrator", "root"):
                done = self.call(user, path)
                may = user in ("administrator", "root") or (user == "member" and path in self.MEMBER)
                if path == ("version",) and user == "stranger":
                    continue  # says its own version without the daemon
                if may == (done.returncode == 77) or (may and done.returncode not in (0, 1)):
                    faults.append(f"{user}: {path}: exit {done.returncode}\n{done.stdout}{done.stderr}")
                elif not may:
                    error = objects_of(done.stderr)[-1]["error"]
                    if error["code"] != "UPL-1701" or "uplift" not in error["cure"]:
                        faults.append(f"{user}: {path}: {error}")
        self.assertEqual(len(faults), 0, "\n".join(faults))

    def test_what_is_offline_needs_no_role(self):
        for arguments in (("sample", "csv"), ("explain", "UPL-1107"), ("schema", "job")):
            self.assertEqual(self.host.ctl("stranger", *arguments).returncode, 0)

    def test_the_submitter_is_who_the_kernel_says(self):
        done = self.host.ctl("member", "submit", "--user", "user000003", "--json")
        job = json.loads(done.stdout)["id"]
        shown = objects_of(self.host.ctl("administrator", "job", "show", job, "--json").stdout)[0]
        self.assertEqual(shown["submitter"], {"uid": ControlHost.USERS["member"], "name": "member"})


if __name__ == "__main__":
    unittest.main()
