local bodies = {
  {x = 0, y = 0, z = 0, vx = 0, vy = 0, vz = 0, mass = 39.5},
  {x = 4.8, y = -1.2, z = -0.1, vx = 0.6, vy = 2.8, vz = -0.02, mass = 0.04},
  {x = 8.3, y = 4.1, z = -0.4, vx = -1.0, vy = 1.8, vz = 0.01, mass = 0.01},
  {x = 12.9, y = -15.1, z = -0.2, vx = 1.1, vy = 0.9, vz = -0.01, mass = 0.002},
  {x = 15.4, y = -25.9, z = 0.2, vx = 1.0, vy = 0.6, vz = -0.03, mass = 0.002},
}

local function advance(dt)
  local n = #bodies
  for i = 1, n do
    local a = bodies[i]
    for j = i + 1, n do
      local b = bodies[j]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      local distance = dx * dx + dy * dy + dz * dz
      local force = dt / (distance * math.sqrt(distance))
      a.vx, a.vy, a.vz = a.vx - dx * b.mass * force, a.vy - dy * b.mass * force, a.vz - dz * b.mass * force
      b.vx, b.vy, b.vz = b.vx + dx * a.mass * force, b.vy + dy * a.mass * force, b.vz + dz * a.mass * force
    end
  end
  for i = 1, n do
    local a = bodies[i]
    a.x, a.y, a.z = a.x + dt * a.vx, a.y + dt * a.vy, a.z + dt * a.vz
  end
end

for _ = 1, 500 do advance(0.01) end
return string.format("%.6f", bodies[1].x)
