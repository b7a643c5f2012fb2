"""What people who never were say, about anything that one may be interested in."""

POSTS = (
    "Finally some time for #{topic} this weekend.",
    "Does anybody else think that #{topic} is mostly patience?",
    "Three things I learnt about #{topic} this year: start small, write it down, sleep on it.",
    "My neighbour asked what #{topic} is good for. I had no answer, and went on.",
    "A good day for #{topic}.",
    "If you could give one piece of advice about #{topic}, what would it be?",
    "Lost a whole evening to #{topic}. No regrets.",
    "Somebody should write the book about #{topic} that I keep looking for.",
    "Ten years of #{topic}, and still a beginner.",
    "Small steps: #{topic} before breakfast.",
    "The best thing about #{topic} is whom you meet.",
    "I was wrong about #{topic}. It is harder, and better.",
    "New to #{topic}: where does one begin?",
    "Rain all day, so #{topic} it is.",
    "Nobody told me that #{topic} needs so much tea.",
    "From #{topic} to #{other} in one afternoon.",
    "Why is there never enough room for #{topic}?",
    "Today's lesson in #{topic}: measure twice.",
)

REPLIES = (
    "Same here.",
    "Tell me more!",
    "I could not agree less, and I love it.",
    "That made my day.",
    "Where was that?",
    "Count me in next time.",
    "It took me a year to see that.",
    "Have you tried it the other way round?",
    "A friend of mine says the same.",
    "Saved for later.",
)

QUOTES = (
    "This.",
    "Worth reading twice.",
    "For everybody who asked me about it.",
    "I would put it differently, but yes.",
)
