package branding

import "strings"

// kind is what a member of the settings holds.
type kind uint8

const (
	isColour   kind = iota // RRGGBBAA
	isRadius               // a whole number of CSS pixels
	isFlag                 // true or false
	isChoice               // one of a few words
	isNames                // a list of names
	isMethods              // authMethodOrder: a list of lists of ways to sign in
	isReserved             // Cognito names it and does nothing with it; nor do we
)

// member is one leaf of the document.
type member struct {
	kind    kind
	choices []string
	idle    bool // kept and shown again, without effect
}

// maxRadius is the largest corner that is honoured of a card, in CSS pixels; maxControlRadius is half of a control's height.
const (
	maxRadius        = 32
	maxControlRadius = 22
)

// members are all leaves of the settings by their path: the document of CreateManagedLoginBranding. Those of a scheme stand for
// both: lightMode and darkMode.
func members() map[string]member {
	table := map[string]member{
		"categories.auth.authMethodOrder":                                {kind: isMethods},
		"categories.auth.federation.interfaceStyle":                      {kind: isChoice, choices: []string{"BUTTON_LIST"}},
		"categories.auth.federation.order":                               {kind: isNames},
		"categories.form.displayGraphics":                                {kind: isFlag},
		"categories.form.instructions.enabled":                           {kind: isFlag, idle: true},
		"categories.form.languageSelector.enabled":                       {kind: isFlag, idle: true},
		"categories.form.location.horizontal":                            {kind: isChoice, choices: []string{"START", "CENTER", "END"}},
		"categories.form.location.vertical":                              {kind: isChoice, choices: []string{"START", "CENTER", "END"}},
		"categories.form.sessionTimerDisplay":                            {kind: isReserved},
		"categories.global.colorSchemeMode":                              {kind: isChoice, choices: []string{"LIGHT", "DARK", "DYNAMIC"}},
		"categories.global.pageFooter.enabled":                           {kind: isFlag},
		"categories.global.pageHeader.enabled":                           {kind: isFlag},
		"categories.global.spacingDensity":                               {kind: isChoice, choices: []string{"REGULAR", "COMPACT"}},
		"categories.signUp":                                              {kind: isReserved},
		"componentClasses.buttons.borderRadius":                          {kind: isRadius},
		"componentClasses.dropDown.borderRadius":                         {kind: isRadius},
		"componentClasses.idpButtons.icons.enabled":                      {kind: isFlag},
		"componentClasses.input.borderRadius":                            {kind: isRadius},
		"components.alert.borderRadius":                                  {kind: isRadius},
		"components.favicon.enabledTypes":                                {kind: isNames},
		"components.form.backgroundImage.enabled":                        {kind: isFlag},
		"components.form.borderRadius":                                   {kind: isRadius},
		"components.form.logo.enabled":                                   {kind: isFlag},
		"components.form.logo.formInclusion":                             {kind: isChoice, choices: []string{"IN", "OUT"}, idle: true},
		"components.form.logo.location":                                  {kind: isChoice, choices: []string{"START", "CENTER", "END"}},
		"components.form.logo.position":                                  {kind: isChoice, choices: []string{"TOP", "BOTTOM"}, idle: true},
		"components.idpButton.custom":                                    {kind: isReserved},
		"components.pageBackground.image.enabled":                        {kind: isFlag},
		"components.pageFooter.backgroundImage.enabled":                  {kind: isFlag, idle: true},
		"components.pageFooter.logo.enabled":                             {kind: isFlag, idle: true},
		"components.pageFooter.logo.location":                            {kind: isChoice, choices: []string{"START", "CENTER", "END"}, idle: true},
		"components.pageHeader.backgroundImage.enabled":                  {kind: isFlag, idle: true},
		"components.pageHeader.logo.enabled":                             {kind: isFlag},
		"components.pageHeader.logo.location":                            {kind: isChoice, choices: []string{"START", "CENTER", "END"}},
		"components.phoneNumberSelector.displayType":                     {kind: isReserved},
		"componentClasses.optionControls.{mode}.defaults":                {kind: isReserved},
		"componentClasses.optionControls.{mode}.selected":                {kind: isReserved},
		"components.primaryButton.{mode}.disabled":                       {kind: isReserved}, // no button of ours is ever disabled
		"componentClasses.dropDown.{mode}.hover.itemBorderColor":         {kind: isColour, idle: true},
		"componentClasses.statusIndicator.{mode}.pending.indicatorColor": {kind: isColour},
	}
	for _, path := range colourPaths() {
		table[path] = member{kind: isColour}
	}
	whole := map[string]member{}
	for path, m := range table {
		for _, mode := range []string{"lightMode", "darkMode"} {
			whole[strings.Replace(path, "{mode}", mode, 1)] = m
		}
	}
	return whole
}

// colourPaths are the colours that have an effect, each for both schemes.
func colourPaths() []string {
	paths := []string{
		"componentClasses.divider.{mode}.borderColor", "componentClasses.focusState.{mode}.borderColor",
		"componentClasses.dropDown.{mode}.defaults.itemBackgroundColor",
		"componentClasses.dropDown.{mode}.hover.itemBackgroundColor", "componentClasses.dropDown.{mode}.hover.itemTextColor",
		"componentClasses.dropDown.{mode}.match.itemBackgroundColor", "componentClasses.dropDown.{mode}.match.itemTextColor",
		"componentClasses.input.{mode}.defaults.backgroundColor", "componentClasses.input.{mode}.defaults.borderColor",
		"componentClasses.input.{mode}.placeholderColor",
		"componentClasses.inputDescription.{mode}.textColor", "componentClasses.inputLabel.{mode}.textColor",
		"componentClasses.link.{mode}.defaults.textColor", "componentClasses.link.{mode}.hover.textColor",
		"components.alert.{mode}.error.backgroundColor", "components.alert.{mode}.error.borderColor",
		"components.form.{mode}.backgroundColor", "components.form.{mode}.borderColor",
		"components.pageBackground.{mode}.color",
		"components.pageFooter.{mode}.background.color", "components.pageFooter.{mode}.borderColor",
		"components.pageHeader.{mode}.background.color", "components.pageHeader.{mode}.borderColor",
		"components.pageText.{mode}.bodyColor", "components.pageText.{mode}.descriptionColor", "components.pageText.{mode}.headingColor",
	}
	for _, status := range []string{"error", "warning", "success"} {
		for _, part := range []string{"backgroundColor", "borderColor", "indicatorColor"} {
			paths = append(paths, "componentClasses.statusIndicator.{mode}."+status+"."+part)
		}
	}
	for _, state := range []string{"active", "defaults", "hover"} {
		for _, part := range []string{"backgroundColor", "borderColor", "textColor"} {
			paths = append(paths, "components.idpButton.standard.{mode}."+state+"."+part, "components.secondaryButton.{mode}."+state+"."+part)
		}
		paths = append(paths, "components.primaryButton.{mode}."+state+".backgroundColor", "components.primaryButton.{mode}."+state+".textColor")
	}
	return paths
}
