---@meta template
-- Generated from the declarations. Do not edit.

---Fills data into a text, such as a report or a message.
---@class template.module
template = {}

---@class template.render.options
---@field lenient? boolean Whether a name that the data lacks is left empty, instead of an error.

---Returns a text in which the actions are replaced by their results.
---
---Kind: pure.
---@param template string The text, with actions between {{ and }}, as in {{.name}}.
---@param data? dbos.data The data of the actions: JSON data, records and times.
---@param options? template.render.options
---@return string # the text
function template.render(template, data, options) end

return template
