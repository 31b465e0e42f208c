-- Required by testdata/language/require.lua.
local orders = {name = ...}
function orders.fail() error("no orders") end
return orders
