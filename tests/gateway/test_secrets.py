"""Rules of secrets: found by name, told by name only."""

import pytest

from gateway.secrets import SecretError, Secrets


def test_the_environment_comes_first(monkeypatch, tmp_path):
    """Then a file, then whoever is asked."""
    (tmp_path / "key").write_text("from file\n")
    secrets = Secrets(ask=lambda name: f"block {name}")
    assert secrets.get("NORTH") == "block NORTH"
    monkeypatch.setenv("CMGATEWAY_SECRET_NORTH_FILE", str(tmp_path / "key"))
    assert secrets.get("NORTH") == "from file"
    monkeypatch.setenv("CMGATEWAY_SECRET_NORTH", "from environment")
    assert secrets.get("NORTH") == "from environment"


def test_a_secret_that_is_nowhere_is_told(monkeypatch):
    """With the variables that could hold it."""
    with pytest.raises(SecretError, match="there is no secret NORTH; set CMGATEWAY_SECRET_NORTH,"):
        Secrets().get("NORTH")
    monkeypatch.setenv("CMGATEWAY_SECRET_NORTH_FILE", "/nowhere")
    with pytest.raises(SecretError, match="CMGATEWAY_SECRET_NORTH_FILE names /nowhere: No such"):
        Secrets().get("NORTH")
    assert not Secrets().has("NORTH")
