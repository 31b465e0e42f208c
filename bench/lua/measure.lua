-- The parameters that the harness passes to a task, and the functions that measure it. Each other file of this folder is
-- the task of its name. It makes a first call that is not measured, because that connects to the database.
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

-- Returns two ids to warm up with, because the client sends another statement for a single id.
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

-- The time in Unix seconds at which os.clock was 0.
local origin

-- Returns the time in Unix seconds, as findings hold it. time.now() is cut to milliseconds, so the greatest difference is the
-- most exact.
function measure.now()
  if not origin then
    origin = 0
    for _ = 1, 5000 do
      origin = math.max(origin, time.now():unix_ms() / 1000 - os.clock())
    end
  end
  return origin + os.clock()
end

function measure.report(seconds, items, more)
  emit {seconds = seconds, items = items, seen = more and more.seen, p99 = more and more.p99}
end

function measure.announce(i)
  print(json.encode {waiting = i})
end

-- Measures one call, which is about so many items.
function measure.once(items, call)
  local start = os.clock()
  call()
  measure.report(os.clock() - start, items)
end

-- Measures many calls together, and reports the mean of the second half. In a durable run the clock stands still between
-- steps, and is cut to milliseconds.
function measure.mean(count, call)
  local half = math.floor(count / 2)
  for i = 1, half do call(i) end
  local start = time.now()
  for i = half + 1, count do call(i) end
  measure.report((time.now() - start) / (count - half), count)
end

-- Returns the options of a list or a walk: the filter, the limit, and whether inputs and outputs are read.
function measure.filter(p)
  local filter = json.decode(p.filter)
  filter.limit, filter.load_input, filter.load_output = p.count, p.payloads, p.payloads
  return filter
end

-- Returns true if a workflow has an id, a status and a name, and an input if the task decodes inputs.
function measure.read(p, wf)
  return wf.id and wf.status and wf.name and (not p.decode or wf.input)
end

-- Measures each of many calls, and reports the median and the 99th percentile of the second half: the first half warms
-- up.
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
