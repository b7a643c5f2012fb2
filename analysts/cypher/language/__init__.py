"""The part of Cypher that only reads: text to tokens, tokens to a tree, and back to text.

What it does not know it refuses, with a position. Both stores only ever see text that was printed
from the tokens here, so no difference in how they read a character can be used against us.
"""

from analysts.cypher.language.parser import parse
from analysts.cypher.language.tokens import Refused

__all__ = ["Refused", "parse"]
