"""The words that tasks are told in: slot names by what they hold, things, verbs, and example values.

Names must never decide the logic, so they are many, and each list is cut in two: a word serves training or the
held-out tasks, never both.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

HELD_OUT_SHARE = 6
"""One word in so many is kept for the held-out tasks."""

_LISTS: Mapping[str, str] = MappingProxyType(
    {
        # Numbers that are counted or reckoned with.
        "figure": """
            count score level balance points votes visits clicks stock amount quantity total_seats credits
            coins lives energy health fuel volume brightness speed pressure temperature humidity distance
            mileage altitude depth weight height width length size age floor page chapter position rank
            round turn step lap attempt tries errors warnings hits misses wins losses goals strikes fouls
            streak combo bonus budget savings debt salary wage price cost fee fare rent deposit tariff toll
            premium pledge grant reward prize pot stake bid offer_price value worth capital reserve supply
            demand load power voltage charge_level battery rpm torque thrust gear throttle angle heading
            tilt zoom contrast gain pitch tempo beats bars channel track volume_level frequency bandwidth
            latency uptime downtime delay timeout retries workers threads jobs tickets orders_made parcels
            boxes crates pallets bottles cans jars bags eggs seeds plants trees cows hens bees fish_count
            books_read pages_read steps calories protein sugar dose pulse weight_kg reps sets minutes
            seconds hours days weeks nights years passengers guests_count seats rooms beds members_count
            students_count players_count fans followers likes shares subscribers downloads installs
            messages_sent unread drafts_count words_written lines_written bugs_open version build_number
            serial issue_number volume_number edition rating stars karma reputation experience mana stamina
            strength armor gold gems wood stone iron food population soldiers ships_count territory tax_paid
            mileage_km liters gallons degrees watts lumens pixels layers copies prints stamps stickers
            tokens chips tiles cards_left moves undo_count checkpoints progress_made remaining_time elapsed
            overtime shifts absences late_days fines penalties complaints returns refunds_made sales revenue
            profit margin turnover inventory backlog queue_length wait_time arrivals departures landings
            takeoffs laps_done circuits bounces swings""",
        # Bounds of figures.
        "bound": """
            limit maximum capacity ceiling top cap max_value upper_limit allowance quota target goal
            full_mark threshold max_level highest_allowed upper_bound most_allowed budget_limit max_size
            room_left_for brim saturation peak_allowed""",
        "floor": """
            minimum lower_limit lowest_allowed min_value floor_price reserve_level least safety_stock
            min_level base_level bottom lower_bound reorder_level alarm_level""",
        "rate": """
            rate tax_rate interest_rate discount vat commission tip_percent markup growth fee_percent
            surcharge rebate share_percent reduction duty levy inflation cut bonus_percent yield_percent""",
        "price": """
            price unit_price cost fee fare rent unit_cost charge tariff rate_per_hour hourly_rate price_each
            ticket_price list_price entry_fee price_per_night wage_per_hour cost_per_unit toll
            price_per_kilo""",
        "quantity": """
            quantity count pieces units copies nights hours_worked people tickets seats_taken portions kilos
            packs amount_ordered days_rented meters items_sold bottles_sold rows_used""",
        # Texts.
        "text": """
            title name label caption heading motto slogan nickname address city country street email phone
            plate brand model_name author_name artist genre category topic subject summary_text body note
            comment remark description message greeting signature headline subtitle tagline bio quote answer
            question hint reason location destination origin venue region district material color_name
            flavor scent breed species department position_title office team_name project client supplier
            vendor owner_name manager_name teacher_name trainer coach pilot captain driver_name editor
            publisher studio label_name album song lyric chorus verse password_hint username handle website
            domain host file_name folder path_name format_name language currency unit code_name serial_code
            sku barcode isbn room_name building gate terminal platform_name line_name route_name ship_name
            flight_name train_name dish recipe_name ingredient cuisine drink wine grape roast blend theme
            mood season month_name weekday shape pattern texture finish_name style_name""",
        "person": """
            owner author customer manager host captain driver teacher doctor patient tenant landlord buyer
            seller employee boss leader coach_person member guest_of_honor winner reporter assignee reviewer
            sponsor artist_name player student_name chef waiter gardener pilot_name keeper referee mentor
            trainee""",
        # Yes or no.
        "flag": """
            active enabled open locked paid done on visible running ready closed muted finished approved
            verified published archived hidden pinned starred favorite urgent public private_mode online
            available busy booked reserved_now sold shipped delivered packed charged plugged connected armed
            lit heated cooled cleaned broken repaired tested signed sealed opened registered subscribed
            confirmed cancelled paused stopped recording playing looping shuffled dimmed folded inflated
            loaded cocked parked moored docked anchored watered planted harvested ripe fed asleep awake
            hungry thirsty tired injured alive winning selected checked marked flagged_now blocked banned
            invited present_today late excused passed_exam graded printed scanned backed_up synced encrypted
            compressed dirty stale expired valid complete""",
        # Words of a state, with what it can be: see STATES.
        "state": """
            status state phase mode stage condition step_name signal light gear_mode season_name situation
            shift_name mood_name position_name round_name priority tier track_state standing""",
        # Collections: plural and singular.
        "things": """
            items:item names:name tags:tag notes:note tasks:task words:word colors:color guests:guest
            members:member players:player students:student books:book songs:song films:film photos:photo
            files:file folders:folder pages_list:page chapters:chapter lines:line rows:row cards:card
            coins_list:coin keys_held:key tools:tool parts:part cities:city towns:town streets:street
            rooms_list:room doors:door windows:window cars:car bikes:bike trains:train boats:boat
            planes:plane birds:bird cats:cat dogs:dog horses:horse sheep_names:sheep flowers:flower
            trees_list:tree fruits:fruit vegetables:vegetable dishes:dish drinks:drink spices:spice
            toppings:topping ingredients:ingredient orders:order invoices:invoice bills:bill
            payments:payment receipts:receipt tickets_sold:ticket seats_list:seat teams:team clubs:club
            games:game rounds_list:round puzzles:puzzle badges:badge medals:medal trophies:trophy
            events:event meetings:meeting reminders:reminder alarms:alarm messages:message letters:letter
            mails:mail comments:comment reviews:review votes_cast:vote answers:answer questions:question
            ideas:idea plans:plan goals_list:goal steps_list:step recipes:recipe rules:rule laws:law
            laps_list:lap friends:friend enemies:enemy heroes:hero monsters:monster spells:spell
            potions:potion weapons:weapon planets:planet stars_seen:star ships:ship crew:sailor pilots:pilot
            passengers_list:passenger bags_list:bag boxes_list:box shelves:shelf toys:toy shoes:shoe
            shirts:shirt hats:hat rings:ring jobs_list:job skills:skill languages:language countries:country
            visitors:visitor patients:patient doctors:doctor nurses:nurse lessons:lesson courses:course
            teachers:teacher classes:class_name exams:exam hobbies:hobby sports:sport pets:pet
            plants_list:plant sensors:sensor devices:device lamps:lamp machines:machine printers:printer
            servers:server routers:router issues:issue bugs:bug branches:branch commits:commit
            releases:release packages:package versions_list:version subscribers_list:subscriber
            contacts:contact clients:client vendors:vendor suppliers:supplier workers_list:worker""",
        # Lists of numbers.
        "numbers": """
            readings scores grades marks temperatures prices weights heights distances times laps_times
            costs amounts values samples measurements speeds ages ratings points_list results salaries
            payments_list expenses incomes sales_list votes_list rainfall pressures depths widths lengths
            sizes durations delays pulses beats_list bids offers doses volumes levels_list counts
            quantities_list balances deltas steps_per_day hours_per_day rolls throws guesses numbers data
            series history_values wages fares tolls tips""",
        # Dicts of text to number.
        "table": """
            stock menu prices_by_item inventory_map scores_by_player votes_by_name grades_by_student
            wages_by_worker counts_by_word population_by_city distances_by_town ages_by_name hours_by_day
            limits_by_room ratings_by_film calories_by_food budget_by_team rents_by_flat seats_by_row
            points_by_team goals_by_player fees_by_class tariffs balances_by_owner debts tally basket cart
            pantry warehouse shelf cellar price_list pricelist ledger wallet exchange_rates quotas loads
            fares_by_zone sales_by_month rainfall_by_month steps_by_day supplies""",
        # Dicts of text to text.
        "book": """
            phones emails addresses capitals translations nicknames birthdays owners settings labels
            titles_by_id roles colors_by_name aliases passwords_hints glossary dictionary_map codes zones
            teachers_by_class rooms_by_name languages_by_country currencies drivers_by_car seats_by_guest
            desks lockers homes hometowns meanings synonyms departments shifts_by_name chores duties mottos
            greetings_by_language""",
        # Other objects.
        "reference": """
            customer owner author manager account engine partner parent_node team home wallet_object garage
            shop printer_device driver address_book supplier_object vehicle doctor teacher_object neighbor
            landlord insurer bank captain_object editor_object school company employer building_object
            station warehouse_object device controller thermostat battery_pack display_device speaker camera
            lamp_device motor pump tank""",
        "key_text": """
            name title label text item kind city color category owner brand author product model code place
            sort email subject topic person species team station dish""",
        "key_number": """
            price cost amount hours count weight score age quantity size points minutes rating distance
            stock seats level year pages value units dose length""",
        "key_flag": """
            done paid active open ready sold urgent shipped approved checked present read late packed closed
            available finished broken""",
    }
)

# Values that texts can have in examples.
_NAMES = """
    Ada Ben Cara Dan Eva Finn Gia Hugo Ida Jon Kim Lea Max Nina Otto Pia Quin Rosa Sam Tess Uma Vic Wren Xia
    Yan Zoe Anna Bela Carl Dora Emil Faye Gus Hana Ivo Jana Karl Lena Mira Noah Olga Paul Rita Sven Tina Urs
    Vera Will
