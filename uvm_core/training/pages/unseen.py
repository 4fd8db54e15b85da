"""Pages that nothing is trained on: the held-out questions."""

from __future__ import annotations

TEXT = """
# Rules for boats in the harbour
Every boat that enters the harbour must fly a {c:colour} flag until the harbour master has come aboard.
? Which colour is the flag that arriving boats have to show? = {c}
? What flag do I need when I sail in? = {c}
! which flag a boat must fly when it comes in
A berth at the long quay costs {p:price} a night, water included.
? How much do I pay to stay overnight with my boat? = {p}
? What is the price of a berth? = {p}
! what a berth costs
Boats of more than {l:length} are not let in; they are sent on to {w:place}.
? How long may a boat be at most? = {l}
? Where do boats go that are too big for the harbour? = {w}
! how long a boat may be or where the bigger ones go
Between the two piers nobody may go faster than walking pace.
? How fast may I go between the piers? = walking pace
? What is the speed limit between the piers? = walking pace
! how fast boats may go between the piers
Fuel is sold behind the fish hall.
? Where can I fill up my tank? = behind the fish hall
? At which spot is fuel to be had? = behind the fish hall
! where fuel is sold
The [old|wooden|northern] landing stage creaks, but it is safe.
If you see oil on the water, ring the watch at once under {n:number}.
? Which number do I call about an oil spill? = {n}
? Oil is floating next to my boat, what number should I dial? = {n}
! which number to call when there is oil on the water
Gulls must not be fed, because they tear the nets.
? Why is it forbidden to feed the gulls? = tear the nets
? What harm do the gulls do? = nets
! why gulls must not be fed

# The care of a beehive
Place the hive so that its entrance faces south-east and the morning sun reaches it.
? In which direction should the entrance of the hive point? = south-east
? Which way do I turn the front of the hive? = south-east
! which way the entrance should face
Open it for a look every {i:interval}, never more often.
? How often should the hive be checked? = {i}
? At what intervals may I look inside? = {i}
! how often the hive should be opened
A healthy colony fills {n:count} frames by midsummer.
? How many frames does a strong colony need by midsummer? = {n}
? What number of frames is full in the middle of the summer? = {n}
! how many frames a colony fills
The bees are calmed with smoke from dried moss; paper must not be used, as it burns too hot.
? What should be burnt to make the bees calm? = dried moss
? Why is paper unsuitable for the smoke? = burns too hot
! what to use for the smoke and what not
Patience is half of the craft.
The honey is taken in {m:month}, once most of the cells are capped.
? When is the honey harvested? = {m}
? In which month do I take out the honey? = {m}
! when the honey is taken
After that the bees get sugar water, which is poured into a {s:stuff} trough under the lid.
? What are the bees fed with once their honey is gone? = sugar water
? What is the feeding trough made of? = {s}
! how the bees are fed
Anyone who has been stung more than three times in a day should see a doctor.
? After how many stings is a doctor advised? = three
? Who should be seen after many stings? = a doctor
! what to do after many stings

# Programme: The Glass Miller
Tonight you see a comedy in four acts that {a:person} wrote in {y:year} for a travelling company.
? Who is the author of the play? = {a}
? From what year is the play? = {y}
! who wrote the play or when
The miller is played by {b:person}, who has been with our house for {t:years}.
? Who has the part of the miller? = {b}
? How long has the actor of the miller belonged to the theatre? = {t}
! who plays the miller or for how long that actor has been here
There is one interval, after the second act, and it lasts {s:span}.
? How long is the break? = {s}
? After which act can we go out for a drink? = second
! when the break comes or how long it is
Drinks are served in the mirror room on the first floor.
? Where is the bar? = mirror room
? In which room can something to drink be bought? = mirror room
! where drinks are served
The costumes were sewn [by hand|in our own workshop|over one summer].
Please note that latecomers are let in only through the side door on the left.
? Which entrance is for people who arrive after the start? = side door
? We are late, how do we get in? = side door
! how latecomers get in
The last performance will be given on a {d:day}.
? On which day of the week does the play run for the last time? = {d}
? On what day does the last show take place? = {d}
! when the last performance is

# Notes from the brewery
Our water comes from a well that is {l:length} deep.
? What is the depth of the well? = {l}
? How far down does one go for the water of the brewery? = {l}
! how deep the well is
The dark beer was first brewed in {y:year}, by mistake.
? When did the dark beer come into being? = {y}
? Since what year has there been dark beer? = {y}
! when the dark beer was first brewed
For it the malt is roasted over beech wood until it smells of coffee.
? Over which wood is the malt roasted? = beech
? How does one notice by the smell that the malt is ready? = coffee
! how the malt is roasted
The hops are bought from {p:person}, whose fields lie near {w:place}.
? Who supplies the hops? = {p}
? Where do the hops grow? = {w}
! who sells the hops or where they grow
In the cellar the barrels rest for {i:interval} before any of them is tapped.
? How long does the beer have to lie in the barrel? = {i}
? How much time passes in the cellar before a barrel is opened? = {i}
! how long the barrels rest
Never rinse the copper kettle with soap.
? What must the kettle not be cleaned with? = soap
? Is there anything I should keep away from the copper kettle? = soap
! what must not be used on the kettle
Visitors are shown round every {d:day}; those under eighteen get apple juice instead of beer.
? On which day can the brewery be visited? = {d}
? What are young visitors given to drink? = apple juice
! when visitors may come or what the young ones drink
Much has changed since then, the smell has not.

# The observatory on the hill
The great telescope weighs {w:weight} and rests on a pillar of {s:stuff}.
? How heavy is the telescope? = {w}
? What material is the pillar under the telescope? = {s}
! what the telescope weighs or what it rests on
It was paid for by {p:person}, {j:job} who had never looked at the stars before.
? Who gave the money for the telescope? = {p}
? What was the profession of the person who paid for it? = {j}
! who paid for the telescope
On clear nights the dome is opened to the public at {t:time}.
? From when may visitors enter the dome? = {t}
? At what time does the public get in? = {t}
! when the dome opens
Torches are forbidden inside, unless they give red light.
? What kind of torch may I bring along? = red
? Which light is allowed inside? = red
! which torches are allowed
A motor of {n:power} turns the roof, which takes [a while|some patience|longer in winter].
? How strong is the motor of the roof? = {n}
? What power does the motor have that moves the roof? = {n}
! how strong the motor of the roof is
Groups should register with the night porter beforehand.
? With whom does a school class have to sign up? = night porter
? Who takes the bookings of groups? = night porter
! where groups have to register
The view over the valley is worth the climb.
In {m:month} the house is closed, since the mirror is being cleaned then.
? In which month can the observatory not be visited? = {m}
? Why is the house shut for a month? = mirror
! when and why the house is closed

# Letter to the parents about the school trip
Dear parents, this year our class will travel to {w:place}, where we shall stay in a former mill.
? Where is the class going? = {w}
? What kind of building will the children sleep in? = mill
! where the class goes and stays
The coach leaves from the swimming pool at {t:time} sharp and cannot wait for anybody.
? When does the coach set off? = {t}
? From where does the coach start? = swimming pool
! when and from where the coach leaves
The trip costs {p:price} for each child.
? How much do I have to pay for my daughter? = {p}
? What is the price of the trip? = {p}
! what the trip costs
Please hand the money to {a:person} in an envelope with the name of your child on it.
? Whom do I give the money to? = {a}
? What should be written on the envelope? = name
! how the money is to be handed in
We are [really|very much|all] looking forward to it.
Telephones have to stay at home; cameras may be brought.
? What is a child allowed to take pictures with? = cameras
? What should children leave at home? = Telephones
! whether telephones or cameras may be taken along
If your child needs medicine, write it down on the {c:colour} form.
? On which form do I note that my son takes tablets? = {c}
? What is the colour of the form for medicine? = {c}
! which form is for medicine
We shall be back on {d:day}, tired and probably muddy.
? On what day do the children come home? = {d}
? When does the trip end? = {d}
! when the class comes back

# How to put up the tent
Before you begin, count the pegs: there should be {n:count} of them.
? How many pegs belong to the tent? = {n}
? What number of pegs must be in the bag? = {n}
! how many pegs there are
Spread the groundsheet with the shiny side down and remove all stones beneath it.
? Which side of the groundsheet faces the earth? = shiny
? What has to be cleared away from under the groundsheet? = stones
! how the groundsheet is laid out
The {c:colour} pole goes in the middle, and the two others are pushed through the sleeves.
? Which pole stands in the centre? = {c}
? What colour does the middle pole have? = {c}
! which pole goes in the middle
Now raise the roof; this is easier with a second person.
? Whose help is useful for lifting the roof? = second person
? How does it become easier to put the roof up? = second person
! what makes raising the roof easier
Drive the pegs into the ground at a slant, away from the tent.
? At what angle should the pegs be hammered in? = slant
? How are the pegs driven in? = slant
! how the pegs go into the ground
You are nearly done.
A wet tent must be dried for at least {s:span} before it is packed, or else it will go mouldy.
? How long does the tent have to dry? = {s}
? What happens to a tent that is put away wet? = mouldy
! what must be done with a wet tent
Spare parts can be ordered from the maker in {w:place} for up to {y:years} after purchase.
? Where do I get a new part? = {w}
? For how many years after buying it can I still get parts? = {y}
! where or for how long spare parts can be had

# From the parish chronicle
In {y:year} lightning struck the steeple, and the fire melted the smallest bell.
? When was the steeple hit by lightning? = {y}
? Which bell was lost in the fire? = smallest
! when the steeple burned or which bell was lost
It was cast again by {p:person}, who took no more than {b:food} as payment.
? Who made the new bell? = {p}
? What did the bell founder get for the work? = {b}
! who cast the bell again or for what payment
The winter after that was so hard that the wine froze in the {s:stuff} cup.
? What was the cup made of in which the wine froze? = {s}
? What froze in the cup? = wine
! what froze or in what cup
Since that time the parish has kept a fast on the first {d:day} of Lent.
? On which day does the parish fast? = {d}
? What day of the week is kept as a fast? = {d}
! on which day the parish fasts
The names of the godparents are [missing|hard to read|written in the margin].
A stranger who died on the road was buried under the lime tree, and nobody ever asked for him.
? Where does the dead stranger lie? = under the lime tree
? In what place was the unknown man buried? = under the lime tree
! where the stranger was buried
The priest {a:person} left {n:count} books, most of which were sold to mend the organ.
? How many books did the priest own when he died? = {n}
? What was the money from the books used for? = organ
! how many books the priest left or what became of them

# The cheese dairy
Milk is fetched from the farms before sunrise, and it is never more than a few hours old.
? At what time of day is the milk collected? = before sunrise
? When does the dairy get its milk? = before sunrise
! when the milk is fetched
It is warmed slowly to 32 degrees in a vat of {s:stuff}.
? How warm must the milk become? = 32 degrees
? Of what is the vat made? = {s}
! how the milk is warmed
Once the rennet has been stirred in, leave the milk alone for {t:span}.
? How long must the milk stand still after the rennet is added? = {t}
? For what time should nobody touch the milk with the rennet in it? = {t}
! how long the milk has to stand
The curd is cut with a harp, an old tool strung with wires.
? What tool is used for cutting the curd? = harp
? With what is the curd cut up? = harp
! what the curd is cut with
Good cheese [needs|wants|asks for] calm people.
Wheels from goat milk are rubbed with ash, while all others are washed in salt water.
? What is put on the cheese made of goat milk? = ash
? What are the wheels washed in that are not from goats? = salt water
! how the wheels are treated
They ripen for {i:interval} in a cave near {w:place}.
? How long does the cheese take to ripen? = {i}
? Where are the wheels stored until they are ripe? = {w}
! where or how long the wheels ripen
The shop in the yard is run by {p:person} and sells only whole wheels.
? Who looks after the shop? = {p}
? Can I buy a slice, or what does the shop sell? = whole wheels
! who runs the shop or what it sells

# The tram line along the river
The line was opened in {y:year}, when the cars were still drawn by horses.
? In what year did the trams start to run? = {y}
? What pulled the cars in the beginning? = horses
! when the line was opened or what drew the cars
It runs from the cattle market to {w:place}, with {n:count} stops on the way.
? Where does the tram line end? = {w}
? How many times does the tram stop? = {n}
! where the line goes or how many stops it has
A single ticket is {p:price}; dogs travel free if they sit on the floor.
? What do I pay for one ride? = {p}
? Under what condition does my dog need no ticket? = floor
! what a ride costs or how dogs travel
The driver does not sell tickets, they have to be bought at the kiosks.
? Where can I get a ticket? = kiosks
? If not from the driver, where are tickets sold? = kiosks
! where tickets are sold
On Sundays the cars are [sometimes|often|mostly] full.
The last car leaves at {t:time}, except during the fair, when the trams run all night.
? Until when can I take the tram home? = {t}
? When are there trams at every hour of the night? = fair
! until when the trams run
Things that were left behind are kept for {i:interval} at the depot.
? Where should I ask for a forgotten umbrella? = depot
? How long is lost property stored? = {i}
! where or how long lost things are kept
No car may cross the iron bridge at more than {s:speed}.
? How fast may a tram go on the bridge? = {s}
? What is the highest speed allowed on the iron bridge? = {s}
! how fast the trams may cross the bridge
"""
