"""Words and sentences that general prompts are filled with: what people ask an assistant outside our own tasks."""


def _split(text: str) -> tuple[str, ...]:
    return tuple(" ".join(text.split()).split(" | "))


CONCEPTS = _split("""
recursion | an HTTP cookie | a database index | photosynthesis | inflation | gravity | a hash table | supply and
demand | the water cycle | a firewall | version control | a neural network | plate tectonics | compound interest | a
REST API | natural selection | a mutex | cloud computing | a black hole | caching | the immune system | a linked list
| the greenhouse effect | unit testing | DNS | object-oriented programming | an eclipse | a mortgage | encryption | a
CSS selector | the French Revolution | responsive design | a foreign key | machine learning | the nitrogen cycle | a
load balancer | democracy | a JSON document | osmosis | a race condition | antibiotics | garbage collection in
programming | an operating system | tides | the placebo effect | a virtual machine | semantic versioning | a web
socket | fermentation | a binary search
""")
THINGS = _split("""
healthy breakfast ideas | popular programming languages | animals that live in the desert | ways to save water at home
| features of a good website | classic novels | common HTTP status codes | musical instruments | tips for a job
interview | planets of the solar system | uses of Python | board games for families | renewable sources of energy |
things to pack for a hiking trip | keyboard shortcuts | ways to learn a language | common HTML tags | vegetables that
grow in winter | habits of good programmers | mistakes beginners make in SQL | ideas for a birthday party | European
capitals | ways to reduce stress | design patterns | spices used in Indian cooking | inventions of the 19th century |
reasons to write tests | famous painters | exercises without equipment | names for a small bakery | questions to ask a
new colleague | signs of a phishing email
""")
PAIRS = _split("""
a list and a tuple in Python | TCP and UDP | weather and climate | a virus and a bacterium | GET and POST requests | a
crocodile and an alligator | SQL and NoSQL databases | butter and margarine | authentication and authorization | a
comet and an asteroid | let and const in JavaScript | a novel and a novella | a compiler and an interpreter | speed
and velocity | margin and padding in CSS | a process and a thread | jam and marmalade | a library and a framework |
mitosis and meiosis | an INNER JOIN and a LEFT JOIN | a violin and a viola | unit tests and integration tests | stock
and broth | synchronous and asynchronous code | a hurricane and a tornado | an array and an object in JavaScript |
baking soda and baking powder | HTTP and HTTPS | a simile and a metaphor | RAM and disk storage | git merge and git
rebase | a moth and a butterfly | == and === in JavaScript | revenue and profit | a stack and a queue | a fruit and a
vegetable
""")
HEROES = _split("""
a lighthouse keeper | a young baker | a retired astronaut | a lost robot | a village postman | a curious fox | a
night-shift nurse | a clockmaker | two sisters | a shy dragon | a taxi driver | an old sailor
""")
EVENTS = _split("""
finds a letter from the future | has to cross a frozen lake | makes an unlikely friend | discovers a hidden garden |
loses something precious | learns to play the piano | misses the last train | hears a strange song | wins a small
prize | must tell the truth
""")
POEMS = _split("""
autumn rain | a quiet library | the first day of school | a train at night | the sea in winter | an old computer |
bread in the oven | a city before sunrise | a garden after the storm | a broken clock | snow on the roof | a long
bridge
""")
LETTERS = _split("""
my landlord / a broken heater | my manager / working from home on Fridays | a customer / a delayed order | a colleague
/ help with a release | a hotel / a late arrival | a teacher / a missed exam | a neighbour / noise in the evening | an
airline / a lost suitcase | a recruiter / declining an offer | a friend / a cancelled dinner | my team / a change of
the meeting time | a supplier / a wrong invoice | a library / extending a loan | a conference / a talk proposal | a
client / the status of a project | a bank / a card that was charged twice
""")
STYLES = _split("""
more formal | friendlier | shorter | in the past tense | easier to understand | more polite | in the passive voice |
more exciting
""")
SENTENCES = _split("""
The server went down because nobody checked the disk. | I can't come to the meeting, my train is late. | We need the
report by Friday at the latest. | The soup was cold and the waiter ignored us. | She runs five kilometres every
morning before work. | You must send the form again, you filled it in wrong. | The new feature is done but nobody has
tested it. | He forgot his keys and waited outside for an hour. | This app is slow and the buttons are hard to find. |
The children built a castle out of old boxes. | Our team fixed the bug and released a new version. | It is raining, so
the match will be played tomorrow. | The museum opens at nine and closes at six. | Please stop changing the password
without telling us. | The old bridge was repaired in only three weeks. | Nobody understood why the price had doubled.
""")
FUNCTIONS = _split("""
returns the largest number in a list | counts the vowels in a string | reverses the words of a sentence | checks
whether a year is a leap year | converts Celsius to Fahrenheit | removes duplicates from a list but keeps the order |
returns the nth Fibonacci number | checks whether two strings are anagrams | flattens a list of lists | computes the
average of a list of numbers | merges two dictionaries | finds the longest word in a text | turns a list of pairs into
a dictionary | counts how often each character occurs | checks whether a number is prime | rotates a list by k places
| sums the digits of a number | formats a number of seconds as hours, minutes and seconds | validates an email address
| splits a list into chunks of a given size | computes the factorial of a number | returns the second largest value of
a list | replaces every space by a dash | checks whether brackets are balanced | sorts a list of dictionaries by a key
| reads a CSV line into a list of fields | turns a sentence into title case | finds the common elements of two lists |
generates a random password | groups words by their first letter
""")
MARKUP = _split("""
a login form with two fields and a button | a navigation bar with four links | a table of three products with prices |
a contact form | a list of blog posts | a footer with social links | a page with a heading, a picture and a paragraph
| a search box with a submit button | a card for a user profile | a form with a date field and a checkbox | an ordered
list of recipe steps | a video with a caption
""")
STYLING = _split("""
centre a box in the middle of the page | make a button change colour when the mouse is over it | lay out three columns
of equal width | make an image round | hide an element on small screens | make a header stick to the top | add a
shadow to a card | change the colour of every second row of a table | show links without underline | make text fade in
| put two elements side by side | give a heading a gradient
""")
QUERIES = _split("""
lists all customers from Berlin in a table `customers` | counts the orders of each customer | finds the five most
expensive products | shows employees who earn more than the average | deletes rows older than a year | finds duplicate
email addresses in `users` | sums the sales of each month | joins `orders` with `customers` | adds a column `phone` to
a table | updates the price of one product | lists students without a course | creates a table for books
""")
COMMANDS = _split("""
find all files larger than 100 MB in Linux | undo my last git commit | count the lines of a file | create a virtual
environment in Python | see which process uses port 8080 | copy a folder to another machine | install a package with
npm | search for a word in many files | change the owner of a file | make a new branch in git | show the last lines of
a log file | compress a folder | run a script every night | stop a Docker container | rename many files at once |
download a file with curl
""")
ERRORS = _split("""
IndexError: list index out of range | KeyError: 'name' | TypeError: 'NoneType' object is not subscriptable |
ModuleNotFoundError: No module named 'requests' | SyntaxError: invalid syntax | ZeroDivisionError: division by zero |
Uncaught TypeError: x is not a function | ReferenceError: user is not defined | 404 Not Found | 500 Internal Server
Error | CORS policy: No 'Access-Control-Allow-Origin' header is present | fatal: not a git repository |
UnicodeDecodeError: 'utf-8' codec can't decode byte | RecursionError: maximum recursion depth exceeded | permission
denied | ECONNREFUSED 127.0.0.1:5432
""")
SNIPPETS = (
    "for i in range(3):\n    print(i * i)",
    "total = sum(x for x in values if x > 0)",
    "const names = users.map(user => user.name);",
    "SELECT name, COUNT(*) FROM orders GROUP BY name;",
    "with open('notes.txt') as file:\n    lines = file.readlines()",
    "if (!items.length) return null;",
    "git add . && git commit -m 'Fix typo'",
    ".card { display: flex; gap: 1rem; }",
    "words = text.split()\nprint(len(words))",
    '<a href="/about">About us</a>',
    "x = [n for n in range(10) if n % 2]",
    "try:\n    value = int(text)\nexcept ValueError:\n    value = 0",
    "const sleep = ms => new Promise(done => setTimeout(done, ms));",
    "def greet(name='you'):\n    return f'Hello, {name}!'",
    "docker run -p 8080:80 nginx",
    "data = {**defaults, **options}",
)
ACTIVITIES = _split("""
learning to swim | writing clean code | sleeping better | growing tomatoes | giving a talk | reading more books |
naming variables | cooking rice | reviewing a pull request | travelling with a baby | starting a blog | staying
focused | choosing a laptop | making friends in a new city | debugging a program | saving money | running a first
marathon | keeping a plant alive | preparing an exam | photographing birds
""")
FACTS = _split("""
Who was Marie Curie? | What is the capital of Australia? | How many legs does a spider have? | Why is the sky blue? |
When did the Second World War end? | What does HTML stand for? | Who wrote Romeo and Juliet? | How far is the Moon
from the Earth? | What is the largest ocean? | Why do leaves change colour in autumn? | Who invented the telephone? |
What is the boiling point of water? | What language is spoken in Brazil? | How does a vaccine work? | What is the
currency of Japan? | Who painted the Mona Lisa? | How long is a marathon? | What is the tallest mountain? | Why do
cats purr? | What is an atom made of? | Who was Alan Turing? | What does CPU stand for? | How do bees make honey? |
What is the smallest prime number? | Where does coffee come from? | What is the speed of light? | What causes
earthquakes? | Who was Ada Lovelace?
""")
WORDS = _split("""
resilient | ambiguous | meticulous | ephemeral | pragmatic | concise | obsolete | diligent | candid | novice | tedious
| vivid | reluctant | robust | frugal | intricate
""")
REVIEWS = _split("""
The headphones broke after two days. | Best pizza I have had in years! | The film was fine, but far too long. |
Support answered within minutes and solved it. | I expected more for this price. | A wonderful book, I read it in one
night. | The room was dirty and loud. | Setup took a minute and everything just worked. | The update deleted my
settings. | Lovely staff, terrible coffee.
""")
BEYOND = _split("""
What will the weather be like here tomorrow? | Please call my mother and tell her I'm late. | What did I have for
breakfast? | Can you open the file report.pdf on my computer? | Who will win the next election? | What is my
neighbour's password? | Tell me the winning lottery numbers of next week. | Which medicine should I take for the pain
in my chest? | How can I read my partner's messages without being noticed? | Write a review for a restaurant I have
never been to. | Should I put all my savings into one stock? | Can you remember what we talked about yesterday?
""")
TALK = _split("""
Hi! | Hello, how are you? | Who are you? | What can you help me with? | Thank you for your help! | Tell me a joke. |
I'm bored, what should I do? | Good morning! I have a big day today. | Are you a human? | What is your favourite book?
| I feel a bit sad today. | Can we talk about music? | Tell me something interesting. | Goodbye!
""")
CHOICES = _split("""
working from home | electric cars | learning to program as a child | social media | living in a big city | static
typing | buying second-hand clothes | a four-day week | online courses | microservices | keeping a dog | open-source
software
""")
CLAIMS = _split("""
goldfish have a memory of three seconds | the Great Wall of China can be seen from the Moon | water conducts
electricity | bats are blind | Python is slower than C | lightning never strikes twice | humans use only ten percent
of their brain | bananas are berries | JavaScript and Java are the same language | sugar makes children hyperactive |
the Sun is a star | glass is a liquid
""")
PEOPLE = _split("""
Anna | Ben | Chidi | Dana | Elif | Farid | Grace | Hugo | Ines | Jonas | Kemi | Lena
""")
GOODS = _split("""
apples | notebooks | tickets | marbles | stamps | eggs | bottles | books | chairs | photos
""")
PLACES = _split("""
Lisbon | Oslo | Nairobi | Kyoto | Toronto | Lima | Vienna | Dublin
""")
ROLES = _split("""
You are a helpful assistant. | You are a patient teacher. Keep answers short. | Answer in plain words, without jargon.
| You are a senior software engineer. | Reply in at most three sentences. | You are a friendly guide for beginners. |
You answer with one clear recommendation. | You write in a warm and simple style.
""")
