"""What passages tell about: kinds of things in invented places, what is said of them, and how people ask for it.

In a relation `{e}` is the thing and `{v}` the value. `says` are ways to state it, `asks` ways to ask for it, `untold`
goes behind "The documents do not say". Held-out domains are never trained on.
"""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Relation:
    """One thing that can be said and asked."""

    value: str
    says: tuple[str, ...]
    asks: tuple[str, ...]
    untold: str


@dataclass(frozen=True)
class Domain:
    """Things of one kind, `nouns` with a name in them, and what is said of them."""

    nouns: tuple[str, ...]
    relations: tuple[Relation, ...]
    asides: tuple[str, ...]


def _of(value: str, says: str, asks: str, untold: str) -> Relation:
    return Relation(value, tuple(says.split(" | ")), tuple(asks.split(" | ")), untold)


def _domain(nouns: str, asides: str, *relations: Relation) -> Domain:
    return Domain(tuple(nouns.split(" | ")), relations, tuple(asides.split(" | ")))


_OPENS = _of(
    "time",
    "{e} opens at {v} | {e} opens its doors at {v} | At {v} {e} opens",
    "When does {e} open? | At what time does {e} open? | What is the opening time of {e}? | opening hour of {e}",
    "when {e} opens",
)
_CLOSES = _of(
    "time",
    "{e} closes at {v} | {e} stays open until {v}",
    "When does {e} close? | Until when is {e} open?",
    "when {e} closes",
)
_COSTS = _of(
    "price",
    "{e} costs {v} | the price of {e} is {v} | people pay {v} for {e}",
    "How much does {e} cost? | What is the price of {e}? | What do I pay for {e}?",
    "what {e} costs",
)
_ENTRY = _of(
    "price",
    "a ticket for {e} costs {v} | entry to {e} is {v}",
    "What is the entry fee of {e}? | How much is a ticket for {e}?",
    "what a ticket for {e} costs",
)
_OWNER = _of(
    "person",
    "{e} belongs to {v} | {v} owns {e} | the owner of {e} is {v}",
    "Who owns {e}? | To whom does {e} belong? | Who is the owner of {e}?",
    "who owns {e}",
)
_MAKER = _of(
    "person",
    "{e} was built by {v} | {v} built {e} | {e} is the work of {v}",
    "Who built {e}? | By whom was {e} built?",
    "who built {e}",
)
_YEAR = _of(
    "year",
    "{e} was built in {v} | {e} dates from {v} | work on {e} ended in {v}",
    "When was {e} built? | In which year was {e} built? | How old is {e}?",
    "when {e} was built",
)
_PLACE = _of(
    "place",
    "{e} stands in {v} | {e} lies in {v} | {e} is found in {v}",
    "Where is {e}? | In which town is {e}? | Where do I find {e}?",
    "where {e} is",
)
_COLOUR = _of(
    "colour",
    "{e} is painted {v} | {e} has a {v} coat | the colour of {e} is {v}",
    "What colour is {e}? | Which colour has {e}?",
    "what colour {e} is",
)
_STUFF = _of(
    "stuff",
    "{e} is made of {v} | {e} consists of {v}",
    "What is {e} made of? | Which material is {e} made of?",
    "what {e} is made of",
)
_HEIGHT = _of(
    "length",
    "{e} is {v} high | {e} rises to {v}",
    "How high is {e}? | What is the height of {e}?",
    "how high {e} is",
)
_LONG = _of(
    "length",
    "{e} is {v} long | {e} measures {v} from end to end",
    "How long is {e}? | What is the length of {e}?",
    "how long {e} is",
)
_WEIGHT = _of(
    "weight",
    "{e} weighs {v} | the weight of {e} is {v}",
    "How heavy is {e}? | What does {e} weigh?",
    "what {e} weighs",
)
_HOLDS = _of(
    "count",
    "{e} holds {v} people | there is room for {v} people in {e}",
    "How many people fit into {e}? | For how many people is there room in {e}?",
    "how many people fit into {e}",
)
_DAY = _of(
    "day",
    "{e} is closed on {v} | on {v} {e} rests",
    "On which day is {e} closed? | When is the day off of {e}?",
    "on which day {e} is closed",
)
_WATTS = _of(
    "power",
    "{e} needs {v} | {e} draws {v} while it runs",
    "How much power does {e} need? | What power does {e} draw?",
    "how much power {e} needs",
)
_OIL = _of(
    "interval",
    "{e} is oiled every {v} | every {v} {e} gets new oil",
    "How often is {e} oiled? | When does {e} need oil?",
    "how often {e} is oiled",
)
_REPAIR = _of(
    "person",
    "{v} repairs {e} | {e} is looked after by {v}",
    "Who repairs {e}? | Who looks after {e}?",
    "who repairs {e}",
)
_START = _of(
    "press",
    "to start {e}, {v} | {e} starts when you {v}",
    "How do I start {e}? | How is {e} started?",
    "how {e} is started",
)
_BAKE = _of(
    "span",
    "{e} bakes for {v} | {e} stays in the oven for {v}",
    "How long does {e} bake? | How long must {e} be in the oven?",
    "how long {e} bakes",
)
_HEAT = _of(
    "degrees",
    "{e} is baked at {v} | the oven for {e} is set to {v}",
    "At what temperature is {e} baked? | How hot must the oven be for {e}?",
    "how hot the oven must be for {e}",
)
_NEEDS = _of(
    "food",
    "{e} needs {v} | into {e} go {v}",
    "What goes into {e}? | Which ingredients does {e} need?",
    "what goes into {e}",
)
_FROM = _of(
    "place",
    "{e} comes from {v} | people in {v} were the first to make {e}",
    "Where does {e} come from? | What is the origin of {e}?",
    "where {e} comes from",
)
_JOB = _of(
    "job", "{e} works as {v} | {e} is {v}", "What is the work of {e}? | What does {e} do for a living?", "what {e} does"
)
_BORN = _of(
    "place",
    "{e} was born in {v} | the birthplace of {e} is {v}",
    "Where was {e} born? | What is the birthplace of {e}?",
    "where {e} was born",
)
_LIKES = _of("pastime", "{e} likes {v} | what {e} likes best is {v}", "What does {e} like?", "what {e} likes")
_AGE = _of(
    "years",
    "{e} is {v} old | {e} turned {v} this spring",
    "How old is {e}? | What is the age of {e}?",
    "how old {e} is",
)
_FINE = _of(
    "price",
    "who breaks {e} pays {v} | the fine under {e} is {v}",
    "What is the fine under {e}? | What does one pay who breaks {e}?",
    "what the fine under {e} is",
)
_SINCE = _of(
    "year",
    "{e} has been in force since {v} | {e} began in {v}",
    "Since when is {e} in force? | When did {e} begin?",
    "since when {e} is in force",
)
_FORBIDS = _of(
    "deed",
    "{e} forbids {v} | under {e} nobody may practise {v}",
    "What does {e} forbid? | What is not allowed under {e}?",
    "what {e} forbids",
)
_EATS = _of("food", "{e} eats {v} | {e} lives on {v}", "What does {e} eat? | On what does {e} live?", "what {e} eats")
_SLEEPS = _of("den", "{e} sleeps in {v} | {e} spends the night in {v}", "Where does {e} sleep?", "where {e} sleeps")
_LEAVES = _of(
    "time",
    "{e} leaves at {v} | the departure of {e} is at {v}",
    "When does {e} leave? | What is the departure time of {e}?",
    "when {e} leaves",
)
_GOES = _of(
    "place",
    "{e} goes to {v} | the last stop of {e} is {v}",
    "Where does {e} go? | Where does {e} end?",
    "where {e} goes",
)
_TAKES = _of("span", "{e} takes {v} | a ride with {e} lasts {v}", "How long does {e} take?", "how long {e} takes")
_SPEED = _of(
    "speed",
    "{e} runs at {v} | the top speed of {e} is {v}",
    "How fast is {e}? | What is the top speed of {e}?",
    "how fast {e} is",
)
_PORT = _of(
    "number",
    "{e} listens on port {v} | the port of {e} is {v}",
    "On which port does {e} listen? | What is the port of {e}?",
    "on which port {e} listens",
)
_KEEPS = _of(
    "span",
    "{e} keeps its records for {v} | records of {e} are deleted after {v}",
    "How long does {e} keep its records? | When are records of {e} deleted?",
    "how long {e} keeps its records",
)
_TRIES = _of(
    "count",
    "{e} tries {v} times before it gives up | after {v} failed tries {e} stops",
    "How often does {e} try? | After how many tries does {e} stop?",
    "how often {e} tries",
)
_WATER = _of(
    "interval",
    "{e} is watered every {v} | every {v} {e} needs water",
    "How often is {e} watered? | How often does {e} need water?",
    "how often {e} is watered",
)
_BLOOMS = _of("month", "{e} blooms in {v} | the flowers of {e} open in {v}", "When does {e} bloom?", "when {e} blooms")
_DEEP = _of(
    "length",
    "{e} is {v} deep | the water in {e} is {v} deep",
    "How deep is {e}? | What is the depth of {e}?",
    "how deep {e} is",
)
_CREW = _of(
    "count",
    "{e} has a crew of {v} | {v} people work on {e}",
    "How many people work on {e}?",
    "how many people work on {e}",
)
_PRIZE = _of(
    "price",
    "the winner of {e} gets {v} | the prize of {e} is {v}",
    "What is the prize of {e}? | What does the winner of {e} get?",
    "what the prize of {e} is",
)
_HELD = _of(
    "month",
    "{e} is held in {v} | every {v} people meet for {e}",
    "When is {e} held? | In which month is {e}?",
    "when {e} is held",
)

