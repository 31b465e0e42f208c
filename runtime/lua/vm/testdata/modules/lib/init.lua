return "the folder lib"
