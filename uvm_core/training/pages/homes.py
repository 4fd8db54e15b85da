"""Pages about homes, food, health and shopping."""

from __future__ import annotations

TEXT = """
# House rules for tenants
Rent is due on the first {d:day} of each month and is paid by bank transfer.
? On which day must the rent be paid? = {d}
? How do tenants pay their rent? = bank transfer
! how and when the rent is paid
Whoever pays late is charged {p:price} for every reminder.
? What does it cost me if I do not pay on time? = {p}
? How much is a reminder? = {p}
! what a late payment costs
Dogs and cats may be kept only with the written consent of the landlord.
? Am I allowed to have a cat in the flat? = written consent of the landlord
? What do I need before I get a dog? = written consent
! whether pets are allowed
The laundry room in the [cellar|basement] is locked at {t:time}, and it stays shut on {f:day}s.
? Until when can I do my washing? = {t}
? On which day can the laundry room not be used? = {f}
! when the laundry room can be used
Bicycles belong in the shed behind the house, never in the stairwell.
? Where should I leave my bike? = in the shed
! where bicycles are kept
If you want to move out, give notice at least {n:interval} before.
? How long before leaving must a tenant give notice? = {n}
? How early do I have to say that I want to move out? = {n}
! how long the notice period is
The stairs are swept by [a cleaning firm|the caretaker].

# Moving into Linden Court
The building was finished in {y:year} and has {n:count} flats.
? When was Linden Court built? = {y}
? How many homes are there in the building? = {n}
! how old or how large the building is
New residents collect their keys from {c:person}, the caretaker, who lives on the ground floor.
? Who hands out the keys? = {c}
? Where does the caretaker live? = on the ground floor
! who the caretaker is or where to find the caretaker
Furniture may be carried up only between breakfast time and {t:time}, so that the neighbours can rest afterwards.
? Until what time may I bring in furniture? = {t}
! when furniture may be carried up
Please do not use the lift for heavy loads: it broke down in {m:month} under a piano.
? What made the lift fail? = a piano
? In which month did the lift break down? = {m}
! when or why the lift broke down
A deposit of {p:price} is kept until you leave.
? How big is the deposit? = {p}
? What sum does the owner hold back until I move out? = {p}
! how much the deposit is
It is returned within {i:interval}, provided that the walls are white and nothing is missing.
? How long do I wait to get my deposit back? = {i}
? What must the walls look like when I leave? = white
! when and on what condition the deposit is returned
We wish you a [happy|pleasant] time with us.

# Dishwasher Aqua: instructions for use
Before first use, fill the salt container with coarse salt and run the machine once without dishes.
? What goes into the salt container? = coarse salt
? What should I do with the machine before I put in any dishes? = run the machine once
! what has to be done before first use
The short programme takes {s:count} minutes and uses {w:power}.
? How many minutes does the quick wash last? = {s}
? How much power does the short programme need? = {w}
! what the short programme takes or uses
It is not suitable for burnt pans.
? What should not be washed with the short programme? = burnt pans
! what the short programme is unsuited to
Clean the filter every {i:interval}; a blocked filter leaves a grey film on the glasses.
? How often must the filter be cleaned? = {i}
? Why are my glasses covered with a grey film? = a blocked filter
! how often to clean the filter or what happens when it is blocked
When the {c:colour} lamp flashes, the water supply is closed.
? What does a flashing {c} lamp mean? = the water supply is closed
? Which lamp shows that no water is coming in? = {c}
! what the lamps mean
Error {e:number} means that the door was opened during the wash.
? The display shows {e}. What happened? = the door was opened
? Which error code appears if somebody opens the door too early? = {e}
! what the error codes mean
Knives are placed in the [upper|top] basket with the point downwards.
? Which way should the point of a knife face? = downwards
! how knives are placed

# Brightwell coffee maker: a short guide
Thank you for choosing a Brightwell machine.
The tank is made of {m:stuff} and must never be filled above the {c:colour} line.
? What material is the tank? = {m}
? Up to which line may I fill the tank? = {c}
! what the tank is made of or how full it may be
Let the machine warm up for {s:count} minutes before you brew the first cup.
? How long does it need to get warm? = {s}
! how long the machine has to warm up
It draws {w:power}, so do not plug it into the same socket as a kettle.
? What is the power of the coffee maker? = {w}
? Which device should not share its socket? = a kettle
! how much power it draws or what may not share its socket
Lime is best removed with vinegar, which should be done after every {n:count} cups.
? With what do I get rid of lime? = vinegar
? After how many cups is it time to remove the lime? = {n}
! how or when lime is removed
Should coffee leak from below, the rubber ring has to be replaced.
? Coffee drips out at the bottom. What do I have to change? = the rubber ring
! what to do about a leak
The guarantee, which covers all parts except the jug, ends after {i:interval}.
? How long is the coffee maker under guarantee? = {i}
? Which part is not covered by the guarantee? = the jug
! what the guarantee covers and how long it lasts
Spare parts can be ordered [by telephone|by post] from our works in {p:place}.
? Where do spare parts come from? = {p}
! where spare parts are made

# Grandmother Hale's winter loaf
This bread was first baked by {a:person} in {y:year}, when flour was hard to get.
? Who invented the loaf? = {a}
? When was the winter loaf made for the first time? = {y}
! who first baked the loaf and when
Knead the dough for {s:count} minutes and leave it to rise under a damp cloth.
? How long should I work the dough? = {s}
? With what is the dough covered while it rises? = a damp cloth
! how the dough is prepared
Then fold in {f:food}, but only once it has doubled in size.
? What is added to the risen dough? = {f}
? How do I know that the dough is ready for the filling? = doubled in size
! what is folded into the dough and when
Bake it at {g:degrees} until the crust sounds hollow.
? How hot must the oven be? = {g}
? How can I tell that the loaf is done? = sounds hollow
! how hot the oven should be or when the loaf is done
The bread tastes best on the second day, with salted butter.
? What should be eaten with it? = salted butter
? On which day does the bread taste best? = second day
! how the bread is best eaten
Wrapped in linen, it keeps for [quite a while|a long time].
Children often ask for the end piece.

# Pumpkin soup for a full table
The recipe feeds {n:count} guests and can be cooked the evening before.
? For how many people is the soup? = {n}
? Can I make it ahead of time? = the evening before
! how many people the soup feeds or how early it can be cooked
Roast the pumpkin at {g:degrees} first, because this makes the skin soft enough to eat.
? At what temperature is the pumpkin roasted? = {g}
? Why is the pumpkin put into the oven before it is boiled? = the skin soft
! how or why the pumpkin is roasted
Onions are fried in butter, not in oil.
? Which fat do I need for the onions? = butter
! in what the onions are fried
Add the stock, cover the pot and let everything simmer for {s:count} minutes.
? How long must the soup cook? = {s}
! how long the soup simmers
If it turns out too thick, thin it with apple juice.
? My soup is too thick. What can I pour in? = apple juice
! what to do when the soup is too thick
It is served in {c:colour} bowls with {f:food} on top.
? What is put on the soup before it is brought to the table? = {f}
? What colour are the bowls? = {c}
! how the soup is served
What is left over can be [frozen|warmed up again].

# The community kitchen in Mill Lane
Anyone who lives in the quarter may cook here on {d:day} from {t:time} onwards.
? On which day is the kitchen open to everyone? = {d}
? From what time may people cook? = {t}
! when residents may cook in the kitchen
Lessons are given by {c:person}, who used to be {j:job}.
? Who teaches cooking there? = {c}
? What work did {c} do before? = {j}
! who gives the lessons
A place at the table costs {p:price}; children under six eat for nothing.
? What do I pay for a meal? = {p}
? Who does not have to pay? = children under six
! what a place at the table costs
Fish is never cooked there, because two of the members are allergic to it.
? Which food is forbidden in the kitchen? = Fish
? For what reason do they cook no fish? = allergic
! what may not be cooked there
The big oven, a gift from a bakery in {o:place}, holds {n:count} rolls.
? From where did the oven come? = {o}
? How many rolls fit into the oven? = {n}
! where the oven came from or how much fits into it
Whoever cooks last wipes the tables and carries the rubbish to the yard.
? Who must clean the tables? = Whoever cooks last
? Where is the rubbish taken? = to the yard
! who clears up after cooking
Aprons hang [behind the door|beside the sink].

# Growing beans on a balcony
Sow the beans in {m:month}, two to a pot, as soon as the nights are free of frost.
? When are beans sown? = {m}
? How many beans go into each pot? = two
! when or how beans are sown
The first green shows after {i:interval}.
? How long does it take until something comes up? = {i}
! how long beans take to come up
They climb up to {h:length} and need a net or a string to hold on to.
? How high do they grow? = {h}
? What support do the plants need? = a net or a string
! how high beans climb or what holds them
Water in the morning, since wet leaves at night attract snails.
? At what time of day should I water them? = in the morning
? What comes if the leaves are damp after dark? = snails
! when to water beans
Against lice, a spray of soap and water has proved [useful|helpful].
? What helps if there are lice on the plants? = soap and water
! what helps against lice
Pick the pods while they are still tender; raw beans are poisonous and must be boiled for {s:count} minutes.
? For how long do beans have to be boiled? = {s}
? Why should beans not be eaten raw? = poisonous
! how long beans are boiled or why
Old soil can be used again for flowers.

# Rules of the Southfield allotments
Each of the {n:count} plots is let for a year, and the rent for one is {p:price}.
? How many plots are there? = {n}
? What does a plot cost a year? = {p}
! how many plots there are or what they cost
Sheds no higher than three metres may be put up without asking.
? How tall may my shed be? = three metres
! how high a shed may be
Bonfires are forbidden from {a:month} until the end of the harvest.
? From which month is it not allowed to light a fire? = {a}
! when bonfires are forbidden
Water comes from a well {w:length} deep, which was dug by volunteers in {y:year}.
? How deep is the well? = {w}
? Who dug the well? = volunteers
? In which year was the well made? = {y}
! how deep the well is or who made it
Its pump is switched off at {t:time} every evening.
? Until when can I get water from the pump? = {t}
! when the pump is switched off
Those who would like a plot write to {c:person}; the waiting list is [rather|very] long.
? Whom do I ask for a plot? = {c}
! whom to ask for a plot
Paths are mown by their neighbours, while the hedges are cut by the town.
? Who trims the hedges? = the town
? Who cuts the grass on the paths? = neighbours
! who looks after the paths and hedges

# Package leaflet: Calmasol tablets
Calmasol is used against headache and toothache.
? What is Calmasol for? = headache and toothache
! what Calmasol is used against
Take one tablet with plenty of water, and wait at least {i:span} before the next.
? How much time must pass between two tablets? = {i}
? With what should the tablet be swallowed? = water
! how the tablets are taken
It begins to work after about {s:count} minutes.
? How soon will I feel the effect? = {s}
! how soon the tablets work
Do not drive afterwards, as the tablets may make you drowsy.
? Why should I not sit at the wheel after taking it? = drowsy
! whether one may drive after taking the tablets
Pregnant women and people with a weak heart must not take Calmasol.
? Who is not allowed to use this medicine? = Pregnant women
? Is it safe with a weak heart? = must not take
! who must not take Calmasol
If a rash appears, stop the treatment and call your doctor.
? My skin shows a rash. What now? = call your doctor
! what to do about a rash
Keep the {c:colour} box in a dry place where children cannot reach it.
? How is the medicine to be stored? = dry place
? What colour is the package? = {c}
! how the medicine is kept or what its box looks like
The leaflet was last revised in {y:year} by the maker in {p:place}.
? When was the leaflet changed for the last time? = {y}
? Where is the maker of the tablets? = {p}
! when the leaflet was revised or where the maker is

# Thymex cough syrup: please read carefully
The syrup is made from thyme and {f:food}, and it contains no alcohol.
? What is in the syrup? = {f}
? Is there any alcohol in it? = no alcohol
! what the syrup contains
Adults take two spoons a day, children only one.
? How much may a child have each day? = one
? How many spoons a day are meant for grown-ups? = two
! how much syrup to take
Shake the bottle well before use, because the plant juice settles at the bottom.
? Why does the bottle have to be shaken? = settles at the bottom
! why the bottle is shaken
Once opened, it must be used up within {i:interval}.
? How long does an open bottle keep? = {i}
! how long an open bottle keeps
Store it in the refrigerator, never on a sunny shelf.
? Where should I keep the syrup? = in the refrigerator
! where the syrup should be kept
A few patients, {n:count} of those asked, complained of a dry mouth.
? What side effect was noticed? = a dry mouth
? How many patients had trouble with a dry mouth? = {n}
! what side effects there are
See a doctor if the cough has not gone after {w:interval}.
? After what time should I have a lasting cough looked at? = {w}
! when to see a doctor about the cough
Every bottle is sold with a [small|measuring] spoon.

# How to look after your wool coat
Our coats are sewn in {p:place} from the wool of mountain sheep.
? In which town are the coats made? = {p}
? From which animals does the wool come? = mountain sheep
! where the coats or their wool come from
Wash by hand in cold water; hot water makes the wool shrink.
? How is the coat to be washed? = by hand
? What happens to the wool in hot water? = shrink
! how the coat is washed
Afterwards it should lie flat on a towel for {i:span}, away from the stove.
? How long does the coat need to dry? = {i}
? On what should I spread the wet coat? = a towel
! how the coat is dried
Wine stains are treated at once with salt.
? I spilled wine on the sleeve. What helps? = salt
! how wine stains are treated
The lining is silk, so it must not be ironed.
? Of what is the lining? = silk
? May I iron the inside? = must not be ironed
! what the lining is or how to treat it
A lost button, always {c:colour}, is replaced free of charge at any of our {n:count} shops.
? What do I pay for a new button? = free of charge
? How many shops does the firm have? = {n}
? What colour are the buttons? = {c}
! how buttons are replaced
To keep moths away, hang a bag of lavender in the [wardrobe|cupboard].
? What protects the coat from moths? = lavender
! what keeps moths away

# Returning goods to Parker and Daughters
Goods can be brought back within {i:interval}, as long as the label has not been removed.
? How long do I have to return something? = {i}
? Under what condition are goods taken back? = the label has not been removed
! how long goods can be returned
Without a receipt you get a voucher instead of cash.
? I have lost my receipt. What will I receive? = a voucher
! what happens without a receipt
Underwear, earrings and opened perfume are excluded for reasons of hygiene.
? Why can earrings not be given back? = hygiene
? Which items are never taken back? = Underwear, earrings and opened perfume
! which goods are excluded
The counter for returns is on the second floor, beside the toys.
? Where in the shop do I hand in the goods? = on the second floor
! where the counter for returns is
It closes at {t:time}, and on {d:day} it does not open at all.
? Until what time can I go to the returns counter? = {t}
? On which day is there nobody at the returns counter? = {d}
! when the returns counter is open
Parcels sent by post cost {p:price}, which the customer has to pay.
? What does it cost to send a parcel back? = {p}
? Who pays the postage? = the customer
! what returning a parcel costs
Complaints are [handled|answered] by {m:person}, the manager.
? Who deals with complaints? = {m}
? What is the name of the manager? = {m}
! who deals with complaints

# A new shop in Harbour Street
On {d:day} a shop for lamps opens at number 12, where the old pharmacy used to be.
? When is the opening? = {d}
? What was in the building before? = the old pharmacy
! when the shop opens or what was there before
Its owner, {o:person}, worked as {j:job} for many years.
? To whom does the shop belong? = {o}
? What was the owner by trade? = {j}
! who owns the shop
There are {n:count} lamps on show, none of which is older than the owner.
? How many lamps can be seen? = {n}
! how many lamps are on show
The cheapest is sold for {p:price}, and the dearest is not for sale.
? What is the price of the cheapest lamp? = {p}
? Which lamp cannot be bought? = the dearest
! what the lamps cost
Broken lamps are mended in the workshop upstairs, usually within {i:interval}.
? How long does a repair take? = {i}
? Where are repairs done? = upstairs
! where and how fast lamps are mended
Because of the narrow street, customers are asked to park at the fish market.
? Where should I leave my car? = at the fish market
! where to park
The first guests will be given a candle, and there will be [tea|lemonade] for all.
? What present do the first visitors get? = a candle
! what the first guests are given

# Your first weeks with a rabbit
Rabbits are not happy alone, so get at least two.
? How many rabbits should I buy? = two
? Why is one rabbit not enough? = not happy alone
! how many rabbits to keep
Give them hay every day and {f:food} as a treat.
? What may a rabbit have as a treat? = {f}
? What must they be fed daily? = hay
! what rabbits are fed
Chocolate, even a small piece, can kill them.
? Which food is deadly for rabbits? = Chocolate
! what is deadly for rabbits
For the first {s:span} they should be left in peace, because a new home frightens them.
? How long should I leave new rabbits alone? = {s}
! how long new rabbits should be left in peace
Lift a rabbit with both hands and never by the ears.
? How do I pick up a rabbit? = with both hands
? By which part must it not be held? = the ears
! how to lift a rabbit
The claws are cut by the vet every {i:interval}, and that costs about {p:price}.
? How often do the claws need cutting? = {i}
? What is the price of having the claws cut? = {p}
? Who shortens the claws? = the vet
! how often the claws are cut or what that costs
Straw makes a [good|warm] floor.

# Missing: a grey parrot
Our parrot Pepper has been missing since {d:day}, when somebody left the kitchen window open.
? Since when has the bird been gone? = {d}
? How did the parrot get out? = the kitchen window
! when or how the parrot got away
She has a {c:colour} tail and wears a ring with the number {n:number}.
? What colour is the tail of the bird? = {c}
? Which number is on the ring? = {n}
! how the parrot can be recognised
She was last seen in the chestnut tree beside the school.
? Where did people see her last? = in the chestnut tree
! where the parrot was last seen
If you find her, do not chase her, but whistle softly and call {o:person}.
? Whom should I ring if I see the parrot? = {o}
? What should one do instead of running after her? = whistle softly
! what to do on finding the parrot
A reward of {p:price} is waiting for the finder.
? How much do I get for bringing her back? = {p}
! how large the reward is
Pepper bites strangers, so please wear gloves.
? Why are gloves needed? = bites strangers
! why one should be careful with the parrot
She is {a:years} old and [talks|sings] all day.
? What is the age of the parrot? = {a}
! how old the parrot is

# Northgate household insurance: the main points
The policy pays for damage by fire, storm and burst pipes up to {p:price}.
? What is the most that the insurance will pay? = {p}
? Against which dangers is my home insured? = fire, storm and burst pipes
! what the policy covers
Floods are not covered unless the house stands on a hill.
? When is flood damage paid for? = stands on a hill
! whether floods are covered
Bicycles are insured too, provided that they were locked when they were stolen.
? Does the policy pay for my stolen bike? = locked
! whether stolen bicycles are insured
Every claim must reach us within {i:interval} and needs photographs of the damage.
? How much time do I have to report a claim? = {i}
? What has to be sent along with a claim? = photographs of the damage
! what a claim needs and when it must arrive
Send it to our office in {t:place}, where it will be checked by an expert.
? To which town do claims go? = {t}
? Who examines the claims? = an expert
! where claims are sent and who checks them
Of each loss the customer bears {e:count} euros.
? How much of the damage do I pay myself? = {e}
! how much of a loss the customer bears
The contract ends by itself in {m:month}, and it can be [renewed|extended] online.
? In which month does the contract run out? = {m}
? Where can I carry on with the contract? = online
! when the contract ends

# Notices for the neighbours in Elm Road
The water will be turned off on {d:day} for {s:span} while a valve is changed.
? On which day will there be no water? = {d}
? How long will the water be off? = {s}
? Why is the water turned off? = a valve is changed
! when or why the water is turned off
Old paper is collected at {t:time}; tie it with string and put it by the kerb.
? At what time do they fetch the paper? = {t}
? With what should the bundles be tied? = string
! when or how paper is collected
The street party, which was rained off last time, has been moved to {m:month}.
? When will the street party be held? = {m}
? Why did the party not take place last time? = rained off
! when the street party takes place
{c:person} still needs helpers who can bring benches.
? Who is looking for helpers? = {c}
? What are the helpers asked to bring? = benches
! who is looking for helpers or what they should bring
Cars may drive no faster than {v:speed} while the school is being rebuilt.
? How fast may one drive in Elm Road? = {v}
? What building work is going on? = the school
! how fast cars may drive
Somebody has lost a set of {n:count} keys, which can be claimed at the bakery.
? Where can I pick up the lost keys? = at the bakery
? How many keys are in the lost set? = {n}
! where the keys can be claimed
Music in the gardens must stop at {q:time}, [even|also] on holidays.
? Until when may I play music outside? = {q}
! when music must stop
"""
