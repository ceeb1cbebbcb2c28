// How the clients talk with the Go tests: settings arrive as JSON in
// CLIENT_SETTINGS, everything else as one JSON value a line. Nothing but those
// lines goes to standard output.
import { createInterface } from 'node:readline';

// Libraries that give advice on the console give it elsewhere.
console.log = console.error;
console.info = console.error;

export const settings = JSON.parse(process.env.CLIENT_SETTINGS ?? '{}');

export function say(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

// hear gives the next value the test sends, and undefined when it has closed
// the line.
export async function hear() {
  const { value, done } = await lines.next();
  return done ? undefined : JSON.parse(value);
}

// run ends the process with the error in words: a rejected promise alone would
// leave the test waiting for a line.
export async function run(main) {
  try {
    await main();
    process.exit(0);
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}

// refused says whether the promise was rejected, and by which class of error.
export async function refused(promise) {
  try {
    await promise;
    return '';
  } catch (error) {
    return error.constructor.name;
  }
}

// oauthError is the OAuth error code the promise was rejected with.
export async function oauthError(promise) {
  try {
    await promise;
    return '';
  } catch (error) {
    return error.error ?? `${error.name}: ${error.code}`;
  }
}
