// Package words holds every text that people read, in every language Portico speaks: one catalogue for each, in
// catalogues/, embedded in the program.
//
// A Words value is one language, as one user pool has it. Whoever draws a page or writes an e-mail is handed one and asks
// it for texts by key; the zero value speaks English, so nothing is ever without words. Catalogues are read once and never
// changed: a pool's own texts make a new one (Book).
//
// A catalogue has one text a line, its key before the first "=":
//
//	# a comment
//	signin.new = New to {app}?
//	resend.wait.one = You can ask again in {n} second
//	resend.wait.other = You can ask again in {n} seconds
//
// {word} is a place for a value. The last part of a plural's key is a category of Unicode's CLDR for that language. English
// is what all other catalogues, and the texts of an operator, are held to: the same keys, the same places.
package words
