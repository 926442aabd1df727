"""As in config.yaml: D = 17 ps/(nm km), S = 0.056 ps/(nm^2 km) at 1550 nm."""

from pathlib import Path

import yaml

_STUDIES = yaml.safe_load((Path(__file__).parents[2] / "config.yaml").read_bytes())["studies"]
_FIBRE = _STUDIES["avis_gaussian_third_order"]["fixed"]
BETA2, BETA3 = _FIBRE["beta2_s2_per_km"], _FIBRE["beta3_s3_per_km"]
