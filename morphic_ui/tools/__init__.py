"""Small morphs people use everywhere: menus, the key sheet, the welcome card, the status line."""
