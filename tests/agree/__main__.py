"""``python -m tests.agree [COUNT] [FIRST]``: so many random formulas and networks, and whether our own checker follows each answer."""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor

from tests.agree.asking import fault


def main(count: int = 20_000, first: int = 0) -> int:
    """Print each fault; 1 where there is one."""
    faults = 0
    with ProcessPoolExecutor() as pool:
        for done, found in enumerate(pool.map(fault, range(first, first + count), chunksize=16), 1):
            if found:
                faults += 1
                print(found, flush=True)
            if done % 1000 == 0:
                print(f"{done:,} cases, {faults} faults", flush=True)
    print(f"{count:,} cases, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])))
