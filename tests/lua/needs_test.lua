local t = require "testing"
local describe, it, assert = t.describe, t.it, require "assert"

-- The flags of the test grant what it needs, so nobody has to approve it.
local p = args.declare {
  summary = "The grants that a script needs.",
  needs = {db = "sqlite:no-such-folder/none.sqlite"},
  words = {type = "list", positional = true},
}

describe("the needs of a script", function()
  it("are no parameter", function()
    assert.equal(nil, p.needs)
    assert.equal(2, #p.words)
  end)

  it("are no more than the script has", function()
    local refused = assert.raises("Denied", fs.read, "no-such-folder/file")
    assert.matches("%-%-allow%-read", refused.message)
  end)
end)

t.finish()
