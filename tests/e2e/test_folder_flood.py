"""Thousands of files at once: every one is taken, in order of arrival, and running work keeps its rate (AC-60)."""
import os
import random
import shutil
import threading
import time
import unittest

from folder_table import Table
from people import ordinary, read_people
from stage import CLIENT_ID, Daemon, Sandbox, Slapd, default_profile, stage, tenant_definition, wait_until

FILES = int(os.environ.get("UPLIFT_FILES", "5000"))
PEOPLE = int(os.environ.get("UPLIFT_PEOPLE", "2000"))
WRITES = int(os.environ.get("UPLIFT_WRITES", "130"))
KEPT = 0.95
MOST_GROWTH_MIB = 64
TABLE = Table()


class Rate:
    """How many accounts of a job are made, looked at every half second."""

    def __init__(self, daemon, job):
        self.daemon, self.job = daemon, job
        self.started = time.monotonic()
        self.points = [(0.0, 0)]
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()

    def watch(self):
        while self.points[-1][1] < PEOPLE:
            shown = self.daemon.job(self.job)
            done = shown["steps"].get("account", {}).get("done", 0)
            self.points.append((time.monotonic() - self.started, done))
            time.sleep(0.5)

    def made_until(self, seconds):
        before, after = (0.0, 0), self.points[-1]
        for point in self.points:
            if point[0] <= seconds:
                before = point
            else:
                after = point
                break
        if after[0] <= before[0]:
            return before[1]
        return before[1] + (after[1] - before[1]) * (seconds - before[0]) / (after[0] - before[0])


def resident_mib(pid):
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024


class Flood(unittest.TestCase):
    @classmethod
    def tearDownClass(cls):
        TABLE.show()

    def setUp(self):
        self.stage = stage("flood")
        self.folder, self.add = self.stage.__enter__()
        self.addCleanup(self.stage.__exit__, None, None, None)
        slapd = self.add(Slapd(self.folder / "ldap", 2 * PEOPLE + PEOPLE // 4))
        self.people = list(ordinary(read_people(slapd.env)))[:2 * PEOPLE]
        self.assertEqual(len(self.people), 2 * PEOPLE)
        sandbox = self.add(Sandbox(self.folder / "sandbox", tenant_definition(throttle_scale=20)))
        definition = tenant_definition(throttle_scale=20)
        definition["tenant"] = {"id": "5a1f0c77-1d52-4c1b-8a53-2b9d3c5e7f13", "name": "Fabrikam"}
        definition["domains"] = [{"name": "fabrikam.onmicrosoft.com", "initial": True},
                                 {"name": "contoso.com", "default": True}]
        other = self.add(Sandbox(self.folder / "other", definition))
        tenants = f"""writes_per_second = {WRITES}

[tenant.fabrikam]
id = "fabrikam.onmicrosoft.com"
client_id = "{CLIENT_ID}"
client_secret = {{ file = "{self.folder}/uplift/graph-secret" }}
endpoints = {{ login = "{other.base}", graph = "{other.base}" }}
ca_file = "{other.folder}/ca.pem"
"""
        guests = default_profile("guests", licenses="[]", groups="[]").replace('"contoso"', '"fabrikam"')
        self.daemon = self.add(Daemon(self.folder / "uplift", slapd.env, sandbox, tenant=tenants,
                                      profile=default_profile() + guests))
        wait_until((self.daemon.state / "inbox/guests").is_dir, "the inboxes")

    def run_job(self, name, people):
        self.daemon.drop(name, "sAMAccountName\n" + "".join(one + "\n" for one in people))
        return Rate(self.daemon, self.daemon.wait_accepted(name))

    def accepted(self):
        return sum(b"-flood0" in name for name in os.listdir(os.fsencode(self.daemon.state / "accepted")))

    def test_flood(self):
        """What other programs take of the machine in one of the two runs counts against it: measured again then."""
        self.flood()
        if self.kept < KEPT:
            print(f"the running job kept {self.kept:.1%} of its rate: measured once more")
            self.doCleanups()
            self.setUp()
            self.flood()
        self.assertGreaterEqual(self.kept, KEPT)

    def flood(self):
        alone = self.run_job("alone.csv", self.people[:PEOPLE])
        alone.thread.join()
        self.daemon.wait_job(alone.job)
        memory = resident_mib(self.daemon.process.pid)

        # Made elsewhere, then moved in at once, in an order that is not the names'.
        ready = self.daemon.state / "spool" / "ready"
        ready.mkdir()
        order = random.Random(7).sample(range(FILES), FILES)
        for number in order:
            path = ready / f"flood{number:05}.csv"
            path.write_text(f"sAMAccountName\nnobody{number:05}\n")
            path.chmod(0o640)
        flooded = self.run_job("flooded.csv", self.people[PEOPLE:])
        inbox = self.daemon.state / "inbox/guests"
        begun = time.monotonic()
        for number in order:
            os.rename(ready / f"flood{number:05}.csv", inbox / f"flood{number:05}.csv")
        dropped = time.monotonic() - begun
        peak = memory
        def all_taken():
            nonlocal peak
            peak = max(peak, resident_mib(self.daemon.process.pid))
            return self.accepted() == FILES
        wait_until(all_taken, "all files to be taken", 600, every=0.2)
        taken_in = time.monotonic() - begun
        until = time.monotonic() - flooded.started
        from_then = begun - flooded.started
        flooded.thread.join()
        shutil.rmtree(ready)

        self.assertEqual(list((self.daemon.state / "rejected").iterdir()), [])
        jobs = [one for one in self.daemon.lines("jobs", "--limit", str(FILES + 10), timeout=300)
                if one["source"].startswith("flood0")]
        jobs.sort(key=lambda one: int(one["id"][1:]))
        self.assertEqual([one["source"] for one in jobs], [f"flood{number:05}.csv" for number in order])

        end = min(until, alone.points[-1][0], flooded.points[-1][0])
        quiet = alone.made_until(end) - alone.made_until(from_then)
        busy = flooded.made_until(end) - flooded.made_until(from_then)
        TABLE.add(f"{FILES} files moved in at once", f"all taken in order of arrival, {FILES / taken_in:.0f}/s, "
                  f"memory {memory:.0f} -> {peak:.0f} MiB", taken_in)
        TABLE.add("the running job alone", f"{quiet / (end - from_then):.1f} accounts/s, whole job "
                  f"{alone.points[-1][0]:.1f} s", end - from_then)
        TABLE.add("the running job meanwhile", f"{busy / (end - from_then):.1f} accounts/s: {busy / quiet:.1%}, "
                  f"whole job {flooded.points[-1][0]:.1f} s", end - from_then)
        self.assertLess(dropped, taken_in)
        self.kept = busy / quiet
        self.assertLess(peak - memory, MOST_GROWTH_MIB)


if __name__ == "__main__":
    unittest.main()
