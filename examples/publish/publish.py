#!/usr/bin/env python3
"""Publishes to a channel: publish.py CHANNEL JSON
  publish.py news '{"text": "Hello"}'
"""
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

SERVER = os.environ.get("SERVER", "127.0.0.1:8080")
KEY = os.environ.get("KEY", "public")
SECRET = os.environ.get("SECRET", "secret")


def publish(channel, value):
    """Publishes a value; returns how many connections it goes to."""
    request = urllib.request.Request(
        f"http://{SERVER}/api/1.0.0/{KEY}/channels/{urllib.parse.quote(channel)}/",
        data=json.dumps(value).encode(),
        headers={"X-Thunder-Secret-Key": SECRET, "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["count"]
    except urllib.error.HTTPError as error:
        sys.exit(f"{error.code}: {json.load(error)['message']}")
    except OSError as error:
        sys.exit(f"{SERVER}: {error}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(__doc__.strip(), file=sys.stderr)
        sys.exit(2)
    try:
        message = json.loads(sys.argv[2])
    except ValueError as error:
        sys.exit(f"not JSON: {error}")
    print("went to", publish(sys.argv[1], message))
