"""What a method may say: grammars, kinds of values, doubts about what was written."""
