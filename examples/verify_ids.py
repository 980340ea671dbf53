#!/usr/bin/env python3
"""Recomputes the content ids of events, in a second language.

    pip install blake3
    cargo run --example quick_test -- --json | python3 examples/verify_ids.py

Reads CloudEvents from standard input, one JSON object per line, and prints one line for each: `ok`, `MISMATCH` or `-`, the id,
the type. `-` is an event that has no content id (each occurrence has its own, a UUID of another version than 8).
Exit code: 0 all content ids are right, 1 one is wrong, or there was none to verify.
"""

import json, struct, sys, uuid
from blake3 import blake3

CONTEXT = "events-core 2026-11-22 typed event content id v1"


def head(major, n):
    """Major type and argument in the fewest bytes."""
    if n < 24:
        return bytes([major << 5 | n])
    power = next(power for power in range(4) if n < 1 << (8 << power))
    return bytes([major << 5 | 24 + power]) + n.to_bytes(1 << power, "big")


def number(v):
    """By the mathematical value alone: 1.0 is 1, and 2.0**64 is 2**64."""
    if isinstance(v, float) and v.is_integer() and -2**63 <= v < 2**64:
        v = int(v)
    elif isinstance(v, int) and not -2**63 <= v < 2**64 and abs(v) < 2**1023 and int(float(v)) == v:
        v = float(v)
    if isinstance(v, float):  # the shortest of half, single and double that keeps the value
        for tag, form in (0xF9, ">e"), (0xFA, ">f"), (0xFB, ">d"):
            try:
                packed = struct.pack(form, v)
            except OverflowError:
                continue
            if struct.unpack(form, packed)[0] == v:
                return bytes([tag]) + packed
    major, n = (0, v) if v >= 0 else (1, -1 - v)
    if n < 1 << 64:
        return head(major, n)
    digits = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([0xC2 + major]) + head(2, len(digits)) + digits


def encode(v):
    """Deterministic CBOR (RFC 8949, section 4.2.1) of a JSON value."""
    if v is None or isinstance(v, bool):
        return {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[v]
    if isinstance(v, (int, float)):
        return number(v)
    if isinstance(v, str):
        return head(3, len(v.encode())) + v.encode()
    if isinstance(v, list):
        return head(4, len(v)) + b"".join(map(encode, v))
    return head(5, len(v)) + b"".join(sorted(encode(key) + encode(v[key]) for key in v))


def content_id(event):
    skipped = event.get("idskip", "").split(",")
    data = {key: v for key, v in (event.get("data") or {}).items() if v is not None and key not in skipped}
    message = encode([event["type"], event["entitytype"], event["subject"], data])
    bits = int.from_bytes(blake3(message, derive_key_context=CONTEXT).digest(16), "big")
    return uuid.UUID(int=bits & ~(0xF << 76 | 3 << 62) | 8 << 76 | 2 << 62)


def main():
    verified = wrong = 0
    for event in map(json.loads, filter(bytes.strip, sys.stdin.buffer)):
        verdict = "-"
        if uuid.UUID(event["id"]).version == 8:
            verified += 1
            right = event["id"] == str(content_id(event))
            wrong += not right
            verdict = "ok" if right else "MISMATCH"
        print(verdict, event["id"], event["type"])
    return 1 if wrong or not verified else 0


if __name__ == "__main__":
    sys.exit(main())
