"""The design system: components, template tags, styles, scripts, icons and its gallery page."""
