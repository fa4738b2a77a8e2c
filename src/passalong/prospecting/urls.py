from __future__ import annotations

app_name = "prospecting"
urlpatterns: list[object] = []
