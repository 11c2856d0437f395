-- Replays request lines (bench/harness/http-request.ts): wrk … -- FILE again|once
-- With "once" each line is sent one time, and the measured time ends with the lines.
dofile(debug.getinfo(1, "S").source:match("@(.*/)") .. "report.lua")

local requests = {}
local nextIndex = 1
local isRepeated, afterLast

function init(args)
  isRepeated = args[2] == "again"
  for line in io.lines(args[1]) do
    local method, path, address, body = line:match("^(%u+)\t([^\t]*)\t([^\t]*)\t(.*)$")
    local headers = {}
    if address ~= "" then headers["fly-client-ip"] = address end
    if body ~= "" then headers["content-type"] = "application/json" end
    requests[#requests + 1] = wrk.format(method, path, headers, body ~= "" and body or nil)
  end
  -- Connections that are free at that instant must still send something.
  afterLast = wrk.format("GET", "/healthz")
  startedUs = nowUs()
end

function request()
  if nextIndex > #requests then
    if not isRepeated then
      endedUs = endedUs or nowUs()
      wrk.thread:stop()
      return afterLast
    end
    nextIndex = 1
  end
  local request = requests[nextIndex]
  nextIndex = nextIndex + 1
  return request
end
