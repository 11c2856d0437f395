-- Half the crowd asks for the tick anew, half asks whether it has changed: wrk … -- PATH TAG_FILE
-- The harness keeps the current entity tag in TAG_FILE; reading it here is cheaper than looking at every answer.
dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "report.lua")

local READ_EVERY = 500
local plain, conditional, path, tagFile
local count = 0

local function readTag()
  local file = io.open(tagFile)
  local tag = file:read("*a")
  file:close()
  conditional = wrk.format("GET", path, { ["if-none-match"] = tag })
end

function init(args)
  path, tagFile = args[1], args[2]
  plain = wrk.format("GET", path)
  readTag()
end

function request()
  count = count + 1
  if count % READ_EVERY == 0 then readTag() end
  return count % 2 == 0 and plain or conditional
end
