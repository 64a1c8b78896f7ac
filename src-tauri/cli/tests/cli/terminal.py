"""Runs a program at a terminal and answers what it asks.

Arguments: a JSON list of [expected text, answer] pairs, then the program and
its arguments. What it wrote goes to standard output, its status is ours.
"""

import json
import os
import pty
import signal
import sys

PATIENCE = 120  # Seconds; a question that nobody expected is never answered.

answers = json.loads(sys.argv[1])
program = sys.argv[2:]

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(program[0], program)

def give_up(*_):
    os.kill(pid, signal.SIGKILL)


signal.signal(signal.SIGALRM, give_up)
signal.alarm(PATIENCE)
written = b""
seen = 0
while True:
    try:
        some = os.read(terminal, 4096)
    except OSError:  # Linux: the other end is closed.
        break
    if not some:
        break
    written += some
    while answers and answers[0][0].encode() in written[seen:]:
        seen = len(written)
        os.write(terminal, answers.pop(0)[1].encode())

sys.stdout.buffer.write(written)
sys.stdout.flush()
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
