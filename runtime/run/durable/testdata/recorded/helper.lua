return {order = function() return math.random(100) end}
