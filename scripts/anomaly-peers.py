"""Splits of labelled tables for anomaly detection, and how well other detectors rank them.

python3 scripts/anomaly-peers.py FOLDER SPLITS [name ...]

Of the rows of a class 60 % are for training; the others and all rows of the other classes are to be
told apart. Each split leaves NAME-K.train.csv, NAME-K.test.csv and NAME-K.odd.json, which rows of the
test are not of the class; peers.json holds the area under the ROC curve of each detector.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
import zuko
from sklearn.datasets import load_breast_cancer, load_digits, load_wine
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KernelDensity, LocalOutlierFactor
from sklearn.preprocessing import StandardScaler
from sklearn.svm import OneClassSVM


def tasks():
    cancer = load_breast_cancer()
    yield "cancer, benign", cancer.data, cancer.target == 1, cancer.feature_names
    wine = load_wine()
    for label in range(3):
        yield f"wine {label}", wine.data, wine.target == label, wine.feature_names
    digits = load_digits()
    for label in range(10):
        yield f"digit {label}", digits.data, digits.target == label, digits.feature_names


def density(train):
    """A kernel density whose bandwidth 5-fold cross-validation chooses."""
    grid = {"bandwidth": np.geomspace(0.1, 3, 12)}
    return GridSearchCV(KernelDensity(), grid).fit(train).best_estimator_


def mixture(train):
    """The mixture of Gaussians of the least BIC, 8 components at most, full or diagonal."""
    fits = [
        GaussianMixture(k, covariance_type=form, reg_covar=0.01, random_state=0).fit(train)
        for k in range(1, 9)
        for form in ("full", "diag")
        if k * 4 <= len(train)
    ]
    return min(fits, key=lambda fit: fit.bic(train))


class NeuralSplineFlow:
    """Three transforms of 64-64, AdamW at 0.001; of 15 % of the rows 20 epochs without a better loss end it."""

    def fit(self, train, noise=0.1, epochs=400, patience=20):
        torch.manual_seed(0)
        torch.set_num_threads(1)
        x = torch.tensor(train, dtype=torch.float32)
        cut = max(2, round(0.15 * len(x)))
        left, rest = x[:cut], x[cut:]
        self.flow = zuko.flows.NSF(x.shape[1], transforms=3, hidden_features=(64, 64))
        optimizer = torch.optim.AdamW(self.flow.parameters(), lr=1e-3)
        best, since = (np.inf, None), 0
        for _ in range(epochs):
            for batch in rest[torch.randperm(len(rest))].split(256):
                loss = -self.flow().log_prob(batch + noise * torch.randn_like(batch)).mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            with torch.no_grad():
                left_out = -self.flow().log_prob(left).mean().item()
            since += 1
            if left_out < best[0]:
                best, since = (left_out, {k: v.clone() for k, v in self.flow.state_dict().items()}), 0
            if since > patience:
                break
        self.flow.load_state_dict(best[1])
        return self

    def score_samples(self, rows):
        with torch.no_grad():
            scores = self.flow().log_prob(torch.tensor(rows, dtype=torch.float32)).numpy()
        return np.nan_to_num(scores.astype(float), nan=-1e300, neginf=-1e300)


detectors = {
    "isolation forest": lambda train: IsolationForest(random_state=0).fit(train),
    "local outlier factor": lambda train: LocalOutlierFactor(novelty=True).fit(train),
    "one-class SVM": lambda train: OneClassSVM(nu=0.1).fit(train),
    "kernel density": density,
    "mixture": mixture,
    "neural spline flow": lambda train: NeuralSplineFlow().fit(train),
    "Gaussian": lambda train: GaussianMixture(1, reg_covar=1e-3).fit(train),
}


def main(folder, splits, chosen):
    folder.mkdir(parents=True, exist_ok=True)
    areas = {}
    for name, x, normal, columns in tasks():
        if chosen and name not in chosen:
            continue
        of = areas[name] = {detector: [] for detector in detectors}
        for split in range(splits):
            rng = np.random.default_rng(split)
            rows = rng.permutation(np.flatnonzero(normal))
            cut = round(0.6 * len(rows))
            train, rest = x[rows[:cut]], np.concatenate([x[rows[cut:]], x[~normal]])
            odd = [False] * (len(rows) - cut) + [True] * int(np.sum(~normal))
            for part, values in (("train", train), ("test", rest)):
                file = folder / f"{name}-{split}.{part}.csv"
                lines = [",".join(str(column) for column in columns)]
                lines += [",".join(repr(float(value)) for value in row) for row in values]
                file.write_text("\n".join(lines) + "\n")
            (folder / f"{name}-{split}.odd.json").write_text(json.dumps(odd))
            scale = StandardScaler().fit(train)
            for detector, fit in detectors.items():
                scores = fit(scale.transform(train)).score_samples(scale.transform(rest))
                of[detector].append(roc_auc_score(odd, -scores))
    (folder / "peers.json").write_text(json.dumps(areas))


main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
