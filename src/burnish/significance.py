"""Whether a paired difference is one at all, and how many of many differences are. All draws are seeded.

Items made from one template succeed and fail together, so what the test flips is whole clusters.
"""

from collections.abc import Hashable, Sequence

import numpy as np

from burnish.seeds import fingerprint

DRAWS = 19_999
MOST_EXACT = 14  # clusters that changed: 2 ** 14 flips are computed as fast as the draws are drawn


def sign_flip_test(changes: Sequence[float], clusters: Sequence[Hashable], *, key: str) -> float:
    """Return the two-sided p-value of "no difference" for paired `changes`, flipping the sign of whole clusters.

    The randomisation test for paired data (Fisher 1935), exact where few clusters changed, else by seeded draws with the
    seen one among them (Phipson and Smyth 2010). `key` names the comparison and seeds the draws.
    """
    sums: dict[Hashable, float] = {}
    for change, cluster in zip(changes, clusters, strict=True):
        sums[cluster] = sums.get(cluster, 0.0) + change
    moved = np.array([value for value in sums.values() if value])
    if not len(moved):
        return 1.0
    seen = abs(moved.sum()) - 1e-9
    if len(moved) <= MOST_EXACT:
        bits = np.arange(2 ** len(moved))[:, None] >> np.arange(len(moved)) & 1
        return float(np.mean(np.abs((1 - 2 * bits) @ moved) >= seen))
    generator = np.random.Generator(np.random.PCG64(int(fingerprint("sign flips", key), 16)))
    signs = 1 - 2 * generator.integers(0, 2, size=(DRAWS, len(moved)), dtype=np.int8)
    return float((1 + np.sum(np.abs(signs @ moved) >= seen)) / (1 + DRAWS))


def adjust(p_values: Sequence[float]) -> list[float]:
    """Return for each p-value the false discovery rate at which it is found (Benjamini and Hochberg 1995)."""
    from scipy.stats import false_discovery_control

    if not p_values:
        return []
    return [min(1.0, float(value)) for value in false_discovery_control(np.array(p_values), method="bh")]
