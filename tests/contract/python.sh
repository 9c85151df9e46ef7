# The Python tools of this folder, in one virtual environment below `target`, made anew when
# requirements.txt changes. A tool's `run` sources it after server.sh, and calls their programs:
#
#   . "$here/../python.sh"
#   python_tools           PATH begins with the environment's programs

python_tools() {
  local pinned stamp
  pinned=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/requirements.txt
  PYTHON_TOOLS=$(dirname "$WORK")/python-tools
  stamp=$(sha256sum <"$pinned")
  if [ "$(cat "$PYTHON_TOOLS/made-from" 2>/dev/null)" != "$stamp" ]; then
    rm -rf "$PYTHON_TOOLS"
    python_is_there
    python3 -m venv "$PYTHON_TOOLS"
    "$PYTHON_TOOLS/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$pinned"
    printf '%s\n' "$stamp" >"$PYTHON_TOOLS/made-from"
  fi
  export PATH="$PYTHON_TOOLS/bin:$PATH" PYTHONDONTWRITEBYTECODE=1
}

python_is_there() {
  # venv without ensurepip, as Debian splits it, makes an environment that nothing can be put in.
  if ! python3 -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || {
      printf 'Python 3.11 or newer with venv is missing: install python3 and python3-venv\n' >&2
      return 1
    }
    apt-get update -qq && apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null
  fi
}
