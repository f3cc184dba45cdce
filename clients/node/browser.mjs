// A browser without script: it keeps cookies, follows redirects and submits forms. It walks
// through sign-in pages and the console's pages as a person would.
import assert from 'node:assert/strict';
import {load} from 'cheerio';
import {CookieJar} from 'tough-cookie';

// A walk that goes on longer is a loop.
const MAX_STEPS = 20;

export class Browser {
  #jar = new CookieJar();

  // open follows an address to the page it leads to. An address that begins with `until` is not
  // visited: it is where a client of the org would take over.
  async open(url, {until, ...init} = {}) {
    for (let step = 0; step < MAX_STEPS; step++) {
      if (until && url.startsWith(until)) return {url};
      const cookie = await this.#jar.getCookieString(url);
      const answer = await fetch(url, {redirect: 'manual', ...init, headers: {...init.headers, cookie, accept: 'text/html'}});
      for (const set of answer.headers.getSetCookie()) await this.#jar.setCookie(set, url);
      if (answer.status < 300 || answer.status > 399) return {url, status: answer.status, $: load(await answer.text())};
      url = new URL(answer.headers.get('location'), url).href;
      init = {};
    }
    throw new Error(`redirects without an end at ${url}`);
  }

  // submit sends the form that holds the button or field, with what it holds and these values.
  async submit(page, selector, values = {}, {until} = {}) {
    const {$, url} = page;
    const inside = $(selector).first();
    const form = inside.closest('form');
    assert.ok(form.length, `${url} has no form with ${selector}: ${text(page)}`);
    const fields = new URLSearchParams(form.serializeArray().map(({name, value}) => [name, value]));
    if (inside.is('button[name]')) fields.set(inside.attr('name'), inside.attr('value') ?? '');
    for (const [name, value] of Object.entries(values)) {
      fields.delete(name);
      for (const one of [value].flat()) fields.append(name, one);
    }
    const to = new URL(form.attr('action') ?? '', url);
    if (form.attr('method')?.toLowerCase() !== 'post') {
      to.search = fields;
      return this.open(to.href, {until});
    }
    return this.open(to.href, {until, method: 'POST', body: fields, headers: {origin: new URL(url).origin}});
  }

  // signIn goes to an address that asks for a sign-in, and on to where that leads.
  async signIn(url, {login, password}, {until} = {}) {
    let page = await this.open(url, {until});
    if (page.$?.('input[name=username]').length) {
      page = await this.submit(page, 'input[name=username]', {username: login, password}, {until});
    }
    return page;
  }
}

// text is what a page says, for messages.
export const text = ({$}) => $('main, body').first().text().replace(/\s+/g, ' ').trim().slice(0, 600);
