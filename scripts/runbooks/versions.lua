-- Shows the registered application versions, and how many unfinished workflows wait for each.

args.declare {summary = "Show the application versions, the latest first."}

local open = {}
for _, group in ipairs(dbos.get_workflow_aggregates {
  group_by = {"application_version"}, status = {"ENQUEUED", "DELAYED", "PENDING"},
}) do
  open[group.application_version or ""] = group.count
end

local rows = {}
for i, v in ipairs(dbos.list_application_versions()) do
  rows[i] = {
    version = v.version_name, application = v.application_name, latest = i == 1, unfinished = open[v.version_name] or 0,
    since = v.version_timestamp,
  }
  open[v.version_name] = nil
end
for version, count in pairs(open) do
  rows[#rows + 1] = {version = version ~= "" and version or "(none)", latest = false, unfinished = count}
end
emit(rows, {columns = {"version", "application", "latest", "since", "unfinished"}})
