import dataclasses
import re

import pytest

from legspeed.errors import SettingsError
from legspeed.settings import MAP_GROUPS, Settings


def test_every_threshold_has_unit_range_and_reason():
    for key, spec, value in Settings():
        assert spec.metadata["low"] <= value <= spec.metadata["high"], key
        assert isinstance(spec.metadata["unit"], str), key
        assert re.search(r"\[(physiology|signal|design|coaching texts)[^\]]*\]$", spec.metadata["doc"]), key


def test_keys_are_unique_and_dotted():
    keys = [key for key, _, _ in Settings()]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", key) for key in keys)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"gap": {}}, "did you mean 'gaps'"),
        ({"gaps": {"notice": 9}}, "did you mean 'notice_d'"),
        ({"gaps": {"notice_d": 1e9}}, "settings.gaps.notice_d = 1e+09: allowed are 2 to 365 d"),
        ({"gaps": {"notice_d": float("nan")}}, "notice_d"),
        ({"gaps": {"notice_d": True}}, "a number is wanted"),
        ({"gaps": {"notice_d": "9"}}, "a number is wanted"),
        ({"gaps": 3}, "a table"),
    ],
)
def test_an_unusable_setting_names_itself_and_the_way_out(given, said):
    with pytest.raises(SettingsError) as caught:
        Settings.from_mapping(given)
    assert said in str(caught.value)


def test_a_changed_value_changes_the_fingerprint_and_only_its_groups():
    changed = Settings.from_mapping({"gaps": {"notice_d": 9}})
    assert changed.fingerprint() != Settings().fingerprint()
    assert changed.fingerprint(MAP_GROUPS) == Settings().fingerprint(MAP_GROUPS)
    assert Settings().fingerprint() == Settings().fingerprint()


def test_groups_of_the_map_exist():
    assert {field.name for field in dataclasses.fields(Settings)} >= MAP_GROUPS
