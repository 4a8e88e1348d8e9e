"""A message of the outbox as mail programs exchange it (RFC 5322)."""

import hashlib
import re
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from mockserver.core.links import links

if TYPE_CHECKING:
    from mockserver.core.outbox import Kept

_POLICY = SMTP.clone(cte_type="7bit")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_OPTS_OUT = re.compile(r"unsubscribe|opt[-_ ]?out", re.IGNORECASE)
_INTERNATIONAL = re.compile(r"""([^\s@<>(),;:\\"\[\]]+)@([^\s@<>(),;:\\"\[\]]+)""")
_IN_URL = "!#$%&'()*+,/:;=?@[]~"
"""What may stand in an address between angle brackets as it is."""
_DOMAIN = "mockserver.invalid"
_NOBODY = Address(addr_spec=f"no-address@{_DOMAIN}")
_ADDRESSES = {"From", "To", "Reply-To"}


def headers(kept: "Kept", workspace: str) -> dict[str, str]:
    """The headers that a message has, as a person reads them."""
    found = {
        "From": _person(kept.sender_name, kept.sender_email),
        "To": kept.recipient,
        "Subject": kept.subject,
        "Date": format_datetime(kept.sent_at),
        # With the moment, because numbers begin anew when a workspace is reset, and mail programs show an id only once.
        "Message-ID": f"<{workspace}.{kept.id}.{int(kept.sent_at.timestamp())}@{_DOMAIN}>",
        **({"Reply-To": str(kept.details["reply_to"])} if kept.details.get("reply_to") else {}),
        **_list_unsubscribe(kept),
        "X-Mock-Workspace": workspace,
        "X-Mock-Provider": kept.provider,
        "X-Mock-Kind": kept.kind,
    }
    return {name: _one_line(value) for name, value in found.items()}


def written(kept: "Kept", workspace: str) -> EmailMessage:
    """The whole message: text, HTML, or both as alternatives. Nothing in it can start a header of its own.

    The same message is written in the same bytes; they are ASCII, unless an address is not.
    """
    addresses = {"From": _address(kept.sender_name, kept.sender_email), "To": _address("", kept.recipient)}
    if kept.details.get("reply_to"):
        addresses["Reply-To"] = _address("", str(kept.details["reply_to"]))
    is_ascii = all(address.addr_spec.isascii() for address in addresses.values())
    message = EmailMessage(policy=_POLICY if is_ascii else _POLICY.clone(utf8=True))
    for name, value in headers(kept, workspace).items():
        message[name] = addresses[name] if name in _ADDRESSES else value
    message.set_content(kept.text)
    if kept.html and kept.text:
        message.add_alternative(kept.html, subtype="html")
        message.set_boundary(_boundary(kept))
    elif kept.html:
        message.set_content(kept.html, subtype="html")
    return message


def _boundary(kept: "Kept") -> str:
    """A line that is in neither part: no text holds its own digest."""
    return f"=_{hashlib.sha256(f'{kept.text}{kept.html}'.encode()).hexdigest()[:32]}"


def _address(name: str, address: str) -> Address:
    """What is no address, as a provider may take it, is told as the name of one that nobody has."""
    name, address = _one_line(name), _one_line(address)
    international = None if address.isascii() else _INTERNATIONAL.fullmatch(address)
    if international is not None:
        return Address(name, *international.groups())
    try:
        found = Address(name, addr_spec=address)
        str(found)
    except (ValueError, IndexError, MessageError):
        return Address(_person(name, address), addr_spec=_NOBODY.addr_spec)
    return found


def _person(name: str, address: str) -> str:
    return f"{name} <{address}>" if name else address


def _one_line(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()


def _list_unsubscribe(kept: "Kept") -> dict[str, str]:
    """The link by which the recipient can leave, if the message has one."""
    for link in links(kept.html, kept.text):
        if _OPTS_OUT.search(link.text) or _OPTS_OUT.search(_path(link.url)):
            return {"List-Unsubscribe": f"<{quote(link.url, safe=_IN_URL)}>"}
    return {}


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:  # brackets that hold no address
        return ""
