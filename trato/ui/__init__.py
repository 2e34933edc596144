"""The design system: components, template tags, style sheets, scripts, icons and its gallery page.
"""
