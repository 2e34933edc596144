"""The shell of the pages: home, global search, the palette."""
