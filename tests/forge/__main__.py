"""``python -m tests.forge``: forge, print what came of it, and end with 1 where a hole was found."""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from pathlib import Path

from tests.forge import campaign, drafts1, honest
from tests.forge.jury import Jury
from tests.forge.tally import Tally, printed

HOLES = Path("build/forge")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.forge", description="Forge certificates, and hold what is accepted against a truth."
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--honest", type=int, default=140, help="honest certificates to begin with")
    parser.add_argument("--intent", type=int, default=20_000, help="forgeries that alter claim and proof together")
    parser.add_argument("--plain", type=int, default=100_000, help="certificates changed without any intent")
    parser.add_argument("--scratch", type=int, default=2_000, help="drafts from nothing")
    parser.add_argument(
        "--kinds", nargs="+", default=[*honest.MAKERS, *drafts1.DRAFTS], help="only these makers and drafts"
    )
    options = parser.parse_args(arguments)
    tallies: dict[str, Tally] = {}
    makers = tuple(kind for kind in options.kinds if kind in honest.MAKERS)
    drafts = tuple(kind for kind in options.kinds if kind in drafts1.DRAFTS)

    def step(title: str) -> Tally:
        print(f"[{time.strftime('%H:%M:%S')}] {title}", file=sys.stderr, flush=True)
        return tallies.setdefault(title, Tally(HOLES))

    version = 2 if options.kernel else 1
    with Jury(version) as jury:
        if makers:
            found = itertools.islice(honest.certificates(options.seed, makers, version), options.honest)
            documents = campaign.corpus(jury.ask, step("honest"), found)
            campaign.squeezed(documents, jury.ask, step("honest, squeezed"), 40, options.seed)
            campaign.with_intent(documents, jury.ask, step("with intent"), options.intent, options.seed)
            campaign.without_intent(documents, jury.ask, step("without intent"), options.plain, options.seed)
        if drafts and version == 1:
            campaign.from_nothing(jury.ask, step("from nothing"), options.scratch, options.seed, drafts)
    print(printed(tallies))
    holes = [hole for tally in tallies.values() for hole in tally.holes]
    for why, row in sorted({(hole.why, hole.row) for hole in holes}):
        print(f"HOLE  {row}\n      {why}")
    print(f"{len(holes)} holes{f', in {HOLES}' if holes else ''}")
    return 1 if holes else 0


if __name__ == "__main__":
    sys.exit(main())
