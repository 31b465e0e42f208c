local n = 40

local function element(i, j)
  local ij = i + j - 1
  return 1 / (ij * (ij - 1) * 0.5 + i)
end

local function times(x, y, transposed)
  for i = 1, n do
    local sum = 0
    for j = 1, n do
      if transposed then
        sum = sum + x[j] * element(j, i)
      else
        sum = sum + x[j] * element(i, j)
      end
    end
    y[i] = sum
  end
end

local u, v, t = {}, {}, {}
for i = 1, n do u[i] = 1 end
for _ = 1, 5 do
  times(u, t) times(t, v, true)
  times(v, t) times(t, u, true)
end
local uv, vv = 0, 0
for i = 1, n do uv, vv = uv + u[i] * v[i], vv + v[i] * v[i] end
return string.format("%.9f", math.sqrt(uv / vv))
