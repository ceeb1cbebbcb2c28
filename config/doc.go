// Package config reads portico.yaml: the server's own settings and the pools it declares.
//
// Load does it all and reports every fault of the file at once, each with its line, the path of its key and what to
// do. The way of the file through the package: syntax.go bounds it and takes the YAML apart, tree.go makes a plain tree
// with lines (expand.go puts the environment's values into it), decode.go fills Go structs from the tree, and the
// checks follow: server_check.go for the server, userpool.Declaration.Check for each pool, pools_check.go for what
// pools must not share.
//
// Environment variables are read here and nowhere else: through the function that Load is given.
package config