TRAINED = (
    _domain("the {n} mill | the {n} bakery | the {n} library | the {n} museum | Café {n} | the {n} bath",
            "many visitors come by bicycle | a bell hangs over the door | children get a sticker",
            _OPENS, _CLOSES, _ENTRY, _OWNER, _YEAR, _PLACE, _DAY, _HOLDS),
    _domain("the {n} tower | the {n} bridge | the {n} gate | the {n} wall | {n} Hall",
            "it was repaired after the storm | painters like to sit near it | pigeons live under its roof",
            _HEIGHT, _LONG, _MAKER, _YEAR, _STUFF, _COLOUR, _PLACE),
    _domain("the {n} pump | the {n} press | the {n} saw | the {n} kiln | the {n} loom | the {n}-{k} engine",
            "it stands behind a yellow line | gloves hang beside it | it hums when it is warm",
            _WATTS, _OIL, _REPAIR, _START, _WEIGHT, _COLOUR, _COSTS),
    _domain("{n} bread | {n} cake | {n} pie | {n} pudding | the {n} loaf",
            "it tastes best on the second day | grandmothers tell it differently | a pinch of salt does no harm",
            _BAKE, _HEAT, _NEEDS, _FROM, _COSTS),
    _domain("{n} {s} | Captain {n} | Doctor {n} | old {n} | Aunt {n}",
            "everybody in the street knows the laugh | a grey dog is always near | letters come on Mondays",
            _JOB, _BORN, _LIKES, _AGE),
    _domain("the {n} rule | the {n} law | the {n} order | the {n} treaty",
            "it hangs in the town hall | few people have read it to the end | it fills two pages",
            _FINE, _SINCE, _FORBIDS),
    _domain("the {n} bird | the {n} fox | the {n} beetle | the {n} frog | the {n} goat",
            "hikers hear it before they see it | it is shy | its young are born blind",
            _EATS, _SLEEPS, _WEIGHT, _LONG, _FROM),
    _domain("the {n} train | the {n} tram | bus {n} | the {n} coach",
            "dogs travel for free | the windows can be opened | tea is sold on board",
            _LEAVES, _GOES, _TAKES, _SPEED, _COSTS),
    _domain("the {n} server | the {n} service | the {n} daemon | {n}-{k}",
            "its logs are plain text | it was renamed once | nobody restarts it on a Friday",
            _PORT, _KEEPS, _TRIES, _REPAIR),
    _domain("the {n} rose | the {n} fern | the {n} lily | the {n} tree",
            "snails leave it alone | it likes the shade of a wall | it was a gift",
            _WATER, _BLOOMS, _HEIGHT, _FROM, _COSTS),
    _domain("the {n} lamp | the {n} chair | the {n} clock | the {n} kettle | the {n} coat",
            "it comes in a plain box | it can be mended | the shop keeps spare parts",
            _COSTS, _STUFF, _COLOUR, _WEIGHT, _MAKER),
)  # fmt: skip
HELD_OUT = (
    _domain("the {n} lake | the {n} harbour | the {n} canal | the {n} well",
            "swans come in autumn | the bank is steep | old maps show it larger",
            _DEEP, _LONG, _PLACE, _COLOUR),
    _domain("the {n} ferry | the ship {n} | the {n} tug | the submarine {n}",
            "its horn is deep | gulls follow it | the deck is scrubbed daily",
            _CREW, _SPEED, _LEAVES, _OWNER, _GOES),
    _domain("the {n} race | the {n} fair | the {n} festival | the {n} cup",
            "rain has never stopped it | drums are played at night | it began as a joke",
            _PRIZE, _HELD, _ENTRY, _PLACE),
    _domain("the {n} telescope | the {n} organ | the {n} printing press | the {n} glider",
            "a cloth covers it | school classes may touch it | it was moved twice",
            _MAKER, _WEIGHT, _COSTS, _YEAR),
)  # fmt: skip

