"""networkx's own tests for the functions that we take over, run against us."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from amity.networkx_info import FUNCTIONS
from tests.docs.examples import ROOT

# networkx's modules, as it names them.
MODULES = (
    "assortativity.tests.test_correlation",
    "centrality.tests.test_betweenness_centrality",
    "centrality.tests.test_closeness_centrality",
    "centrality.tests.test_degree_centrality",
    "centrality.tests.test_eigenvector_centrality",
    "centrality.tests.test_harmonic_centrality",
    "centrality.tests.test_katz_centrality",
    "community.tests.test_leiden",
    "community.tests.test_louvain",
    "community.tests.test_quality",
    "components.tests.test_connected",
    "components.tests.test_strongly_connected",
    "components.tests.test_weakly_connected",
    "link_analysis.tests.test_hits",
    "link_analysis.tests.test_pagerank",
    "shortest_paths.tests.test_unweighted::TestUnweightedPath"
    "::test_single_source_shortest_path_length",
    "shortest_paths.tests.test_weighted::TestWeightedPath::test_dijkstra",
    "tests.test_cluster",
    "tests.test_core",
    "tests.test_cuts::TestConductance",
    "tests.test_distance_measures::TestDistance::test_diameter",
    "tests.test_link_prediction",
    "tests.test_reciprocity",
)
# What in these modules is about other functions.
OTHERS = (
    "google",
    "square",
    "generalized",
    "kosaraju",
    "resistance",
    "kemeny",
    "barycenter",
    "WithinInterCluster",
    "CNSoundarajan",
    "RAIndexSoundarajan",
    "EdgeBetweenness",
    "eigenvector_numpy",
    "KatzCentralityNumpy",
    "all_pairs",
)


def test_they_pass_and_every_function_is_called(tmp_path: Path) -> None:
    calls = tmp_path / "calls.json"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        + ["-p", "tests.backend.counting", "--pyargs"]
        + [f"networkx.algorithms.{module}" for module in MODULES]
        + ["-k", f"not ({' or '.join(OTHERS)})"],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT}",
            "NETWORKX_TEST_BACKEND": "amity",
            "NETWORKX_FALLBACK_TO_NX": "1",
            "AMITY_TEST_CALLS": f"{calls}",
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    assert FUNCTIONS.keys() - json.loads(calls.read_text()).keys() == set()
