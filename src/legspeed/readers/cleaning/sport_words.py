"""The words of running and of other sports, in the languages that watches and their apps speak.

They are word stems of a dictionary, written without accents, patterns where a stem alone says too much; ``_`` is a
blank. In every list: English, German, French, Spanish, Portuguese, Italian, Dutch, the Nordic and the Slavic languages,
then others.
"""

from __future__ import annotations

import re
from typing import Final

#: What FIT calls the sports that are neither running nor left open.
FIT_OTHERS: Final = frozenset({
    "cycling", "transition", "swimming", "basketball", "soccer", "tennis", "american_football", "walking",
    "cross_country_skiing", "alpine_skiing", "snowboarding", "rowing", "mountaineering", "hiking", "multisport",
    "paddling", "flying", "e_biking", "motorcycling", "boating", "driving", "golf", "hang_gliding",
    "horseback_riding", "hunting", "fishing", "inline_skating", "rock_climbing", "sailing", "ice_skating",
    "sky_diving", "snowshoeing", "snowmobiling", "stand_up_paddleboarding", "surfing", "wakeboarding", "water_skiing",
    "kayaking", "rafting", "windsurfing", "kitesurfing", "tactical", "jumpmaster", "boxing", "floor_climbing",
    "baseball", "diving", "shooting", "winter_sport", "grinding", "hiit", "video_gaming", "racket",
    "wheelchair_push_walk", "wheelchair_push_run", "meditation", "para_sport", "disc_golf", "team_sport", "cricket",
    "rugby", "hockey", "lacrosse", "volleyball", "water_tubing", "wakesurfing", "water_sport", "archery",
    "mixed_martial_arts", "motor_sports", "snorkeling", "dance", "jump_rope", "pool_apnea", "mobility", "geocaching",
    "canoeing",
})  # fmt: skip


def _pattern(stems: str) -> re.Pattern[str]:
    """Return a pattern that finds any of the stems."""
    return re.compile("|".join(stems.split()).replace("_", " "))


#: English words of running: they win over whatever stands beside them (run/walk, a run with a rowing machine).
RUN: Final = _pattern("run jog track_and_field orienteering")
#: Other sports, by FIT's word for them, "" where a file's own word may stand. They are looked for before running, for a
#: race or a `Lauf` is also one on a bicycle or on skates.
OTHERS: Final = tuple(
    (sport, _pattern(stems))
    for sport, stems in (
        ("cycling", r"""
            bike biking \bcycl cycling ride\b \bmtb\b fahrrad radfahr radsport radtour rennrad \brad\b velo\b
            velomobile cyclis ciclis \bbici pedalada fiets wielren cykel cykl sykkel sykling \bpyorai \brower
            \bkol[oe]\b kolesar bicikl kerekpar bisiklet jalgrat sepeda вело колоездене ποδηλα 骑行 騎行 自行车
            单车 自転車 サイクリング ライド 자전거 사이클
        """),
        ("swimming", r"""
            swim schwimm \bnata(?:ti|ci|ca) nuoto zwemmen simning svøm svom \buinti plywan plava uszas yuzme \binot
            ujumi berenang плава κολυμβ 游泳 水泳 スイム 수영
        """),
        ("hiking", r"""
            \bhik wander randonn senderis escursion trekking vandring fottur vaellus wedrow piesz turistika turazas
            поход 徒步 登山 ハイキング 등산 하이킹 mendaki
        """),
        ("walking", r"""
            walk spazier \bgehen \bmarche\b \bcamina caminhada camminata passeggiata wandelen promenad \bgange?\b
            gatur kavely spacer \bchuze \bchodz setala gyalogl yuruyus ходьба прогулк 步行 健走 散步 散歩
            ウォーキング ウォーク 걷기 워킹
        """),
        ("cross_country_skiing", r"""
            langlauf nordic_?ski ski_de_fond esqui_de_fondo sci_di_fondo langrenn langdskid hiihto \bbezky bezeck
            na_lyz лыж narciar 越野滑雪
        """),
        ("alpine_skiing", r"""
            \bski(?!p) ski\b snowboard esqui \bsci\b lyzov 滑雪 スキー 스키
        """),
        ("ice_skating", r"""
            skat(?:e|ing) eislauf schlittschuh rollschuh inline patina pattina schaats skridsko skøyt skojt
            luistelu lyzw brusl коньк 轮滑 滑冰 スケート 스케이트
        """),
        ("rowing", r"""
            \brow(?:ing|er)?\b virtualrow ruder aviron \bremo\b canottaggio roeien rodd\b \broing soutu wioslar
            veslov гребл 划船 ローイング
        """),
        ("", r"""
            strength weight kraft gewicht muscula pesas \bpesi\b fuerza styrke styrka voima silow posilov силов
            力量 筋トレ ウェイト 근력 yoga иога 瑜伽 ヨガ 요가 pilates elliptical ellipt crossfit \bhiit\b
            high_intensity kayak canoe kanu paddl surf \bsail segel climb kletter escalad arrampica stair tennis
            soccer football fussball futbol futebol calcio golf padel pickleball badminton racquet squash basket
            volley handball hockey rugby cricket baseball boxing martial \bdanc tanz handcycle wheelchair rollstuhl
            driving motor \bflying horse reiten fishing hunting
        """),
    )
)  # fmt: skip
#: Running, other than in English.
RUNNING: Final = _pattern(
    r"""
    treadmill lauf course_a_pied footing \bcarrera \bcorr(?:er|iendo)\b \bcorrida \bcorrendo \bcorsa \bcorrere
    \bcarreira \bcursa\b hardlo \brennen\b \blop(?:ning|band|pass|runda|tur)?\b \bløb \bløp \bhlaup juoks jooks
    \bbieg \bbeh(?:ani|anie)?\b trcanje \btek\b \bfutas alergare \bkosu(?:su)?\b skriesana \bbegimas korrika
    \blari\b berlari \blarian chay_bo marathon maraton \bбег пробеж \bбіг бягане трчање τρεξιμο วิ่ง 跑 ランニング
    ジョギング トレイルラン トレラン マラソン ^ラン$ 달리기 러닝 런닝 조깅 ריצה جري ركض दौड
    """
)
