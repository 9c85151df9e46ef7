# Installs what package.json pins, from its lock file, for the tools in this folder that are
# Node.js packages. A tool's `run` sources it after server.sh:
#
#   . "$(dirname "${BASH_SOURCE[0]}")/../node.sh"
#   node_tools           NODE_TOOLS becomes the folder that holds node_modules, WORK/../node.
#                        Once per lock file: later runs find it there
#
# Needs WORK, and Node.js 20 or newer with npm.

node_tools() {
  local here folder=$WORK/../node major
  here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p')
  if [ "${major:-0}" -lt 20 ] || ! command -v npm >/dev/null; then
    printf 'Node.js 20 or newer with npm is needed, and this machine has %s: install nodejs and npm\n' \
      "${major:-none}" >&2
    return 1
  fi
  mkdir -p "$folder"
  NODE_TOOLS=$(cd "$folder" && pwd)
  cmp -s "$here/package-lock.json" "$NODE_TOOLS/installed.json" && return
  cp "$here/package.json" "$here/package-lock.json" "$NODE_TOOLS/"
  (cd "$NODE_TOOLS" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) >&2
  cp "$here/package-lock.json" "$NODE_TOOLS/installed.json"
}