_STARTS = (
    "Bel Cor Dan Fen Gar Hol Jas Kel Lor Mar Nev Or Pel Quin Ras Sel Tam Ul Ver Wen Yar Zel Bri Dro Gla Kri Sto Tre"
)
_ENDS = "a o an en ik ov ia um ert olt is any ova eth und ario essa ing ell or ander ilo asko etta imer onde"
_HELD_OUT_STARTS = "Ab Chi Eld Hux Ith Mop Nim Oph Pru Ruv Sko Thu Vix Wol"
_SURNAMES = (
    "Adler Brook Costa Dahl Ekman Fuchs Grau Hale Ivers Jonas Krol Lunde Moser Noor Ortiz Pacek Reyes Stein Toth Urban "
    "Vogel Weiss Yilmaz Zane"
)
_LISTS = {
    "colour": "red green blue white black yellow grey brown violet orange silver",
    "stuff": "oak copper granite glass brick iron clay bamboo steel linen slate marble",
    "day": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "month": "January February March April May June July August September October November December",
}
FILLERS = (
    "The rest of this page was torn out",
    "Much has been written about that time",
    "A second survey came to the same result",
    "Some of the older notes cannot be read any more",
    "The weather was mild when this was written down",
    "More about this stands in the next chapter",
    "Not everybody agrees with the author on this point",
    "Photographs were taken from the other side of the road",
    "In the afternoon there was tea and a short speech",
    "The table below was copied by hand",
    "Readers have asked for a map, which is still missing",
    "Most of the letters were found in a wooden box",
)
_JOBS = (
    "a baker",
    "a pilot",
    "a nurse",
    "a judge",
    "a diver",
    "a clerk",
    "a gardener",
    "a smith",
    "a teacher",
    "a tailor",
)
_PASTIMES = ("chess", "long walks", "river fishing", "old films", "bell ringing", "strong tea", "jazz", "card games")
_DEEDS = ("fishing", "whistling", "open fires", "night work", "gambling", "street music", "fast riding", "tree felling")
_FOODS = (
    "rye",
    "honey",
    "plums",
    "walnuts",
    "goat milk",
    "lentils",
    "moss",
    "snails",
    "barley",
    "figs",
    "cream",
    "eggs",
)
_DENS = ("a hollow oak", "the reeds", "a cave", "the hay", "a burrow", "an old nest", "the barn")
_PRESSES = ("press the green button twice", "turn the key to the left", "pull the long lever", "close the lid and wait",
            "hold the red switch", "push the pedal three times")  # fmt: skip


