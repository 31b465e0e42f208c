-- Calls of methods, with inheritance through __index.
local Account = {}
Account.__index = Account

function Account.new(balance) return setmetatable({balance = balance, moves = 0}, Account) end
function Account:deposit(amount)
  self.balance = self.balance + amount
  self.moves = self.moves + 1
  return self
end
function Account:withdraw(amount)
  if amount > self.balance then return false end
  self.balance = self.balance - amount
  self.moves = self.moves + 1
  return true
end

local Savings = setmetatable({}, {__index = Account})
Savings.__index = Savings
function Savings.new(balance, rate)
  local account = Account.new(balance)
  account.rate = rate
  return setmetatable(account, Savings)
end
function Savings:interest() return self:deposit(self.balance * self.rate) end

local refused = 0
local a, s = Account.new(100), Savings.new(100, 0.001)
for i = 1, 8000 do
  a:deposit(i % 7):deposit(1)
  if not a:withdraw(i % 11) then refused = refused + 1 end
  s:interest()
  s:withdraw(0.05)
end
return a.balance .. " " .. a.moves .. " " .. refused .. " " .. s.moves
