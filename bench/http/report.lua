-- Prints what wrk counted as one line of JSON, for bench/harness/wrk.ts.
local ffi = require("ffi")
ffi.cdef("typedef struct { long seconds, microseconds; } instant; int gettimeofday(instant *, void *);")

local thread

function setup(onlyThread)
  thread = onlyThread
end

function nowUs()
  local now = ffi.new("instant")
  ffi.C.gettimeofday(now, nil)
  return tonumber(now.seconds) * 1e6 + tonumber(now.microseconds)
end

function done(summary, latency, requests)
  local errors = summary.errors
  -- wrk waits for the end of its time even where a script has ended before.
  local endedUs = thread:get("endedUs")
  local durationUs = endedUs and endedUs - thread:get("startedUs") or summary.duration
  io.write(string.format(
    '\nreport {"requestCount":%d,"durationUs":%d,"bytes":%d,"p50Us":%d,"p99Us":%d,'
      .. '"errors":{"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}}\n',
    summary.requests, durationUs, summary.bytes,
    latency:percentile(50), latency:percentile(99),
    errors.connect, errors.read, errors.write, errors.status, errors.timeout))
end
