#!/usr/bin/env python3
"""Solves the instances that `cargo bench --bench matching -- --write FOLDER` wrote with scipy, and compares.

    python3 benches/scipy_compare.py FOLDER [NAME...]

Scipy knows no floors. Its time is that of one solve of the whole instance, which must give as many pairs and as many certain
ones as ours; that of building its matrix stands beside it. Then, untimed but for the last column, it is given the floor we
found and must reach the same total, and must lose pairs at the next higher one. Our time is everything: scoring, finding the
floor, the choice, its proof and the explanations.
"""

import json
import pathlib
import resource
import subprocess
import sys
import time

import numpy as np

# Whole numbers that doubles hold exactly for ten thousand pairs.
PAIR, CERTAIN = 2.0**34, 2.0**20


def matrix(codes, floor):
    """Worths; 0 where there is no pair, which costs nothing to choose and brings nothing."""
    worth = (codes & 127).astype(np.float64)
    worth -= 1
    is_pair = worth >= floor
    worth += PAIR
    worth += (codes >= 128) * CERTAIN
    worth *= is_pair
    return worth


def outcome(codes, worth, rows, columns):
    chosen = codes[rows, columns][worth[rows, columns] > 0]
    scores = (chosen & 127).astype(int) - 1
    return len(chosen), int((chosen >= 128).sum()), int(scores.sum())


def dense(codes, floor):
    from scipy.optimize import linear_sum_assignment

    began = time.perf_counter()
    worth = matrix(codes, floor)
    built = time.perf_counter()
    rows, columns = linear_sum_assignment(worth, maximize=True)
    solved = time.perf_counter()
    return outcome(codes, worth, rows, columns), built - began, solved - built


def sparse(codes, floor):
    from scipy.sparse import csr_array, hstack, identity
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    began = time.perf_counter()
    worth = matrix(codes, floor)
    # It wants every row matched: each gets a column of its own that is worth next to nothing.
    pairs = csr_array(worth)
    own = identity(codes.shape[0], format="csr") * 1e-3
    whole = hstack([pairs, own], format="csr")
    built = time.perf_counter()
    rows, columns = min_weight_full_bipartite_matching(whole, maximize=True)
    solved = time.perf_counter()
    is_pair = columns < codes.shape[1]
    return outcome(codes, worth, rows[is_pair], columns[is_pair]), built - began, solved - built


SOLVERS = {"linear_sum_assignment": dense, "min_weight_full_bipartite_matching": sparse}


def one(folder, name, solver):
    ours = json.loads((folder / f"{name}.json").read_text())
    codes = np.load(folder / f"{name}.npy")
    solve = SOLVERS[solver]
    whole, build, seconds = solve(codes, ours["least"])
    # What the process has needed up to here is what one solve needs.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found, _, at_floor = solve(codes, ours["weakest"])
    above, _, _ = solve(codes, ours["weakest"] + 1)
    counts = (ours["pairs"], ours["certain"])
    same = whole[:2] == counts and found == (*counts, ours["total"]) and above[:2] < counts
    print(
        f"| {name} | {solver} | {'yes' if same else 'NO'} | {ours['seconds']:.3f} | {seconds:.3f} | {build:.3f} "
        f"| {seconds / ours['seconds']:.1f} | {(seconds + build) / ours['seconds']:.1f} | {ours['peak_mb']} | {peak} "
        f"| {at_floor:.3f} |",
        flush=True,
    )
    return same


def main():
    folder = pathlib.Path(sys.argv[1])
    if len(sys.argv) == 5 and sys.argv[2] == "--one":
        sys.exit(0 if one(folder, sys.argv[3], sys.argv[4]) else 1)
    names = sys.argv[2:] or sorted(
        (path.stem for path in folder.glob("*.npy")), key=lambda name: (name.split("-")[0], int(name.split("-")[1]))
    )
    print("| instance | scipy's | same optimum | ours s | scipy s | its matrix s | ratio | with matrix | ours MB | scipy MB | at our floor s |")
    print("|---|---|---|---|---|---|---|---|---|---|---|", flush=True)
    failed = False
    for name in names:
        for solver in SOLVERS:
            # A process each, so that one's memory is not another's.
            done = subprocess.run([sys.executable, __file__, str(folder), "--one", name, solver])
            failed = failed or done.returncode != 0
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
