---@meta hash
-- Generated from the declarations. Do not edit.

---Digests of text and bytes, as hexadecimal digits in lower case.
---@class hash.module
hash = {}

---SHA-256, the usual digest.
---
---Kind: pure.
---@param text string Text or bytes.
---@return string # the digest
function hash.sha256(text) end

---SHA-512.
---
---Kind: pure.
---@param text string Text or bytes.
---@return string # the digest
function hash.sha512(text) end

---SHA-1, for formats that need it; it protects against accidents only, not against forgery.
---
---Kind: pure.
---@param text string Text or bytes.
---@return string # the digest
function hash.sha1(text) end

---MD5, for formats that need it; it protects against accidents only, not against forgery.
---
---Kind: pure.
---@param text string Text or bytes.
---@return string # the digest
function hash.md5(text) end

---CRC-32 (IEEE), a checksum.
---
---Kind: pure.
---@param text string Text or bytes.
---@return string # the digest
function hash.crc32(text) end

---HMAC with SHA-256 (RFC 2104), which signs a text with a secret.
---
---Kind: pure.
---@param key string The secret.
---@param text string Text or bytes.
---@return string # the signature
function hash.hmac_sha256(key, text) end

return hash
