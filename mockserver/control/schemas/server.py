from pydantic import BaseModel


class Health(BaseModel):
    status: str
    version: str
    fixtures: list[str]
    workspaces: int


class ProviderView(BaseModel):
    name: str
    title: str
    base_url: str
    hosts: list[str]
    credentials: list[dict[str, str]]
    counts: dict[str, int]
