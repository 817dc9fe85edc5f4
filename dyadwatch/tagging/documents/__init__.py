"""Documents: a text cut into zones, paragraphs and sentences, and the syntax of a clause with two actors.

`document` is the text, `clause` a sentence seen from two actors, `case_marking`, `object_position` and
`word_order` the grammar. Computed lazily, once per text. Nothing here decides whom a surface means or what is
done.
"""
