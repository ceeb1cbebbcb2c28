//go:build system

package browser

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

const order = `<!doctype html><html lang=en><title>Order</title><p id=script>off</p><script src=/script></script>
<form method=post action=/order><label>What <input name=what value=tea></label>
<label><input type=radio name=size value=small checked>small</label><label><input type=radio name=size value=large>large</label>
<label><input type=checkbox name=milk value=yes>milk</label><details><summary>More</summary><input name=more></details>
<button name=no value=1>No</button><button name=go value=1><span>Order</span></button></form>`

// TestEveryWay: one flow, and three ways of going through it, each as good as
// the others.
func TestEveryWay(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, order) })
	mux.HandleFunc("GET /script", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `document.getElementById("script").textContent = "on"; document.addEventListener("mousedown", () => document.title = "mouse")`)
	})
	mux.HandleFunc("POST /order", func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		fmt.Fprintf(w, "<title>Ordered</title><p>%s", r.PostForm.Encode())
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	var went []string
	EveryWay(t, func(t *testing.T, page *Page) {
		page.Open(server.URL)
		page.Fill("[name=what]", "coffee")
		page.Click("[value=large]")
		page.Click("[name=milk]")
		page.Click("summary")
		page.Fill("[name=more]", "cake")
		went = append(went, fmt.Sprint(page.Text("#script"), " ", page.Title(), " ", page.Scripted()))
		page.ClickText("Order")
		page.WaitText("p", "go=1&milk=yes&more=cake&size=large&what=coffee")
	})
	if want := []string{"on mouse true", "off Order false", "on Order true"}; !slices.Equal(went, want) {
		t.Errorf("it went %q, want %q", went, want)
	}
}
