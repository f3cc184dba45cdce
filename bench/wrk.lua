-- Sends one kind of request. Arguments: KIND (get, list, or create with more parameters behind it), AUTHORIZATION ("" for
-- none; %s and %d in it become MARK and a number that changes every 4,000 requests, as the
-- peer needs), FILE (of ids, one a line; for get), MARK (what tells this run from others).
-- It prints one line of JSON at the end.
local kind, authorization, mark, ids = "", "", "", {}
local sent, token = 0, 0

function init(args)
  kind, authorization = args[1], args[2]
  if kind == "get" then
    for id in io.lines(args[3]) do ids[#ids + 1] = id end
  end
  mark = args[4]
end

local function head(method, path)
  local h = method .. " " .. path .. " HTTP/1.1\r\nHost: bench\r\n"
  if authorization ~= "" then
    h = h .. "Authorization: " .. string.format(authorization, mark, token) .. "\r\n"
  end
  return h
end

function request()
  if sent % 4000 == 0 then token = token + 1 end
  sent = sent + 1
  if kind == "get" then
    return head("GET", "/api/v1/users/" .. ids[sent % #ids + 1]) .. "\r\n"
  end
  if kind == "list" then return head("GET", "/api/v1/users?limit=200") .. "\r\n" end
  local login = "made." .. mark .. "." .. sent .. "@company.example"
  local body = string.format('{"profile":{"firstName":"Made","lastName":"Number %d","email":"%s","login":"%s","department":"Sales","city":"Oslo","title":"Account executive","employeeNumber":"M%d"}}', sent, login, login, sent)
  return head("POST", "/api/v1/users?activate=true&name=" .. login .. kind:sub(#"create" + 1)) ..
    "Content-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

function done(summary, latency)
  local e = summary.errors
  print(string.format('{"requests":%d,"microseconds":%d,"bytes":%d,"refused":%d,"broken":%d,"p50":%d,"p99":%d}',
    summary.requests, summary.duration, summary.bytes, e.status, e.connect + e.read + e.write + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
