"""What the settings of a run are called and how they explain themselves."""

from dataclasses import dataclass

from lenet_desktop.settings.config import SETTINGS


@dataclass(frozen=True, slots=True)
class Field:
    """How a setting is presented: its label with mnemonic, object name and explanation."""

    label: str
    object_name: str
    explanation: str


FIELDS = {
    "preset": Field("Prese&t", "preset_input", "A ready-made recipe to start from."),
    **{each.name: Field(each.label, f"{each.name}_input", each.help) for each in SETTINGS},
}
