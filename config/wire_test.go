package config

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"portico/userpool"
	"portico/userpool/wire"
)

// TestReadsWhatTheAPIWrites: the file and the API have one schema. A document with every member set, as the API writes it
// in JSON (which is YAML), is read from the file as the API's own decoder reads it.
func TestReadsWhatTheAPIWrites(t *testing.T) {
	for _, document := range []any{
		&types.UserPoolType{}, &types.UserPoolClientType{}, &types.IdentityProviderType{}, &types.GroupType{},
		&types.ResourceServerType{}, &userpool.DeclaredUser{},
	} {
		full := reflect.ValueOf(document)
		t.Run(full.Elem().Type().Name(), func(t *testing.T) {
			n := 0
			fill(t, full.Elem(), &n)
			text, err := wire.Marshal(document)
			if err != nil {
				t.Fatal(err)
			}
			byAPI, byFile := reflect.New(full.Elem().Type()), reflect.New(full.Elem().Type())
			if err := wire.UnmarshalStrict(text, byAPI.Interface()); err != nil {
				t.Fatal(err)
			}
			found := &faults{}
			root := (&builder{found: found, env: noEnv, anchors: map[string]*node{}}).build(parse(text, found), "", 0)
			(&decoder{found: found, left: maxValues}).into(byFile.Elem(), root, "", false)
			for _, f := range found.list {
				t.Error(f.In("document"))
			}
			ignore := cmpopts.IgnoreUnexported(everyStruct(full.Elem().Type(), nil)...)
			if diff := cmp.Diff(document, byAPI.Interface(), ignore); diff != "" {
				t.Errorf("the API's decoder (-written +read):\n%s", diff)
			}
			if diff := cmp.Diff(document, byFile.Interface(), ignore); diff != "" {
				t.Errorf("the file's decoder (-written +read):\n%s", diff)
			}
		})
	}
}

// fill sets every exported member, however deep, to a value of its own.
func fill(t *testing.T, v reflect.Value, n *int) {
	t.Helper()
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString("text " + strconv.Itoa(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0), n)
		fill(t, v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]string{"key.with: odd [characters]": "value " + strconv.Itoa(*n), "true": "1"}))
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.UnixMilli(1_700_000_000_123 + int64(*n)).UTC()))
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(t, v.Field(i), n)
			}
		}
	default:
		t.Fatalf("no value for %s", v.Type())
	}
}

// everyStruct lists the structs of a document, each of which has an unexported marker that cmp must not look at.
func everyStruct(t reflect.Type, list []any) []any {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice:
		return everyStruct(t.Elem(), list)
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return list
		}
		list = append(list, reflect.Zero(t).Interface())
		for i := range t.NumField() {
			if t.Field(i).IsExported() {
				list = everyStruct(t.Field(i).Type, list)
			}
		}
	}
	return list
}
