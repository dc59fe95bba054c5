"""Names, units and scales of fields, for `legspeed inspect --messages`; nothing is decoded by them."""

from __future__ import annotations

import functools
from typing import Final, NamedTuple

#: ``message: number name unit scale offset; …``; value = raw / scale - offset; ``-`` is no unit. From the FIT profile.
_TABLE: Final = """
0: 0 type; 1 manufacturer; 2 product; 3 serial_number; 4 time_created; 5 number; 8 product_name
2: 0 active_time_zone; 1 utc_offset; 2 time_offset s; 5 time_zone_offset h 4
7: 1 max_heart_rate; 2 threshold_heart_rate; 3 functional_threshold_power; 5 hr_calc_type; 7 pwr_calc_type
8: 1 high_bpm beats/min; 2 name
9: 1 high_value W; 2 name
12: 0 sport; 1 sub_sport; 3 name
18: 0 event; 1 event_type; 2 start_time; 3 start_position_lat °; 4 start_position_long °; 5 sport; 6 sub_sport;
    7 total_elapsed_time s 1000; 8 total_timer_time s 1000; 9 total_distance m 100; 10 total_cycles;
    11 total_calories kcal; 13 total_fat_calories kcal; 14 avg_speed m/s 1000; 15 max_speed m/s 1000;
    16 avg_heart_rate beats/min; 17 max_heart_rate beats/min; 18 avg_cadence rpm; 19 max_cadence rpm; 20 avg_power W;
    21 max_power W; 22 total_ascent m; 23 total_descent m; 24 total_training_effect - 10; 25 first_lap_index;
    26 num_laps; 27 event_group; 28 trigger; 34 normalized_power W; 44 pool_length m 100; 49 avg_altitude m 5 500;
    50 max_altitude m 5 500; 52 avg_grade % 100; 57 avg_temperature °C; 58 max_temperature °C;
    59 total_moving_time s 1000; 64 min_heart_rate beats/min; 65 time_in_hr_zone s 1000; 68 time_in_power_zone s 1000;
    71 min_altitude m 5 500; 89 avg_vertical_oscillation mm 10; 90 avg_stance_time_percent % 100;
    91 avg_stance_time ms 10; 92 avg_fractional_cadence rpm 128; 93 max_fractional_cadence rpm 128;
    110 sport_profile_name; 124 enhanced_avg_speed m/s 1000; 125 enhanced_max_speed m/s 1000;
    126 enhanced_avg_altitude m 5 500; 127 enhanced_min_altitude m 5 500; 128 enhanced_max_altitude m 5 500;
    132 avg_vertical_ratio % 100; 133 avg_stance_time_balance % 100; 134 avg_step_length mm 10;
    137 total_anaerobic_training_effect - 10; 168 training_load_peak - 65536; 192 workout_feel; 193 workout_rpe
19: 0 event; 1 event_type; 2 start_time; 3 start_position_lat °; 4 start_position_long °; 5 end_position_lat °;
    6 end_position_long °; 7 total_elapsed_time s 1000; 8 total_timer_time s 1000; 9 total_distance m 100;
    10 total_cycles; 11 total_calories kcal; 12 total_fat_calories kcal; 13 avg_speed m/s 1000; 14 max_speed m/s 1000;
    15 avg_heart_rate beats/min; 16 max_heart_rate beats/min; 17 avg_cadence rpm; 18 max_cadence rpm; 19 avg_power W;
    20 max_power W; 21 total_ascent m; 22 total_descent m; 23 intensity; 24 lap_trigger; 25 sport; 26 event_group;
    33 normalized_power W; 39 sub_sport; 42 avg_altitude m 5 500; 43 max_altitude m 5 500; 45 avg_grade % 100;
    50 avg_temperature °C; 51 max_temperature °C; 52 total_moving_time s 1000; 57 time_in_hr_zone s 1000;
    60 time_in_power_zone s 1000; 62 min_altitude m 5 500; 63 min_heart_rate beats/min; 71 wkt_step_index;
    77 avg_vertical_oscillation mm 10; 78 avg_stance_time_percent % 100; 79 avg_stance_time ms 10;
    80 avg_fractional_cadence rpm 128; 81 max_fractional_cadence rpm 128; 110 enhanced_avg_speed m/s 1000;
    111 enhanced_max_speed m/s 1000; 112 enhanced_avg_altitude m 5 500; 113 enhanced_min_altitude m 5 500;
    114 enhanced_max_altitude m 5 500; 118 avg_vertical_ratio % 100; 119 avg_stance_time_balance % 100;
    120 avg_step_length mm 10
20: 0 position_lat °; 1 position_long °; 2 altitude m 5 500; 3 heart_rate beats/min; 4 cadence rpm; 5 distance m 100;
    6 speed m/s 1000; 7 power W; 8 compressed_speed_distance; 9 grade % 100; 13 temperature °C; 18 cycles;
    19 total_cycles; 29 accumulated_power W; 30 left_right_balance; 31 gps_accuracy m; 32 vertical_speed m/s 1000;
    33 calories kcal; 39 vertical_oscillation mm 10; 40 stance_time_percent % 100; 41 stance_time ms 10;
    42 activity_type; 43 left_torque_effectiveness % 2; 44 right_torque_effectiveness % 2;
    45 left_pedal_smoothness % 2; 46 right_pedal_smoothness % 2; 47 combined_pedal_smoothness % 2; 48 time128 s 128;
    49 stroke_type; 50 zone; 52 cadence256 rpm 256; 53 fractional_cadence rpm 128; 67 left_pco mm; 68 right_pco mm;
    69 left_power_phase ° 0.711111; 70 left_power_phase_peak ° 0.711111; 71 right_power_phase ° 0.711111;
    72 right_power_phase_peak ° 0.711111; 73 enhanced_speed m/s 1000; 78 enhanced_altitude m 5 500;
    81 battery_soc % 2; 82 motor_power W; 83 vertical_ratio % 100; 84 stance_time_balance % 100; 85 step_length mm 10;
    99 respiration_rate s; 108 enhanced_respiration_rate breaths/min 100; 114 grit; 115 flow;
    116 current_stress - 100; 139 core_temperature °C 100
21: 0 event; 1 event_type; 2 data16; 3 data; 4 event_group; 7 score; 8 opponent_score; 9 front_gear_num;
    10 front_gear; 11 rear_gear_num; 12 rear_gear; 13 device_index; 14 activity_type; 15 start_timestamp s
23: 0 device_index; 1 device_type; 2 manufacturer; 3 serial_number; 4 product; 5 software_version - 100;
    6 hardware_version; 7 cum_operating_time s; 10 battery_voltage V 256; 11 battery_status; 18 sensor_position;
    19 descriptor; 20 ant_transmission_type; 21 ant_device_number; 22 ant_network; 25 source_type; 27 product_name;
    32 battery_level %
26: 4 sport; 5 capabilities; 6 num_valid_steps; 8 wkt_name; 11 sub_sport; 17 wkt_description
27: 0 wkt_step_name; 1 duration_type; 2 duration_value; 3 target_type; 4 target_value; 5 custom_target_value_low;
    6 custom_target_value_high; 7 intensity; 8 notes; 9 equipment; 10 exercise_category; 11 exercise_name;
    12 exercise_weight kg 100; 13 weight_display_unit
31: 4 sport; 5 name; 6 capabilities; 7 sub_sport
32: 1 timestamp; 2 position_lat °; 3 position_long °; 4 distance m 100; 5 type; 6 name; 8 favorite
34: 0 total_timer_time s 1000; 1 num_sessions; 2 type; 3 event; 4 event_type; 5 local_timestamp; 6 event_group
49: 0 software_version; 1 hardware_version
55: 1 calories kcal; 2 distance m 100; 3 cycles - 2; 4 active_time s 1000; 5 activity_type; 16 activity_time min;
    26 timestamp_16 s; 27 heart_rate beats/min
78: 0 time s 1000
101: 0 event; 1 event_type; 2 start_time; 3 total_elapsed_time s 1000; 4 total_timer_time s 1000; 5 total_strokes;
    6 avg_speed m/s 1000; 7 swim_stroke; 9 avg_swimming_cadence strokes/min; 12 length_type
104: 2 capacity %
132: 0 fractional_timestamp s 32768; 1 time256 s 256; 6 filtered_bpm beats/min; 9 event_timestamp s 1024;
    10 event_timestamp_12 s 1024
160: 0 timestamp_ms ms; 1 position_lat °; 2 position_long °; 3 enhanced_altitude m 5 500; 4 enhanced_speed m/s 1000;
    5 heading ° 100; 6 utc_timestamp s; 7 velocity m/s 100
162: 0 fractional_timestamp s 32768; 1 system_timestamp s; 2 fractional_system_timestamp s 32768; 3 local_timestamp s;
    4 timestamp_ms ms; 5 system_timestamp_ms ms
206: 0 developer_data_index; 1 field_definition_number; 2 fit_base_type_id; 3 field_name; 4 array; 5 components;
    6 scale; 7 offset; 8 units; 9 bits; 10 accumulate; 13 fit_base_unit_id; 14 native_mesg_num; 15 native_field_num
207: 0 developer_id; 1 application_id; 2 manufacturer_id; 3 developer_data_index; 4 application_version
216: 0 reference_mesg; 1 reference_index; 2 time_in_hr_zone s 1000; 3 time_in_speed_zone s 1000;
    4 time_in_cadence_zone s 1000; 5 time_in_power_zone s 1000; 6 hr_zone_high_boundary beats/min;
    7 speed_zone_high_boundary m/s 1000; 8 cadence_zone_high_boundary rpm; 9 power_zone_high_boundary W;
    10 hr_calc_type; 11 max_heart_rate; 12 resting_heart_rate; 13 threshold_heart_rate; 14 pwr_calc_type;
    15 functional_threshold_power
225: 0 duration s 1000; 3 repetitions; 4 weight kg 16; 5 set_type; 6 start_time; 7 category; 8 category_subtype;
    9 weight_display_unit; 10 message_index; 11 wkt_step_index
312: 0 split_type; 1 total_elapsed_time s 1000; 2 total_timer_time s 1000; 3 total_distance m 100;
    4 avg_speed m/s 1000; 9 start_time; 11 sport; 12 sub_sport; 13 total_ascent m; 14 total_descent m;
    15 avg_heart_rate beats/min; 16 max_heart_rate beats/min; 25 max_speed m/s 1000; 27 end_time
"""


class FieldName(NamedTuple):
    """A field's name and how its number is shown: raw / scale - offset, in `unit`."""

    name: str
    unit: str = ""
    scale: float = 1.0
    offset: float = 0.0


@functools.cache
def field_names() -> dict[tuple[int, int], FieldName]:
    """Return the known fields by message and field number."""
    names = {}
    for line in _TABLE.replace("\n    ", " ").strip().splitlines():
        message, _, fields = line.partition(": ")
        for field in fields.split("; "):
            number, name, *more = field.split(" ")
            unit = more[0] if more and more[0] != "-" else ""
            names[int(message), int(number)] = FieldName(name, unit, *map(float, more[1:]))
    return names


def field_name(message: int, field: int) -> FieldName | None:
    """Return what a field is called, None for one that is not of the profile or not in the table."""
    if field == 253:
        return FieldName("timestamp")
    if field == 254 and (message, 254) not in field_names():
        return FieldName("timestamp" if message == 225 else "message_index")
    return field_names().get((message, field))
