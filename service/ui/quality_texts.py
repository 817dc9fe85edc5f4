"""What is said beside the tagger's figures, in the language of the page: the texts of
`benchmarks/quality_notes.yaml`, and the names of tables and rows."""

import re

from service.ui import facts
from service.ui.languages import mark
from service.ui.sentences import Sentences

# A test holds them against what is published.
TEMPLATES = (
    mark(
        "Cross-validation: the weights that decide on relations, on what goes on about the two, on event "
        "types, direction and modality are fitted anew without the pair, the language or the author of a "
        "text before it is read. What words speak for is fitted on sentences written for that alone, in "
        "all languages: figures without a language are without its texts, not without these. No figure is "
        "of text that weights were fitted on."
    ),
    mark(
        "The openings of real articles were read for faults, and words and features added for what "
        "was found. Their rows are of weights that did not see them, but of words that did: openings "
        "that nobody has read will do worse."
    ),
    mark(
        "An interval has 95 %% (Wilson's score; for F1 that of right among right, wrong and missed). "
        "It says what as many other texts of the same kind would give, not what another kind would. "
        "For that compare the rows."
    ),
    mark(
        "Sentences and openings in the style of news, written for this by several authors who did not "
        "know the tagger; in half of them nothing passes between the two although both are named. "
        "They are harder than news."
    ),
    mark(
        "The corpus has %(number)s texts in %(count)s languages about %(pairs)s pairs, by %(authors)s "
        "authors; %(borderline)s more on which two careful readers could differ are not counted."
    ),
    mark(
        "The places where the text names either actor by name or role, to the character. F1 of "
        "places. Where a name stands for something else (a metonym) is left out."
    ),
    mark(
        "Languages: %(languages)s. Text in any other is read with English words, finds next to "
        "nothing, and says `unknown_language` among what is suppressed."
    ),
    mark("Most of the corpus is single sentences. How well a longer text is read is seen in the openings."),
    mark(
        "Whole articles as they are scraped, written for this and not in the repository, were read by "
        "1.25.0 before anything was changed for them: F1 of relation .88 (64 articles, half of them about "
        "the shipped watch), of evidence in those about eight other pairs .65."
    ),
    mark(
        "Openings as news sites write them, about 57 pairs with watches of a few minutes, written for this "
        "and not in the repository, were read by 1.26.0 before anything was changed for them: F1 of "
        "relation .93 (190 texts), of evidence .86; of some 200 pieces of evidence the event type is right "
        "in .65, the direction in .81, the modality in .83."
    ),
    mark(
        "The weights of event types, direction and modality that are shipped are fitted on all labelled "
        "text, so they should do a little better than this; by how much cannot be measured. Those of "
        "relations and of what goes on about the two were fitted before the last authors wrote, since "
        "newer ones lost cases and floors that the tests hold, or gained nothing."
    ),
    mark(
        "The openings of three authors were read before anything was fitted on them. Those of the "
        "seventh, plain news, by tagger 1.20.0: F1 of relation .97 (153 texts), of evidence .72. Those of "
        "the eleventh, with all event types and modalities, by 1.22.0: .93 (247 texts) and .81; event "
        "type right in .53, direction in .79, modality in .74 of 121. Those of the sixteenth, whose "
        "sentences refer to each other in every way that hurts, about pairs that watches only name, by "
        "1.25.0: .74 (200 texts) and .49."
    ),
    mark(
        "Event type, direction, modality and speaker are those of the verdict on an opening, of the "
        "most confident mention of a sentence or of a piece of evidence; counted where a relation is "
        "told and was found."
    ),
    mark(
        "Borderline cases are not counted, such as state and person mixed, an aide with a message, a "
        "comment on what happened to the other."
    ),
    mark(
        "A fifth of the corpus, drawn by hash, is in no row but its own. Words and features were "
        "chosen by people who saw the other four."
    ),
    mark(
        "Labels are the judgement of one reader each, who wrote the text or annotated it. They say "
        "what the text says, not what is true."
    ),
    mark(
        "The PLOVER type of the event is one of those that the label accepts, or there is none and "
        "the label has none. Share."
    ),
    mark(
        "Openings of real articles, which cannot be published here; languages and pairs with at least"
        " %(number)s of them."
    ),
    mark(
        "Registers: %(detail)s. Social media, chats, subtitles, scanned text and machine translation "
        "were not measured."
    ),
    mark("Does the text say that something passes between the two, or that they have a tie? F1 of texts."),
    mark("Who makes the claim, if not the publisher, in at least one word. F1 of speakers."),
    mark("Asserted, reported, hypothetical, negated or historical, as labelled. Share."),
    mark("Each text read with weights that saw no text about its pair."),
    mark("The sentences that say so. F1 of sentences."),
    mark("Who acts on whom is as labelled. Share."),
    mark(
        "agency, business, tabloid, think tank, daily, blog, court, transcript, state media, obituary,"
        " timeline, broadcaster, local, explainer"
    ),
    mark("single sentences alone, without the pair"),
    mark("Real openings (not in the repository)"),
    mark("without the language of the text"),
    mark("openings alone, without the pair"),
    mark("without the pair of the text"),
    mark("without the author of the text"),
    mark("%(name)s, without the pair"),
    mark("the fifth left out"),
    mark("in five folds"),
    mark("By language"),
    mark("The corpus"),
    mark("By pair"),
)
_SENTENCES = Sentences(TEMPLATES)
_CODE = re.compile(r"(?<![a-zA-Z-])[a-z]{2}(?![a-zA-Z-])")


def translate(text: str) -> str:
    """A text of the published figures, or the name of a row; codes of languages are names."""
    translated = _SENTENCES.translate(text)
    if translated == text:  # in English, where words may look like codes, or of a watch
        return facts.language_name(text) if _CODE.fullmatch(text) else text
    return _CODE.sub(lambda code: facts.language_name(code.group()), translated)
