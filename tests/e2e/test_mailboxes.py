"""Mailboxes that Exchange Online makes late get their aliases, hold and archive, once and exactly, over HTTPS."""
import unittest

from people import ordinary, read_people
from stage import Daemon, Sandbox, Slapd, default_profile, stage, tenant_definition, wait_until


class Mailboxes(unittest.TestCase):
    def test_settings_are_made_once_the_mailbox_is_there(self):
        with stage("mailboxes") as (folder, add):
            slapd = add(Slapd(folder / "ldap", 60))
            people = list(ordinary(read_people(slapd.env)).values())[:20]
            definition = tenant_definition(throttle_scale=20)
            definition["apps"][0]["exchange_roles"] = ["Exchange.ManageAsApp"]
            definition.update(mailbox_delay=[1, 4], mailbox_lag=1)
            sandbox = add(Sandbox(folder / "sandbox", definition))
            profile = default_profile(extra="""
aliases = ["{sAMAccountName}.alias@contoso.com"]
litigation_hold = { enabled = true, duration_days = 2555, comment = "seven years", url = "https://contoso.com/hold" }
archive = true
""")
            daemon = add(Daemon(folder / "uplift", slapd.env, sandbox, profile=profile,
                                tenant='writes_per_second = 400\nunknown_quiet = "1s"',
                                service='mailbox_poll = ["1s", "5s"]'))
            daemon.drop("people.csv", "sAMAccountName\n" + "".join(p.sam + "\n" for p in people))
            job = daemon.wait_accepted("people.csv")
            shown = daemon.wait_job(job, timeout=120)
            self.assertEqual(shown["state"], "done", daemon.ctl("job", "show", job, check=False).stdout)

            wrong = []
            by_upn = {user["userPrincipalName"].lower(): user for user in sandbox.state()["users"]}
            for person in people:
                mailbox = by_upn[person.planned_upn.lower()]["mailbox"]
                writes, alias = mailbox["writes"], f"smtp:{person.sam}.alias@contoso.com".lower()
                counts = {"alias": sum(1 for a in mailbox["addresses"] if a.lower() == alias),
                          "holds": len(writes["holds"]), "archives": len(writes["archives"]),
                          "replaced": writes["replaced"], "commands": writes["commands"]}
                if counts != {"alias": 1, "holds": 1, "archives": 1, "replaced": 0, "commands": 3}:
                    wrong.append((person.planned_upn, counts))
            self.assertEqual(wrong[:3], [])


if __name__ == "__main__":
    unittest.main()
