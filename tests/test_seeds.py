from burnish.seeds import fingerprint, rng, share


def test_neighbouring_seeds_share_nothing() -> None:
    draws = {seed: {rng(seed, "cases", index).random() for index in range(200)} for seed in (7, 8)}
    assert not draws[7] & draws[8]
    assert len(draws[7]) == 200


def test_numbers_are_the_same_on_every_machine() -> None:
    assert rng(42, "fs_pagination", 0).randrange(10**9) == 642924600
    assert fingerprint("a", 1) == "839e11a421d370be"


def test_parts_do_not_run_together() -> None:
    assert fingerprint("ab", "c") != fingerprint("a", "bc")


def test_share_is_even() -> None:
    values = [share("withheld", number) for number in range(4000)]
    assert min(values) >= 0 and max(values) < 1
    assert abs(sum(value < 0.3 for value in values) / 4000 - 0.3) < 0.03
