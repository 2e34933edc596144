"""REST composition: routers of the apps, tokens, problems as problem+json."""
