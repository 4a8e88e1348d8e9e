from pydantic import Field

from mockserver.providers.emfluence.dates import MomentInput
from mockserver.providers.emfluence.schemas.emails import WhichEmail
from mockserver.providers.emfluence.wire import Text


class EmailSchedule(WhichEmail):
    send_time: MomentInput = Field(None, alias="scheduleSendTime")


class EmailTest(WhichEmail):
    recipient_email: Text = Field("", alias="recipientEmail")
