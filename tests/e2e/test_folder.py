"""Everything the watched folder meets: what is taken, what waits, what is refused, what stays untouched.

A table of cases; each says what it drops and what must come of it. The table is printed at the end with what
happened. The folder as the package makes it is in test_folder_service.py, a flood in test_folder_flood.py.
"""
import hashlib
import json
import os
import re
import socket
import subprocess
import time
import unittest

from folder_table import Table, csv_of
from people import ordinary, read_people
from stage import BIN, Daemon, Sandbox, Slapd, default_profile, stage, tenant_definition, wait_until

MAX_FILE = 8 * 1024 * 1024
TABLE = Table()


def sha256(text):
    return hashlib.sha256(text).hexdigest()


def csv_of_size(size):
    """A good CSV of exactly so many bytes; its people are in no directory."""
    text = bytearray(b"sAMAccountName,#note\n")
    number = 0
    while len(text) < size:
        number += 1
        row = b"nobody%06d," % number
        left = size - len(text) - len(row) - 1
        note = min(4000, left) if left > 8000 or left <= 4000 else left // 2
        text += row + b"x" * note + b"\n"
    return bytes(text)


class Folder(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stage = stage("folder")
        cls.folder, cls.add = cls.stage.__enter__()
        cls.addClassCleanup(cls.stage.__exit__, None, None, None)
        slapd = cls.add(Slapd(cls.folder / "ldap", 120))
        cls.people = list(ordinary(read_people(slapd.env)))
        cls.sandbox = cls.add(Sandbox(cls.folder / "sandbox", tenant_definition(throttle_scale=20)))
        profiles = default_profile() + default_profile("guests", licenses="[]", groups="[]")
        cls.daemon = cls.add(Daemon(cls.folder / "uplift", slapd.env, cls.sandbox, profile=profiles,
                                    service='max_file = "8MiB"'))
        cls.inbox = cls.daemon.state / "inbox"
        wait_until((cls.inbox / "guests").is_dir, "the inboxes")

    @classmethod
    def tearDownClass(cls):
        TABLE.show()

    # ---- what a case says -------------------------------------------------------------------------

    def note(self, name, started, happened):
        TABLE.add(name, happened, time.monotonic() - started)

    def put(self, place, data, mode=0o640, size=None):
        """Written in place and closed, as cp does; with a size, the rest is a hole."""
        path = os.path.join(os.fsencode(self.inbox), os.fsencode(place))
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(fd, data)
            if size is not None:
                os.ftruncate(fd, size)
            os.fchmod(fd, mode)
        finally:
            os.close(fd)

    def names(self, room):
        return [os.fsencode(name) for name in os.listdir(self.daemon.state / room)]

    def accepted(self, name, timeout=40):
        """The job that a file became."""
        pattern = re.compile(rb"(J\d+)-" + re.escape(os.fsencode(name)) + rb"\Z")
        def found():
            hits = [match for match in map(pattern.match, self.names("accepted")) if match]
            return hits[-1][1].decode() if hits else None
        try:
            return wait_until(found, f"{name} to be accepted", timeout)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.names('rejected')}\n{self.daemon.log_text()[-2000:]}") from None

    def refused(self, name, code, *words, timeout=40):
        error = os.path.join(os.fsencode(self.daemon.state), b"rejected", os.fsencode(name) + b".error.txt")
        wait_until(lambda: os.path.exists(error), f"{name} to be refused", timeout)
        with open(error, "rb") as file:
            said = file.read().decode()
        self.assertIn(code, said)
        for word in words:
            self.assertIn(word, said)
        self.assertFalse(re.search(r"[\x00-\x09\x0b-\x1f\x7f]", said), repr(said))
        wait_until(lambda: os.path.exists(error[:-len(b".error.txt")]), f"{name} in rejected/", 5)
        return said.strip().splitlines()[0]

    def warnings(self):
        return self.daemon.ctl("status", check=False).stdout

    def warned(self, name, words, timeout=30):
        return wait_until(lambda: any(name in line and words in line for line in self.warnings().splitlines()),
                          f"status to say of {name}: {words}", timeout)

    # ---- the table --------------------------------------------------------------------------------

    def test_01_taken(self):
        guest = self.people[0]
        own = json.dumps({"profile": "guests", "users": [{"sAMAccountName": self.people[1]}]}).encode()
        cases = [
            ("moved in", "moved.csv", lambda name: self.daemon.drop(name, csv_of(guest)), "staff"),
            ("written and closed", "closed.csv", lambda name: self.put(name, csv_of(guest)), "staff"),
            ("in a profile's inbox", "guest.csv", lambda name: self.daemon.drop(name, csv_of(guest), "guests"), "guests"),
            ("ending in capitals", "CAPITALS.CSV", lambda name: self.put(name, csv_of(guest)), "staff"),
            ("JSON with a profile of its own", "own.json", lambda name: self.put(name, own), "guests"),
            ("JSON, ending in capitals", "OWN.Json", lambda name: self.put(name, own), "guests"),
            ("max_file to the byte", "full.csv", lambda name: self.put(name, csv_of_size(MAX_FILE)), "staff"),
        ]
        for what, name, drop, profile in cases:
            with self.subTest(what):
                started = time.monotonic()
                drop(name)
                job = self.accepted(name)
                shown = self.daemon.job(job)
                self.assertEqual(shown["profile"], profile)
                self.note(what, started, f"accepted as {job}, profile {profile}")

    def test_02_names(self):
        longest = "n" * 251 + ".csv"
        for number, (what, name) in enumerate([
                ("leading dash", "-rf.csv"), ("blanks", " a b .csv"),
                ("line end in the name", "a\nJ99 accepted.csv"), ("escape sequence", "\x1b[2Jb.csv"),
                ("bidi override", "c\u202evsc.csv"), ("not UTF-8", b"d\xff\xfe.csv"),
                ("spreadsheet formula", "=cmd|' '!A0.csv"),
                ("255 bytes, cut in accepted/", longest)]):
            with self.subTest(what):
                started = time.monotonic()
                before = len(self.names("accepted"))
                self.put(name, csv_of(self.people[10 + number]))
                if name == longest:
                    found = wait_until(lambda: [one for one in self.names("accepted") if b"-nnn" in one], what, 30)
                    self.assertLessEqual(len(found[0]), 255)
                    job = found[0].split(b"-")[0].decode()
                else:
                    job = self.accepted(name)
                self.assertEqual(len(self.names("accepted")), before + 1)
                listed = self.daemon.ctl("jobs", check=False).stdout + self.warnings()
                self.assertFalse(re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", listed), repr(listed))
                self.assertTrue(any(one["id"] == job for one in self.daemon.lines("jobs")))
                self.note(what, started, f"accepted as {job}; shown escaped")
        log = self.daemon.log_text()
        self.assertFalse(re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", log))
        self.assertNotIn("\nJ99", log)

    def test_03_refused(self):
        good = csv_of(self.people[2])
        disagrees = json.dumps({"profile": "staff", "users": [{"sAMAccountName": self.people[1]}]}).encode()
        cases = [
            ("spreadsheet", "people.xlsx", b"PK\x03\x04", "UPL-1122", "CSV"),
            ("archive", "people.csv.gz", b"\x1f\x8b", "UPL-1122", "CSV"),
            ("archive called .csv", "zip.csv", b"PK\x03\x04\x14\x00\x08\x00", "UPL-11", ""),
            ("no ending", "people", good, "UPL-1122", "CSV"),
            ("empty file", "empty.csv", b"", "UPL-1101", ""),
            ("empty JSON", "empty.json", b"", "UPL-1123", ""),
            ("JSON against its inbox's profile", "guests/against.json", disagrees, "UPL-1712", "guests"),
            ("password column", "password.csv", b"sAMAccountName,password\nx,y\n", "UPL-1107", "password"),
            ("upload cut off in a quote", "cut.csv", b'sAMAccountName,#n\n"jd', "UPL-1109", ""),
        ]
        for what, place, data, code, word in cases:
            with self.subTest(what):
                started = time.monotonic()
                self.put(place, data)
                said = self.refused(place.split("/")[-1], code, word)
                self.note(what, started, said[:110])
        for what, name, mode in [("group may write it", "group.csv", 0o660), ("others may write it", "others.csv", 0o646)]:
            with self.subTest(what):
                started = time.monotonic()
                self.put(name, good, mode)
                self.note(what, started, self.refused(name, "UPL-1117", "install -m 0640", "upliftctl submit")[:110])

    def test_04_sizes(self):
        started = time.monotonic()
        self.put("over.csv", csv_of_size(MAX_FILE + 1))
        self.note("max_file + 1 byte", started, self.refused("over.csv", "UPL-1119", "max_file")[:110])
        started = time.monotonic()
        self.put("sparse.csv", b"", size=1 << 40)
        self.note("sparse, 1 TiB", started, self.refused("sparse.csv", "UPL-1119", timeout=10)[:110])
        started = time.monotonic()
        self.put("zeros.csv", b"", size=MAX_FILE)
        self.note("zeros, max_file of them", started, self.refused("zeros.csv", "UPL-11")[:110])

    def test_05_same_name_twice(self):
        started = time.monotonic()
        for number in range(2):
            self.put("twice.csv", b"nonsense%d\n" % number)
            self.refused("twice.csv" if number == 0 else "twice-2.csv", "UPL-1103")
        self.assertEqual((self.daemon.state / "rejected/twice.csv").read_bytes(), b"nonsense0\n")
        self.assertEqual((self.daemon.state / "rejected/twice-2.csv").read_bytes(), b"nonsense1\n")
        self.note("the same name refused twice", started, "rejected/twice.csv and twice-2.csv, both whole")

    def test_06_untouched(self):
        started = time.monotonic()
        secret = self.folder / "secret"
        secret.write_text("do-not-quote-me")
        os.symlink(secret, self.inbox / "symlink.csv")
        other = self.inbox / ".other"
        other.write_bytes(csv_of(self.people[3]))
        os.link(other, self.inbox / "hardlink.csv")
        os.mkfifo(self.inbox / "fifo.csv")
        (self.inbox / "directory.csv").mkdir()
        (self.inbox / "guest").mkdir()
        unix = socket.socket(socket.AF_UNIX)
        self.addCleanup(unix.close)
        unix.bind(str(self.inbox / "socket.csv"))
        expected = [("symlink.csv", "symbolic link"), ("hardlink.csv", "2 names"), ("fifo.csv", "no regular file"),
                    ("directory.csv", "directory"), ("guest", "no profile"), ("socket.csv", "no regular file")]
        if os.geteuid() == 0:
            os.mknod(self.inbox / "device.csv", 0o600 | 0o020000, os.makedev(1, 3))
            expected.append(("device.csv", "no regular file"))
        for name, words in expected:
            with self.subTest(name):
                self.warned(name, words)
                self.assertTrue(os.path.lexists(self.inbox / name))
                self.note(f"{name} in the inbox", started, f"untouched, warned of: {words}")
        # Looked at again by a read of the folder, and not said again.
        self.daemon.ctl("reload")
        time.sleep(3)
        log = self.daemon.log_text()
        self.assertNotIn("do-not-quote-me", log)
        for name, _ in expected:
            lines = [line for line in log.splitlines() if f"inbox/{name}" in line and "stays where it is" in line]
            self.assertEqual(len(lines), 1, lines)
        started = time.monotonic()
        os.unlink(self.inbox / "symlink.csv")
        wait_until(lambda: "symlink.csv" not in self.warnings(), "the warning to go", 20)
        self.note("a link is removed", started, "the warning is gone")
        os.unlink(other)
        started = time.monotonic()
        job = self.accepted("hardlink.csv", timeout=80)
        self.note("a hard link loses its other name", started, f"accepted as {job}")

    def test_07_left_alone(self):
        started = time.monotonic()
        names = [".hidden.csv", "a.csv.part", "b.tmp", "c.csv~", "lonely.csv.sha256"]
        for name in names:
            self.put(name, csv_of(self.people[4]))
        time.sleep(4)
        for name in names:
            self.assertTrue((self.inbox / name).exists(), name)
            self.assertNotIn(name, self.warnings())
        os.rename(self.inbox / "a.csv.part", self.inbox / "a.csv")
        job = self.accepted("a.csv")
        self.note("hidden, .part, .tmp, ~, a .sha256 of nothing", started, f"left alone; .part renamed: {job}")

    def test_08_checksums(self):
        good = csv_of(self.people[5])
        started = time.monotonic()
        self.daemon.drop("sum.csv.sha256", f"{sha256(good)}  sum.csv\n")
        self.daemon.drop("sum.csv", good)
        job = self.accepted("sum.csv")
        wait_until((self.daemon.state / f"accepted/{job}-sum.csv.sha256").exists, "the .sha256 beside it", 5)
        self.note(".sha256 that matches", started, f"accepted as {job}, both moved")

        started = time.monotonic()
        late = csv_of(self.people[6])
        self.daemon.drop("late.csv.sha256", sha256(b"another") + "\n")
        self.daemon.drop("late.csv", late)
        self.warned("late.csv", sha256(late))
        time.sleep(4)
        self.assertTrue((self.inbox / "late.csv").exists())
        self.daemon.drop("late.csv.sha256", sha256(late).upper())
        job = self.accepted("late.csv", timeout=10)
        self.assertNotIn("late.csv", self.warnings())
        self.note(".sha256 that matches at last", started, f"waited with both sums in status, then {job}")

        started = time.monotonic()
        broken = csv_of(self.people[7])
        self.daemon.drop("broken.csv.sha256", "MD5 (broken.csv) = 098f6bcd4621d373cade4e832627b4f6\n")
        self.daemon.drop("broken.csv", broken)
        self.warned("broken.csv", "64 hex digits")
        self.daemon.drop("broken.csv.sha256", f"{sha256(broken)} *other-name.csv\n")
        self.note(".sha256 that is none, then mended", started, f"waited, then {self.accepted('broken.csv', 10)}")

        started = time.monotonic()
        bad = b"nonsense\n"
        self.daemon.drop("bad.csv.sha256", sha256(bad))
        self.daemon.drop("bad.csv", bad)
        self.refused("bad.csv", "UPL-1103")
        wait_until((self.daemon.state / "rejected/bad.csv.sha256").exists, "the .sha256 beside it", 5)
        self.note(".sha256 of a file that is refused", started, "rejected/bad.csv.sha256 beside it")

    def test_09_same_bytes_while_open(self):
        self.sandbox.stop()
        try:
            started = time.monotonic()
            people = csv_of(*self.people[20:24])
            self.daemon.drop("once.csv", people)
            job = self.accepted("once.csv")
            self.daemon.drop("again.csv", people)
            self.assertEqual(self.accepted("again.csv"), job)
            self.note("the same bytes while their job is open", started, f"the same job {job}")
        finally:
            self.sandbox.start()

    def test_10_changes(self):
        started = time.monotonic()
        part = self.inbox / ".growing"
        with open(part, "wb") as file:
            os.fchmod(file.fileno(), 0o640)
            file.write(b"sAMAccountName\n")
            file.flush()
            os.rename(part, self.inbox / "growing.csv")
            for name in self.people[30:40]:
                file.write(name.encode() + b"\n")
                file.flush()
                time.sleep(0.3)
        job = self.accepted("growing.csv")
        jobs = [one for one in self.daemon.lines("jobs") if one.get("source") == "growing.csv"]
        people = sum(self.daemon.job(one["id"])["people"] for one in jobs)
        self.assertGreaterEqual(people, 10)
        self.assertEqual(self.daemon.job(jobs[0]["id"])["people"], 10, "the last version is whole")
        self.note("renamed in while it is still written", started, f"{job}, all 10 rows once it was closed")

        started = time.monotonic()
        for number in range(300):
            self.daemon.drop("replaced.csv", csv_of(self.people[40 + number % 50], f"nobody{number}"))
        last = csv_of(self.people[40 + 299 % 50], "nobody299")
        def last_is_there():
            return any(path.read_bytes() == last
                       for path in (self.daemon.state / "accepted").glob("J*-replaced*.csv"))
        wait_until(last_is_there, "the last of them", 60)
        self.assertEqual(list(self.inbox.glob("replaced*")), [])
        refused = list((self.daemon.state / "rejected").glob("replaced*.csv"))
        taken = len(list((self.daemon.state / "accepted").glob("J*-replaced*.csv")))
        for path in (self.daemon.state / "accepted").glob("J*-replaced*.csv"):
            self.assertEqual(path.read_bytes().count(b"\n"), 3)
        self.note("replaced 300 times under one name", started,
                  f"{taken} versions taken whole, {len(refused)} refused as changing, the last one taken")

    def test_11_unsafe_inbox_of_a_profile(self):
        started = time.monotonic()
        os.chmod(self.inbox / "guests", 0o777)
        self.daemon.ctl("reload")
        self.warned("inbox/guests", "not watched")
        self.daemon.drop("waits.csv", csv_of(self.people[8]), "guests")
        time.sleep(4)
        self.assertTrue((self.inbox / "guests/waits.csv").exists())
        os.chmod(self.inbox / "guests", 0o700)
        self.daemon.ctl("reload")
        job = self.accepted("waits.csv", timeout=60)
        self.assertNotIn("not watched", self.warnings())
        self.note("a profile's inbox that everybody may write", started, f"not watched, cure named; mended: {job}")

    def test_12_unsafe_inbox(self):
        started = time.monotonic()
        self.daemon.stop()
        os.chmod(self.inbox, 0o777)
        done = subprocess.run([BIN / "upliftd", "--config", self.daemon.config], capture_output=True, text=True,
                              timeout=30)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("UPL-1806", done.stderr)
        os.chmod(self.inbox, 0o700)
        self.daemon.start()
        self.note("the inbox itself is writable by everybody", started, "no start: UPL-1806 and the cure")


if __name__ == "__main__":
    unittest.main()
