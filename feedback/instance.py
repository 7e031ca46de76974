"""What does the demonstration keep between two starts: its keys and its address?"""

import base64
import json
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from feedback.environment import MASTER_KEY_BYTES

USUAL_ADDRESS: Final = "http://localhost:8000"


def last_address(directory: Path) -> str:
    """Say where the demonstration was last started, so that all links agree."""
    told = directory / "address"
    if told.is_file():
        return told.read_text(encoding="utf-8").strip()
    return USUAL_ADDRESS


def demo_keys(directory: Path) -> Mapping[str, str]:
    """Read the demonstration's keys; make them the first time, once for all."""
    path = directory / "demo-keys.json"
    if not path.exists():
        directory.mkdir(exist_ok=True)
        _make(path)
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _make(path: Path) -> None:
    keys = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "MASTER_KEY": base64.urlsafe_b64encode(
            secrets.token_bytes(MASTER_KEY_BYTES)
        ).decode(),
    }
    fresh = path.with_name(f"demo-keys.{secrets.token_hex(8)}")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(keys), encoding="utf-8")
    try:
        path.hardlink_to(fresh)  # whoever comes second keeps the first's keys
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
