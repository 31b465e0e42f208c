local orders = require "lib.orders"
assert(orders.name == "lib.orders" and require "lib.orders" == orders and require "lib" == "the folder lib")
assert(require "quiet" == true and require "quiet" == true and loads == 1)
local ok, message = pcall(orders.fail)
assert(not ok and message == "testdata/modules/lib/orders.lua:3: no orders", message)
---
require "lib.ordres" --! "module \"lib.ordres\" not found .did you mean \"lib.orders\"\?.: it is no built-in module, and the script's folder has no lib/ordres.lua or lib/ordres/init.lua"
---
require "circel" --! "module \"circel\" not found .did you mean \"circle\"\?."
---
require "circle" --! "module \"circle\" requires itself: circle → circle"
