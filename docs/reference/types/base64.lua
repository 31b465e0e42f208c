---@meta base64
-- Generated from the declarations. Do not edit.

---Base64 (RFC 4648), in the usual alphabet or the one for URLs.
---@class base64.module
base64 = {}

---@class base64.encode.options
---@field url? boolean Whether to use the alphabet for URLs, without padding.

---Writes bytes as base64.
---
---Kind: pure.
---@param text string Text or bytes.
---@param options? base64.encode.options
---@return string # the base64 text
function base64.encode(text, options) end

---Reads base64.
---
---Kind: pure.
---@param text string Base64 in either alphabet, with or without padding and line ends.
---@return string # the bytes
function base64.decode(text) end

return base64
