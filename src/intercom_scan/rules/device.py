"""Other things that are called intercom: door phones, radios, home automation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.rules.text import lazy

if TYPE_CHECKING:
    from intercom_scan.rules.names import Name
    from intercom_scan.rules.text import Span

_REACH = 400  # bytes before and behind a value that say what its section is of

# For lower-case text. What no code for the service has beside the word.
_door_phone = lazy(
    rb"(?<![a-z])(?:esphome|home.?assistant|hass|door.?(?:bell|phone|bird|station)s?|esp32|arduino|"
    rb"asterisk|akuvox|hikvision|dahua|ring.intercom|aiphone|commax|micropython|sip:|freeswitch|"
    rb"walkie.talkie|apartment|intercom.panel|gpio)(?![a-z])"
)
# What a section has in which `intercom:` is a device; and what says that it is not, after all.
_part = lazy(
    rb"(?<![a-z])(?:door|sip|camera|relay|ring(?:er|tone|ing)?|gate|buzzer|rtsp|hallway|unlock|"
    rb"speaker|onvif|entrance|lobby|mqtt)s?(?![a-z])"
)
_service = lazy(
    rb"(?<![a-z])(?:app_?id|client_?id|workspace|messenger|widget|webhook|identity|boot)"
)
_random = lazy(rb"[a-z0-9_-]{36,}")  # may have any short word in it
# Words of a name that a device's secret has not.
_SERVICE_WORDS = frozenset(
    ("client", "identity", "verification", "user", "hub", "messenger", "webhook", "jwt", "hmac")
)


def is_door_phone(lower: bytes, near: list[Span]) -> bool:
    """Does a lower-case text speak of a device within one of the spans around the word?"""
    return any(_door_phone().search(lower, *span) for span in near)


def in_device_section(lower: bytes, value: Span, name: Name) -> bool:
    """Does a device's section hold the value? `intercom:` / `door: front` / `api_key: …`."""
    if name.explicit or _SERVICE_WORDS.intersection(name.reduced.split("_")):
        return False
    around = _random().sub(b"", lower[max(0, value[0] - _REACH) : value[1] + _REACH])
    return bool(_part().search(around)) and not _service().search(around)
