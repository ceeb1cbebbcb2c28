package notify

import (
	"maps"
	"slices"

	"portico/userpool"
)

// Default stands for every pool, or for every language, where an operator has no texts of its own for one.
const Default = "default"

// Texts are the operator's texts from files: by pool (its ID, its name, or Default), language (or Default) and kind. The zero
// value has none.
type Texts map[string]map[string]map[Kind]Template

// For are the texts of a pool for a kind in a language. Each part is the first there is: of the pool before those of all pools,
// and of the language before those of all languages.
func (t Texts) For(pool *userpool.Pool, language string, kind Kind) Template {
	found := Template{}
	for _, whose := range []string{string(pool.ID), pool.Name, Default} {
		for _, spoken := range []string{language, Default} {
			for part, text := range t[whose][spoken][kind] {
				if _, known := found[part]; !known {
					found[part] = text
				}
			}
		}
	}
	return found
}

// Whose are the names of pools that have texts, in order, without Default.
func (t Texts) Whose() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(t)), func(name string) bool { return name == Default })
}
