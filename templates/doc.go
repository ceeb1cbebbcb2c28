// Package templates draws Portico's pages. Every page is one templ component
// fed by one view struct of plain values: the rooms that decide what a page
// says never learn how it looks, and this one imports nothing of Portico.
//
// Two families of pages live here. Entry pages (the .templ files without a
// prefix) are what people meet on their way in; bench pages (bench_*.templ)
// are what a developer sees under "portico dev".
//
// Every page works without JavaScript and stays inside a Content Security
// Policy that forbids inline script and inline style. Every value is escaped;
// addresses are additionally held to the schemes a browser may safely follow.
//
// After editing a .templ file run
//
//	go tool templ generate -path templates
//
// and commit the generated Go file with it.
package templates
