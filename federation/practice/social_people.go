package practice

// as is the person with another ID, e-mail address and note: people are the same at every provider, accounts are not.
func (p Person) as(id, email, note string) Person {
	p.ID, p.Email, p.Note, p.Claims = id, email, note, nil
	return p
}

// GooglePeople are the people of NewGoogle. hd is the domain of a Workspace account; others have none.
func GooglePeople() []Person {
	p := People()
	return []Person{
		p[0].as("104711520938274650911", "ines.duarte@gmail.example", "").With("picture", portrait("ines")),
		p[1].as("117290034518827364520", "kofi@gmail.example", "kofi@gmail.example · new here"),
		p[2].as("100382716450992837465", "mei.lin@people.example", "Email not verified"),
		p[3].as("112036475829100473625", devEmail, "Shares an email with another user"),
		p[4].as("108827364519283746501", "saar@northwind.example", "Workspace account of northwind.example").
			With("email_verified", true).With("hd", "northwind.example"),
	}
}

// ApplePeople are the people of NewApple.
func ApplePeople() []Person {
	p := People()
	return []Person{
		p[0].as("000417.3f9a1c52d8e04b7796a1c0de5b2f4e88.0912", "ines.duarte@icloud.example", ""),
		p[1].as("001833.b70c4de29a514f0e8cc2f6a1d3e95b07.1147", "kx7q2m9vtd@privaterelay.example", "Hides the email behind a relay address").
			With("is_private_email", true),
		p[2].as("000905.0d2be6f17c8943aa95e4b1c7f03d68a2.1630", "mei.lin@people.example", "Email not verified"),
		p[3].as("001290.c58f3a0b9e7d4612b4d0a7e6f1c29358.0805", devEmail, "Shares an email with another user"),
		p[4].as("000666.9b1e7f04c2d8453fa6c3e0d5b7a81f29.2211", "", "No email: a managed account"),
	}
}

// FacebookPeople are the people of NewFacebook, which never says whether an e-mail address is verified.
func FacebookPeople() []Person {
	p := People()
	return []Person{
		p[0].as("10227483920174651", "ines.duarte@people.example", "").With("picture", portrait("ines")),
		p[1].as("122103847561029384", "kofi@people.example", "kofi@people.example · new here"),
		p[2].as("10159283746501928", "", "No email: signed up with a phone number"),
		p[3].as("10226574839201746", devEmail, "Shares an email with another user"),
		p[4].as("122098273645102938", "", "Keeps the email from apps; a name with unusual characters"),
	}
}

// AmazonPeople are the people of NewAmazon.
func AmazonPeople() []Person {
	p := People()
	return []Person{
		p[0].as("amzn1.account.AE3XQ7Z5N2KD4WJ6M8PT9VBCHLRA", "ines.duarte@people.example", "").With("postal_code", "4050-159"),
		p[1].as("amzn1.account.AF9HT2LQ6RZ3YD7KN5WX8MJPVBCE", "kofi@people.example", "kofi@people.example · new here"),
		p[2].as("amzn1.account.AGP5MJ8VB2C7XQ3TZ9KDNWLRH4YA", "mei.lin@people.example", "Postal code of another form: 10115-3107").With("postal_code", "10115-3107"),
		p[3].as("amzn1.account.AHKD4WJ6N2XQ7Z5RT9VBCM8PLYEA", devEmail, "Shares an email with another user"),
		p[4].as("amzn1.account.AIZ3YD7KQ6RF9HT2LN5WX8MJPVBA", "saar@people.example", "No postal code; a name with unusual characters"),
	}
}

// GitHubPeople are the people of NewGitHub. login is the name of an account, which may change; the number does not.
func GitHubPeople() []Person {
	p := People()
	return []Person{
		p[0].as("5823301", "ines.duarte@people.example", "").With("login", "ines-d").With("picture", portrait("ines")),
		p[1].as("91827364", "kofi@people.example", "kofi@people.example · keeps it off the public profile").With("login", "kofi").With("private", true),
		p[2].as("7120045", "mei.lin@people.example", "Email not verified").With("login", "meilin"),
		p[3].as("44018273", devEmail, "Shares an email with another user").With("login", "priya"),
		p[4].as("60192837", "", "No email at all, and no name").With("login", "saar-codes").With("name", nil),
	}
}

// devEmail is the address of the first user that "portico dev" seeds.
const devEmail = "ines@acme.example"

// portrait is an address that nothing serves: a picture is passed on, not fetched.
func portrait(of string) string { return "https://pictures.example/" + of + ".jpg" }
