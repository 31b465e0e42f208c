-- Lets cancelled workflows run on from their last completed step, a batch at a time.
--
--   dbos-script run resume_cancelled.lua --db postgres://… --since 6h
--   dbos-script test      runs the test beside it, without a database
--   dbos-script check     finds mistakes without running anything

local p = args.declare {
  summary = "Resumes cancelled workflows, a batch at a time.",
  name = {type = "list", doc = "only workflows with one of these names"},
  since = {type = "duration", default = "24h", doc = "how far back"},
  batch = {type = "integer", default = 100, min = 1, doc = "workflows in one call"},
}

local resumed, ids = 0, {}

local function resume()
  if #ids == 0 then return end
  resumed = resumed + #dbos.resume_workflows(ids)
  ids = {}
end

for wf in dbos.workflows {status = "CANCELLED", name = p.name, start_time = time.ago(p.since)} do
  ids[#ids + 1] = wf.id
  if #ids == p.batch then resume() end
end
resume()

emit {resumed = resumed}
