package words

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// compare holds texts of a language to English: no unknown key, no place lost or invented. whole wants every text there is;
// an operator's file may hold a few.
func compare(texts, english map[string]text, tag language.Tag, whole bool) []Fault {
	var faults []Fault
	spoken := formsOf(tag)
	for key, t := range texts {
		model, message := modelOf(key, english, spoken)
		if message == "" && len(t.pieces) > 0 {
			message = comparePlaces(key, t.places(), model.places())
		}
		if message != "" {
			faults = append(faults, Fault{Line: t.line, Key: key, Message: message})
		}
	}
	if whole {
		for _, key := range wanted(english, spoken) {
			if _, ok := texts[key]; !ok {
				faults = append(faults, Fault{Key: key, Message: "is missing"})
			}
		}
	}
	slices.SortFunc(faults, func(a, b Fault) int { return cmp.Or(a.Line-b.Line, strings.Compare(a.Key, b.Key)) })
	return faults
}

// modelOf is the English text that a key's text must agree with.
func modelOf(key string, english map[string]text, spoken map[string]bool) (model text, wrong string) {
	if stem, form, plural := splitForm(key); plural {
		if model, ok := english[stem+".other"]; ok {
			if !spoken[form] {
				return model, "is no plural form of this language: it has " + strings.Join(slices.Sorted(maps.Keys(spoken)), ", ")
			}
			return model, ""
		}
	}
	if model, ok := english[key]; ok {
		return model, ""
	}
	return text{}, "is no text of ours: the keys are those of the English catalogue"
}

// comparePlaces allows the forms for none, one and two to leave the number out, as languages do that have a word for them.
func comparePlaces(key string, has, wants map[string]bool) string {
	for _, name := range slices.Sorted(maps.Keys(has)) {
		if !wants[name] {
			return "has a place {" + name + "} for which there is no value"
		}
	}
	_, form, plural := splitForm(key)
	small := plural && (form == "zero" || form == "one" || form == "two")
	for _, name := range slices.Sorted(maps.Keys(wants)) {
		if !has[name] && !(small && name == "n") {
			return "lacks the place {" + name + "}"
		}
	}
	return ""
}

// wanted are the keys a whole catalogue has: those of English, with the plural forms of the language.
func wanted(english map[string]text, spoken map[string]bool) []string {
	var keys []string
	for key := range english {
		stem, form, plural := splitForm(key)
		if !plural || english[stem+".other"].line == 0 {
			keys = append(keys, key)
			continue
		}
		if form == "other" {
			for f := range spoken {
				keys = append(keys, stem+"."+f)
			}
		}
	}
	slices.Sort(keys)
	return keys
}
