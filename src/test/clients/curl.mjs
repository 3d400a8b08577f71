import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as c from './check.mjs';

/** Posts with curl. Throws an error with the status unless it is 200. */
async function post(url, body, key = c.KEY) {
  const headers = ['-H', 'Content-Type: application/json', '-H', `Authorization: Bearer ${key}`];
  const args = ['-sN', '-m', '15', '-w', '\n%{http_code}', ...headers, '-d', JSON.stringify(body), url];
  const { stdout } = await promisify(execFile)('curl', args);
  const end = stdout.lastIndexOf('\n');
  const [text, status] = [stdout.slice(0, end), Number(stdout.slice(end + 1))];
  if (status !== 200) throw Object.assign(new Error(text), { status });
  return text;
}

const chat = (target, more, url = target.url, key) => post(`${url}/v1/chat/completions`, { model: target.model, ...more }, key);
const say = (content) => ({ messages: [{ role: 'user', content }] });
const message = (text) => JSON.parse(text).choices[0].message;
const frames = (text) => text.split('\n\n').filter((frame) => frame.startsWith('data: {')).map((frame) => JSON.parse(frame.slice(6)));
const picture = [{ type: 'text', text: c.PICTURE }, { type: 'image_url', image_url: { url: c.PNG_URL } }];
const json_schema = { name: 'place', strict: true, schema: c.PLACE_SCHEMA };

await c.run('curl', {
  text: async (target) => c.equal(message(await chat(target, say(c.PROMPT))).content, c.ANSWER),
  stream: async (target) => {
    const text = await chat(target, { ...say(c.PROMPT), stream: true });
    c.streamed(frames(text).map((frame) => frame.choices[0]?.delta.content).filter(Boolean));
    c.equal(text.trimEnd().endsWith('data: [DONE]'), true, 'end marker');
  },
  'JSON schema': async (target) =>
    c.place(message(await chat(target, { ...say(c.PLACE), response_format: { type: 'json_schema', json_schema } })).content),
  picture: async (target) => c.equal(message(await chat(target, say(picture))).content, c.PICTURE_ANSWER),
  thinking: async (target) =>
    c.equal(message(await chat(target, { ...say(c.PROMPT), reasoning_effort: 'low' })).reasoning_content, c.THOUGHTS, 'thoughts'),
  embeddings: async (target) => {
    const text = await post(`${target.url}/v1/embeddings`, { model: target.embeddingModel, input: c.TEXTS });
    c.embeddings(JSON.parse(text).data.map((item) => item.embedding));
  },
  usage: async (target) => {
    const { usage } = JSON.parse(await chat(target, say(c.PROMPT)));
    c.usage(usage.prompt_tokens, usage.completion_tokens);
  },
  errors: async (target) => {
    await c.fails(401, () => chat(target, say(c.PROMPT), target.url, c.UNKNOWN_KEY));
    await c.fails(400, () => chat(target, { ...say(c.PROMPT), temperature: 9 }), (e) => JSON.parse(e.message).error.param === 'temperature');
    await c.fails(429, () => chat(target, say(c.LIMITED), target.failingUrl));
  },
});
