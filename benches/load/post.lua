-- POSTs for wrk: `wrk -s post.lua URL -- BODY`. Where the request has ########, in a header or in
-- the body, every call has its own number there; otherwise all calls are alike.
local number = 0

init = function(args)
  wrk.method, wrk.body = "POST", args[1]
  local text, pieces, from = wrk.format(), {}, 1
  local found, last = text:find("########", from, true)
  while found do
    pieces[#pieces + 1] = text:sub(from, found - 1)
    from = last + 1
    found, last = text:find("########", from, true)
  end
  pieces[#pieces + 1] = text:sub(from)
  if #pieces > 1 then
    -- One string operation a call: the client must cost less than the server.
    request = function()
      number = number + 1
      return table.concat(pieces, ("%08d"):format(number))
    end
  end
end
