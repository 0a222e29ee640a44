"""upliftd behind a control socket that the service manager made, and people of each role.

The socket is 0660 root:uplift and comes to the daemon as systemd passes it (LISTEN_FDS, LISTEN_PID); users and
groups exist in a mount namespace only (folder_host.py). Needs root.
"""
import os
import pathlib
import socket
import subprocess
import sys

from folder_host import ServiceDaemon, ServiceHost
from stage import BIN, wait_until

# Becomes the daemon: the pid that LISTEN_PID names is the one that execs.
HAND_OVER = """
import os, sys
fd = int(sys.argv[1])
if fd != 3:
    os.dup2(fd, 3)
os.set_inheritable(3, True)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execv(sys.argv[2], sys.argv[2:])
"""


class SocketDaemon(ServiceDaemon):
    def start(self, wait=True):
        os.chmod(self.socket.parent, 0o711)
        os.chown(self.socket.parent, 0, 0)
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.listener.bind(str(self.socket))
        os.chown(self.socket, 0, self.host.GROUP)
        os.chmod(self.socket, 0o660)
        self.listener.listen(64)
        self.log = open(self.folder / "upliftd.log", "ab")
        command = self.host.as_user("_uplift", sys.executable, "-c", HAND_OVER, self.listener.fileno(),
                                    BIN / "upliftd", "--config", self.config)
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log,
                                        pass_fds=[self.listener.fileno()])
        wait_until(lambda: self.process.poll() is not None or
                   self.ctl("status", "--quiet", check=False).returncode in (0, 1), "upliftd", 30)
        if self.process.poll() is not None:
            raise AssertionError(f"upliftd ended with {self.process.returncode}:\n" + self.log_text()[-4000:])
        return self

    def stop(self):
        super().stop()
        self.listener.close()


class ControlHost(ServiceHost):
    USERS = {"_uplift": 61950, "member": 61961, "administrator": 61964, "stranger": 61963, "root": 0}

    def __init__(self, folder, directory_env, sandbox):
        super().__init__(folder, directory_env, sandbox)
        (pathlib.Path(folder) / "group").write_text(
            "root:x:0:\n" f"_uplift:x:{self.OWN_GROUP}:\n"
            f"uplift:x:{self.GROUP}:_uplift,member,administrator\n" "uplift-admin:x:61952:administrator\n")
        config = self.daemon.config
        self.daemon.__class__ = SocketDaemon
        config.chmod(0o600)

    def ctl(self, user, *arguments, **options):
        """upliftctl as the user, through the socket."""
        command = self.as_user(user, BIN / "upliftctl", "--socket", self.daemon.socket, *arguments)
        return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)
