"""Settings: defaults, and one clear sentence for what cannot be used."""

import socket
from pathlib import Path

import pytest

from services import data_folder, keys, settings
from services.settings import SettingsError


@pytest.fixture(autouse=True)
def nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in settings.Settings.model_fields:
        monkeypatch.delenv(settings.ENV_PREFIX + name.upper(), raising=False)


def test_every_setting_has_a_default(tmp_path: Path) -> None:
    loaded = settings.load()
    assert (loaded.host, loaded.port, loaded.public_url) == ("127.0.0.1", 8080, "http://127.0.0.1:8080")
    assert loaded.data == tmp_path / "data"
    assert loaded.database_url == f"sqlite://{tmp_path}/data/pedido.db"
    assert loaded.key_file == tmp_path / "data" / "key"
    assert not loaded.is_https


def test_the_environment_wins_over_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("PEDIDO_PORT=9001\nPEDIDO_PUBLIC_URL=https://orders.example.com/\n")
    assert settings.load().port == 9001
    monkeypatch.setenv("PEDIDO_PORT", "9002")
    loaded = settings.load()
    assert (loaded.port, loaded.public_url, loaded.is_https) == (9002, "https://orders.example.com", True)


def test_an_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEDIDO_PORT", "")
    assert settings.load().port == 8080


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("PEDIDO_PORT", "eighty"),
        ("PEDIDO_PORT", "70000"),
        ("PEDIDO_PORT", "0"),
        ("PEDIDO_DATA", "shop #1"),
        ("PEDIDO_DATABASE_URL", "mysql://host/shop"),
        ("PEDIDO_PUBLIC_URL", "orders.example.com"),
        ("PEDIDO_PUBLIC_URL", "https://orders.example.com/shop"),
        ("PEDIDO_PUBLIC_URL", "https://orders example.com"),
        ("PEDIDO_PUBLIC_URL", "https://orders.example.com?shop=1"),
        ("PEDIDO_SMTP_URL", "mail.example.com"),
        ("PEDIDO_SMTP_URL", "http://mail.example.com"),
        ("PEDIDO_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_value_is_named_in_one_sentence(name: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, wrong)
    with pytest.raises(SettingsError) as refused:
        settings.load()
    sentence = str(refused.value)
    assert sentence.startswith(f"{name}: ")
    assert "\n" not in sentence


def test_a_password_in_a_wrong_mail_address_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEDIDO_SMTP_URL", "http://seller:sesame@mail.example.com")
    with pytest.raises(SettingsError) as refused:
        settings.load()
    assert "sesame" not in str(refused.value)


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="PEDIDO_DATA"):
        settings.load(data=tmp_path / "file" / "data").make_folders()


@pytest.mark.parametrize("place", ["missing/pedido.db", "folder", "letter.txt"])
def test_a_database_that_cannot_be_used_stops_the_start_instead_of_hanging(tmp_path: Path, place: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "letter.txt").write_text("Dear Sir, this is no database. " * 10)
    with pytest.raises(SettingsError, match=r"PEDIDO_DATABASE_URL: the database .+ cannot be used"):
        settings.load(database_url=f"sqlite://{tmp_path / place}").make_folders()


def test_a_key_file_that_is_none_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Sir")
    settings.load(key_file=tmp_path / "letter.txt")
    with pytest.raises(SettingsError, match="not a key"):
        keys.check()
    settings.load(key_file=tmp_path / "letter.txt" / "key")
    with pytest.raises(SettingsError, match="PEDIDO_KEY_FILE"):
        keys.check()
    settings.load(key_file=tmp_path / "later" / "key")
    keys.check()
    keys.encrypt("open sesame")
    keys.check()


def test_a_port_in_use_and_a_foreign_address_are_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingsError, match="cannot listen"):
        settings.check_address(settings.load(port=taken.getsockname()[1]))
    with pytest.raises(SettingsError, match="PEDIDO_HOST"):
        settings.check_address(settings.load(host="no such host"))


def test_the_key_is_readable_by_its_owner_only_and_brings_a_secret_back(tmp_path: Path) -> None:
    loaded = settings.load()
    stored = keys.encrypt("open sesame")
    assert loaded.key_file is not None
    assert loaded.key_file.stat().st_mode & 0o777 == 0o600
    assert "sesame" not in stored
    assert keys.decrypt(stored) == "open sesame"
    assert keys.encrypt("") == ""


def test_a_data_folder_belongs_to_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data_folder.claim(tmp_path)
    data_folder.claim(tmp_path)  # once is enough
    with monkeypatch.context() as another_process, pytest.raises(SettingsError, match="in use by another Pedido"):
        another_process.setattr(data_folder, "_held", {})
        data_folder.claim(tmp_path)
    data_folder.release(tmp_path)
    data_folder.claim(tmp_path, shared=True)
    with monkeypatch.context() as another_process:
        another_process.setattr(data_folder, "_held", {})
        with pytest.raises(SettingsError, match="in use by another Pedido"):
            data_folder.claim(tmp_path)
        data_folder.claim(tmp_path, shared=True)
        data_folder.release(tmp_path)
    data_folder.release(tmp_path)
