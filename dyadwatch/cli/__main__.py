"""`python -m dyadwatch.cli`: the command line where no `dyadwatch` is on the path."""

import sys

from dyadwatch.cli import main

sys.exit(main())
