// oidc-client-ts as the app that this page is: a public client, so the code
// flow with PKCE, its answer handled here; userInfo by CORS; renewal by refresh
// token, revocation, and signing out at the provider.
//
// /settings.json holds the settings of UserManager. What became of each step
// stands in #said, the user in the table.
const settings = await (await fetch('/settings.json')).json();
const manager = new oidc.UserManager(settings);

const steps = {
  'sign-in': () => manager.signinRedirect(),
  'sign-in-silently': () => manager.signinRedirect({ prompt: 'none' }),
  renew: async () => show(await manager.signinSilent(), 'renewed'),
  revoke: async () => {
    await manager.revokeTokens();
    say('revoked');
  },
  'sign-out': () => manager.signoutRedirect({ state: 'our own request' }),
};
for (const [id, step] of Object.entries(steps)) {
  document.getElementById(id).addEventListener('click', () => attempt(step));
}
attempt(start);

// start takes in the answer that the address holds, if it holds one.
async function start() {
  const answer = new URLSearchParams(location.search);
  const address = location.href;
  history.replaceState({}, '', '/');
  if (answer.has('code') || answer.has('error')) {
    show(await manager.signinCallback(address), 'welcome');
  } else if (answer.has('state')) {
    const { userState } = await manager.signoutCallback(address);
    say(`signed out, by an answer to ${userState}`);
  } else {
    say(await manager.getUser() ? 'welcome back' : 'nobody is signed in');
  }
}

async function attempt(step) {
  say('…');
  try {
    await step();
  } catch (error) {
    say(`${error.name}: ${error.error ?? error.message}`);
  }
}

function show(user, what) {
  const facts = { ...user.profile, scope: user.scope, access_token: user.access_token, refresh_token: user.refresh_token };
  const table = document.querySelector('table.claims');
  table.replaceChildren();
  for (const [name, value] of Object.entries(facts)) {
    const row = table.insertRow();
    row.insertCell().textContent = name;
    row.insertCell().textContent = typeof value === 'string' ? value : JSON.stringify(value);
  }
  say(what);
}

function say(what) {
  document.getElementById('said').textContent = what;
}
