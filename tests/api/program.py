"""A program that calls the API with a token."""

import json
from datetime import datetime
from typing import Any

from django.test import Client

from tests import make
from trato.identity.actions import create_token
from trato.identity.models import ApiToken, User

ROOT = "/api/v1"


class Program:
    def __init__(
        self,
        user: User | None = None,
        *,
        scope: str = ApiToken.Scope.WRITE,
        expires_at: datetime | None = None,
        language: str = "en",
    ) -> None:
        self.user = user or make.user()
        self.token, key = create_token(
            user=self.user, name="test", scope=scope, at=make.NOW, expires_at=expires_at
        )
        self.headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}
        self.client = Client(headers=self.headers)

    def call(self, method: str, path: str, body: Any = None, query: Any = None) -> Any:
        data = json.dumps(body) if body is not None else ""
        return self.client.generic(
            method, ROOT + path, data, content_type="application/json", query_params=query
        )

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(ROOT + path, query_params=query)

    def post(self, path: str, body: Any, **more: Any) -> Any:
        return self.client.post(ROOT + path, body, content_type="application/json", **more)

    def put(self, path: str, body: Any, **more: Any) -> Any:
        return self.client.put(ROOT + path, body, content_type="application/json", **more)

    def patch(self, path: str, body: Any) -> Any:
        return self.client.patch(ROOT + path, body, content_type="application/json")

    def delete(self, path: str) -> Any:
        return self.client.delete(ROOT + path)
