---@meta fs
-- Generated from the declarations. Do not edit.

---The files below the folders that `--allow-read=DIR` and `--allow-write=DIR` name. A path counts from the folder that the command was started in; a link that leads out of a granted folder is refused.
---
---In a dry run the files stay as they are: what is written or removed is in the plan, and the script finds it as if it had been done.
---@class fs.module
fs = {}

---Reads a whole file.
---@param path string The path.
---@return string # what it holds
function fs.read(path) end

---Reads a file line by line, and holds one at a time.
---@param path string The path.
---@return fun(): string? # an iterator over the lines, without their ends
function fs.lines(path) end

---Writes a file, or replaces it: whoever reads it meanwhile sees the old text or the new one, never a part.
---@param path string The file's path.
---@param text string Text or bytes.
function fs.write(path, text) end

---Adds to the end of a file, and makes it where it is not there.
---@param path string The file's path.
---@param text string Text or bytes.
function fs.append(path, text) end

---@class fs.list.options
---@field pattern? string Which names to list: * stands for any text, ? for a character, [a-z] for one of them. Default: *.

---Lists a folder.
---@param path string The folder's path.
---@param options? fs.list.options
---@return file[] # what lies in it, by name; of a link, what is known of the link itself
function fs.list(path, options) end

---Returns the kind, size and time of a file or a folder.
---@param path string The path.
---@return file? # the file; nil when it is not there
function fs.stat(path) end

---Returns whether there is a file or a folder.
---@param path string The path.
---@return boolean # whether there is
function fs.exists(path) end

---Makes a folder and those it lies in. One that is there is left as it is.
---@param path string The path.
function fs.mkdir(path) end

---Removes a file, a link or an empty folder.
---@param path string The path.
function fs.remove(path) end

---@class fs.temp_file.options
---@field dir? string The folder to make it in. Default: the system's folder for temporary files.
---@field suffix? string What the name ends in, such as .csv.

---Makes an empty file with a new name, which only its owner can read.
---@param options? fs.temp_file.options
---@return string # its path
function fs.temp_file(options) end

---@class fs.temp_dir.options
---@field dir? string The folder to make it in. Default: the system's folder for temporary files.
---@field suffix? string What the name ends in, such as .csv.

---Makes a folder with a new name, which only its owner can read.
---@param options? fs.temp_dir.options
---@return string # its path
function fs.temp_dir(options) end

return fs
