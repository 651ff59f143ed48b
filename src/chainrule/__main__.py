"""``python -m chainrule``: the command without its script."""

import sys

from chainrule.cli import main

sys.exit(main())
