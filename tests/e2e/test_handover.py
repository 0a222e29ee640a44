"""Initial passwords encrypted to two recipients' certificates, over the real daemon, openssl and SIGKILL.

UPLIFT_KILLS (default 20) sizes the killing; UPLIFT_SEED repeats a run's moments.
"""
import csv
import io
import os
import pathlib
import random
import sqlite3
import subprocess
import time
import unittest

from people import ordinary, read_people
from stage import BIN, Daemon, Sandbox, Slapd, stage, tenant_definition, wait_until

PEOPLE = 50
KILLS = int(os.environ.get("UPLIFT_KILLS", "20"))
MOST_KILLS = 3 * KILLS  # on a busy machine: until one has hit the writing
A_KILL = 4  # people of each job that is killed
SEED = int(os.environ.get("UPLIFT_SEED", str(random.randrange(1 << 30))))

KEYS = {"helpdesk": (["rsa:3072"], "keyEncipherment"),
        "deputy": (["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "keyAgreement")}


def make_certificate(folder, name, key=None, extensions=None, days=365):
    default_key, use = KEYS.get(name, KEYS["helpdesk"])
    extensions = ["basicConstraints=critical,CA:FALSE", f"keyUsage=critical,{use}"] if extensions is None else extensions
    command = ["openssl", "req", "-x509", "-newkey", *(key or default_key), "-nodes", "-days", str(days),
               "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.pem", "-subj", f"/CN={name}"]
    for one in extensions:
        command += ["-addext", one]
    subprocess.run(command, check=True, capture_output=True)
    return folder / f"{name}.pem"


def decrypt(file, folder, name):
    """The command of docs/handover.md."""
    return subprocess.run(["openssl", "cms", "-decrypt", "-binary", "-inform", "DER", "-in", file,
                           "-recip", folder / f"{name}.pem", "-inkey", folder / f"{name}.key"], capture_output=True)


def passwords_of(file, folder, name):
    done = decrypt(file, folder, name)
    if done.returncode != 0:
        raise AssertionError(f"{file}: {done.stderr.decode()}")
    assert done.stdout.startswith(b"\xef\xbb\xbfrow,displayName,userPrincipalName,password\r\n"), done.stdout[:80]
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode("utf-8-sig"), newline="")))
    return [(row["userPrincipalName"].lower(), row["password"]) for row in rows]


