#!/usr/bin/env bash
# PySide6 6.11.3: the rule of a style sheet for the icons of a dialog's buttons is obeyed only by buttons
# that are made after it.
#
# All else in a style sheet counts at once, and also for what is put into its window later. But a
# QDialogButtonBox asks whether its buttons have icons while it makes them, and never again: one that is
# made without a parent, and laid out afterwards as every other widget may be, keeps the icons of the
# desktop (dark ones on a dark window) or has none, whatever the sheet says; so does one that was there
# before the sheet. The style itself gives the right answer all the time. With the parent as the second
# argument the rule is obeyed.
#
# Output seen, 2026-11, Linux x86_64, Python 3.11:
#     laid out later: the style says yes, icon no; after another sheet: the style says no, icon no
#     made with its parent: the style says yes, icon yes; after another sheet: the style says no, icon yes
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet PySide6-Essentials==6.11.3
QT_QPA_PLATFORM=offscreen env/bin/python - <<'PY'
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QStyle, QVBoxLayout, QWidget

application = QApplication([])
application.setStyle("Fusion")
CLOSE = QDialogButtonBox.StandardButton.Close
HINT = QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons
RULE = "QDialogButtonBox {{ dialogbuttonbox-buttons-have-icons: {}; }}"

window = QWidget()
window.setStyleSheet(RULE.format(1))
boxes = {
    "laid out later": QDialogButtonBox(CLOSE),
    "made with its parent": QDialogButtonBox(CLOSE, window),
}
layout = QVBoxLayout(window)
for box in boxes.values():
    layout.addWidget(box)


def seen(box: QDialogButtonBox) -> tuple[bool, bool]:
    application.processEvents()
    return bool(box.style().styleHint(HINT, None, box)), not box.button(CLOSE).icon().isNull()


first = [seen(box) for box in boxes.values()]
window.setStyleSheet(RULE.format(0))
second = [seen(box) for box in boxes.values()]
words = ("no", "yes")
for name, (says, has), (then_says, then_has) in zip(boxes, first, second):
    print(
        f"{name}: the style says {words[says]}, icon {words[has]}; "
        f"after another sheet: the style says {words[then_says]}, icon {words[then_has]}"
    )
assert first == [(True, False), (True, True)], "it is otherwise by now"
assert second == [(False, False), (False, True)], "it is otherwise by now"
PY
