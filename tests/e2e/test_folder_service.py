"""The watched folder as the package makes it: users of their own, a shared inbox, an inbox on another file system."""
import json
import os
import subprocess
import time
import unittest

from folder_host import ServiceHost
from folder_table import Table, csv_of
from people import ordinary, read_people
from stage import Sandbox, Slapd, stage, tenant_definition, wait_until

TABLE = Table()


@unittest.skipIf(os.geteuid() != 0, "not run: users of their own and mounts need root")
class FolderOfTheService(unittest.TestCase):
    """As the package makes it: _uplift with group uplift, alice and bob in it, mallory not."""

    @classmethod
    def tearDownClass(cls):
        TABLE.show()

    def setUp(self):
        self.stage = stage("service")
        self.folder, self.add = self.stage.__enter__()
        self.addCleanup(self.stage.__exit__, None, None, None)
        slapd = self.add(Slapd(self.folder / "ldap", 120))
        self.people = list(ordinary(read_people(slapd.env)))
        sandbox = self.add(Sandbox(self.folder / "sandbox", tenant_definition(throttle_scale=20)))
        self.host = self.add(ServiceHost(self.folder, slapd.env, sandbox))
        self.inbox = self.host.state / "inbox"

    def test_who_may_drop_what(self):
        host, people = self.host, self.people
        staff = os.stat(self.inbox / "staff")
        self.assertEqual((staff.st_mode & 0o7777, staff.st_uid, staff.st_gid),
                         (0o3770, host.UPLIFT, host.GROUP))
        TABLE.add("inbox/PROFILE below a 3770 inbox", "made 3770 _uplift:uplift under umask 0077")
        source = self.folder / "people.csv"

        def drop(user, name, mode, person):
            source.write_bytes(csv_of(person))
            source.chmod(0o644)
            return host.run_as(user, "install", "-m", mode, source, self.inbox / name)

        cases = [("alice", "0640", None, ""), ("alice", "0600", "UPL-1118", "install -m 0640 -g uplift"),
                 ("alice", "0660", "UPL-1117", "install -m 0640"), ("root", "0640", None, "")]
        for number, (user, mode, code, cure) in enumerate(cases):
            started = time.monotonic()
            name = f"{user}{mode}.csv"
            self.assertEqual(drop(user, name, mode, people[number]).returncode, 0)
            if code is None:
                job = host.daemon.wait_accepted(name, 40)
                # Group uplift is the file's by setgid.
                by = [one for one in host.daemon.lines("jobs") if one["id"] == job][0]
                TABLE.add(f"{user}'s file, mode {mode}", f"accepted as {job}", time.monotonic() - started)
                self.assertIn(user, json.dumps(by))
            else:
                error = host.state / "rejected" / (name + ".error.txt")
                wait_until(error.exists, name, 40)
                said = error.read_text()
                self.assertIn(code, said)
                self.assertIn(cure, said)
                self.assertEqual(host.run_as(user, "cat", error).stdout, said)
                TABLE.add(f"{user}'s file, mode {mode}", said.splitlines()[0], time.monotonic() - started)

        self.assertNotEqual(drop("mallory", "mallory.csv", "0640", people[5]).returncode, 0)
        TABLE.add("mallory, not in group uplift", "cannot enter the inbox")
        drop("root", ".given", "0640", people[5])
        os.chown(self.inbox / ".given", host.USERS["mallory"], host.GROUP)
        os.rename(self.inbox / ".given", self.inbox / "given.csv")
        error = host.state / "rejected/given.csv.error.txt"
        wait_until(error.exists, "mallory's file to be refused", 40)
        self.assertIn("UPL-1117", error.read_text())
        TABLE.add("a file of mallory's that root moved in", error.read_text().splitlines()[0])

        drop("alice", ".alices.csv", "0640", people[6])
        self.assertNotEqual(host.run_as("bob", "rm", "-f", self.inbox / ".alices.csv").returncode, 0)
        self.assertNotEqual(host.run_as("bob", "mv", self.inbox / ".alices.csv", "/tmp/").returncode, 0)
        TABLE.add("bob removes alice's file", "refused: the inbox is sticky")

    def test_an_inbox_that_is_mounted_from_elsewhere(self):
        """An overlay whose upper directory is written behind its back: no events, and another file system."""
        started = time.monotonic()
        host = self.host
        host.daemon.stop()
        over = self.folder / "overlay"
        for name in ("lower", "upper/staff", "work"):
            (over / name).mkdir(parents=True)
        for path in (over / "upper", over / "upper/staff"):
            os.chown(path, host.UPLIFT, host.GROUP)
            os.chmod(path, 0o3770)
        options = f"lowerdir={over}/lower,upperdir={over}/upper,workdir={over}/work"
        mounted = subprocess.run(["mount", "-t", "overlay", "-o", options, "overlay", self.inbox], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("not run: no overlay can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", self.inbox], check=False)
        host.daemon.start()
        wait_until(lambda: "ready" in host.daemon.log_text(), "the daemon", 20)
        remote = over / "upper/staff/remote.csv"
        remote.write_bytes(b"sAMAccountName\n")
        remote.chmod(0o640)
        os.chown(remote, host.USERS["alice"], host.GROUP)
        for name in self.people[:8]:
            time.sleep(4)
            with open(remote, "ab") as file:
                file.write(name.encode() + b"\n")
        self.assertTrue(remote.exists())
        job = host.daemon.wait_accepted("remote.csv", 120)
        self.assertEqual(host.daemon.job(job)["people"], 8)
        wait_until(lambda: not remote.exists(), "the original to go", 5)
        TABLE.add("a remote writer, 4 s between its lines, mounted inbox",
                  f"{job} with all 8 rows, copied across file systems", time.monotonic() - started)


if __name__ == "__main__":
    unittest.main()
