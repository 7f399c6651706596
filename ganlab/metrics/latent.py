"""How well a latent space keeps apart what people keep apart."""

import numpy as np


def neighbour_accuracy(
    train: np.ndarray, train_labels: np.ndarray, test: np.ndarray, test_labels: np.ndarray, k: int = 15
) -> float:
    """Share of the test points, float `[m, size]`, whose class most of their `k` nearest training points have.

    Cover and Hart, "Nearest neighbor pattern classification", 1967, as scikit-learn's classifier does it.
    """
    from sklearn.neighbors import KNeighborsClassifier

    reader = KNeighborsClassifier(min(k, len(train))).fit(train, train_labels)
    return float(reader.score(test, test_labels))
