#!/bin/sh
# Publishes to a channel: publish.sh CHANNEL JSON
#   publish.sh news '{"text": "Hello"}'
set -eu
server=${SERVER:-127.0.0.1:8080}
key=${KEY:-public}
secret=${SECRET:-secret}
[ $# -eq 2 ] || { sed -n '2,3s/^# //p' "$0" >&2; exit 2; }

# --fail-with-body: an error status ends with exit status 22. The body is shown,
# as it says why.
curl -sS --fail-with-body \
  -H "X-Thunder-Secret-Key: $secret" \
  -H 'Content-Type: application/json' \
  --data-binary "$2" \
  "http://$server/api/1.0.0/$key/channels/$1/"
