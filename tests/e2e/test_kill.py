"""The real daemon killed with SIGKILL again and again in one job, over a sandbox that drops replies too.

UPLIFT_KILLS (default 200) and UPLIFT_PEOPLE (default 500) size it; UPLIFT_SEED repeats a run's moments.
"""
import os
import random
import time
import unittest

from people import ordinary, read_people
from stage import Daemon, Sandbox, Slapd, check_accounts, stage, tenant_definition

KILLS = int(os.environ.get("UPLIFT_KILLS", "200"))
PEOPLE = int(os.environ.get("UPLIFT_PEOPLE", "500"))
SEED = int(os.environ.get("UPLIFT_SEED", str(random.randrange(1 << 30))))

LOSSES = [
    {"match": {"method": "POST", "path": "/v1.0/users"}, "when": {"probability": 0.05}, "do": "drop_after"},
    {"match": {"method": "POST", "path": "/v1.0/users"}, "when": {"probability": 0.05}, "do": "drop_before"},
    {"match": {"method": "POST", "path": "/v1.0/**"}, "when": {"probability": 0.05}, "do": "drop_after"},
    {"match": {"method": "POST", "path": "/v1.0/**"}, "when": {"probability": 0.02},
     "do": {"action": "status", "status": 503, "applied": True}},
]


class Kill(unittest.TestCase):
    def test_every_account_once_and_every_password_right(self):
        luck = random.Random(SEED)
        print(f"seed {SEED}")
        with stage("kill") as (folder, add):
            slapd = add(Slapd(folder / "ldap", PEOPLE + PEOPLE // 20 + 50))
            sandbox = add(Sandbox(folder / "sandbox", tenant_definition(
                throttle_scale=20, read_lag=(0, 0.5), index_lag=(0, 0.8)), faults=LOSSES))
            # Each life of the daemon begins with a burst of two seconds' writes: slow enough that the job lasts
            # through all the kills.
            slow = PEOPLE * 4 / KILLS / 2 / 1.5
            daemon = add(Daemon(folder / "uplift", slapd.env, sandbox, tenant=f"""
writes_per_second = {slow:.1f}
unknown_quiet = "1s"
"""))
            chosen = list(ordinary(read_people(slapd.env)).values())[:PEOPLE]
            daemon.drop("people.csv", "userPrincipalName\n" + "".join(p.upn + "\n" for p in chosen))
            job = daemon.wait_accepted("people.csv")

            during = 0
            for _ in range(KILLS):
                time.sleep(luck.uniform(0.02, 0.6))
                before = daemon.process.poll()
                self.assertIsNone(before, daemon.log_text()[-3000:])
                daemon.kill()
                daemon.start(wait=False)
                if not (daemon.state / "results" / f"{job}.csv").exists():
                    during += 1
            daemon.stop()
            daemon.config.write_text(daemon.config.read_text().replace(f"writes_per_second = {slow:.1f}",
                                                                       "writes_per_second = 400"))
            daemon.start()
            shown = daemon.wait_job(job, timeout=600)

            self.assertEqual(shown["state"], "done", daemon.ctl("job", "show", job, check=False).stdout)
            state = sandbox.state()
            self.assertEqual(check_accounts(state, {p.anchor: p.planned_upn for p in chosen})[:10], [])
            self.assertEqual(len([u for u in state["users"] if u["onPremisesImmutableId"]]), PEOPLE)
            self.assertEqual(len(daemon.results(job)), PEOPLE)
            shown_passwords, text = daemon.reveal(job, timeout=300)
            given = {u["userPrincipalName"].lower(): u["passwordGiven"] for u in state["users"]}
            wrong = [upn for upn in (p.planned_upn for p in chosen) if shown_passwords.get(upn) != given.get(upn)]
            self.assertEqual(wrong[:5], [], f"{len(shown_passwords)} passwords shown\n{text[-2000:]}")
            print(f"{KILLS} kills, {during} of them before the job had ended; {PEOPLE} accounts, each once; "
                  f"{len(shown_passwords)} passwords revealed and right")
            self.assertGreater(during, KILLS * 0.9, "the job was over too early")


if __name__ == "__main__":
    unittest.main()
