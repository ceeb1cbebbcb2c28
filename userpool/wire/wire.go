// Package wire is the JSON form of the AWS SDK's structs, as the user pools API has it on the wire: member names are the
// Go field names, exact in case; absent members are zero; times are numbers of epoch seconds.
package wire

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Marshal writes an API document. Zero members are left out; map keys are sorted, so equal documents are equal bytes.
func Marshal(v any) ([]byte, error) {
	return json.Marshal(v, json.OmitZeroStructFields(true), json.Deterministic(true), json.WithMarshalers(json.MarshalToFunc(marshalTime)))
}

// Unmarshal reads an API document and ignores members it does not know, as AWS's servers do.
func Unmarshal(data []byte, v any) error {
	return json.Unmarshal(data, v, json.WithUnmarshalers(json.UnmarshalFromFunc(unmarshalTime)))
}

// UnmarshalStrict is Unmarshal, but an unknown member is an error: a misspelt setting in a file must not pass unseen.
func UnmarshalStrict(data []byte, v any) error {
	return json.Unmarshal(data, v, json.RejectUnknownMembers(true), json.WithUnmarshalers(json.UnmarshalFromFunc(unmarshalTime)))
}

// marshalTime writes epoch seconds with at most milliseconds.
func marshalTime(enc *jsontext.Encoder, t time.Time) error {
	seconds := strconv.FormatFloat(float64(t.UnixMilli())/1000, 'f', -1, 64)
	return enc.WriteValue(jsontext.Value(seconds))
}

// maxSeconds is the end of the year 9999, the last that RFC 3339 can write.
const maxSeconds = 253402300799

func unmarshalTime(dec *jsontext.Decoder, t *time.Time) error {
	tok, err := dec.ReadToken()
	if err != nil {
		return err
	}
	if tok.Kind() == '"' { // CloudFormation and hand-written files hold RFC 3339 text
		*t, err = time.Parse(time.RFC3339Nano, tok.String())
		return err
	}
	if tok.Kind() != '0' {
		return fmt.Errorf("want a number of epoch seconds")
	}
	seconds, err := tok.Float()
	if err != nil {
		return err
	}
	if math.Abs(seconds) > maxSeconds {
		return fmt.Errorf("want epoch seconds, not milliseconds")
	}
	*t = time.UnixMilli(int64(math.Round(seconds * 1000))).UTC()
	return nil
}
