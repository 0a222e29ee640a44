"""Two AD domains in one daemon, each behind a profile of its own: nobody is looked for in the other one."""
import unittest

from people import ordinary, read_people
from stage import Daemon, Sandbox, Slapd, check_accounts, default_profile, stage, tenant_definition


class Domains(unittest.TestCase):
    def test_two_directories_beside_each_other(self):
        with stage("domains") as (folder, add):
            # The second one has everybody of the first, and twenty more.
            first, second = add(Slapd(folder / "corp", 40)), add(Slapd(folder / "branch", 80))
            people = [ordinary(read_people(one.env)) for one in (first, second)]
            only_second = [p for sam, p in people[1].items() if sam not in read_people(first.env)][:20]
            chosen = list(people[0].values())[:20]
            self.assertEqual(len(only_second), 20)
            sandbox = add(Sandbox(folder / "sandbox", tenant_definition(throttle_scale=20)))
            env = second.env
            branch = f"""
[directory.branch]
uris = ["{env['LDAPS_URI']}"]
base_dn = "{env['BASE_DN']}"
bind_dn = "{env['BIND_DN']}"
password = {{ file = "{folder}/uplift/ad-password" }}
ca_file = "{env['CA_FILE']}"
""" + default_profile("branch").replace('directory = "corp"', 'directory = "branch"')
            daemon = add(Daemon(folder / "uplift", first.env, sandbox, tenant="writes_per_second = 400",
                                profile=default_profile() + branch))
            names = "".join(p.sam + "\n" for p in chosen + only_second)
            daemon.drop("corp.csv", "sAMAccountName\n" + names)
            job = daemon.wait_accepted("corp.csv")
            self.assertEqual(daemon.wait_job(job)["state"], "partial")
            missing = [row["given"] for row in daemon.results(job) if row["code"] == "UPL-1201"]
            self.assertEqual(sorted(missing), sorted(p.sam for p in only_second))
            daemon.drop("branch.csv", "sAMAccountName\n" + "".join(p.sam + "\n" for p in only_second), "branch")
            self.assertEqual(daemon.wait_job(daemon.wait_accepted("branch.csv"))["state"], "done")
            wanted = {p.anchor: p.planned_upn for p in chosen + only_second}
            self.assertEqual(check_accounts(sandbox.state(), wanted), [])
            servers = {d["name"]: d["server"] for d in daemon.lines("status", check=False)[0]["directories"]}
            self.assertEqual(set(servers), {"corp", "branch"})
            self.assertNotEqual(servers["corp"], servers["branch"])


if __name__ == "__main__":
    unittest.main()
