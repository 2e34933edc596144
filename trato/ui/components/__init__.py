"""The template tags, by kind; ``trato.ui.templatetags.ui`` offers them all to every template."""
