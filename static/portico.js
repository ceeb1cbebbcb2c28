// Portico's pages work without this file. It shows a password, marks a button
// busy, ticks password rules, copies, counts down, asks for passkeys and sends the
// one form that has nothing to ask. It holds no words: those are in the page.
(() => {
  'use strict';
  const all = (selector, use) => document.querySelectorAll(selector).forEach(use);
  const voice = document.getElementById('say');
  const say = (text) => { if (voice) voice.textContent = text; };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const on = (node, event, use) => node.addEventListener(event, use);

  // Show and hide a password; hide it again before it is sent, so that no
  // browser remembers it as text.
  all('[data-show]', (button) => {
    const input = document.getElementById(button.getAttribute('aria-controls'));
    const set = (shown) => {
      input.type = shown ? 'text' : 'password';
      button.setAttribute('aria-pressed', shown);
      button.firstElementChild.textContent = shown ? button.dataset.hide : button.dataset.show;
    };
    on(button, 'click', () => { set(input.type === 'password'); input.focus(); });
    on(input.form, 'submit', () => set(false));
  });

  // The list of languages lies over the card and gives way when the focus goes
  // there, so that nobody types where they cannot see.
  all('.languages', (list) => on(document.querySelector('main'), 'focusin', () => { list.open = false; }));

  // A busy button keeps its place, its width and the focus. A second press does
  // nothing, until the page is seen again or the wait has been long.
  const idle = (button) => {
    if (!button.dataset.label) return;
    button.lastChild.textContent = button.dataset.label;
    delete button.dataset.label;
    button.removeAttribute('aria-busy');
    button.removeAttribute('aria-disabled');
  };
  on(document, 'submit', (event) => {
    const button = event.submitter || event.target.querySelector('[data-busy]');
    if (!button || !button.dataset.busy || event.defaultPrevented) return;
    if (button.getAttribute('aria-busy')) { event.preventDefault(); return; }
    button.style.minWidth = button.offsetWidth + 'px';
    button.dataset.label = button.textContent;
    button.textContent = button.dataset.busy;
    button.setAttribute('aria-busy', true);
    button.setAttribute('aria-disabled', true);
    setTimeout(idle, 10000, button);
  });
  on(window, 'pageshow', () => all('[data-label]', idle));

  // Password rules turn green as they are met; nothing turns red while typing.
  const rules = {
    length: (text, min) => [...text].length >= min,
    lower: (text) => /[a-z]/.test(text),
    upper: (text) => /[A-Z]/.test(text),
    number: (text) => /[0-9]/.test(text),
    symbol: (text) => /[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+-]|. ./s.test(text),
  };
  all('.rules', (list) => {
    const input = list.parentElement.querySelector('input');
    const items = [...list.children];
    let later;
    const check = () => {
      let met = 0;
      items.forEach((item) => {
        const rule = rules[item.dataset.kind];
        const ok = !!rule && rule(input.value, +item.dataset.min);
        met += ok;
        item.classList.toggle('met', ok);
        item.classList.toggle('passwordCheck-valid-customizable', ok);
        item.classList.toggle('passwordCheck-notValid-customizable', !ok);
        item.classList.remove('missing');
        item.querySelector('.vh').textContent = ok ? list.dataset.met : '';
      });
      clearTimeout(later);
      later = setTimeout(() => say(fill(list.dataset.sum, { met, all: items.length })), 1000);
    };
    on(input, 'input', check);
    if (input.value) check();
  });

  // Copy the text of the element a button names. Where the clipboard is refused
  // (plain http on another host) the text is left selected for the keyboard.
  const copy = (node) => {
    getSelection().selectAllChildren(node);
    return document.execCommand('copy');
  };
  all('[data-copy]', (button) => {
    const label = button.querySelector('span');
    const before = label.textContent;
    let back;
    on(button, 'click', async () => {
      const node = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(node.textContent.trim());
      } catch {
        if (!copy(node)) return;
      }
      button.style.minWidth = button.offsetWidth + 'px';
      label.textContent = button.dataset.done;
      say(button.dataset.done);
      clearTimeout(back);
      back = setTimeout(() => { label.textContent = before; say(''); }, 2000);
    });
  });

  // Count the seconds until a new code may be asked for, in the plural forms of
  // the page's language.
  all('[data-wait]', (line) => {
    const plural = new Intl.PluralRules(document.documentElement.lang);
    const end = Date.now() + line.dataset.wait * 1000;
    const timer = setInterval(() => {
      const left = Math.ceil((end - Date.now()) / 1000);
      if (left > 0) {
        line.textContent = fill(line.dataset[plural.select(left)] || line.dataset.other, { n: left });
        return;
      }
      clearInterval(timer);
      line.hidden = true;
      line.nextElementSibling.hidden = false;
    }, 1000);
  });

  // A refused code is kept and selected, so that typing replaces it.
  all('.code [aria-invalid][autofocus]', (input) => { input.focus(); input.select(); });

  // Passkeys. The options are in the form, and the answer goes where the form
  // does: nothing is fetched. While the page waits, the user name field offers
  // passkeys too; only one question may be open, so the button ends that one.
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt());
  const text = (buffer) => buffer && btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  const plain = (key) => {
    const { response: r } = key;
    const response = {};
    for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
      if (r[name]) response[name] = text(r[name]);
    }
    if (r.getTransports) response.transports = r.getTransports();
    return JSON.stringify({
      id: key.id, rawId: key.id, type: key.type, response, clientExtensionResults: {},
      authenticatorAttachment: key.authenticatorAttachment || undefined,
    });
  };
  let open;
  const ask = async (form, mediation) => {
    const options = JSON.parse(form.dataset.passkey);
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    (options.excludeCredentials || []).forEach((key) => { key.id = bytes(key.id); });
    if (open) open.abort();
    open = new AbortController();
    const how = { publicKey: options, signal: open.signal, ...mediation };
    const key = await navigator.credentials['create' in form.dataset ? 'create' : 'get'](how);
    form.credential.value = plain(key);
    form.requestSubmit();
  };
  const quiet = ['AbortError', 'NotAllowedError'];
  all('form[data-passkey]', (form) => {
    const told = form.querySelector('[role=alert]');
    const can = window.PublicKeyCredential && PublicKeyCredential.isConditionalMediationAvailable;
    const offer = () => {
      if (!('autofill' in form.dataset) || !can) return;
      can.call(PublicKeyCredential).then((yes) => yes && ask(form, { mediation: 'conditional' })).catch(() => {});
    };
    on(form, 'submit', (event) => {
      if (form.credential.value) return;
      event.preventDefault();
      told.hidden = true;
      ask(form).catch((error) => {
        told.hidden = quiet.includes(error.name);
        form.querySelector('button').focus();
        offer();
      });
    });
    offer();
  });
  // Whether this device can keep a passkey, for the page after a sign-in that
  // offers one: only a browser that says so here ever sees it.
  const able = window.PublicKeyCredential && PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable;
  if (able && document.querySelector('form[data-passkey]')) {
    able.call(PublicKeyCredential).then((yes) => { document.cookie = `passkeys=${+yes}; path=/; samesite=lax`; }).catch(() => {});
  }
  on(window, 'pageshow', () => all('[name=credential]', (input) => { input.value = ''; }));

  // Send the form that only carries the browser on, but not when someone came
  // back to it.
  const [entry] = performance.getEntriesByType('navigation');
  if (!entry || entry.type !== 'back_forward') all('form[data-send]', (form) => form.submit());
})();
