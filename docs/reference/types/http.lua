---@meta http
-- Generated from the declarations. Do not edit.

---Requests to the hosts that `--allow-net=HOST` names, redirects included: `--allow-net=api.example.com`, `--allow-net=api.example.com:8443`, `--allow-net='*.example.com'`.
---
---An answer of any status is a response. An error is raised if no answer comes, and with `check = true` for a status of 400 or above.
---
---A dry run sends GET, HEAD and OPTIONS, and lists every other request in its plan.
---@class http.module
http = {}

---@class http.get.options
---@field headers? table<string, string> Headers by name.
---@field query? table<string, dbos.data> Parameters for the URL's query, by name; an array repeats the name.
---@field body? string The body of the request.
---@field json? any Data to send as JSON, with the header Content-Type.
---@field timeout? dbos.duration How long each try may take, until the whole answer has arrived; 0 for no limit. At least 0. Default: 30s.
---@field retries? integer How many more tries there are after a failed connection, or an answer 429, 502, 503 or 504. At least 0. At most 20.
---@field backoff? dbos.duration The wait before the second try, which doubles with each further try; the Retry-After of an answer takes its place. At least 0. Default: 500ms.
---@field max_size? integer How many bytes the body of the answer may have. At least 1. Default: 64 MiB.
---@field check? boolean Whether a status of 400 or above is an error.

---Asks for a resource.
---
---Kind: reads.
---@param url string http://… or https://…
---@param options? http.get.options
---@return response # the answer
function http.get(url, options) end

---@class http.head.options
---@field headers? table<string, string> Headers by name.
---@field query? table<string, dbos.data> Parameters for the URL's query, by name; an array repeats the name.
---@field body? string The body of the request.
---@field json? any Data to send as JSON, with the header Content-Type.
---@field timeout? dbos.duration How long each try may take, until the whole answer has arrived; 0 for no limit. At least 0. Default: 30s.
---@field retries? integer How many more tries there are after a failed connection, or an answer 429, 502, 503 or 504. At least 0. At most 20.
---@field backoff? dbos.duration The wait before the second try, which doubles with each further try; the Retry-After of an answer takes its place. At least 0. Default: 500ms.
---@field max_size? integer How many bytes the body of the answer may have. At least 1. Default: 64 MiB.
---@field check? boolean Whether a status of 400 or above is an error.

---Asks for the headers of a resource.
---
---Kind: reads.
---@param url string http://… or https://…
---@param options? http.head.options
---@return response # the answer
function http.head(url, options) end

---@class http.post.options
---@field headers? table<string, string> Headers by name.
---@field query? table<string, dbos.data> Parameters for the URL's query, by name; an array repeats the name.
---@field body? string The body of the request.
---@field json? any Data to send as JSON, with the header Content-Type.
---@field timeout? dbos.duration How long each try may take, until the whole answer has arrived; 0 for no limit. At least 0. Default: 30s.
---@field retries? integer How many more tries there are after a failed connection, or an answer 429, 502, 503 or 504. At least 0. At most 20.
---@field backoff? dbos.duration The wait before the second try, which doubles with each further try; the Retry-After of an answer takes its place. At least 0. Default: 500ms.
---@field max_size? integer How many bytes the body of the answer may have. At least 1. Default: 64 MiB.
---@field check? boolean Whether a status of 400 or above is an error.

---Sends something.
---
---Kind: outside.
---@param url string http://… or https://…
---@param options? http.post.options
---@return response # the answer
function http.post(url, options) end

---@class http.put.options
---@field headers? table<string, string> Headers by name.
---@field query? table<string, dbos.data> Parameters for the URL's query, by name; an array repeats the name.
---@field body? string The body of the request.
---@field json? any Data to send as JSON, with the header Content-Type.
---@field timeout? dbos.duration How long each try may take, until the whole answer has arrived; 0 for no limit. At least 0. Default: 30s.
---@field retries? integer How many more tries there are after a failed connection, or an answer 429, 502, 503 or 504. At least 0. At most 20.
---@field backoff? dbos.duration The wait before the second try, which doubles with each further try; the Retry-After of an answer takes its place. At least 0. Default: 500ms.
---@field max_size? integer How many bytes the body of the answer may have. At least 1. Default: 64 MiB.
---@field check? boolean Whether a status of 400 or above is an error.

---Replaces a resource.
---
---Kind: outside.
---@param url string http://… or https://…
---@param options? http.put.options
---@return response # the answer
function http.put(url, options) end

---@class http.patch.options
---@field headers? table<string, string> Headers by name.
---@field query? table<string, dbos.data> Parameters for the URL's query, by name; an array repeats the name.
---@field body? string The body of the request.
---@field json? any Data to send as JSON, with the header Content-Type.
---@field timeout? dbos.duration How long each try may take, until the whole answer has arrived; 0 for no limit. At least 0. Default: 30s.
---@field retries? integer How many more tries there are after a failed connection, or an answer 429, 502, 503 or 504. At least 0. At most 20.
---@field backoff? dbos.duration The wait before the second try, which doubles with each further try; the Retry-After of an answer takes its place. At least 0. Default: 500ms.
---@field max_size? integer How many bytes the body of the answer may have. At least 1. Default: 64 MiB.
---@field check? boolean Whether a status of 400 or above is an error.

---Changes a resource.
---
---Kind: outside.
---@param url string http://… or https://…
---@param options? http.patch.options
---@return response # the answer
function http.patch(url, options) end

---@class http.delete.options
---@field headers? table<string, string> Headers by name.
---@field query? table<string, dbos.data> Parameters for the URL's query, by name; an array repeats the name.
---@field body? string The body of the request.
---@field json? any Data to send as JSON, with the header Content-Type.
---@field timeout? dbos.duration How long each try may take, until the whole answer has arrived; 0 for no limit. At least 0. Default: 30s.
---@field retries? integer How many more tries there are after a failed connection, or an answer 429, 502, 503 or 504. At least 0. At most 20.
---@field backoff? dbos.duration The wait before the second try, which doubles with each further try; the Retry-After of an answer takes its place. At least 0. Default: 500ms.
---@field max_size? integer How many bytes the body of the answer may have. At least 1. Default: 64 MiB.
---@field check? boolean Whether a status of 400 or above is an error.

---Removes a resource.
---
---Kind: outside.
---@param url string http://… or https://…
---@param options? http.delete.options
---@return response # the answer
function http.delete(url, options) end

---@class http.request.options
---@field headers? table<string, string> Headers by name.
---@field query? table<string, dbos.data> Parameters for the URL's query, by name; an array repeats the name.
---@field body? string The body of the request.
---@field json? any Data to send as JSON, with the header Content-Type.
---@field timeout? dbos.duration How long each try may take, until the whole answer has arrived; 0 for no limit. At least 0. Default: 30s.
---@field retries? integer How many more tries there are after a failed connection, or an answer 429, 502, 503 or 504. At least 0. At most 20.
---@field backoff? dbos.duration The wait before the second try, which doubles with each further try; the Retry-After of an answer takes its place. At least 0. Default: 500ms.
---@field max_size? integer How many bytes the body of the answer may have. At least 1. Default: 64 MiB.
---@field check? boolean Whether a status of 400 or above is an error.

---Sends a request with any method.
---
---Kind: outside.
---@param method string The method, such as OPTIONS.
---@param url string http://… or https://…
---@param options? http.request.options
---@return response # the answer
function http.request(method, url, options) end

return http
