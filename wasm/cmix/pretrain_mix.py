"""Makes the text that the LSTM's first weights were trained on: pretrain_mix.py FOLDER OUT.

FOLDER holds the unpacked files of the training corpus. Pieces of 16 KB are taken evenly from each by its
share and shuffled, always the same way. Left out are the stretches that rates and components were tuned on.
"""

import random
import sys
from pathlib import Path

PIECE = 16384
TOTAL = 10_000_000
USED = 5_750_000  # of the mixture, from its start: that is as long as training went on
SHARES = {
    "wiki-markup-en": 0.46,
    "wiki-plain-en": 0.12,
    "prose": 0.12,
    "code": 0.12,
    "web-data": 0.07,
    "wiki-markup-multi": 0.05,
    "multilingual": 0.05,
    "logs": 0.01,
}
LEFT_OUT = {
    "wiki-markup-en": (1_000_000, 2_000_000),
    "prose": (3_000_000, 3_300_000),
    "code": (5_000_000, 5_300_000),
}


def mixture(folder: Path) -> bytes:
    pieces: list[bytes] = []
    for name, share in SHARES.items():
        text = (folder / name).read_bytes()
        begin, end = LEFT_OUT.get(name, (0, 0))
        text = text[:begin] + text[end:]
        count = int(TOTAL * share / PIECE)
        step = len(text) / count
        starts = [int(i * step) for i in range(count)]
        pieces += [text[start : start + PIECE] for start in starts]
    random.Random(1).shuffle(pieces)
    return b"".join(pieces)[:USED]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: pretrain_mix.py FOLDER OUT")
    Path(sys.argv[2]).write_bytes(mixture(Path(sys.argv[1])))
