"""Tables for readers."""

import numpy as np
import pandas as pd

from qnet.present import markdown


def test_cells_are_text():
    frame = pd.DataFrame({"cavities": [True], "g1": [np.nan], "concurrence": [0.96900778760582]})
    assert markdown.as_text(frame, 10).values.tolist() == [["true", "", "0.9690077876"]]
    assert markdown.table(frame).splitlines()[-1] == "| true |  | 0.969008 |"
