"""How well numbers that are known without any simulation tell what uneven spacing costs real routes."""

import pandas as pd

from qnet.present import markdown
from qnet.route.predict import PREDICTORS, bootstrap_error, explained_variance, rank_correlation


def make(route_loss: pd.DataFrame) -> pd.DataFrame:
    routes = route_loss[route_loss.exists & route_loss.even_has_key & ~route_loss.repeated]
    loss, storage, networks = (routes[name].to_numpy() for name in ("loss", "even_storage", "network"))
    rows = []
    for name in PREDICTORS:
        x = routes[name].to_numpy(float)
        rows.append({
            "predictor": name,
            "rank_correlation": rank_correlation(x, loss),
            "rank_correlation_se": float(
                bootstrap_error(lambda i, x=x: rank_correlation(x[i], loss[i]), networks)
            ),
            "explained": explained_variance(x, loss, networks),
            "explained_with_storage": explained_variance([x, storage], loss, networks),
        })  # fmt: skip
    return pd.DataFrame(rows)


if __name__ == "__main__":
    markdown.render(make, snakemake)
