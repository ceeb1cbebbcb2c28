// Package branding turns an operator's look into a style sheet that cannot harm: the classic settings (a logo and CSS with
// Cognito's class names, SetUICustomization) and managed login's (a document of settings and assets,
// CreateManagedLoginBranding).
//
// Both are read strictly. What an operator wrote is never copied into the sheet: values are understood, and written anew. So
// no rule can fetch from elsewhere, cover the page, or hide where the focus is; and no text falls below a contrast of 4.5 (WCAG
// 2.2, 1.4.3), whatever colours were chosen: the colour of the text gives way, and a warning tells both numbers.
//
// It does no input and no output and knows nobody: who has which brand is the room's above.
package branding
