-- What all tasks share: the parameters the harness gives, and how they are measured.
local measure = {}

measure.workflow = "process_order"

function measure.task()
  return args.declare {
    summary = "Does one task of the benchmark and emits how long it took.",
    prefix = {type = "string", required = true, doc = "what the ids of the task's workflows start with"},
    count = {type = "integer", required = true, min = 1, doc = "how many workflows, messages or calls"},
    page = {type = "integer", default = 500, min = 1, doc = "how many rows a page has"},
    decode = {type = "boolean", doc = "reads the value of the input of each row too"},
    payloads = {type = "boolean", doc = "reads inputs and outputs too"},
    name = {type = "string", default = measure.workflow, doc = "the name of the workflow to enqueue"},
    filter = {type = "string", default = "{}", doc = "a filter of dbos.list_workflows, as JSON"},
    from = {type = "string", default = "", doc = "the start of a backfill"},
    to = {type = "string", default = "", doc = "the end of a backfill"},
  }
end

function measure.input(i)
  return dbos.portable_args {positional = {{order = i, customer = "ann@example.org", items = {1, 2, 3}}}}
end

function measure.id(p, i)
  return string.format("%s-%07d", p.prefix, i)
end

-- Ids of workflows to warm up with. For one alone the client sends another statement than for many.
function measure.spare(p)
  return {measure.id(p, p.count + 1), measure.id(p, p.count + 2)}
end

function measure.ids(p, count)
  local ids = {}
  for i = 1, count do
    ids[i] = measure.id(p, i)
  end
  return ids
end

-- The origin of os.clock in Unix seconds. Times end with their millisecond, so the greatest difference is the nearest.
local origin = 0
for _ = 1, 5000 do
  origin = math.max(origin, time.now():unix_ms() / 1000 - os.clock())
end

-- Now is the moment as findings give it.
function measure.now()
  return origin + os.clock()
end

function measure.report(seconds, items, more)
  emit {seconds = seconds, items = items, seen = more and more.seen, p99 = more and more.p99}
end

function measure.announce(i)
  print(json.encode {waiting = i})
end

-- Once measures one call.
function measure.once(items, call)
  local start = os.clock()
  call()
  measure.report(os.clock() - start, items)
end

-- Filter returns the task's filter, with what else a list or a walk of the task wants.
function measure.filter(p)
  local filter = json.decode(p.filter)
  filter.limit, filter.load_input, filter.load_output = p.count, p.payloads, p.payloads
  return filter
end

-- Read returns true if three fields of a workflow are there, and its input if the task wants it.
function measure.read(p, wf)
  return wf.id and wf.status and wf.name and (not p.decode or wf.input)
end

-- Loop measures each of many calls, and reports the median and the 99th percentile of the second half: the first one
-- warms up.
function measure.loop(count, call)
  local times = {}
  for i = 1, count do
    local start = os.clock()
    call(i)
    if i > math.floor(count / 2) then
      times[#times + 1] = os.clock() - start
    end
  end
  table.sort(times)
  measure.report(times[math.floor(#times / 2) + 1], count, {p99 = times[math.floor(#times * 0.99) + 1]})
end

return measure
