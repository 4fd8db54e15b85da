"""The overlay editor: one line editor and one code editor, kept and moved over whatever is being edited."""

from __future__ import annotations

from kivy.uix.textinput import TextInput
from kivy.uix.widget import Widget

from ..desk.desk import Desk
from ..desk.editing import Editing
from ..model.theme import Palette, channels
from .fonts import FILES


def rgba(colour: int, alpha: float = 1.0) -> tuple[float, float, float, float]:
    red, green, blue = channels(colour)
    return red / 255, green / 255, blue / 255, alpha


class Overlay:
    """Shows the desk's editing in a live widget; the text itself belongs to the desk."""

    def __init__(self, host: Widget, desk: Desk) -> None:
        self.host, self.desk = host, desk
        self._line: TextInput | None = None
        self._code: TextInput | None = None
        self._shown: TextInput | None = None
        self._over_glass = False
        self._serial = -1
        self._palette: Palette | None = None
        self._quiet = False

    @property
    def widget(self) -> TextInput | None:
        """The editor that is on the screen now."""
        return self._shown

    def follow(self) -> None:
        """Puts the editor where the part now is, opens it, or takes it away."""
        editing = self.desk.editing
        found = editing.found() if editing is not None else None
        if editing is None or found is None:
            self._hide()
            return
        rect = editing.scene.part_rect(found[0], editing.part)
        if rect is None:
            self._hide()
            return
        widget = self._widget(editing)
        fresh = editing.serial != self._serial or self._shown is not widget
        if fresh:
            self._open(widget, editing)
        scale = editing.scene.camera.scale
        size = max(4.0, editing.edit.size * scale)
        if widget.font_size != size:
            widget.font_size = size
        inset = editing.edit.inset * scale
        spare = max(0.0, (rect.h - widget.line_height) / 2) if not editing.edit.lines else 6 * scale
        widget.padding = (inset, spare, 0, 0)
        widget.size = (rect.w, rect.h)
        widget.pos = (rect.x, self.host.height - rect.y - rect.h)
        if widget.text != editing.text:
            self._set_text(widget, editing.text)
        if fresh:
            widget.reset_undo()
        if not widget.focus:
            widget.focus = True
        if fresh:
            # Only now does the text have its room: a scroll from before would hide it. And after the focus, which drops
            # every selection.
            widget.scroll_x = widget.scroll_y = 0
            widget.cursor = (0, 0) if editing.edit.lines else widget.get_cursor_from_index(len(editing.text))
            if editing.part.startswith("value:") and not editing.changed:
                widget.select_all()

    def _widget(self, editing: Editing) -> TextInput:
        if editing.edit.lines:
            if self._code is None:
                self._code = self._make(True)
            return self._code
        if self._line is None:
            self._line = self._make(False)
        return self._line

    def _make(self, lines: bool) -> TextInput:
        common = {
            "multiline": lines, "write_tab": lines, "background_normal": "", "background_active": "",
            "background_color": (0, 0, 0, 0), "size_hint": (None, None), "use_bubble": False, "use_handles": False,
            "cursor_width": "1.5dp",
        }  # fmt: skip
        if lines:
            # Only needed for code; its lexers take a while to load.
            from .code import make_code_input

            widget = make_code_input(self.desk.palette, **common)
        else:
            widget = TextInput(**common)
        widget.bind(text=self._typed)
        return widget

    def _open(self, widget: TextInput, editing: Editing) -> None:
        over_glass = editing.scene is self.desk.glass
        if self._shown is not widget or over_glass != self._over_glass:
            self._hide()
            # Kivy draws its first child last.
            self.host.add_widget(widget, index=0 if over_glass else len(self.host.children))
            self._shown, self._over_glass = widget, over_glass
        self._serial = editing.serial
        palette = self.desk.palette
        widget.font_name = FILES[editing.edit.font]
        widget.foreground_color = rgba(palette.ink)
        widget.cursor_color = rgba(palette.accent)
        widget.selection_color = rgba(palette.accent, 0.25)
        widget.hint_text = editing.edit.hint
        widget.hint_text_color = rgba(palette.second, 0.8)
        if editing.edit.lines:
            from .code import use_palette

            use_palette(widget, palette)
        self._set_text(widget, "")

    def _set_text(self, widget: TextInput, text: str) -> None:
        self._quiet = True
        try:
            widget.text = text
        finally:
            self._quiet = False

    def _typed(self, _widget: TextInput, text: str) -> None:
        if not self._quiet and self.desk.editing is not None:
            self.desk.type(text)

    def _hide(self) -> None:
        if self._shown is not None:
            shown, self._shown = self._shown, None
            shown.focus = False
            shown.cancel_selection()
            self.host.remove_widget(shown)
            self._serial = -1
