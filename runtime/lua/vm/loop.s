// Go takes the declaration of a function without a body, such as plainLoop, if the package has an assembly file.
