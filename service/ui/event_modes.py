"""Words for the modes of PLOVER's event types: in which way something happens."""

from collections.abc import Mapping

from service.ui.languages import gettext as _
from service.ui.languages import mark

# Translated where they are shown.
MODES: Mapping[str, str] = {
    "visit": mark("visit"),
    "third-party": mark("through a third party"),
    "multilateral": mark("with several others"),
    "phone": mark("by phone"),
    "withdraw": mark("withdrawal"),
    "release": mark("release"),
    "disarm": mark("disarmament"),
    "ceasefire": mark("ceasefire"),
    "access": mark("access"),
    "resign": mark("resignation"),
    "assist": mark("for help"),
    "change": mark("for a change"),
    "yield": mark("to give way"),
    "meet": mark("to meet"),
    "disapprove": mark("disapproval"),
    "investigate": mark("investigation"),
    "allege": mark("allegation"),
    "restrict": mark("restriction"),
    "arrest": mark("arrest"),
    "relations": mark("relations"),
    "expel": mark("expulsion"),
    "territory": mark("territory"),
    "violence": mark("violence"),
    "demo": mark("demonstration"),
    "riot": mark("riot"),
    "strike": mark("strike"),
    "hunger": mark("hunger strike"),
    "boycott": mark("boycott"),
    "obstruct": mark("obstruction"),
    "convict": mark("conviction"),
    "discontinue": mark("discontinuation"),
    "troops": mark("troops"),
    "weapons": mark("weapons"),
    "police": mark("police"),
    "militia": mark("militia"),
    "seize": mark("seizure"),
    "censor": mark("censorship"),
    "curfew": mark("curfew"),
    "martial-law": mark("martial law"),
    "deport": mark("deportation"),
    "cyber": mark("cyberattack"),
    "abduct": mark("abduction"),
    "beat": mark("beating"),
    "torture": mark("torture"),
    "sexual": mark("sexual violence"),
    "targeted": mark("targeted killing"),
    "destroy": mark("destruction"),
    "primitive": mark("with simple weapons"),
    "firearms": mark("with firearms"),
    "explosives": mark("with explosives"),
    "suicide-attack": mark("suicide attack"),
    "aerial": mark("from the air"),
    "drone": mark("by drone"),
    "heavy-weapons": mark("with heavy weapons"),
    "crowd-control": mark("crowd control"),
    "unconventional": mark("with unconventional weapons"),
}


def mode(code: str) -> str:
    """A mode in words; the code itself where there are none."""
    return _(MODES.get(code, code))