def name(rng: random.Random, held_out: bool) -> str:
    """A name that nobody has."""
    return rng.choice((_HELD_OUT_STARTS if held_out else _STARTS).split()) + rng.choice(_ENDS.split())


def thing(rng: random.Random, domain: Domain, held_out: bool) -> str:
    """A thing of a domain, under a name of its own."""
    noun = rng.choice(domain.nouns)
    return noun.format(n=name(rng, held_out), s=rng.choice(_SURNAMES.split()), k=rng.randint(2, 99))


def value(rng: random.Random, kind: str, held_out: bool) -> str:
    """What may be said where a relation wants a value of this kind."""
    if kind in _LISTS:
        return rng.choice(_LISTS[kind].split())
    number = rng.randint
    few = rng.choice(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"))
    makers = {
        "time": lambda: rng.choice((f"{number(5, 22)}:{number(0, 11) * 5:02}", f"half past {few}", f"{few} o'clock")),
        "price": lambda: f"{number(2, 960)} {rng.choice(('crowns', 'euros', 'dollars', 'francs', 'pence'))}",
        "person": lambda: f"{name(rng, held_out)} {rng.choice(_SURNAMES.split())}",
        "year": lambda: str(number(1203, 2024)),
        "place": lambda: name(rng, held_out) + rng.choice(("ton", "burg", "dale", "mouth", "stad", " Bay", "")),
        "length": lambda: f"{number(2, 400)} {rng.choice(('metres', 'feet'))}",
        "weight": lambda: f"{number(2, 900)} {rng.choice(('kilograms', 'grams', 'tons'))}",
        "count": lambda: str(number(3, 480)),
        "number": lambda: str(number(1024, 9999)),
        "power": lambda: f"{number(20, 3000)} watts",
        "interval": lambda: f"{few} {rng.choice(('hours', 'days', 'weeks', 'months'))}",
        "span": lambda: f"{number(3, 90)} {rng.choice(('minutes', 'hours', 'days'))}",
        "degrees": lambda: f"{number(120, 260)} degrees",
        "speed": lambda: f"{number(8, 320)} kilometres an hour",
        "years": lambda: f"{number(12, 97)} years",
        "food": lambda: " and ".join(rng.sample(_FOODS, 2)),
        "job": lambda: rng.choice(_JOBS),
        "pastime": lambda: rng.choice(_PASTIMES),
        "deed": lambda: rng.choice(_DEEDS),
        "den": lambda: rng.choice(_DENS),
        "press": lambda: rng.choice(_PRESSES),
    }
    return makers[kind]()