class Handover(unittest.TestCase):
    def setUp(self):
        self.stage = stage("handover")
        self.folder, self.add = self.stage.__enter__()
        self.addCleanup(self.stage.__exit__, None, None, None)
        self.slapd = self.add(Slapd(self.folder / "ldap", 100 + 6 * MOST_KILLS))
        self.people = list(ordinary(read_people(self.slapd.env)).values())
        self.sandbox = self.add(Sandbox(self.folder / "sandbox", tenant_definition(throttle_scale=20)))
        self.certificates = self.folder / "certificates"
        self.certificates.mkdir()
        for name in KEYS:
            make_certificate(self.certificates, name)

    def daemon(self, names=tuple(KEYS), start=True):
        files = ", ".join(f'"{self.certificates}/{name}.pem"' for name in names)
        daemon = Daemon(self.folder / "uplift", self.slapd.env, self.sandbox,
                        tenant='writes_per_second = 400\nunknown_quiet = "1s"',
                        service=f'[handover]\nmode = "encrypt"\nrecipients = [{files}]\n')
        return self.add(daemon) if start else daemon

    def given(self):
        return {u["userPrincipalName"].lower(): u["passwordGiven"] for u in self.sandbox.state()["users"]
                if u.get("onPremisesImmutableId")}

    def drop(self, daemon, name, people):
        daemon.drop(name, "sAMAccountName\n" + "".join(p.sam + "\n" for p in people))
        return daemon.wait_accepted(name)

    def file(self, daemon, job, name):
        return daemon.state / "results" / f"{job}.passwords.{name}.cms"

    def left(self, daemon, job):
        """Sealed copies of the job, and pages that are open."""
        database = next((daemon.state / "queue").glob("*.db"))
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as look:
            number = int(job[1:])
            sealed = look.execute("SELECT count(*) FROM password WHERE job = ?", (number,)).fetchone()[0]
            pages = look.execute("SELECT count(*) FROM password_page WHERE job = ? AND closed_at IS NULL",
                                 (number,)).fetchone()[0]
        return sealed, pages

    def wait_handed_over(self, daemon, job):
        wait_until(lambda: all(self.file(daemon, job, name).exists() for name in KEYS) and
                   self.left(daemon, job) == (0, 0), f"the files of {job}", 60, every=0.05)

    def test_each_recipient_opens_the_passwords_that_were_given(self):
        daemon = self.daemon()
        chosen = self.people[:PEOPLE]
        job = self.drop(daemon, "people.csv", chosen)
        self.assertEqual(daemon.wait_job(job)["state"], "done")
        self.wait_handed_over(daemon, job)

        given = self.given()
        self.assertEqual(len(given), PEOPLE)
        for name in KEYS:
            file = self.file(daemon, job, name)
            rows = passwords_of(file, self.certificates, name)
            self.assertEqual(len(rows), PEOPLE)
            self.assertEqual(dict(rows), given)
            self.assertEqual(file.stat().st_mode & 0o777, 0o640)
            self.assertIn(b"\x60\x86\x48\x01\x65\x03\x04\x01\x2e", file.read_bytes()[:2000], "AES-256-GCM")
        # Nobody opens the other's.
        self.assertNotEqual(decrypt(self.file(daemon, job, "helpdesk"), self.certificates, "deputy").returncode, 0)

        # A bit anywhere in the content, or its end cut off, and openssl refuses.
        whole = self.file(daemon, job, "helpdesk").read_bytes()
        for spoiled in [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:]
                        for at in (len(whole) // 3, len(whole) // 2, len(whole) - 20)] + [whole[:-30]]:
            bad = self.folder / "bad.cms"
            bad.write_bytes(spoiled)
            self.assertNotEqual(decrypt(bad, self.certificates, "helpdesk").returncode, 0)

        shown, text = daemon.reveal(job)
        print(text)
        self.assertEqual(shown, {})
        self.assertIn("UPL-1606", text)
        self.assertIn(f"{job}.passwords.helpdesk.cms", text.replace("\r\n", ""))

        self.search_canaries(daemon, given.values())

    def search_canaries(self, daemon, passwords):
        passwords = [p.encode() for p in passwords]

        def hits(data):
            return sum(p in data for p in passwords)
        self.assertEqual(hits(b"x" + passwords[0] + b"y"), 1, "the search itself")
        process = pathlib.Path(f"/proc/{daemon.process.pid}")
        places = [process / "environ", process / "cmdline", daemon.folder / "upliftd.log"]
        places += [p for p in daemon.state.rglob("*") if p.is_file()]
        self.assertTrue(any(p.name.endswith("-wal") for p in places), places)
        found = {str(p): hits(p.read_bytes()) for p in places}
        self.assertEqual({p: n for p, n in found.items() if n}, {})
        print(f"{len(passwords)} passwords searched in {len(places)} files: 0 hits")

    def test_killed_around_the_writing_nothing_is_lost_and_nothing_differs(self):
        luck = random.Random(SEED)
        print(f"seed {SEED}")
        daemon = self.daemon()
        seen = {"nothing written": 0, "some files, sealed copies": 0, "all files, sealed copies": 0, "all done": 0}
        jobs = []
        for kill in range(MOST_KILLS):
            if kill >= KILLS and seen["all done"] < kill:
                break
            people = self.people[kill * A_KILL:(kill + 1) * A_KILL]
            # Its number is known beforehand, so that nothing stands between the writing and the kill.
            job = f"J{kill + 1}"
            daemon.drop(f"people{kill}.csv", "sAMAccountName\n" + "".join(p.sam + "\n" for p in people))
            jobs.append((job, people))
            results = str(daemon.state / "results")
            wait_until(lambda: any(f"{job}.passwords." in name for name in os.listdir(results)),
                       f"the writing of {job}", 60, every=0.0002)
            time.sleep(luck.choice([0, 0, luck.uniform(0, 0.004), luck.uniform(0, 0.03)]))
            daemon.kill()
            files = [name for name in KEYS if self.file(daemon, job, name).exists()]
            sealed, _ = self.left(daemon, job)
            before = {name: passwords_of(self.file(daemon, job, name), self.certificates, name) for name in files}
            self.assertTrue(sealed == len(people) or (sealed == 0 and len(files) == len(KEYS)),
                            f"{job}: {sealed} sealed copies, files {files}")
            seen["all done" if sealed == 0 else "all files, sealed copies" if len(files) == len(KEYS)
                 else "some files, sealed copies" if files else "nothing written"] += 1
            daemon.start()
            self.assertEqual(daemon.wait_accepted(f"people{kill}.csv"), job)
            self.wait_handed_over(daemon, job)
            for name, rows in before.items():
                self.assertEqual(passwords_of(self.file(daemon, job, name), self.certificates, name), rows)
        given = self.given()
        for job, people in jobs:
            for name in KEYS:
                rows = passwords_of(self.file(daemon, job, name), self.certificates, name)
                self.assertEqual(sorted(rows), sorted((p.planned_upn, given[p.planned_upn]) for p in people))
        further = [p.name for p in (daemon.state / "results").glob("*.passwords.*-2.cms")]
        hidden = [p.name for p in (daemon.state / "results").glob(".*")]
        self.assertEqual((further, hidden), ([], []))
        print(f"{len(jobs)} kills, found then: {seen}; {len(jobs) * A_KILL} people, each password there and right")
        self.assertLess(seen["all done"], len(jobs), "no kill hit the writing")

    def test_a_bad_certificate_keeps_jobs_out_and_says_why(self):
        daemon = self.daemon()
        good = (self.certificates / "deputy.pem").read_bytes()
        make_certificate(self.folder, "weak", key=["rsa:1024"])
        (self.certificates / "deputy.pem").write_bytes((self.folder / "weak.pem").read_bytes())

        checked = subprocess.run([BIN / "upliftd", "--config", daemon.config, "--check-config"],
                                 capture_output=True, text=True)
        self.assertEqual(checked.returncode, 78, checked.stderr)
        self.assertRegex(checked.stderr, r"deputy\.pem: UPL-1605 .*1024 bits")
        reloaded = daemon.ctl("reload", check=False)
        self.assertNotEqual(reloaded.returncode, 0)
        self.assertIn("UPL-1605", reloaded.stdout + reloaded.stderr)

        file = self.folder / "people.csv"
        file.write_text("sAMAccountName\n" + self.people[0].sam + "\n")
        submitted = daemon.ctl("submit", file, check=False)
        print(submitted.stderr)
        self.assertNotEqual(submitted.returncode, 0)
        self.assertIn("UPL-1605", submitted.stderr)
        daemon.drop("dropped.csv", file.read_text())
        wait_until(lambda: "UPL-1605" in daemon.ctl("status", check=False).stdout, "status to say it", 60)
        self.assertTrue((daemon.state / "inbox" / "dropped.csv").exists())
        self.assertEqual(daemon.lines("jobs"), [])

        (self.certificates / "deputy.pem").write_bytes(good)
        daemon.ctl("reload")
        job = daemon.wait_accepted("dropped.csv", 90)
        daemon.wait_job(job)
        self.wait_handed_over(daemon, job)


if __name__ == "__main__":
    unittest.main()
