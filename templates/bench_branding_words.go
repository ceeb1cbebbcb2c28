package templates

// brandingNotice says that a draft could not be drawn.
func brandingNotice(v BrandingView) *Notice {
	if len(v.Faults) == 0 {
		return nil
	}
	return &Notice{Kind: Bad, First: "This look cannot be drawn", Then: "The preview shows the page without it. Mend what is listed and draw it again."}
}
