"""Make this checkout importable in the environment that runs this, with its `amity` command.

What an editable install does, without a build step and what that would have to download.
"""

import sys
import sysconfig
from pathlib import Path

here = Path(__file__).resolve().parent.parent
Path(sysconfig.get_path("purelib"), "amity.pth").write_text(f"{here}\n")
command = Path(sysconfig.get_path("scripts"), "amity")
command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli "$@"\n')
command.chmod(0o755)
