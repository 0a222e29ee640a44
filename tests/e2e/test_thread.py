"""The main job over real parts: a CSV, slapd over LDAPS, SQLite, the sandbox over HTTPS.

UPLIFT_PEOPLE (default 2000) and UPLIFT_SCALE (default 20) size it.
"""
import os
import pathlib
import time
import unittest

from people import ordinary, read_people
from stage import Daemon, Sandbox, Slapd, check_accounts, stage, tenant_definition

PEOPLE = int(os.environ.get("UPLIFT_PEOPLE", "2000"))
SCALE = float(os.environ.get("UPLIFT_SCALE", "20"))


def resident_kib(pid):
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1])
    return 0


class Thread(unittest.TestCase):
    def test_everybody_gets_one_licensed_account_in_their_groups(self):
        with stage("thread") as (folder, add):
            slapd = add(Slapd(folder / "ldap", PEOPLE + PEOPLE // 20 + 50))
            sandbox = add(Sandbox(folder / "sandbox", tenant_definition(
                throttle_scale=SCALE, read_lag=(0, 1), index_lag=(0, 3))))
            daemon = add(Daemon(folder / "uplift", slapd.env, sandbox, tenant=f"""
writes_per_second = {20 * SCALE}
unknown_quiet = "2s"
"""))
            chosen = list(ordinary(read_people(slapd.env)).values())[:PEOPLE]
            self.assertEqual(len(chosen), PEOPLE)

            before = time.monotonic()
            daemon.drop("people.csv", "sAMAccountName\r\n" + "".join(p.sam + "\r\n" for p in chosen))
            job = daemon.wait_accepted("people.csv")
            memory = []
            timeout = 120 + PEOPLE * 4 / (20 * SCALE) * 3
            while time.monotonic() - before < timeout:
                try:
                    shown = daemon.wait_job(job, timeout=2)
                    break
                except AssertionError:
                    memory.append(resident_kib(daemon.process.pid))
            else:
                self.fail(daemon.ctl("job", "show", job).stdout + daemon.ctl("status").stdout)
            took = time.monotonic() - before

            self.assertEqual(shown["state"], "done", daemon.ctl("job", "show", job, check=False).stdout)
            faults = check_accounts(sandbox.state(), {p.anchor: p.planned_upn for p in chosen})
            self.assertEqual(faults[:10], [])
            summary = sandbox.summary()
            print(f"{PEOPLE} people in {took:.1f} s at scale {SCALE:g}; daemon {min(memory or [0])} to "
                  f"{max(memory or [0])} KiB; sandbox says {summary}")
            results = daemon.results(job)
            self.assertEqual(len(results), PEOPLE)
            self.assertEqual({row["state"] for row in results}, {"done"})
            self.assertEqual([row["given"] for row in results], [p.sam for p in chosen])
            # Flat: after the first third of the job the daemon does not grow by more than a few MiB.
            if len(memory) >= 9:
                third = len(memory) // 3
                self.assertLess(max(memory[third:]) - memory[third], 24 * 1024)

            self.second_drop_writes_nothing(daemon, sandbox, chosen[:50])

    def second_drop_writes_nothing(self, daemon, sandbox, again):
        writes = self.writes(sandbox)
        daemon.drop("again.csv", "objectGUID\n" + "".join(p.guid + "\n" for p in again))
        shown = daemon.wait_job(daemon.wait_accepted("again.csv"))
        self.assertEqual(shown["state"], "done")
        self.assertEqual(self.writes(sandbox), writes)
        self.assertEqual(shown["passwords_waiting"], 0)

    @staticmethod
    def writes(sandbox):
        state = sandbox.state()
        return sum(1 for _ in state["users"]), sum(len(u["memberOf"]) + len(u["licenses"]) for u in state["users"])


if __name__ == "__main__":
    unittest.main()
