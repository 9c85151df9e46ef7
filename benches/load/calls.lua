-- Calls for wrk: `wrk -s calls.lua URL -- NUMBERS REQUEST...`. The requests are whole, as they go
-- over the wire, and are made in turn. Where one has ########, in its head or its body, every call
-- has its own number there, from 0 and below NUMBERS.
local requests, numbers, call = {}, 1, 0

local function split(text)
  local pieces, from = {}, 1
  local first, last = text:find("########", from, true)
  while first do
    pieces[#pieces + 1] = text:sub(from, first - 1)
    from = last + 1
    first, last = text:find("########", from, true)
  end
  pieces[#pieces + 1] = text:sub(from)
  return pieces
end

init = function(args)
  numbers = tonumber(args[1])
  for index = 2, #args do
    requests[index - 1] = split(args[index])
  end
end

request = function()
  local pieces = requests[call % #requests + 1]
  local number = call % numbers
  call = call + 1
  -- The client must cost less than the server: one string operation a call, or none.
  return #pieces == 1 and pieces[1] or table.concat(pieces, ("%08d"):format(number))
end
