-- Lists the bulk runs of the database.

args.declare {summary = "List the bulk runs, the newest first."}

emit(dbos.list_bulks(), {columns = {"id", "verb", "state", "done", "total", "changed", "drifted", "created_at", "created_by", "holder", "limits", "reason"}})
