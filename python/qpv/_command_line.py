"""The command line of the program, from within Python."""

import signal
import sys

from qpv import _qpv


def main() -> int:
    """Runs the command line, and returns its exit code."""
    # Python would only note Ctrl-C, and the command would go on.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _qpv.run_command_line(["qpv", *sys.argv[1:]])
