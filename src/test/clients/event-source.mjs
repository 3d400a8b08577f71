// Libraries that only read event streams.
import { createRequire } from 'node:module';
import { EventSource } from 'eventsource';
import * as c from './check.mjs';

const require = createRequire(import.meta.url);
const question = (target) => ({
  model: target.model,
  stream: true,
  messages: [{ role: 'user', content: c.PROMPT }],
});
const headers = { 'Content-Type': 'application/json' };

/** Starts a chat, and reads its stream again from the beginning, as a page does. */
const readChat = (Source) => async (target) => {
  const request = { context_id: 'default', messages: [{ role: 'user', content: c.PROMPT }] };
  const url = `${target.url}/api/v1/conversations`;
  const answer = await fetch(`${url}/stream?format=json`, { method: 'POST', headers, body: JSON.stringify(request) });
  if (answer.status !== 200) throw Object.assign(new Error(await answer.text()), { status: answer.status });
  await answer.body.cancel();
  const pieces = [];
  await new Promise((resolve, reject) => {
    const events = new Source(`${url}/${answer.headers.get('X-Run-Id')}/stream?format=json`);
    const end = (outcome, value) => {
      events.close();
      outcome(value);
    };
    events.addEventListener('token', (event) => pieces.push(JSON.parse(event.data).delta));
    events.addEventListener('done', () => end(resolve));
    events.addEventListener('error', (event) => end(reject, new Error(event.data ?? event.message ?? 'connection lost')));
  });
  c.streamed(pieces);
};

await c.run('eventsource', { stream: readChat(EventSource) });
await c.run('event-source-polyfill', { stream: readChat(require('event-source-polyfill').EventSourcePolyfill) });

globalThis.window = globalThis;
globalThis.document = { hidden: false, addEventListener() {}, removeEventListener() {} };
const { fetchEventSource } = require('@microsoft/fetch-event-source');

await c.run('@microsoft/fetch-event-source', {
  stream: async (target) => {
    const pieces = [];
    await fetchEventSource(`${target.url}/v1/chat/completions`, {
      method: 'POST',
      headers,
      body: JSON.stringify(question(target)),
      onmessage: ({ data }) => {
        const piece = data === '[DONE]' ? undefined : JSON.parse(data).choices[0]?.delta.content;
        if (piece) pieces.push(piece);
      },
      onerror: (e) => {
        throw e;
      },
    });
    c.streamed(pieces);
  },
});
