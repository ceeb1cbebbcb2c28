package storetest

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"portico/userpool"
)

func brandings() []check {
	return []check{
		{name: "BrandingsComeBack", run: brandingsComeBack},
		{name: "BrandingIsReplaced", run: brandingIsReplaced},
	}
}

func classicLook(client string) userpool.UICustomization {
	return userpool.UICustomization{
		ClientId: client, CSS: ".label-customizable { color: #222 }", ImageFile: []byte{0x89, 'P', 0, 0xff}, CreationDate: day(), LastModifiedDate: day(),
	}
}

func managedLook(client string) userpool.ManagedLoginBranding {
	return userpool.ManagedLoginBranding{
		ManagedLoginBrandingId: "0b7b6f6e-6a0e-4a59-9d5c-0f2f5a3d2c11", ClientId: client,
		Settings: []byte(`{"components":{"form":{"borderRadius":8}}}`), CreationDate: day(), LastModifiedDate: day(),
		Assets: []types.AssetType{{Category: types.AssetCategoryTypeFormLogo, ColorMode: types.ColorSchemeModeTypeDynamic, Extension: types.AssetExtensionTypePng, Bytes: []byte{1, 0, 2}}},
	}
}

// looks are what one pool has.
func (s *suite) looks(pool userpool.ID) ([]userpool.UICustomization, []userpool.ManagedLoginBranding) {
	s.Helper()
	all, err := s.db.Declarations(s.ctx)
	s.must(err)
	for _, d := range all {
		if *d.Pool.Id == string(pool) {
			return d.UICustomizations, d.ManagedLoginBrandings
		}
	}
	s.Fatalf("no pool %s", pool)
	return nil, nil
}

func brandingsComeBack(s *suite) {
	d := declaration("us-east-1_Looks0001")
	d.UICustomizations = []userpool.UICustomization{classicLook(userpool.AllClients)}
	d.ManagedLoginBrandings = []userpool.ManagedLoginBranding{managedLook(clientID("us-east-1_Looks0001", 1))}
	s.must(s.db.CreatePool(s.ctx, d, nil))
	classic, managed := s.looks("us-east-1_Looks0001")
	s.same(s.text(classic), s.text(d.UICustomizations))
	s.same(s.text(managed), s.text(d.ManagedLoginBrandings))
	classic, managed = s.looks(poolA)
	s.same(len(classic)+len(managed), 0)
}

func brandingIsReplaced(s *suite) {
	before, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	s.must(s.db.PutBrandings(s.ctx, poolA, []userpool.UICustomization{classicLook("one"), classicLook("two")}, []userpool.ManagedLoginBranding{managedLook("one")}))
	after, err := s.db.SettingsVersion(s.ctx)
	s.must(err)
	if after <= before {
		s.Error("nobody is told of a new look")
	}
	changed := classicLook("two")
	changed.CSS = ".label-customizable { color: #111 }"
	s.must(s.db.PutBrandings(s.ctx, poolA, []userpool.UICustomization{changed}, nil))
	classic, managed := s.looks(poolA)
	s.same(s.text(classic), s.text([]userpool.UICustomization{classicLook("one"), changed}))
	s.same(len(managed), 1)
	classic, _ = s.looks(poolB)
	s.same(len(classic), 0)

	undated := classicLook("three")
	undated.CreationDate = time.Time{}
	s.must(s.db.PutBrandings(s.ctx, poolB, []userpool.UICustomization{undated}, nil))
	classic, _ = s.looks(poolB)
	if classic[0].CreationDate.IsZero() {
		s.Error("a look without a date was stored without one")
	}
	s.wants(s.db.PutBrandings(s.ctx, "us-east-1_Nowhere01", []userpool.UICustomization{undated}, nil), userpool.ErrNotFound)
}
