"""What the tests of the watched folder share: small files, and a table of what happened."""


def csv_of(*names):
    return ("sAMAccountName\n" + "".join(name + "\n" for name in names)).encode()


class Table:
    def __init__(self):
        self.rows = []

    def add(self, case, happened, seconds=0.0):
        self.rows.append((case, seconds, happened))

    def show(self):
        print(f"\n{'case':54} {'seconds':>7}  what happened")
        for case, seconds, happened in self.rows:
            print(f"{case:54} {seconds:7.1f}  {happened[:110]}")
