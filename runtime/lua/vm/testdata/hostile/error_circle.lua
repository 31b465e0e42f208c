local t = {code = "Circle", list = {1, 2, {3, {4}}}}
t.self = t
error(t) --! "code = \"Circle\""
