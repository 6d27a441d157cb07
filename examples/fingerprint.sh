#!/bin/sh
# fingerprint.sh [FILE]: recompute the fingerprint of a schema file (default: standard input)
# with nothing but awk, sort and sha256sum, and print it. The exit status is 1 if the file
# declares another one. The construction is told in docs/fingerprint.md.
set -eu
export LC_ALL=C
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/objects" "$dir/buckets"
cat "${1:--}" > "$dir/file"
cd "$dir"

digests() { find "$1" -type f | sort | xargs -r sha256sum | cut -c1-64; }

# after the first empty line every line that does not begin with a space begins an object
awk 'body && !/^ / { close(out); out = sprintf("objects/%08d", ++n) }
	body { print > out }
	/^$/ { body = 1 }' file
digests objects | sort |
	awk '{ bucket = "buckets/" substr($0, 1, 2) }
		bucket != out { close(out); out = bucket }
		{ print > out }'
computed=sg1:$(digests buckets | sha256sum | cut -c1-64)

echo "$computed"
declared=$(sed -n 's/^fingerprint: //p;/^$/q' file)
[ "$computed" = "$declared" ] || { echo "the file declares ${declared:-no fingerprint}" >&2; exit 1; }
