loads = rawget(_G, "loads") or 0
loads = loads + 1
