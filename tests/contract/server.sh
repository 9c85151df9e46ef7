# Starts and stops servers for the tools in this folder. A tool's `run` sources it:
#
#   . "$(dirname "${BASH_SOURCE[0]}")/../server.sh"
#   start_server [option…]       a fresh server; SERVER is its address, SERVER_PID its process
#   stop_server [pid]            ends it, the last one where no pid is given; fails if it ended badly
#
# Needs SANDBOOK, the path of the program, and WORK, an existing folder for logs. Whatever is still
# running when the tool ends, however it ends, is stopped by its own pid. A tool that needs an EXIT
# trap of its own calls `stop_servers` in it.

: "${SANDBOOK:?the path of the sandbook program; tests/contract/run sets it}"
: "${WORK:?a folder for what the tool writes; tests/contract/run sets it}"

SERVER_PIDS=()

start_server() {
  local log tries
  log=$(mktemp "$WORK/server-XXXXXX.log")
  "$SANDBOOK" --host 127.0.0.1 --port 0 "$@" >"$log" 2>"$log.err" </dev/null &
  SERVER_PID=$!
  SERVER_PIDS+=("$SERVER_PID")
  for ((tries = 0; tries < 200; tries++)); do
    SERVER=$(sed -n '1s/.* listens on //p' "$log")
    [ -z "$SERVER" ] || return 0
    kill -0 "$SERVER_PID" 2>/dev/null || break
    sleep 0.05
  done
  printf '%s did not say within 10 seconds where it listens. It said:\n' "$SANDBOOK" >&2
  cat "$log" "$log.err" >&2
  return 1
}

stop_server() {
  local pid=${1:-$SERVER_PID} other status=0 rest=()
  for other in "${SERVER_PIDS[@]}"; do
    [ "$other" = "$pid" ] || rest+=("$other")
  done
  SERVER_PIDS=(${rest[@]+"${rest[@]}"})
  kill -TERM "$pid" 2>/dev/null || true
  wait "$pid" || status=$?
  [ "$status" -eq 0 ] && return
  printf 'the server (process %s) ended with status %s; SIGTERM should end it with 0\n' "$pid" "$status" >&2
  return 1
}

stop_servers() {
  local pid
  for pid in ${SERVER_PIDS[@]+"${SERVER_PIDS[@]}"}; do
    kill -TERM "$pid" 2>/dev/null || true
  done
  SERVER_PIDS=()
}

trap stop_servers EXIT
