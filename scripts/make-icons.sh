#!/bin/sh
# Draws the icon set anew from icons/lectern.svg. The results are committed.
set -eu
cd "$(dirname "$0")/.."
drawn=$(mktemp -d)
trap 'rm -rf "$drawn"' EXIT
ui/node_modules/.bin/tauri icon icons/lectern.svg --output "$drawn" >/dev/null 2>&1
for icon in 32x32.png 64x64.png 128x128.png 128x128@2x.png icon.png icon.ico icon.icns; do
    cp "$drawn/$icon" "icons/$icon"
done
echo "Drew icons/ from icons/lectern.svg."
