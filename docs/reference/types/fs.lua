---@meta fs
-- Generated from the declarations. Do not edit.

---The files below the folders that `--allow-read=DIR` and `--allow-write=DIR` name. A relative path starts at the folder in which the command was started; a link that leads out of a granted folder is refused.
---
---In a dry run the files stay as they are: the plan lists each file that is written or removed, and the script reads the files as if that had been done.
---@class fs.module
fs = {}

---Reads a whole file.
---
---Kind: reads.
---@param path string The path.
---@return string # its text
function fs.read(path) end

---Reads a file line by line, and holds one at a time.
---
---Kind: reads.
---@param path string The path.
---@return fun(): string? # an iterator over the lines, without their ends
function fs.lines(path) end

---Writes a file, or replaces it: other programs read the old text or the new one meanwhile, never a part.
---
---Kind: outside.
---@param path string The file's path.
---@param text string Text or bytes.
function fs.write(path, text) end

---Adds to the end of a file, and makes the file if it does not exist.
---
---Kind: outside.
---@param path string The file's path.
---@param text string Text or bytes.
function fs.append(path, text) end

---@class fs.list.options
---@field pattern? string Which names to list: * stands for any text, ? for a character, [a-z] for one of them. Default: *.

---Lists a folder.
---
---Kind: reads.
---@param path string The folder's path.
---@param options? fs.list.options
---@return file[] # the files and folders in it, in the order of their names; a link is described itself, not its target
function fs.list(path, options) end

---Returns the kind, size and time of a file or a folder.
---
---Kind: reads.
---@param path string The path.
---@return file? # the file; nil if it does not exist
function fs.stat(path) end

---Returns whether a file or a folder exists.
---
---Kind: reads.
---@param path string The path.
---@return boolean # whether it exists
function fs.exists(path) end

---Makes a folder and its parent folders. A folder that exists stays as it is.
---
---Kind: outside.
---@param path string The path.
function fs.mkdir(path) end

---Removes a file, a link or an empty folder.
---
---Kind: outside.
---@param path string The path.
function fs.remove(path) end

---@class fs.temp_file.options
---@field dir? string The folder to make it in. Default: the system's folder for temporary files.
---@field suffix? string The end of the name, such as .csv.

---Makes an empty file with a new name, which only its owner can read.
---
---Kind: outside.
---@param options? fs.temp_file.options
---@return string # its path
function fs.temp_file(options) end

---@class fs.temp_dir.options
---@field dir? string The folder to make it in. Default: the system's folder for temporary files.
---@field suffix? string The end of the name, such as .csv.

---Makes a folder with a new name, which only its owner can read.
---
---Kind: outside.
---@param options? fs.temp_dir.options
---@return string # its path
function fs.temp_dir(options) end

return fs
