-- What wrk sends: one call of CALLS (get, list, create), as `measure.mjs` gives it by environment.
local call = os.getenv("CALL")
wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN")
local path = os.getenv("CALL_PATH")
local body = os.getenv("CALL_BODY")
local run = os.getenv("RUN")
local sent = 0

request = function()
  if call ~= "create" then
    return wrk.format("GET", path)
  end
  sent = sent + 1
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Idempotency-Key"] = run .. "-" .. sent
  return wrk.format("POST", path, nil, body)
end
