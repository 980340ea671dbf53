"""Reads events from standard input, one a line, with the CloudEvents SDK, compares, and lets it write them to standard output."""

import json, sys
from datetime import datetime
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event, to_structured_event

HEADERS = {"content-type": "application/cloudevents+json"}


def main():
    for line in filter(bytes.strip, sys.stdin.buffer):
        expected = json.loads(line)
        event = from_structured_event(HTTPMessage(HEADERS, line.strip()))
        asked = event.get_id(), event.get_source(), event.get_type(), event.get_specversion(), event.get_subject()
        assert asked == tuple(expected[name] for name in ("id", "source", "type", "specversion", "subject")), asked
        assert event.get_datacontenttype() == "application/json", event.get_datacontenttype()
        assert event.get_extension("entitytype") == expected["entitytype"]
        assert event.get_data() == expected.pop("data"), event.get_data()
        # Python's times end at the microsecond.
        whole, _, fraction = expected.pop("time").removesuffix("Z").partition(".")
        time = datetime.fromisoformat(f"{whole}.{fraction[:6]:0<6}+00:00")
        attributes = dict(event.get_attributes())
        assert attributes.pop("time") == time == event.get_time(), event.get_time()
        assert attributes == expected, attributes

        message = to_structured_event(event)
        assert message.headers["content-type"].startswith(HEADERS["content-type"]), message.headers
        print(message.body.decode())


if __name__ == "__main__":
    main()
