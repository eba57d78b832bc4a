"""Requests sent to a server by wrk, from a list."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

SCRIPT = """
local requests, turn = {}, 0
init = function()
  for line in io.lines("%s") do
    local method, path, body = line:match("^(%%S+) (%%S+) ?(.*)$")
    local kind = "application/json"
    if body:sub(1, 6) == "--edge" then
      kind, body = "multipart/form-data; boundary=edge", body:gsub("\\\\n", "\\r\\n")
    end
    requests[#requests + 1] = wrk.format(method, path, {["Content-Type"] = kind}, body)
  end
end
request = function()
  turn = turn %% #requests + 1
  return requests[turn]
end
%s
done = function(summary, latency)
  local faults = summary.errors
  io.write(string.format('\\n{"rate": %%f, "requests": %%d, "p50_ms": %%f, "p99_ms": %%f, "refused": %%d, "late": %%d, "faults": %%d}',
    summary.requests / summary.duration * 1e6, summary.requests, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    faults.status, faults.timeout, faults.connect + faults.read + faults.write + faults.status + faults.timeout))
end
"""


# Users who wait before each request, by an exponential distribution: they come at any moment, not in step.
PAUSE = """
math.randomseed(os.time())
delay = function() return math.floor(-%f * math.log(1 - math.random()) + 0.5) end
"""


@contextlib.contextmanager
def wrk_script(lines, pause_ms=0):
    """A script that sends these requests (`METHOD PATH [BODY]`) again and again, each connection after a mean pause. A body
    that begins with `--edge` is a form, its line ends written `\\n`."""
    with tempfile.TemporaryDirectory() as folder:
        requests, script = pathlib.Path(folder, "requests"), pathlib.Path(folder, "wrk.lua")
        requests.write_text("\n".join(lines) + "\n")
        script.write_text(SCRIPT % (requests, PAUSE % pause_ms if pause_ms else ""))
        yield script


def cpu_seconds(pid):
    """Processor time a process has taken, user and system."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def driven(url, pid, script, connections, seconds, may_fail=False):
    """What wrk says of a server driven for some seconds: rate, latencies, and processor time a request; ends the program when a
    request fails that may not."""
    before = cpu_seconds(pid) if pid else 0
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script, url]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    if result["faults"] and not may_fail:
        sys.exit(f"{result['faults']} requests failed")
    if pid:
        result["cpu_us"] = 1e6 * (cpu_seconds(pid) - before) / result["requests"]
    return result
