"""Write the real data of `examples/` from scikit-learn's own copies: ``python benchmarks/write_examples.py``.

Numbers are written as they stand in the data sets (the shortest decimal that reads back), features raw.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from sklearn import datasets

EXAMPLES = Path(__file__).parents[1] / "examples"


def write(name: str, columns: list[str], rows: np.ndarray, classes: list[str]) -> None:
    """One CSV file: the columns, then the class."""
    with open(EXAMPLES / name, "w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(columns)
        for row, label in zip(rows.tolist(), classes, strict=True):
            lines.writerow([*(f"{x:.17g}" if float(repr(x)) != x else repr(x) for x in row), label])
    print(f"wrote {EXAMPLES / name}")


def main() -> None:
    iris = datasets.load_iris()
    kept = iris.target > 0  # setosa is far from the other two, and would be separable
    names = [name.removesuffix(" (cm)").replace(" ", "_") for name in iris.feature_names]
    classes = [str(iris.target_names[label]) for label in iris.target[kept]]
    write("iris.csv", [*names, "species"], iris.data[kept], classes)
    # Seen from the middle of the data: an affine change of the inputs moves the bias and leaves the loss as it is.
    petals = np.array([[round(a - 4.9, 1), round(b - 1.7, 1)] for a, b in iris.data[kept, 2:].tolist()])
    write("iris-petals.csv", ["length", "width", "species"], petals, classes)
    cancer = datasets.load_breast_cancer()
    names = [str(name).replace(" ", "_") for name in cancer.feature_names]
    classes = [str(cancer.target_names[label]) for label in cancer.target]
    write("breast-cancer.csv", [*names, "diagnosis"], cancer.data, classes)


if __name__ == "__main__":
    main()
