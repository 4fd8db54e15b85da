"""Pages about places, people, history and nature."""

from __future__ import annotations

TEXT = """
# The water tower at Holm Gate
The water tower at Holm Gate was put up in {y:year}, after two dry summers had emptied the wells.
? When was the water tower built? = {y}
? Why was a water tower needed at Holm Gate? = dry summers
! when or why the water tower was built
It stands {h:length} tall and can be seen from every road into the town.
? How high is the water tower? = {h}
! how high the water tower is
Its walls are of {s:stuff}, which was brought here by barge.
? What is the water tower made of? = {s}
? How did the building material get to Holm Gate? = barge
! what the tower is made of or how the material got there
{n:count} steps lead up to the platform; there is no lift.
? How many stairs do I have to climb to reach the platform of the tower? = {n}
? Can I take a lift to the platform? = no lift
! how one gets up to the platform
No water has been kept in it since {z:year}, when the new pumps were switched on.
? In which year did the tower stop holding water? = {z}
! when the tower went out of use as a water store
Today the lower floors belong to a family of [potters|weavers|painters].
Jackdaws nest under the roof, and for their sake the upper windows stay open all year.
? Which birds live in the tower? = Jackdaws
? Why are the upper windows of the tower never shut? = Jackdaws
! anything about birds in the tower

# Visiting the Museum of Clocks
The museum opens at {o:time} every day except {d:day}.
? From what time can I visit the Museum of Clocks? = {o}
? On which day of the week is the museum closed? = {d}
! when the museum is open
Adults pay {p:price}, children under six nothing at all.
? What does a ticket for a grown-up cost? = {p}
? Up to what age do children get in free? = under six
! what admission to the museum costs
Leave large bags and umbrellas in the lockers beside the cloakroom.
? Where can I put my umbrella at the museum? = lockers
! where bags and umbrellas can be left
Photographs may be taken, but only without flash.
? Am I allowed to take pictures in the museum? = without flash
! whether photographs are allowed in the museum
The oldest piece, a table clock from {y:year}, is shown in the blue room on the second floor.
? How old is the oldest clock, that is, from which year does it come? = {y}
? Where in the museum is the oldest clock? = blue room
! anything about the oldest clock
All the clocks are wound by hand by {w:person}, who has held this post for {a:years}.
? Who winds the clocks? = {w}
? How long has the winder of the clocks been doing this work? = {a}
! who winds the clocks and for how long
Visitors often remark on the ticking.
A guided tour takes fifty minutes and must be booked at the desk.
? How long is a guided tour of the museum? = fifty minutes
? Where do I sign up for a tour? = at the desk
! anything about guided tours

# The iron bridge over the Wend
Before there was a bridge, people crossed the Wend on a raft that was pulled along a rope.
? How did people get across the Wend in earlier times? = raft
! how people crossed the Wend before the bridge
The bridge was designed by {p:person} and opened to carts in {y:year}.
? Who drew the plans of the bridge? = {p}
? In which year could carts first use the bridge? = {y}
! who designed the bridge or when it was opened
From bank to bank it measures {l:length}.
? How long is the bridge over the Wend? = {l}
! how long the bridge is
Vehicles heavier than twelve tons must take the road through {q:place} instead.
? What is the greatest weight allowed on the bridge? = twelve tons
? Which way do heavy lorries have to go? = {q}
! which vehicles are too heavy for the bridge
Every {n:interval} it is checked for rust by two climbers.
? How often is the bridge inspected? = {n}
? What do the climbers look for on the bridge? = rust
! how often or for what the bridge is checked
The railings, which used to be grey, are now painted {c:colour}.
? What colour do the railings of the bridge have today? = {c}
! what colour the railings are
[Walkers|Anglers|Painters] like the view from the middle.
Cycling on the footpath is forbidden; push your bicycle.
? May I ride my bike on the footpath of the bridge? = forbidden
! whether one may cycle on the footpath

# Pine Street Chess Club
The club meets on {d:day} evenings in the back room of the Golden Goose.
? On what evening do the chess players meet? = {d}
? Where does the chess club come together? = Golden Goose
! when and where the chess club meets
Boards and clocks are provided, so bring nothing but patience.
? Do I have to bring my own chess board? = provided
! whether one must bring a board
Newcomers may play as guests three times before they have to join.
? How many evenings can I try the club without becoming a member? = three times
! how often a guest may play before joining
Membership costs {p:price} a year, and half of that for [pupils|students].
? What is the yearly fee of the chess club? = {p}
! what membership costs
The chair is held by {c:person}, and the money is looked after by {t:person}.
? Who is the treasurer of the club? = {t}
? Who leads the chess club? = {c}
! who holds which office in the club
In {m:month} the members play for the Copper Rook, a cup that somebody once found in a pond.
? In which month is the Copper Rook played for? = {m}
? Where was the Copper Rook discovered? = pond
! anything about the Copper Rook
Smoking is not allowed, not even during finals.
? Can I smoke at the chess club? = not allowed
! whether smoking is allowed
Telephones must be switched off during a game; whoever forgets this loses it.
? What happens if my phone rings while I play? = loses
! what happens to players who leave their phone on

# Edda Marlow, painter of ships
Edda Marlow was born in {y:year} in {b:place}, as the youngest of seven sisters.
? Where was Edda Marlow born? = {b}
? What is the year of birth of Edda Marlow? = {y}
? How many girls were there in the Marlow family? = seven
! where and when Edda Marlow was born or how many sisters there were
Her father, {j:job}, had no money for paint, and so she began by drawing with charcoal.
? What did the father of Edda Marlow do for a living? = {j}
? What did Edda Marlow draw with at the beginning? = charcoal
! anything about her father or her first drawings
She learned her craft from {t:person}, a strict and generous man.
? Who taught Edda Marlow to paint? = {t}
! who her teacher was
For {a:years} she lived alone on a houseboat, which she had bought from a retired pilot.
? How many years did Edda Marlow spend on the houseboat? = {a}
? From whom did she buy her houseboat? = a retired pilot
! anything about her houseboat
Critics paid little attention to her at first.
Her best known picture, The Grey Fleet, hangs in the town hall of {q:place}.
? What is the title of her most famous painting? = The Grey Fleet
? Where can her most famous painting be seen today? = {q}
! what her most famous painting is and where it hangs
It was sold for only {p:price} while she was alive.
? How much was paid for The Grey Fleet in her lifetime? = {p}
! what The Grey Fleet was sold for
She never married, and left everything she owned to a school for the deaf.
? Who inherited the property of Edda Marlow? = school for the deaf
! who inherited her property

# The marsh otter
Marsh otters live in slow streams and reed beds, [far|well away] from larger towns.
? Where is the marsh otter found? = reed beds
! where marsh otters live
They feed mainly on crayfish, and in hard winters on frogs.
? What is the usual food of the marsh otter? = crayfish
? What do the otters eat when the winter is hard? = frogs
! what marsh otters eat
A full-grown male weighs about nine kilograms, a female a third less.
? How heavy does a male marsh otter get? = nine kilograms
! how much a marsh otter weighs
The young are born blind and do not open their eyes until they are five weeks old.
? At what age can young otters see? = five weeks
! when young otters begin to see
Because of their fur they were hunted for centuries, until a law put an end to it in {y:year}.
? Since when has it been against the law to hunt marsh otters? = {y}
? Why did people hunt the marsh otter? = fur
! why otters were hunted or when this was forbidden
The last count, led by {p:person}, found {n:count} animals.
? How many marsh otters are left, going by the last count? = {n}
? Who was in charge of counting the otters? = {p}
! anything about the last count of otters
Few people ever get to see one.
If you come across a hurt otter, do not touch it but call the ranger.
? Whom should I call about an injured otter? = ranger
! what to do about an injured otter

# The candle lily
The candle lily is a tall marsh plant with {c:colour} flowers.
? What colour are the flowers of the candle lily? = {c}
! what colour the candle lily has
It blooms in {m:month}, and only at night.
? In what month does the candle lily flower? = {m}
? At what time of day are its flowers open? = at night
! when the candle lily blooms
Moths are drawn by its scent, which reminds many people of [vanilla|pepper|honey].
? Which insects visit the candle lily? = Moths
! which insects come to the candle lily
Botanists have known it since {y:year}, when {p:person} described it in a letter.
? Who was the first to describe the candle lily? = {p}
? In which year was the candle lily first described? = {y}
! who first described the candle lily and when
Its roots are poisonous, but the leaves can be eaten like spinach.
? Which part of the candle lily must not be eaten? = roots
? How can the leaves of the candle lily be eaten? = like spinach
! which parts of the candle lily can be eaten
Gardeners should plant the bulbs in wet sand and keep them out of the wind.
? In what kind of soil should I plant the bulbs? = wet sand
! what soil the bulbs need
A bulb needs {n:interval} before the first shoot shows.
? How long must I wait for a shoot after planting a bulb? = {n}
! how long a bulb takes to sprout

# The river Asker
The Asker rises in a cave below {m:place} and flows into Lake Sund.
? Where does the Asker begin? = {m}
? Into which lake does the Asker flow? = Lake Sund
! where the Asker begins and ends
At its widest point it is {w:length} across.
? How wide does the Asker get? = {w}
! how wide the river is
Ships can use the lower half only, since rocks block the channel near the old mill.
? Which part of the river can be used by ships? = lower half
? What keeps ships from going further up the Asker? = rocks
! how far ships can go on the Asker
In {f:month}, when the snow melts, the meadows are often under water.
? In which month does the Asker tend to flood the meadows? = {f}
! when the meadows are flooded
The worst flood, in {y:year}, carried away the church of {c:place}.
? In what year did the Asker have its worst flood? = {y}
? Which village lost its church to the Asker? = {c}
! anything about the worst flood
Its water is brown, yet perfectly clean; the colour comes from peat.
? Why is the water of the Asker brown? = peat
! why the water has its colour
Old people still tell stories about the mill.
Anyone may fish here who holds a day card, which is sold for {p:price} at the post office.
? What do I pay to fish in the Asker for a day? = {p}
? Where can I buy a fishing card for the Asker? = post office
! how to get a fishing card

# Climbing Mount Harrow
Most people start from the car park at {s:place}, where the bus also stops.
? Where do most climbs of Mount Harrow begin? = {s}
! where the climb begins
Follow the {c:colour} marks on the rocks, not the wooden signs, which are out of date.
? Which marks should I follow on Mount Harrow? = {c}
? Why should I not trust the wooden signs? = out of date
! which marks to follow
The way up takes six hours, the way down about half of that.
? How much time should I allow for the ascent? = six hours
! how long the ascent takes
There is no water above the tree line, so fill your bottles at the shepherd's well.
? Where is the last place to get water on the way up? = shepherd's well
! where climbers can get water
A small hut {h:length} below the top gives shelter to {n:count} people.
? How far from the summit is the hut? = {h}
? How many climbers does the hut have room for? = {n}
! anything about the hut near the summit
Its key is kept by {k:person}; ask for it the evening before.
? Who has the key of the hut? = {k}
? When should I ask for the key to the hut? = the evening before
! how to get the key of the hut
From {m:month} on the north face is closed, because of falling ice.
? From which month is the north face shut? = {m}
? What makes the north face dangerous? = ice
! when or why the north face is closed
The view is [splendid|grand|famous].

# The Sandrey ferry
The first boat to Sandrey leaves at {f:time}, the last one at {l:time}.
? At what time does the earliest ferry to Sandrey sail? = {f}
? Until when can I still get a boat to Sandrey? = {l}
! when the ferry sails
The crossing takes {t:span}, longer when there is fog.
? How long is the boat trip to Sandrey? = {t}
? In what weather is the crossing slower? = fog
! how long the crossing takes
Tickets cost {p:price} and can be bought on board, in cash only.
? What is the fare to Sandrey? = {p}
? Can I pay for the ferry by card? = in cash only
! what a ferry ticket costs or how one pays for it
Bicycles travel free.
? What is the charge for taking a bike on the ferry? = free
! what it costs to take a bicycle
Dogs have to be kept on a lead and are not allowed in the saloon.
? Where on the ferry may my dog not go? = saloon
? How must dogs be kept during the crossing? = on a lead
! what the rules for dogs are
In {m:month} the boat is taken out of the water for repairs, and a [smaller|slower] one takes its place.
? In what month is the usual ferry being repaired? = {m}
! when the ferry is repaired
The captain, {c:person}, sells honey on the side.
? Who is in command of the Sandrey ferry? = {c}
? What does the captain sell? = honey
! anything about the captain
Lost property is handed in at the harbour office.
? Where should I ask for an umbrella that I left on the boat? = harbour office
! where lost property is kept

# The Lantern Feast of Orle
Every year in {m:month} the people of Orle hang lanterns over the canal.
? In which month is the Lantern Feast held? = {m}
? Where do the people of Orle put up their lanterns? = over the canal
! when the feast is held or where the lanterns hang
The custom began in {y:year} as a way of thanking the night watch, who had saved the town from a fire.
? How long has the feast been held, that is, since which year? = {y}
? To whom did the people want to show their thanks? = night watch
? From what was Orle saved? = fire
! how the feast began
At {t:time} the mayor lights the first lantern, and then all the bells are rung.
? Who lights the first lantern? = mayor
? At what hour is the first lantern lit? = {t}
! who lights the first lantern and when
The lanterns are made of paper by the schoolchildren.
? Who makes the lanterns for the feast? = schoolchildren
? What material are the lanterns made of? = paper
! who makes the lanterns and of what
Traditionally {f:food} are served at long tables on the quay.
? What do people eat at the Lantern Feast? = {f}
! what is eaten at the feast
It is a [cheerful|noisy|crowded] evening.
Cars must be out of the old town by noon.
? By when do I have to move my car out of the old town? = noon
! until when cars may stay in the old town
If it rains, the feast is put off until the following {d:day}.
? On what day does the feast take place if the weather is wet? = {d}
! what happens if it rains

# Handbook of the Redwell Rowing Club
New rowers begin in the wide training boat, which cannot tip over.
? Which boat do beginners use? = training boat
! which boat beginners use
Training takes place on {d:day} at {t:time}.
? On which weekday do the rowers train? = {d}
? At what time does training begin? = {t}
! when the club trains
A boat may be taken out only by members who have passed the swimming test.
? Which test must I pass before I take out a boat? = swimming test
! who may take out a boat
Write your name and your route in the log before you leave the jetty.
? What do I have to note in the log besides my name? = route
! what must be written in the log
Damage is reported to the boatman, {b:person}, on the same day.
? Whom do I tell about a broken oar? = {b}
? How soon must damage be reported? = on the same day
! how damage is reported
The club owns {n:count} boats, most of them built of wood.
? How many boats does the Redwell club have? = {n}
! how many boats the club owns
Its colours are [white|grey] and {c:colour}.
Its greatest success was the victory over {r:place} in {y:year}, by less than a hand's breadth.
? Which town was beaten in the greatest race of the club? = {r}
? In what year did the club have its greatest success? = {y}
! what the greatest success of the club was

# The legend of the bell of Tarn
Long ago, it is said, a giant stole the bell of Tarn because its ringing kept him awake.
? Who stole the bell of Tarn? = giant
? Why was the bell stolen? = kept him awake
! who stole the bell or why
He sank it in the deepest part of the lake and rolled a rock over it.
? Where was the stolen bell hidden? = lake
? What was placed on top of the bell? = rock
! where the bell was hidden
For {a:years} nobody in Tarn heard a bell.
? How many years was Tarn without a bell? = {a}
! how long Tarn had no bell
Then a girl called Isbet, the daughter of a miller, made a bargain with the pike.
? What was the name of the brave girl? = Isbet
? What was the trade of the girl's father? = miller
? With which fish did the girl strike a bargain? = pike
! who the girl was or with whom she made a bargain
The fish pushed the stone aside, and in return she promised it her silver comb.
? What did the girl offer as a reward? = silver comb
! what the girl promised in return
The story has been told in many ways.
A bell weighing nearly two tons does hang in Tarn today, and scratches can be seen on its rim.
? How heavy is the bell that now hangs in Tarn? = two tons
? What can be seen on the rim of the bell? = scratches
! anything about the bell that hangs in Tarn today
The tale was first written down in {y:year} by {p:person}, a [monk|doctor|traveller].
? Who was the first to put the legend on paper? = {p}
? When was the legend first written down? = {y}
! who first wrote down the legend and when

# Using the Millbank library
A library card is issued on the spot to anyone who shows proof of address.
? What must I show to get a library card? = proof of address
! how to get a library card
Up to {n:count} books may be borrowed at a time.
? How many books can I take home at once? = {n}
! how many books may be borrowed
They are lent for {i:interval}, and the loan can be renewed twice by telephone.
? For how long may I keep a book? = {i}
? How often can a loan be extended? = twice
? How do I extend a loan? = by telephone
! anything about the length of a loan
Atlases and newspapers have to be read in the building.
? Am I allowed to borrow an atlas? = read in the building
! whether atlases can be borrowed
For each book returned late, {p:price} will be charged.
? What is the fine for an overdue book? = {p}
! what the fine for late books is
When the library is closed, drop books through the {c:colour} hatch in Weir Lane.
? Where can books be returned after closing time? = Weir Lane
? What is the colour of the hatch for returning books? = {c}
! where books can be returned when the library is closed
On {d:day} a storyteller comes to the children's corner.
? On which day is there storytelling for children? = {d}
! on which day the storyteller comes
The reading room is [quiet|bright|warm] even in winter.

# A short history of Kestrel School
The school was founded in {y:year} by {f:person}, {j:job} who could hardly read.
? Who founded Kestrel School? = {f}
? In which year was the school founded? = {y}
? What was the profession of the founder? = {j}
! who founded the school and when
Lessons were first held in a barn, since no other room could be heated.
? In what kind of building was the first classroom? = barn
! where the first lessons were held
Girls were admitted in {g:year}, against the will of the bishop.
? From what year could girls attend Kestrel School? = {g}
? Who was against admitting girls? = bishop
! when girls were admitted or who was against it
During the war the classrooms served as a hospital, while the pupils were taught in tents.
? What were the classrooms used for in the war? = hospital
? Where were the pupils taught in wartime? = tents
! what happened to the school during the war
The present building, by the architect {a:person}, is of {s:stuff} and has a flat roof.
? Who was the architect of the school building? = {a}
? What is today's school building made of? = {s}
! anything about the present building
{n:count} pupils attend the school at present.
? How many children go to Kestrel School now? = {n}
! how many pupils there are
Its motto, carved above the door, is "Slowly but surely".
? What does the writing above the school door say? = Slowly but surely
! what the motto of the school is
Former pupils meet every summer under the [chestnut|lime] tree.

# The night train to the coast
The night train leaves {s:place} at {t:time} and runs all year except on New Year's Eve.
? From which town does the night train start? = {s}
? What is the departure time of the night train? = {t}
? On which night of the year is there no train? = New Year's Eve
! when and from where the night train leaves
It reaches a speed of {v:speed} on the plain but crawls through the hills.
? How fast does the night train go at most? = {v}
! how fast the train goes
A bed in a shared cabin costs {p:price}; sheets and breakfast are included.
? What is the price of a bed on the train? = {p}
? Do I have to pay extra for breakfast? = included
! what a bed on the train costs
Passengers are woken half an hour before they arrive.
? How long before arrival does the guard wake the travellers? = half an hour
! when passengers are woken
Seats cannot be reserved, but beds must be.
? Is it possible to book a seat on the night train? = cannot be reserved
! whether seats can be booked
The heating is [old|noisy], and many bring a blanket.
Skis and surfboards go into the last carriage, where a guard locks them up.
? In which carriage do I put my skis? = last carriage
? Who locks up the surfboards? = guard
! where skis and surfboards travel
A ticket can be returned up to {r:interval} before the journey.
? Until when can I hand back my ticket? = {r}
! until when tickets can be returned

# The lighthouse keeper Anton Reve
Anton Reve kept the light on Gull Rock for {a:years}, longer than anyone before or since.
? How long was Anton Reve keeper of the light? = {a}
? On which rock did Anton Reve work? = Gull Rock
! where and how long Anton Reve kept the light
He had come there in {y:year} to get over the death of his wife.
? When did Anton Reve move to the lighthouse? = {y}
? What made him become a keeper? = the death of his wife
! when and why he went to the lighthouse
His only company was a goat, which he had named Admiral.
? What was the goat called? = Admiral
! what his goat was called
Supplies were rowed out to him by {b:person} on the first {d:day} of the month.
? Who took supplies to the lighthouse? = {b}
? On what weekday did supplies arrive? = {d}
! how supplies came to the lighthouse
In the great storm he pulled {n:count} sailors out of the sea, using a rope and a barn door.
? How many seamen did Anton Reve save? = {n}
? What did he use besides a rope to rescue the sailors? = barn door
! anything about the rescue of the sailors
For this he was offered a medal, but he asked for a new stove instead.
? What did he want rather than a medal? = stove
! what he asked for as a reward
He wrote down the weather every evening.
His notebooks are now kept in the archive of {q:place}, where they may be read on request.
? Where are the notebooks of Anton Reve today? = {q}
! where his notebooks are kept

# The market hall in Lower Brenn
Where the market hall stands today there used to be a convent.
? What was there before the market hall was built? = convent
! what stood there before the market hall
Merchants paid for the building, each giving one coin in every {k:count} that he earned.
? Who paid for the market hall? = Merchants
! who paid for the market hall
The roof is covered with {s:stuff} and rests on {n:count} pillars.
? What material is the roof of the hall covered with? = {s}
? How many columns hold up the roof? = {n}
! how the roof of the hall is built
Under the floor lies a cellar in which ice was stored until {y:year}.
? What was kept in the cellar of the market hall? = ice
? Until what year was the old cellar in use? = {y}
! what the cellar was used for
Fish is sold on {d:day}, cheese and flowers on all other days.
? On which day can I buy fish in the hall? = {d}
! when fish is sold in the market hall
A stall costs {p:price} a month and is let by the town clerk.
? What is the monthly rent for a stall? = {p}
? Who lets the stalls? = the town clerk
! how one can rent a stall
The hall smells of [bread|oranges|smoke].
At the south door hangs an iron rod, {l:length} long, with which cloth used to be measured.
? Where in the hall does the iron rod hang? = south door
? What is the length of the iron rod? = {l}
? What was the iron rod used for in former times? = cloth
! anything about the iron rod
"""
