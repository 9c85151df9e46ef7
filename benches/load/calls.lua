-- Calls for wrk: `wrk -s calls.lua URL -- ITEMS REQUEST...`. The requests are whole, as they go over
-- the wire, and are made in turn. Where one has ########, in its head or its body, every call has a
-- number of its own there; where it has @@@@@@@@, that number modulo ITEMS. They begin anywhere, so
-- that hardly ever a run repeats another's.
math.randomseed(os.time())
local requests, items, call = {}, 1, math.random(0, 49999999)

-- The texts between the marks, with room for the numbers, and which mark is where.
local function split(text)
  local pieces, marks, from = {}, {}, 1
  local first, last = text:find("[#@]" .. ("[#@]"):rep(7), from)
  while first do
    pieces[#pieces + 1] = text:sub(from, first - 1)
    pieces[#pieces + 1] = ""
    marks[#pieces] = text:sub(first, first)
    from = last + 1
    first, last = text:find("[#@]" .. ("[#@]"):rep(7), from)
  end
  pieces[#pieces + 1] = text:sub(from)
  return { pieces = pieces, marks = marks }
end

init = function(args)
  items = tonumber(args[1])
  for index = 2, #args do
    requests[index - 1] = split(args[index])
  end
end

-- The client must cost less than the server: little is done for a call.
request = function()
  local this = requests[call % #requests + 1]
  for at, mark in pairs(this.marks) do
    this.pieces[at] = ("%08d"):format(mark == "#" and call or call % items)
  end
  call = call + 1
  return table.concat(this.pieces)
end
