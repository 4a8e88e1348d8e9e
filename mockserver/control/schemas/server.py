from pydantic import BaseModel, Field


class Health(BaseModel):
    status: str
    version: str
    fixtures: list[str]
    workspaces: int
    tls_url: str | None = Field(description="Where the same is served over HTTPS; null when it is not.")


class ProviderView(BaseModel):
    name: str
    title: str
    base_url: str
    hosts: list[str]
    credentials: list[dict[str, str]]
    headers: dict[str, str] = Field(description="What a call carries that shows the first of the credentials.")
    counts: dict[str, int]
