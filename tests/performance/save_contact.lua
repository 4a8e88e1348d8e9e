-- Saves a contact with an address of its own in each call; the argument keeps the addresses of two runs apart.

local run, count = "", 0

function init(arguments)
  run = arguments[1]
end

function request()
  count = count + 1
  local names = '"firstName":"Ada","lastName":"Lovelace"'
  local body = string.format('{"email":"%s.%d@example.com",%s}', run, count, names)
  return wrk.format("POST", nil, nil, body)
end
