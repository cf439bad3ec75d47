-- Serves a new certificate when the files of the mounted Secret have changed. It is put in place of the old one in the running
-- process: no connection is dropped, no bucket is forgotten, and nobody needs a right to send signals or a socket to say it to.
-- HAProxy looks whether a key fits its certificate when it starts, and not when one is exchanged (3.0). So a pair is first put in a
-- listener of our own on loopback; only what shakes hands there is served. Until then the former one is.
local SERVED = os.getenv('CERTIFICATE')
local KEY = SERVED:gsub('%.crt$', '.key')
-- The same file by another path is a store of its own.
local TRIED, TRIAL_PORT = os.getenv('CERTIFICATE_TRIED'), tonumber(os.getenv('CERTIFICATE_PORT'))
local EVERY_SECONDS, PATIENCE_SECONDS, AGAIN_SECONDS = 5, 2, 60

local function read(path)
  local file = io.open(path, 'r')
  if file == nil then return nil end
  local text = file:read('a')
  file:close()
  return text
end

-- Certificate and key as one text; none while a file is missing, or while the kubelet exchanges the two.
local function pair()
  local certificate, key = read(SERVED), read(KEY)
  if certificate == nil or key == nil or certificate ~= read(SERVED) then return nil end
  return certificate .. '\n' .. key
end

-- The field without a name is a certificate with its key (HAProxy 3.0, `cert_exts`).
local function put(store, found) return pcall(CertCache.set, { filename = store, [''] = found }) end

local function shakesHands()
  local socket = core.tcp()
  socket:settimeout(PATIENCE_SECONDS)
  local isOpen = socket:connect_ssl('127.0.0.1', TRIAL_PORT)
  local answer = nil
  if isOpen and socket:send('GET / HTTP/1.0\r\n\r\n') then answer = socket:receive('*l') end
  socket:close()
  return answer ~= nil
end

local function take(found) return put(TRIED, found) and shakesHands() and put(SERVED, found) end

core.register_task(function()
  local served, refused, waited = pair(), nil, 0
  while true do
    core.sleep(EVERY_SECONDS)
    waited = waited + EVERY_SECONDS
    local found = pair()
    -- One that was refused is tried again each minute: a process that is busy may have had no time to shake hands with itself.
    if found ~= nil and found ~= served and (found ~= refused or waited >= AGAIN_SECONDS) then
      waited = 0
      if take(found) then
        served, refused = found, nil
        core.Alert('a new certificate is served')
      elseif found ~= refused then
        -- Once for each that is wrong. What OpenSSL says of it may hold parts of it.
        refused = found
        core.Alert('tls.crt and tls.key are no certificate with its key: the former one is still served')
      end
    end
  end
end)
