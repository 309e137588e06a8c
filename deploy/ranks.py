"""Train with the ranks of mpirun (mpi4py) or torchrun (gloo): they compute the gradients of the micro-batches of a step.

    mpirun -n 4 python deploy/ranks.py iresnet train --data big.csv --workers ranks
    torchrun --nproc-per-node 4 deploy/ranks.py iresnet train --data big.csv --workers ranks

Rank 0 trains and writes; the gradients are summed there in the order of the micro-batches, so that any number of ranks gives the
bits of one process. A lost rank ends the job; `--resume RUN` goes on, with another number of ranks too.
"""

import os
import signal
import struct
import subprocess
import sys


class Mpi:
    def __init__(self):
        from mpi4py import MPI

        self.comm = MPI.COMM_WORLD
        self.rank, self.size = self.comm.Get_rank(), self.comm.Get_size()

    def scatter(self, messages):
        return self.comm.scatter(messages)

    def gather(self, message):
        return self.comm.gather(message)

    def abort(self, code):
        self.comm.Abort(code)


class Gloo:
    def __init__(self):
        import torch.distributed

        self.group = torch.distributed
        self.group.init_process_group("gloo")
        self.rank, self.size = self.group.get_rank(), self.group.get_world_size()

    def scatter(self, messages):
        mine = [None]
        self.group.scatter_object_list(mine, messages, src=0)
        return mine[0]

    def gather(self, message):
        found = [None] * self.size if self.rank == 0 else None
        self.group.gather_object(message, found, dst=0)
        return found

    def abort(self, code):
        os._exit(code)  # torchrun ends the others


def read(file, size):
    """So many bytes; None at the end."""
    data = file.read(size)
    return data if len(data) == size else None


def receive(file):
    """A message behind its length; None at the end."""
    header = read(file, 4)
    return header and read(file, struct.unpack("<I", header)[0])


def send(file, message):
    file.write(struct.pack("<I", len(message)) + message)
    file.flush()


job = Gloo() if "TORCHELASTIC_RUN_ID" in os.environ else Mpi()
theirs_in, ours_out = os.pipe()
ours_in, theirs_out = os.pipe()
child = subprocess.Popen(
    # It ends with this process, also when that is killed.
    ["setpriv", "--pdeathsig", "TERM", *sys.argv[1:]],
    env={**os.environ, "RANK": str(job.rank), "WORLD_SIZE": str(job.size), "RANK_PIPES": f"{theirs_in},{theirs_out}"},
    pass_fds=(theirs_in, theirs_out),
)
for theirs in (theirs_in, theirs_out):
    os.close(theirs)
to_child, from_child = os.fdopen(ours_out, "wb"), os.fdopen(ours_in, "rb")
signal.signal(signal.SIGTERM, lambda *_: child.terminate())


def lost():
    """The code of a program that ended where it should not."""
    to_child.close()
    job.abort(child.wait() % 256 or 1)


others = job.size - 1
while True:
    if job.rank == 0:
        messages = [receive(from_child) for _ in range(others)]
        if messages and messages[0] is not None and None in messages:
            lost()
        if not messages or messages[0] is None:
            job.scatter([None] * job.size)
            break
        job.scatter([b"", *messages])
        answers = job.gather(b"")[1:]
        try:
            for answer in answers:
                send(to_child, answer)
        except BrokenPipeError:
            lost()
    else:
        message = job.scatter(None)
        if message is None:
            break
        try:
            send(to_child, message)
        except BrokenPipeError:
            lost()
        answer = receive(from_child)
        if answer is None:
            lost()
        job.gather(answer)

try:
    to_child.close()
except BrokenPipeError:
    pass
sys.exit(child.wait() % 256)
