from pydantic import BaseModel, ConfigDict, Field

from mockserver.core.etiquette import Severity


class FindingView(BaseModel):
    """Something that a good client does not do."""

    model_config = ConfigDict(from_attributes=True)

    rule: str = Field(description="What is wrong, such as `manners.retry_too_early`.")
    severity: Severity = Field(
        description="error: the service refuses this. warning: it will go wrong, or harms the service. "
        "advice: there is a better way."
    )
    provider: str
    operation: str | None = Field(description="Unset: of no operation, or of several.")
    calls: list[int] = Field(description="Ids of the first calls in the journal.")
    count: int = Field(description="How many calls there are.")
    row: str = Field(description="The rulebook row that it rests on.")
    advice: str = Field(description="What was measured, and what would be better.")


class VerdictView(BaseModel):
    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "findings": [
                        {
                            "rule": "manners.retry_too_early",
                            "severity": "error",
                            "provider": "ethermailer",
                            "operation": "add_contact",
                            "calls": [7, 8, 9, 10],
                            "count": 4,
                            "row": "ether.throttle",
                            "advice": "4 calls within 0.8 s of a refusal that said to wait 1 s: "
                            "wait so long before trying again.",
                        }
                    ],
                    "judged_calls": 40,
                    "peak": {"ethermailer": 2},
                }
            ]
        },
    )

    findings: list[FindingView] = Field(description="The gravest first.")
    judged_calls: int = Field(description="Calls that the journal still has.")
    peak: dict[str, int] = Field(
        description="By provider, the most calls from one address that were under way at a time, since the last reset."
    )
