"""`python -m qpv`: the command line."""

import sys

from qpv._command_line import main

sys.exit(main())
