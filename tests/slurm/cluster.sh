#!/usr/bin/env bash
# A SLURM cluster of one node, this machine: `tests/slurm/cluster.sh start`, and `stop`. Needs root and Debian's
# slurmctld, slurmd, slurm-client and munge, but no systemd, no cgroups and no accounting database.
set -euo pipefail

FOLDER=/run/qnet-slurm
CONF=/etc/slurm/slurm.conf # SLURM_CONF would not do: the executor plugin takes it away from jobs
MARK="# Made by tests/slurm/cluster.sh, which also removes it."

refuse() {
    echo "$1" >&2
    exit 1
}

is_ours() {
    [ "$(head -1 "$CONF" 2>/dev/null)" = "$MARK" ]
}

running() {
    local daemon pid
    for daemon in slurmd slurmctld munged; do
        pid=$(cat "$FOLDER/$daemon/pid" 2>/dev/null) && [[ "$(readlink "/proc/$pid/exe")" = */$daemon* ]] && echo "$pid"
    done
    return 0
}

configure() {
    local node
    node=$(slurmd -C | head -1)
    cat <<END
$MARK
ClusterName=qnet
SlurmctldHost=$(sed 's/NodeName=\([^ ]*\).*/\1/' <<<"$node")(127.0.0.1)
SlurmUser=root
AuthInfo=socket=$FOLDER/munged/socket
StateSaveLocation=$FOLDER/slurmctld
SlurmctldPidFile=$FOLDER/slurmctld/pid
SlurmctldLogFile=$FOLDER/slurmctld/log
SlurmdSpoolDir=$FOLDER/slurmd
SlurmdPidFile=$FOLDER/slurmd/pid
SlurmdLogFile=$FOLDER/slurmd/log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
DefMemPerCPU=1000
# How long the controller remembers that a job has ended; without accounting nothing else does.
MinJobAge=600
ReturnToService=2
$node NodeAddr=127.0.0.1
PartitionName=main Nodes=ALL Default=YES
END
}

start() {
    local program
    for program in munged slurmctld slurmd sbatch; do
        command -v "$program" >/dev/null || refuse "$program must be installed, but is not"
    done
    [ ! -e "$CONF" ] || is_ours || refuse "$CONF must be absent or made by cluster.sh, but is of another cluster"
    [ "$(running | wc -l)" != 3 ] || return 0
    stop
    mkdir -p /etc/slurm "$FOLDER"/{slurmd,slurmctld}
    install -d -o munge "$FOLDER/munged"
    configure >"$CONF"
    install -m 400 -o munge <(head -c 128 /dev/urandom) "$FOLDER/munged/key"
    runuser -u munge -- munged --socket="$FOLDER/munged/socket" --key-file="$FOLDER/munged/key" \
        --pid-file="$FOLDER/munged/pid" --log-file="$FOLDER/munged/log" --seed-file="$FOLDER/munged/seed"
    slurmctld
    slurmd
    for _ in {1..3000}; do # as long as a busy machine may take
        [ "$(sinfo --noheader --format=%t 2>/dev/null)" != idle ] || return 0
        sleep 0.1
    done
    tail -n 20 "$FOLDER"/*/log >&2
    stop
    refuse "the node must be idle some minutes after the start, but is not"
}

stop() {
    local pids
    if [ "$(running | wc -l)" = 3 ]; then
        for _ in {1..100}; do
            [ -n "$(timeout 10 squeue --noheader)" ] || break
            timeout 10 scancel --user=root
            sleep 0.1
        done
    fi
    pids=$(running)
    if [ -n "$pids" ]; then
        kill $pids
        for _ in {1..100}; do
            [ -n "$(readlink $(printf "/proc/%s/exe " $pids))" ] || break # a zombie has none
            sleep 0.1
        done
        kill -9 $pids 2>/dev/null || true
    fi
    rm -rf "$FOLDER"
    ! is_ours || rm "$CONF"
}

[ "$(id -u)" = 0 ] || refuse "cluster.sh must be run by root, but is by $(id -un)"
case "${1-}" in
start | stop) "$1" ;;
*) refuse "cluster.sh must be given start or stop, but is given '${1-}'" ;;
esac
