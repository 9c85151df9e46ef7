-- What wrk sends: one call of the CALLS of `measure.mjs`, which gives it by environment.
local call = os.getenv("CALL")
wrk.headers["Authorization"] = "Bearer " .. os.getenv("TOKEN")
local path = os.getenv("CALL_PATH")
local body = os.getenv("CALL_BODY")
local run = os.getenv("RUN")
local sent = 0

request = function()
  sent = sent + 1
  if call == "get" or call == "list" then return wrk.format("GET", path) end
  if call ~= "create" then
    -- Asked anew each time: no answer is the one that was given before.
    return wrk.format("GET", path .. "_=" .. run .. "-" .. sent)
  end
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Idempotency-Key"] = run .. "-" .. sent
  return wrk.format("POST", path, nil, body)
end
