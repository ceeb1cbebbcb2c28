// Package browser drives Debian's Chromium from tests, headless and with a
// fresh profile each time, in the few words a sign-in test needs: open, fill,
// click, wait, read, look. Every method fails the test with what the page
// showed when it cannot do its work.
//
// A flow of a person is written once, in these words, and handed to EveryWay,
// which goes through it with script, without script and with the keyboard alone.
//
// Set PORTICO_SHOTS to a folder to keep the pictures that Shot takes; without
// it Shot does nothing. The pictures are for looking at, not for comparing.
//
// The code carries the build tag system, because it needs Chromium; a test that
// cannot have it fails and names the command that installs it.
package browser