"""
NAMES = tuple(_NAMES.split())
_NOUNS = """
    tea cup pen ink lamp desk book map key box hat coat shoe bread milk salt rice soup fish apple pear plum
    corn oats nail bolt wire rope tape glue paint brush drum horn bell tent boat kite ball card coin ring
    rose fern moss stone sand clay iron gold wool silk linen cable mouse screen phone radio clock chair
    table stool mirror candle soap
"""
NOUNS = tuple(_NOUNS.split())
_PLACES = """
    Bern Rome Oslo Lima Cairo Paris Delhi Kyoto Porto Turin Basel Quito Hanoi Minsk Accra Dakar Riga Malmo
    Ghent Lyon Leeds York Bath Kiel Bonn Graz Linz Split Varna Cork
"""
PLACES = tuple(_PLACES.split())
_COLORS = """
    red green blue black white grey pink brown gold teal
"""
COLORS = tuple(_COLORS.split())
_TITLES = """
    Notes Plans Paper Ideas Letters Diary Budget Recipes Journal Report Minutes Garden Music Travel Atlas
    Songs Sketches Tales Poems Studies
"""
TITLES = tuple(_TITLES.split())
STATES: tuple[tuple[str, ...], ...] = (
    ("new", "open", "closed"),
    ("draft", "review", "published"),
    ("idle", "running", "done"),
    ("todo", "doing", "done"),
    ("off", "low", "high"),
    ("red", "green", "yellow"),
    ("empty", "half", "full"),
    ("asleep", "awake", "busy"),
    ("ordered", "packed", "shipped"),
    ("solid", "liquid", "gas"),
    ("seed", "plant", "flower"),
    ("spring", "summer", "autumn", "winter"),
    ("bronze", "silver", "gold"),
    ("waiting", "playing", "over"),
    ("parked", "moving", "stopped"),
    ("requested", "approved", "paid"),
    ("morning", "noon", "evening"),
    ("cold", "warm", "hot"),
)

_COMMON_WORDS = """
    count name owner author cost value length price title items tasks lines done paid active open on text
    total score balance amount stock notes tags words readings limit rate quantity width height level status
    state points age customer capacity history scores temperature enabled
"""
_COMMON = frozenset(_COMMON_WORDS.split())
_LAST = 3

KINDS = tuple(_LISTS)


def is_held_out(word: str) -> bool:
    """Whether a word is kept for the held-out tasks; by its letters alone, so that it never changes sides."""
    return word not in _COMMON and zlib.crc32(word.encode()) % HELD_OUT_SHARE == _LAST


@cache
def words(kind: str, held_out: bool) -> tuple[str, ...]:
    """The words of a kind for training, or those for the held-out tasks. Errors: KeyError, ValueError (none left)."""
    found = tuple(one for one in dict.fromkeys(_LISTS[kind].split()) if is_held_out(one.partition(":")[0]) == held_out)
    if not found:
        raise ValueError(f"No word of the kind {kind} is left for {'held-out tasks' if held_out else 'training'}.")
    return found
