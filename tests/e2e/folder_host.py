"""A host as the package leaves it, without touching the real one: upliftd as _uplift, people in group uplift.

Users and groups stand in files of the test, mounted over /etc/passwd and /etc/group in a mount namespace of the
daemon's own. Needs root.
"""
import os
import pathlib
import subprocess

from stage import BIN, Daemon, wait_until


class ServiceDaemon(Daemon):
    def __init__(self, host, *arguments, **options):
        self.host = host
        super().__init__(*arguments, **options)

    def start(self, wait=True):
        self.log = open(self.folder / "upliftd.log", "ab")
        self.process = subprocess.Popen(self.host.as_user("_uplift", BIN / "upliftd", "--config", self.config),
                                        stdout=self.log, stderr=self.log)
        if wait:
            wait_until(lambda: self.process.poll() is not None or
                       self.ctl("status", "--quiet", check=False).returncode != 69, "upliftd", 30)
            if self.process.poll() is not None:
                raise AssertionError(f"upliftd ended with {self.process.returncode}:\n" + self.log_text()[-4000:])
        return self


class ServiceHost:
    UPLIFT, GROUP, OWN_GROUP = 61950, 61951, 61950
    USERS = {"_uplift": 61950, "alice": 61961, "bob": 61962, "mallory": 61963, "root": 0}

    def __init__(self, folder, directory_env, sandbox):
        self.folder = pathlib.Path(folder)
        (self.folder / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\n" + "".join(
            f"{name}:x:{uid}:{uid}::/:/bin/sh\n" for name, uid in self.USERS.items() if uid))
        (self.folder / "group").write_text("root:x:0:\n" f"_uplift:x:{self.OWN_GROUP}:\n"
                                           f"uplift:x:{self.GROUP}:_uplift,alice,bob\nuplift-admin:x:61952:\n")
        self.daemon = ServiceDaemon(self, self.folder / "uplift", directory_env, sandbox)
        self.state = self.daemon.state

    def start(self):
        os.chmod(self.folder, 0o711)
        for public in ("ldap", "sandbox"):
            os.chmod(self.folder / public, 0o755)
        for certificate in self.folder.glob("*/**/*.pem"):
            if "key" not in certificate.name:
                os.chmod(certificate, 0o644)
                for parent in certificate.relative_to(self.folder).parents:
                    os.chmod(self.folder / parent, os.stat(self.folder / parent).st_mode | 0o011)
        # tmpfiles.d makes these.
        self.state.mkdir(parents=True)
        for name, mode, group in [(".", 0o711, self.OWN_GROUP), ("inbox", 0o3770, self.GROUP),
                                  ("rejected", 0o2750, self.GROUP), ("results", 0o2750, self.GROUP),
                                  ("queue", 0o700, self.OWN_GROUP), ("accepted", 0o700, self.OWN_GROUP)]:
            path = self.state / name
            path.mkdir(exist_ok=True)
            os.chown(path, self.UPLIFT, group)
            os.chmod(path, mode)
        for path in (self.daemon.folder, *self.daemon.folder.iterdir(), self.daemon.socket.parent):
            if path != self.state:
                os.chown(path, self.UPLIFT, self.OWN_GROUP)
        os.chmod(self.daemon.folder, 0o711)
        self.daemon.start()
        wait_until((self.state / "inbox/staff").is_dir, "the profile's inbox", 10)
        return self

    def stop(self):
        self.daemon.stop()

    def as_user(self, user, *command):
        """The command as the user, in a namespace where the user exists."""
        uid = self.USERS[user]
        become = "exec \"$@\"" if uid == 0 else \
            f"exec setpriv --reuid={uid} --regid={uid} --init-groups --inh-caps=-all \"$@\""
        script = (f"mount --bind {self.folder}/passwd /etc/passwd && mount --bind {self.folder}/group /etc/group && "
                  f"umask 0077 && {become}")
        return ["unshare", "--mount", "--propagation", "slave", "sh", "-c", script, "sh", *map(str, command)]

    def run_as(self, user, *command):
        return subprocess.run(self.as_user(user, *command), capture_output=True, text=True, timeout=30)
