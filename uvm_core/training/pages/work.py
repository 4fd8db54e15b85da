"""Pages about work, machines, computers and offices."""

from __future__ import annotations

TEXT = """
# Runbook: the backup server
The backup starts every night at {t:time} and must not be interrupted.
? At what hour does the nightly backup begin? = {t}
? When does the backup run? = {t}
! when the backup starts
It usually takes {s:span}, but [somewhat|a little|much] longer after a holiday.
? How long does a backup normally last? = {s}
! how long a backup takes
Old copies are deleted after {i:interval}, unless someone has marked them as permanent.
? For how long are backup copies kept? = {i}
? After what time are old copies removed? = {i}
! how long old copies are kept
If the disk is full, the server stops and sends a message to {p:person}.
? Who is notified when there is no space left on the disk? = {p}
! who is told when the disk is full
Never restart the machine while the red lamp is blinking.
? When is it forbidden to restart the backup server? = while the red lamp is blinking
! when the machine must not be restarted
The logs are written to the folder /var/log/keeper.
? Where can I find the logs? = /var/log/keeper
? Which directory holds the log files? = /var/log/keeper
! where the logs are
Restoring a single file needs no permission; restoring a whole database requires the approval of the team lead.
? Whose consent do I need to bring back an entire database? = the team lead
! who must approve the restoring of a database
Please keep this page up to date.

# Manual for the bread slicer
Before using the machine for the first time, wash the blade with warm water and a little vinegar.
? With what should the blade of the slicer be cleaned before first use? = warm water and a little vinegar
! how the blade is cleaned before first use
The motor has a power of {w:power}.
? How strong is the motor of the slicer? = {w}
? How many watts does it need? = {w}
! how strong the motor is
It switches itself off when it has run for {s:span} without a break.
? After how long does the motor stop by itself? = {s}
! when the motor stops by itself
The thickness of the slices is set with the {c:colour} knob on the left side.
? How do I choose how thick the slices are? = {c}
? What colour is the knob for the thickness? = {c}
! how the thickness is set
Frozen bread must not be cut with this machine, because it damages the gears.
? Why may I not slice frozen bread? = it damages the gears
? What would frozen bread do to the slicer? = damages the gears
! what frozen bread does to the machine
Oil the axle every {i:interval}.
? How often does the axle need oil? = {i}
! how often the axle must be oiled
The guarantee is void if the housing has been opened by anyone other than an authorised dealer.
? Who is allowed to open the housing without loss of the guarantee? = an authorised dealer
! who may open the housing

# House rules of the office
The building is open from Monday to Friday; at weekends you need the {c:colour} card to get in.
? What do I need to enter the office on a Sunday? = {c}
? Which colour has the card for weekends? = {c}
! how one gets in at weekends
Visitors sign the book at the front door and are met by the person who invited them.
? Where do guests have to sign? = at the front door
! where visitors sign
Dogs are welcome, provided that nobody in the same room objects.
? May I bring my dog to work? = provided that nobody in the same room objects
? Under what condition are dogs allowed in the office? = nobody in the same room objects
! whether dogs are allowed
The large meeting room seats {n:count} people and has to be reserved with {p:person}.
? Whom do I ask if I want to book the large meeting room? = {p}
? How many people fit into the large meeting room? = {n}
! who books the large meeting room and how many people fit into it
Food with a strong smell is eaten in the courtyard, not at the desks.
? Where should I eat a lunch that smells strongly? = in the courtyard
! where food with a strong smell is eaten
Every {d:day} the fridge is emptied, and whatever has no name on it is thrown away.
? On which day is the fridge cleared out? = {d}
? What happens to food without a name in the fridge? = thrown away
! when the fridge is emptied and what is thrown away
We all like a [tidy|quiet|friendly] office.
The heating is turned down at {t:time}, so bring a sweater if you stay late.
? At what time does the heating go down? = {t}
! when the heating is turned down

# Minutes of the spring meeting
The meeting was opened by {p:person}, who welcomed {n:count} members.
? Who opened the meeting? = {p}
? How many members were present? = {n}
! who opened the meeting and how many members came
It was held in the hall of the fire brigade, since the usual room was being painted.
? Where did the members meet? = in the hall of the fire brigade
? Why could the usual room not be used? = being painted
! where the meeting was held and why
The minutes of the last meeting were accepted without changes.
{q:person} reported that the new roof had cost {e:price} more than planned.
? By how much did the roof exceed the budget? = {e}
? Who gave the report about the roof? = {q}
! who spoke about the roof and how much more it cost
After a long discussion, the proposal to sell the old van was rejected.
? What was decided about the old van? = rejected
? Did the members agree to sell the van? = rejected
! what was decided about the old van
The treasurer was asked to collect three offers for new windows before the summer holidays.
? Until when must the offers for windows be there? = before the summer holidays
? Who has to get the offers for new windows? = treasurer
! who collects the offers for windows and until when
The next meeting will take place in {m:month}.
? In which month will the members meet again? = {m}
! when the next meeting is

# Project notes: the new ticket machine
The first machine will be tested at the station of {l:place}.
? Where is the ticket machine going to be tried out? = {l}
! where the first machine is tested
Its case is made of {s:stuff}, which [the architect|the mayor|the railway] had asked for.
? What material was chosen for the case of the ticket machine? = {s}
? What is the case made of? = {s}
! what the case of the machine is made of
The screen can be read in bright sunlight, but it does not react to fingers in gloves.
? What problem does the screen still have? = does not react to fingers in gloves
? Can one use the screen with gloves? = does not react to fingers in gloves
! whether the screen can be used with gloves
{p:person} is writing the software; the drawings come from {q:person}.
? Who programs the ticket machine? = {p}
? Who made the drawings? = {q}
! who makes the software and the drawings
We have decided against coins, as emptying the boxes would be too expensive.
? Why will the machine not take coins? = emptying the boxes would be too expensive
! why there are no coins
A single machine weighs {w:weight}, so it can only be moved with a [cart|crane|truck].
? How heavy is a ticket machine? = {w}
? What does one machine weigh? = {w}
! how heavy a machine is
All open questions are to be settled by the end of {m:month}.
? What is the deadline for the open questions? = {m}
! until when the open questions must be settled
So far nobody has complained.

# Contract for cleaning
The firm cleans all rooms on the ground floor twice a week.
? How often are the rooms on the ground floor cleaned? = twice a week
! how often the rooms are cleaned
For this it receives {e:price} a month, payable in advance.
? How much is the cleaning firm paid each month? = {e}
? Must the firm be paid before or after the work? = in advance
! how much the firm is paid and when
Soap, cloths and ladders are supplied by the customer.
? Who provides the soap and the cloths? = the customer
! who supplies the soap and the cloths
Either side may end the contract with a notice of {i:interval}, which must be given in writing.
? What is the period of notice? = {i}
? In what form must notice be given? = in writing
! how the contract can be ended
Damage is to be reported within {s:span}; otherwise no claim can be made.
? How soon must I report something the cleaners broke? = {s}
! how soon damage must be reported
The keys remain with {p:person} and may not be copied.
? Who has the keys? = {p}
? Is it allowed to have the keys copied? = may not be copied
! who has the keys and whether they may be copied
Disputes are decided by the court in {l:place}.
? Which court is responsible if there is a dispute? = {l}
! which court decides disputes
This contract has been made in two copies, one for each side.

# Notes on an invoice
The goods were ordered by {p:person} for the workshop.
? Who placed the order? = {p}
! who ordered the goods
They consist of {n:count} plates of {s:stuff} and a box of screws.
? How many plates were delivered? = {n}
? What are the plates made of? = {s}
! how many plates there are and of what
The total, including transport, comes to {e:price}.
? How much has to be paid in all? = {e}
? What is the sum on the invoice? = {e}
! how much has to be paid
Whoever pays within ten days may deduct two percent.
? What discount is there for quick payment? = two percent
? How fast must one pay to get the discount? = within ten days
! what discount there is for quick payment
One plate arrived with a crack and was sent back at the seller's expense.
? What was wrong with the plate that was returned? = a crack
? Who paid for sending the plate back? = at the seller's expense
! what was wrong with the returned plate and who paid for its return
Please quote our customer number {k:number} in all letters.
? Which number should be given when writing to the seller? = {k}
! which number is to be given in letters
Until the last payment has been made, the goods remain the property of the seller.
? To whom do the goods belong before they are fully paid? = the seller
! to whom unpaid goods belong

# Safety in the paint shop
Smoking is forbidden everywhere in the paint shop and in the yard behind it.
? Is smoking permitted in the yard? = forbidden
? May I smoke in the paint shop? = forbidden
! whether smoking is allowed
Anyone who handles solvents wears rubber gloves and a mask.
? Which kind of gloves is needed for solvents? = rubber gloves
? What must I wear when I work with solvents? = a mask
! what must be worn when handling solvents
Rags soaked in oil belong in the {c:colour} bin with the lid.
? Where do I put oily rags? = {c}
? What is the colour of the bin for oily rags? = {c}
! where oily rags go
It is emptied every evening by the last person to leave.
? Who empties the bin? = the last person to leave
? How often is the bin emptied? = every evening
! who empties the bin and when
If paint gets into your eyes, rinse them with clean water for fifteen minutes and call a doctor.
? For how long should I wash my eyes after paint got in? = fifteen minutes
? What should be used to rinse the eyes? = clean water
! what to do when paint gets into the eyes
The alarm is tested on the first {d:day} of the month.
? When is the alarm tried out? = {d}
! when the alarm is tested
In case of fire, all workers gather beside the old water tower.
? Where do we meet if there is a fire? = beside the old water tower
! where people gather in case of fire
Think first and then [act|move|begin].

# Laboratory diary: glaze for tiles
We mixed {w:weight} of ash with the same amount of clay.
? How much ash went into the glaze? = {w}
! how much ash was used
The mixture was stirred for {s:span} and then left to rest overnight.
? How long was the mixture stirred? = {s}
! how long the mixture was stirred
In the morning it had turned {c:colour}, which none of us had expected.
? What colour was the mixture the next day? = {c}
? Which colour did the mixture take on in the morning? = {c}
! what colour the mixture had in the morning
The tiles were dried at {g:degrees} before they were glazed.
? How hot was it when the tiles were dried? = {g}
? At what temperature were the tiles dried? = {g}
! how hot it was when the tiles were dried
Out of {n:count} tiles, only seven broke.
? How many tiles were used in the trial? = {n}
? How many tiles were broken? = seven
! how many tiles there were and how many broke
{p:person} believes that too much salt in the water caused the small bubbles.
? What is thought to be the reason for the bubbles? = too much salt in the water
? Who has an idea about where the bubbles come from? = {p}
! where the bubbles came from and who has an idea about it
Next time, rain water will be used instead of water from the tap.
? What is going to replace the tap water? = rain water
! what will replace the tap water
The samples are kept in the cupboard under the window.
? Where are the samples now? = in the cupboard under the window
! where the samples are

# How to mend a bicycle tube
Turn the bicycle upside down and take out the wheel.
Press the tube under water; where bubbles rise, there is the hole.
? How do I find the hole in the tube? = Press the tube under water
? What shows me where the tube leaks? = bubbles
! how to find the hole
Mark it with chalk, dry the tube and roughen the rubber with sandpaper.
? With what is the hole marked? = chalk
? What do I use to roughen the rubber? = sandpaper
! how the tube is marked and roughened
Spread a thin layer of glue and wait for five minutes before you put on the patch.
? How long does the glue have to dry before the patch goes on? = five minutes
! how long to wait before the patch is put on
Patches are in the drawer marked {k:number}; they cost {e:price} each.
? What is the price of a patch? = {e}
? In which drawer are the patches? = {k}
! where the patches are and what they cost
A hole that is longer than two centimetres cannot be mended, so buy a new tube.
? From what size on is a hole too big to be repaired? = two centimetres
? What should I do if the hole is too large? = buy a new tube
! which holes are too big and what to do about them
When everything is together again, pump up the tyre and wait for {s:span} to see whether it [holds|keeps the air|stays hard].
? How long should I wait after pumping up the tyre? = {s}
! how long to wait after pumping
If you get stuck, ask {p:person} in the back of the shop.
? Who can help me if the repair does not work? = {p}
! who helps with the repair

# Welcome to the team
On your first morning, come to the front desk at {t:time} and ask for {p:person}.
? When should a new colleague arrive on the first day? = {t}
? Whom should I ask for on my first morning? = {p}
! when new people should come and whom they ask for
You will be given a laptop, a badge and a mug.
? What do new people receive? = a laptop, a badge and a mug
! what new people are given
The password on the note is valid for only {s:span}, so change it at once.
? How long can the first password be used? = {s}
! how long the first password is valid
During the trial period, which lasts {i:interval}, no holidays can be taken.
? How long is the trial period? = {i}
? Am I allowed to take holidays during the trial period? = no holidays
! how long the trial period is and whether holidays can be taken in it
Every new colleague has a guide from another department, who answers questions and joins them for lunch.
? Where do the guides of new people come from? = another department
! where the guides come from
Wages are paid on the last working day of the month.
? When do I get my wages? = the last working day of the month
! when wages are paid
If you are ill, call before nine in the morning; a letter from a doctor is needed from the third day on.
? From which day must I have a letter from a doctor? = the third day
? Until when do I have to call if I am sick? = before nine in the morning
! what to do when one is ill
Nobody expects you to know everything [at once|in the first week|from the start].

# Bookkeeping in the shop
Every sale is entered in the {c:colour} book, however small it is.
? Where do we write down the sales? = {c}
? Which colour is the book for sales? = {c}
! where sales are entered
At closing time the money is counted by two people, and the older one signs the slip.
? How many people count the money? = two
? Who must sign the slip? = the older one
! who counts the money and signs the slip
A difference of less than {e:price} is simply noted; anything larger is reported to {p:person}.
? Whom do I tell when a lot of money is missing? = {p}
? Up to what sum is a difference only noted? = {e}
! what happens when there is a difference
Receipts must be kept for {y:years}, in boxes that are protected from damp.
? How long do we keep receipts? = {y}
? Against what must the boxes with receipts be protected? = damp
! how receipts are kept and for how long
On {d:day} the money is brought to the bank.
? On what day does the money go to the bank? = {d}
! when the money goes to the bank
The books are closed once a year, at the end of {m:month}.
? In which month are the yearly accounts closed? = {m}
? When are the books closed? = {m}
! when the books are closed
Mistakes are crossed out with a single line and never painted over.
? How should I correct a wrong entry? = crossed out with a single line
? Is it allowed to paint over an error? = never painted over
! how mistakes are corrected

# Guide for the help desk
Greet each caller by name, if it is known.
The lines are open until {t:time}, after which a recorded voice answers.
? Until when can customers call? = {t}
? What answers calls in the evening? = a recorded voice
! until when the lines are open and what answers after that
A letter should be answered within {i:interval}, even if the answer is only that we need more time.
? How quickly must letters be answered? = {i}
? Within what time does a customer get a reply to a letter? = {i}
! how quickly letters are answered
Refunds of up to {e:price} can be granted by anyone on the desk; higher ones are decided by the manager.
? Who decides about large refunds? = the manager
? How much may I refund on my own? = {e}
! who may grant refunds and how much
For questions about deliveries, put the caller through to extension {k:number}.
? Which extension deals with deliveries? = {k}
? Where do I transfer a caller who is waiting for a parcel? = {k}
! which extension deals with deliveries
Should a customer start to shout, stay calm, warn them once and then hang up.
? How often should I warn a shouting customer? = once
? What may I do if a customer goes on shouting? = hang up
! what to do when a customer shouts
Complaints are collected in a list, which {p:person} reads aloud each {d:day}.
? Who reads out the complaints? = {p}
? On which day are the complaints read aloud? = {d}
! who reads the complaints and when
[Patience|Kindness|Humour] is the most important tool we have.

# The forklift
The forklift may only be driven by people who have passed the test in {l:place}.
? Who is allowed to drive the forklift? = people who have passed the test
? Where is the test for drivers taken? = {l}
! who may drive the forklift and where the test is
It was bought in {y:year} from a brewery that had closed.
? When did we get the forklift? = {y}
? From whom was it bought? = a brewery
! when the forklift was bought and from whom
Its fork can lift {w:weight}, though not to the highest shelf.
? How much can the forklift carry? = {w}
? What is the greatest load of the fork? = {w}
! how much the forklift can lift
In the hall, drive no faster than walking pace.
? How fast may one drive in the hall? = walking pace
! how fast one may drive in the hall
Before reversing, sound the horn twice and look over both shoulders.
? What must the driver do with the horn before going backwards? = sound the horn twice
? Where should the driver look before reversing? = over both shoulders
! what a driver does before reversing
Loading the battery takes {s:span}, and during this time the doors have to stay open.
? How long does it take to charge the battery? = {s}
? What about the doors while the battery is being charged? = have to stay open
! how long the battery is charged and what is done with the doors
Passengers are not [wanted|welcome|permitted], not even for a short ride.
Faults are written on the board next to the gate.
? Where do I report a fault of the forklift? = on the board next to the gate
! where faults are written down

# Moving the database
The old database will be switched off on the second {d:day} of {m:month}.
? In which month does the old database go out of service? = {m}
? On what day of the week is the old database switched off? = {d}
! when the old database is switched off
It holds {n:count} tables, a third of which nobody has opened for years.
? How many tables are there in the old database? = {n}
! how many tables the old database holds
The new one was set up by {p:person} and runs on port {k:number}.
? Who installed the new database? = {p}
? Which port does the new database use? = {k}
! who set up the new database and on which port it runs
While the data are being copied, users can read everything but change nothing.
? Can users edit data during the copying? = change nothing
? What are users still able to do while the data are copied? = read everything
! what users can do while the data are copied
We expect the copying to last {s:span}.
? How long will the copying probably take? = {s}
! how long the copying takes
Should more than one percent of the rows differ, the whole step is undone.
? When is the step undone? = more than one percent of the rows differ
? What happens if too many rows are different? = the whole step is undone
! when the step is undone
Pictures are not moved at all; they stay on the file server in the basement.
? What happens to the pictures? = stay on the file server
? Where is the file server? = in the basement
! what happens to the pictures and where the file server is

# The sewing machine
Put the sewing machine on a firm table, with the lamp [on your left|behind you|close by].
For heavy cloth, use a needle with the {c:colour} mark.
? Which needle is right for thick cloth? = {c}
? What colour is the mark on the needle for heavy cloth? = {c}
! which needle is used for heavy cloth
The thread is led through the hook from behind and then down to the eye of the needle.
? From which side does the thread go through the hook? = from behind
! from which side the thread goes through the hook
If it tears again and again, the wheel at the top has been turned too tight.
? Why does the thread keep breaking? = the wheel at the top has been turned too tight
? What is the cause of a thread that tears? = the wheel at the top has been turned too tight
! why the thread tears
The body is made of {s:stuff}; the pedal, on the other hand, is wood.
? What is the body of the machine made from? = {s}
? Of what material is the pedal? = wood
! what the body and the pedal are made of
Never pull at the cloth while you sew, for this bends the needle.
? What happens when one pulls at the cloth? = bends the needle
! what happens when one pulls at the cloth
A full bobbin holds {l:length} of thread.
? How much thread goes on a bobbin? = {l}
? How long is the thread on a full bobbin? = {l}
! how much thread a bobbin holds
Spare parts can be ordered from {p:person}, whose workshop is in {o:place}.
? From whom do I get spare parts? = {p}
? In which town is the workshop for spare parts? = {o}
! who sells spare parts and where

# Meeting of the canteen committee
The new cook, {p:person}, introduced herself and told us that she had been {j:job} before.
? Who is the new cook? = {p}
? What was the work of the cook in earlier times? = {j}
! who the new cook is and what she did before
She would like to serve {f:food} on the first day of each month.
? What does the cook want to offer on the first of the month? = {f}
? Which dish is planned for the beginning of each month? = {f}
! what the cook wants to serve each month
From {m:month} on, a lunch will cost {e:price}.
? What will be the new price of a lunch? = {e}
? From when does the new price for lunch apply? = {m}
! what a lunch will cost and from when
Apprentices pay half.
? How much do apprentices have to pay? = half
! how much apprentices pay
Several members complained about the noise of the fan, and it will be replaced before winter.
? What did the members complain about? = the noise of the fan
? When do we get another fan? = before winter
! what the members complained about and when it is replaced
Nobody had anything to say about the [chairs|tables|spoons].
Cups that are carried off to the offices must be returned by {d:day}.
? Until when do I have to bring back a cup? = {d}
? By which day must cups be back in the canteen? = {d}
! until when cups must be returned
{n:count} people took part in the survey, and most of them asked for more vegetables.
? How many people answered the survey? = {n}
? What was the wish of most people in the survey? = more vegetables
! how many took part in the survey and what they wished

# Travelling for the firm
Trips are approved by the head of your department, and the request has to be made {i:interval} in advance.
? Who approves a business trip? = the head of your department
? How long before a trip must I ask? = {i}
! who approves trips and how early one must ask
Go by train wherever you can; flights are paid only if the ride would last more than eight hours.
? When does the firm pay for a flight? = only if the ride would last more than eight hours
? How should I travel if possible? = by train
! how one should travel and when flights are paid
A night in a hotel may cost up to {e:price}, breakfast included.
? How expensive may a hotel be? = {e}
? What is the limit for one night in a hotel? = {e}
! how expensive a hotel may be
Those who stay with friends instead can claim a present for their hosts.
? What can I claim if I sleep at a friend's house? = a present for their hosts
! what one can claim when staying with friends
Receipts are handed in to {p:person}, at the latest on the {d:day} after your return.
? To whom do I give the receipts of a trip? = {p}
? On which day must the receipts be there at the latest? = {d}
! to whom receipts are given and until when
The firm also has a car of its own, which is {c:colour} and rather [old|loud|slow].
? What does the car of the firm look like? = {c}
? Which colour is the car of the firm? = {c}
! what the car of the firm looks like
Its key hangs behind the door of the post room.
? Where is the key of the car? = behind the door of the post room
! where the key of the car is
Fines for speeding are paid by the driver.
? Who pays if I am caught driving too fast? = the driver
! who pays the fines
"""
