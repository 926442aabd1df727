"""What real routes of each network are like, and what uneven spacing costs them."""

import numpy as np
import pandas as pd

from qnet.present import markdown
from qnet.route.predict import bootstrap_error


def make(route_loss: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for network, routes in route_loss[route_loss.exists].groupby("network"):
        even = routes[routes.even_has_key]
        rows.append({
            "network": network,
            "routes": len(routes),
            "even_with_key": len(even),
            "with_key": int(routes.has_key.sum()),
            "asymmetry_median": routes.asymmetry.median(),
            "excess_median": routes.excess.median(),
            "loss_median": even.loss.median(),
            "loss_median_se": _error(even) if len(even) else np.nan,
        })  # fmt: skip
    return pd.DataFrame(rows)


def _error(routes: pd.DataFrame) -> float:
    """Of the median loss: routes are drawn again, each with its sampling error."""
    loss, error = routes.loss.to_numpy(), routes.loss_se.to_numpy()
    rng = np.random.default_rng(1)
    return float(
        bootstrap_error(lambda i: np.median(loss[i] + error[i] * rng.normal(size=len(i))), np.arange(len(loss)))
    )


if __name__ == "__main__":
    markdown.render(make, snakemake)
