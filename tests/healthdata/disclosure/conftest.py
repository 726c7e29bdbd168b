"""Makes the benchmark's simulated attackers importable."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks" / "healthdata"))
