#!/usr/bin/env bash
# A bare host with a real systemd as process 1, in namespaces of its own, to install packages in. It sees this
# machine's file system through an overlay: what it writes is gone when it ends.
#
#   systemd_box.sh up DIR [PATH…]    start; DIR (made) holds the state, each PATH is shared with the box for real
#   systemd_box.sh run DIR COMMAND…  run a command inside
#   systemd_box.sh down DIR          stop it and all it started
#
# Root only, with a cgroup2 file system mounted. Debian packages: systemd util-linux iproute2. The box has a
# loopback of its own and no other network. Not enforced where the machine keeps controllers on cgroup v1:
# MemoryMax=, TasksMax=, CPUQuota=. A unit with PrivateTmp= does not see a PATH below /tmp.
set -euo pipefail

usage() { sed -n '2,12s/^# \{0,1\}//p' "$0"; }
case ${1:-} in -h | --help) usage; exit 0 ;; esac
[ $# -ge 2 ] || { usage >&2; exit 2; }
verb=$1
case $verb in
up) mkdir -p "$2" ;;
down) [ -d "$2" ] || exit 0 ;;
esac
dir=$(cd "$2" && pwd -P)
shift 2
root=$dir/root
alive() { [ -s "$dir/pid" ] && [ "$(readlink "/proc/$(cat "$dir/pid")/exe" 2>/dev/null)" = "$(readlink -f /lib/systemd/systemd)" ]; }
inside() {
    local pid
    pid=$(cat "$dir/pid")
    nsenter -t "$pid" --mount --pid --uts --ipc --net --cgroup --wdns=/ -- "$@"
}

# The control groups outlive their processes, also those of a box that was killed.
drop_group() {
    local group
    [ -s "$dir/cgroup" ] || return 0
    group=$(cat "$dir/cgroup")
    for _ in $(seq 1 30); do
        [ -e "$group" ] || break
        find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
        [ ! -e "$group" ] || sleep 0.1
    done
    rm -f "$dir/cgroup"
}

# Runs in the new namespaces, as their process 1, and becomes systemd.
boot() {
    mount --make-rprivate /
    mount -t tmpfs -o mode=755 box "$root"
    mkdir "$root"/{up,work,tree}
    mount -t overlay overlay -o "lowerdir=/,upperdir=$root/up,workdir=$root/work" "$root/tree"
    local r=$root/tree path node unit
    mount -t proc proc "$r/proc"
    mount -t sysfs -o ro sysfs "$r/sys"
    mount --bind "$r/proc/sys" "$r/proc/sys"
    mount -o remount,bind,ro "$r/proc/sys"
    mount -t cgroup2 cgroup2 "$r/sys/fs/cgroup"
    mount -t tmpfs -o mode=755 run "$r/run"
    mount -t tmpfs -o mode=1777 tmp "$r/tmp"
    mount -t tmpfs -o mode=755 dev "$r/dev"
    mkdir "$r"/dev/{pts,shm,mqueue}
    mount -t tmpfs -o mode=1777 shm "$r/dev/shm"
    mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$r/dev/pts"
    for node in null:3 zero:5 full:7 random:8 urandom:9; do
        mknod -m 666 "$r/dev/${node%:*}" c 1 "${node#*:}"
    done
    mknod -m 666 "$r/dev/tty" c 5 0
    ln -s pts/ptmx "$r/dev/ptmx"
    ln -s /proc/self/fd "$r/dev/fd"
    ln -s fd/0 "$r/dev/stdin"
    ln -s fd/1 "$r/dev/stdout"
    ln -s fd/2 "$r/dev/stderr"
    touch "$r/dev/console"
    touch "$dir/console.log"
    mount --bind "$dir/console.log" "$r/dev/console"
    for path; do
        mkdir -p "$r$path"
        mount --rbind "$path" "$r$path"
    done
    # Only what a service needs: none of the machine's own units start.
    rm -rf "$r"/etc/systemd/system/*.wants "$r"/etc/machine-id "$r"/var/log/journal
    echo uninitialized >"$r/etc/machine-id"
    for unit in systemd-sysctl systemd-binfmt systemd-udevd systemd-udev-trigger systemd-modules-load \
        systemd-random-seed systemd-update-utmp systemd-pstore systemd-timesyncd systemd-remount-fs \
        systemd-machine-id-commit systemd-firstboot systemd-hwdb-update kmod-static-nodes ldconfig; do
        ln -sfn /dev/null "$r/etc/systemd/system/$unit.service"
    done
    for unit in proc-sys-fs-binfmt_misc.automount dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount \
        sys-kernel-tracing.mount sys-kernel-config.mount sys-fs-fuse-connections.mount tmp.mount \
        systemd-udevd-kernel.socket systemd-udevd-control.socket man-db.timer; do
        ln -sfn /dev/null "$r/etc/systemd/system/$unit"
    done
    cat >"$r/etc/systemd/system/box.target" <<'UNIT'
[Unit]
Description=Box
Requires=basic.target
After=basic.target
AllowIsolate=yes
UNIT
    : >"$r/etc/fstab"
    echo box >"$r/etc/hostname"
    hostname box
    ip link set lo up
    cd "$r"
    pivot_root . mnt
    umount -l /mnt
    mount --make-rshared / # as in any container: credentials are mounted by a helper and must propagate
    exec env -i container=box PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        /lib/systemd/systemd --system --unit=box.target --show-status=0 --log-target=journal
}

case $verb in
up)
    if alive; then exit 0; fi
    for path; do
        case $path in /*) ;; *) echo "systemd_box: PATH $path is not absolute" >&2; exit 2 ;; esac
    done
    rm -f "$dir/pid"
    drop_group
    mkdir -p "$root"
    group=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)
    [ -n "$group" ] || { echo 'systemd_box: no cgroup2 file system is mounted' >&2; exit 1; }
    group=$group/box-$$
    mkdir "$group"
    echo "$group" >"$dir/cgroup"
    spaces=(--mount --pid --cgroup --uts --ipc)
    spaces+=(--net)
    setsid bash -c 'echo $$ >"$1/cgroup.procs"; shift; exec "$@"' _ "$group" \
        unshare "${spaces[@]}" --fork --kill-child bash "$0" boot "$dir" "$@" >"$dir/boot.log" 2>&1 </dev/null &
    echo $! >"$dir/outer"
    for _ in $(seq 1 200); do
        pid=$(cat "/proc/$(cat "$dir/outer")/task/$(cat "$dir/outer")/children" 2>/dev/null | tr -d ' ') || true
        if [ -n "${pid:-}" ]; then
            echo "$pid" >"$dir/pid"
            if alive && [ "$(inside systemctl is-active box.target 2>/dev/null)" = active ]; then
                disown -a
                exit 0
            fi
        fi
        sleep 0.1
    done
    echo "systemd_box: it did not come up within 20 s; see $dir/boot.log and $dir/console.log" >&2
    kill -KILL "$(cat "$dir/outer")" 2>/dev/null || true # --kill-child takes all of the box with it
    exit 1
    ;;
run)
    alive || { echo "systemd_box: $dir is not running" >&2; exit 1; }
    inside "$@"
    ;;
down)
    if alive; then
        pid=$(cat "$dir/pid")
        kill -s SIGRTMIN+4 "$pid" # poweroff: stops every unit first
        for _ in $(seq 1 300); do alive || break; sleep 0.1; done
        if alive; then kill -KILL "$pid"; fi
    fi
    drop_group
    rm -f "$dir/pid" "$dir/outer"
    ;;
boot) boot "$@" ;;
*) usage >&2; exit 2 ;;
esac
